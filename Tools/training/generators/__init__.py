"""Pictures made to order: pages, screens, scenes of shapes and clips, each with texts that describe it.

Every generator is a function of a seed: `make(seed)` gives the same pixels and the same texts on any machine with the same fonts and the
same Pillow.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont


@dataclass(frozen=True)
class Made:
    """One generated picture (several frames for a clip)."""

    frames: list[Image.Image]
    # Texts that find it; any of them is right.
    captions: list[str]
    # Texts that are wrong in one word each.
    wrong: list[str]
    # Two pictures with the same key are told apart by no caption.
    key: str
    # What is written where: text, left, top, right, bottom.
    written: list[tuple[str, int, int, int, int]] = field(default_factory=list)


class Pen:
    """Writes on a picture and remembers where."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw
        self.written: list[tuple[str, int, int, int, int]] = []

    def text(self, place: tuple[int, int], text: str, font: ImageFont.FreeTypeFont, fill: tuple[int, ...]) -> None:
        self._draw.text(place, text, font=font, fill=fill)
        space = self._draw.textlength(" ", font=font)
        x = place[0]
        for word in text.split():
            width = self._draw.textlength(word, font=font)
            self.written.append((word, round(x), place[1], round(x + width), place[1] + font.size))
            x += width + space
