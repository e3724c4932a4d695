"""Pages with a heading and some lines of text."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from generators import Made, Pen
from generators.fonts import Fonts

SIZE = (160, 192)


def make(seed: int, fonts: Fonts, sentences: list[str], headings: list[str]) -> Made:
    """A page: a heading of two or three words, then lines of sentences; a phrase of either finds it."""
    rng = random.Random(f"page {seed}")
    paper = tuple(rng.randint(232, 255) for _ in range(3)) if rng.random() < 0.5 else (255, 255, 255)
    ink = tuple(rng.randint(0, 70) for _ in range(3))
    picture = Image.new("RGB", SIZE, paper)
    draw = ImageDraw.Draw(picture)
    pen = Pen(draw)
    margin = rng.randint(6, 12)
    width = SIZE[0] - 2 * margin

    heading = rng.choice(headings)
    font = fonts.pick("heading", rng.randint(16, 21), rng.choice)
    heading_ink = ink if rng.random() < 0.6 else tuple(rng.randint(0, 160) for _ in range(3))
    y = margin
    for line in _lines(heading.split(), font, draw, width)[:2]:
        pen.text((margin, y), line, font, heading_ink)
        y += font.size + 4
    if rng.random() < 0.3:
        draw.line((margin, y + 1, SIZE[0] - margin, y + 1), fill=heading_ink)
    y += rng.randint(4, 8)

    font = fonts.pick("plain", rng.randint(12, 15), rng.choice)
    step = font.size + rng.randint(3, 6)
    room = max(1, min(rng.randint(3, 9), (SIZE[1] - margin - y) // step))
    words: list[str] = []
    while len(words) < 60:
        words += rng.choice(sentences).split()
    lines = _lines(words, font, draw, width)[:room]
    for line in lines:
        pen.text((margin, y), line, font, ink)
        y += step

    captions = [heading]
    for line in rng.sample(lines, min(3, len(lines))):
        words = line.split()
        if len(words) >= 3:
            length = min(len(words), rng.randint(3, 5))
            start = rng.randint(0, len(words) - length)
            captions.append(" ".join(words[start : start + length]))
    return Made([picture], captions, [], heading, pen.written)


def _lines(words: list[str], font, draw: ImageDraw.ImageDraw, width: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and draw.textlength(longer, font=font) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines
