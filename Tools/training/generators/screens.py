"""Windows and dialogs with named buttons and fields."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from generators import Made, Pen
from generators.fonts import Fonts

SIZE = (192, 160)
NUMBERS = ("no", "one", "two", "three", "four")
BUTTONS = (
    "OK", "Cancel", "Save", "Open", "Close", "Delete", "Print", "Send", "Next", "Back", "Apply", "Help", "Search", "Login", "Add",
    "Remove", "Edit", "Copy", "Start", "Stop", "Yes", "No", "Retry", "Share", "Reset", "Update", "Install", "Finish",
)  # fmt: skip
FIELDS = (
    "Name", "Email", "Password", "Address", "Phone", "City", "Title", "Date", "Amount", "Country", "Comment", "User", "Path", "Port",
    "Subject", "Size", "Color", "Price",
)  # fmt: skip
TITLES = (
    "Settings", "Account", "Save File", "Print", "Sign In", "Payment", "Profile", "Find", "New Project", "Export", "Network", "Message",
    "Contacts", "Calendar", "Backup", "Warning", "Error", "Options", "Register", "Checkout",
)  # fmt: skip
BOXES = ("Remember me", "Show hidden", "Read only", "Use proxy", "Keep open", "Sync", "Sound", "Dark mode")


def make(seed: int, fonts: Fonts) -> Made:
    """A dialog: a title, up to four labelled fields, perhaps a check box, one to three buttons."""
    rng = random.Random(f"screen {seed}")
    title = rng.choice(TITLES)
    fields = rng.sample(FIELDS, rng.choices((0, 1, 2, 3, 4), (1, 3, 3, 2, 1))[0])
    buttons = rng.sample(BUTTONS, rng.choices((1, 2, 3), (2, 4, 2))[0])
    box = rng.choice(BOXES) if rng.random() < 0.3 else None
    picture, pen = _draw(rng, fonts, title, fields, buttons, box)
    key = "|".join([title, *fields, "/", *sorted(buttons), str(box)])
    return Made([picture], _captions(rng, title, fields, buttons, box), [], key, pen.written)


def _captions(rng: random.Random, title: str, fields: list[str], buttons: list[str], box: str | None) -> list[str]:
    count = NUMBERS[len(fields)]
    noun = "field" if len(fields) == 1 else "fields"
    button = rng.choice(buttons)
    shown = buttons[:]
    rng.shuffle(shown)
    both = " and ".join(f"{'an' if name[0] in 'AEIOU' else 'a'} {name} button" for name in shown[:2])
    captions = [
        f"the {title} dialog with {both}",
        f"the dialog with {both} and {count} {noun}",
        f"the {title} window with {count} {noun} and the button {button}",
    ]
    if fields:
        captions.append(f"a form that asks for {' and '.join(name.lower() for name in fields[:3])}, {button} button")
    if box:
        captions.append(f"the {title} dialog with the check box {box} and {count} {noun}")
    return captions


def _draw(rng: random.Random, fonts: Fonts, title: str, fields: list[str], buttons: list[str], box: str | None) -> tuple[Image.Image, Pen]:
    dark = rng.random() < 0.25
    desk = tuple(rng.randint(20, 235) for _ in range(3))
    face = tuple(rng.randint(30, 60) for _ in range(3)) if dark else tuple(rng.randint(215, 250) for _ in range(3))
    ink = (235, 235, 235) if dark else (20, 20, 20)
    inside = (20, 20, 24) if dark else (255, 255, 255)
    accent = tuple(rng.randint(30, 170) for _ in range(3))
    picture = Image.new("RGB", SIZE, desk)
    draw = ImageDraw.Draw(picture)
    pen = Pen(draw)
    left, top = rng.randint(2, 10), rng.randint(2, 8)
    right, bottom = SIZE[0] - rng.randint(2, 10), SIZE[1] - rng.randint(2, 8)
    draw.rectangle((left, top, right, bottom), fill=face, outline=ink)
    draw.rectangle((left, top, right, top + 19), fill=accent)
    pen.text((left + 6, top + 3), title, fonts.pick("heading", 13, rng.choice), (255, 255, 255))
    for number in range(rng.randint(1, 3)):
        draw.rectangle((right - 10 - 11 * number, top + 6, right - 4 - 11 * number, top + 12), outline=(255, 255, 255))

    font = fonts.pick("plain", rng.randint(11, 13), rng.choice)
    y = top + 25
    for name in fields:
        pen.text((left + 6, y + 1), name, font, ink)
        draw.rectangle((left + 72, y, right - 8, y + 15), fill=inside, outline=(128, 128, 128))
        y += 21
    if box and y + 16 < bottom - 22:
        draw.rectangle((left + 7, y + 2, left + 17, y + 12), fill=inside, outline=ink)
        if rng.random() < 0.5:
            draw.line((left + 9, y + 7, left + 12, y + 10, left + 16, y + 3), fill=accent, width=2)
        pen.text((left + 22, y), box, font, ink)
    x = right - 6
    for name in reversed(buttons):
        width = int(draw.textlength(name, font=font)) + 14
        fill = accent if name == buttons[-1] and rng.random() < 0.5 else tuple(max(0, value - 18) for value in face)
        draw.rounded_rectangle((x - width, bottom - 23, x, bottom - 6), 3, fill=fill, outline=(120, 120, 120))
        pen.text((x - width + 7, bottom - 21), name, font, (255, 255, 255) if fill == accent else ink)
        x -= width + 5
    return picture, pen
