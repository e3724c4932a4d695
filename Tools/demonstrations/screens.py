"""Draws the screens of made-up programs: a desktop, a window, and in it lists, fields, tables, menus and dialogs.

Every part that can be clicked is drawn under a name, and `Screen.places` says afterwards where it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 512, 320
FONT = ImageFont.load_default(11)
SMALL = ImageFont.load_default(9)

# Program: colour of its title bar, and of its window.
PROGRAMS = {
    "Settings": ((72, 76, 92), (246, 246, 248)),
    "Files": ((38, 92, 140), (255, 255, 255)),
    "Post": ((150, 52, 52), (253, 251, 248)),
    "Tables": ((30, 112, 70), (255, 255, 255)),
    "Writer": ((44, 64, 150), (255, 255, 255)),
    "Calculator": ((56, 56, 56), (232, 232, 236)),
    "Browser": ((96, 100, 108), (255, 255, 255)),
    "Notes": ((196, 150, 40), (255, 250, 226)),
}


@dataclass
class Screen:
    """What is to be seen: a window of a program, and what lies above it."""

    program: str
    title: str
    side: list[str] = field(default_factory=list)
    chosen: str = ""
    tools: list[str] = field(default_factory=list)
    # Rows: text, or (text, "on" | "off"), ("label", "=field content"), ("text", "[button]"), or a list of cells.
    rows: list = field(default_factory=list)
    url: str = ""
    # (place to hang it on, entries)
    menu: tuple[str, list[str]] | None = None
    # (title, rows, buttons)
    dialog: tuple[str, list, list[str]] | None = None
    page: list[str] = field(default_factory=list)
    places: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)

    def draw(self, shift: tuple[int, int] = (0, 0), clock: str = "10:24", wallpaper=(120, 144, 156), tint: int = 0) -> Image.Image:
        image = Image.new("RGB", (WIDTH, HEIGHT), wallpaper)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, HEIGHT - 18, WIDTH, HEIGHT), fill=(32, 34, 40))
        pen.text((WIDTH - 40, HEIGHT - 15), clock, fill=(220, 220, 220), font=SMALL)
        for number, name in enumerate(PROGRAMS):
            colour = PROGRAMS[name][0]
            pen.rectangle((6 + number * 20, HEIGHT - 15, 20 + number * 20, HEIGHT - 4), fill=colour)
        bar, body = PROGRAMS[self.program]
        body = tuple(max(0, part - tint) for part in body)
        left, top = 20 + shift[0], 12 + shift[1]
        right, bottom = WIDTH - 24 + shift[0], HEIGHT - 34 + shift[1]
        pen.rectangle((left, top, right, bottom), fill=body, outline=(20, 20, 20))
        pen.rectangle((left, top, right, top + 17), fill=bar)
        pen.text((left + 6, top + 3), self.title, fill=(255, 255, 255), font=FONT)
        self._name("Close window", (right - 16, top + 2, right - 3, top + 15))
        pen.text((right - 13, top + 2), "x", fill=(255, 255, 255), font=FONT)
        y = top + 20
        if self.url:
            self._box(pen, "Address bar", (left + 6, y, right - 6, y + 15), self.url, fill=(238, 238, 242))
            y += 19
        x = left + 6
        for tool in self.tools:
            width = int(pen.textlength(tool, font=FONT)) + 10
            self._box(pen, tool, (x, y, x + width, y + 16), tool, fill=(226, 228, 234))
            x += width + 5
        if self.tools:
            y += 20
        inner = left + 6
        if self.side:
            row = y
            for entry in self.side:
                fill = (198, 214, 240) if entry == self.chosen else None
                self._box(pen, entry, (left + 4, row, left + 104, row + 16), entry, fill=fill, line=None)
                row += 18
            pen.line((left + 108, y, left + 108, bottom - 4), fill=(180, 180, 186))
            inner = left + 114
        if self.program == "Calculator":
            self._keys(pen, inner, y, right)
        else:
            self._rows(pen, self.rows, inner, y, right - 6)
        y_page = y + 4 + 19 * len(self.rows)
        for line in self.page:
            pen.text((inner + 6, y_page), line, fill=(50, 50, 50), font=FONT)
            y_page += 15
        if self.menu:
            anchor = self.places.get(self.menu[0], (inner + 60, y + 30, inner + 60, y + 30))
            x, row = anchor[0] + 8, anchor[3]
            pen.rectangle((x, row, x + 130, row + 4 + 17 * len(self.menu[1])), fill=(250, 250, 250), outline=(60, 60, 60))
            for entry in self.menu[1]:
                self._box(pen, entry, (x + 2, row + 2, x + 128, row + 18), entry, line=None)
                row += 17
        if self.dialog:
            title, rows, buttons = self.dialog
            x, row = left + 110, top + 70
            pen.rectangle((x - 3, row - 3, x + 243, row + 53 + 19 * len(rows)), fill=(90, 90, 90))
            pen.rectangle((x, row, x + 240, row + 50 + 19 * len(rows)), fill=(252, 252, 252))
            pen.rectangle((x, row, x + 240, row + 17), fill=(210, 214, 222))
            pen.text((x + 6, row + 3), title, fill=(20, 20, 20), font=FONT)
            self._rows(pen, rows, x + 4, row + 21, x + 236)
            place = x + 236
            for button in reversed(buttons):
                width = int(pen.textlength(button, font=FONT)) + 16
                self._box(pen, button, (place - width, row + 27 + 19 * len(rows), place, row + 45 + 19 * len(rows)), button, fill=(208, 222, 246))
                place -= width + 6
        return image.quantize(48, dither=Image.Dither.NONE)

    def _rows(self, pen, rows, left: int, top: int, right: int) -> None:
        for row in rows:
            if isinstance(row, list):
                width = (right - left) // len(row)
                for number, cell in enumerate(row):
                    cell_left = left + number * width
                    self._box(pen, cell, (cell_left, top, cell_left + width, top + 17), cell, line=(190, 190, 190))
            elif isinstance(row, tuple) and row[1] in ("on", "off"):
                pen.text((left + 4, top + 2), row[0], fill=(30, 30, 30), font=FONT)
                on = row[1] == "on"
                box = (right - 40, top + 2, right - 10, top + 15)
                pen.rounded_rectangle(box, 6, fill=(52, 130, 220) if on else (170, 170, 174))
                knob = box[2] - 13 if on else box[0] + 1
                pen.ellipse((knob, box[1] + 1, knob + 11, box[3] - 1), fill=(255, 255, 255))
                self._name(row[0], box)
            elif isinstance(row, tuple) and row[1].startswith("="):
                pen.text((left + 4, top + 2), row[0], fill=(30, 30, 30), font=FONT)
                self._box(pen, row[0], (left + 90, top, right - 8, top + 16), row[1][1:], fill=(255, 255, 255), written=False)
            elif isinstance(row, tuple):
                pen.text((left + 4, top + 2), row[0], fill=(30, 30, 30), font=FONT)
                text = row[1].strip("[]")
                width = int(pen.textlength(text, font=FONT)) + 12
                self._box(pen, text, (right - 8 - width, top, right - 8, top + 16), text, fill=(222, 226, 234))
            else:
                self._box(pen, row, (left, top, right, top + 16), row, line=None)
            top += 19

    def _keys(self, pen, left: int, top: int, right: int) -> None:
        self._box(pen, "Display", (left, top, right - 6, top + 34), self.rows[0], fill=(250, 250, 244))
        for number, key in enumerate("789/456*123-0.=+"):
            x, y = left + (number % 4) * 112, top + 42 + (number // 4) * 46
            self._box(pen, key, (x, y, x + 104, y + 38), key, fill=(206, 208, 214))

    def _box(self, pen, name: str, box, text: str, fill=None, line=(130, 130, 136), written: bool = True) -> None:
        if fill or line:
            pen.rectangle(box, fill=fill, outline=line)
        pen.text((box[0] + 5, box[1] + 2), text, fill=(25, 25, 25), font=FONT)
        self._name(name, box)

    def _name(self, name: str, box) -> None:
        self.places.setdefault(name, tuple(int(part) for part in box))
        if name in self.places and self.dialog:
            # What lies above hides what has the same name below.
            self.places[name] = tuple(int(part) for part in box)
