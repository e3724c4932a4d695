"""Short clips: four frames in which one thing happens."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from generators import Made
from generators.shapes import COLOURS, SHAPES, article, draw_shape

# The engine enlarges frames to at least 128 tokens a pair, so they are stored small and enlarged when they are read.
SIZE = (96, 96)
FRAMES = 4
_MOVES = {
    "moves to the right": ((24, 48), (72, 48)), "moves to the left": ((72, 48), (24, 48)),
    "moves up": ((48, 72), (48, 24)), "moves down": ((48, 24), (48, 72)),
    "moves from the top left to the bottom right": ((24, 24), (72, 72)),
    "moves from the bottom left to the top right": ((24, 72), (72, 24)),
}  # fmt: skip
_CHANGES = ("grows", "shrinks", "appears", "disappears", "stays still")


def make(seed: int) -> Made:
    """A coloured shape that moves, grows, shrinks, appears, disappears, stays still or changes its colour."""
    rng = random.Random(f"clip {seed}")
    colour, other = rng.sample(list(COLOURS), 2)
    shape = rng.choice(SHAPES)
    background = tuple(rng.randint(225, 255) for _ in range(3))
    happening = rng.choice((*_MOVES, *_CHANGES, "turns"))
    centre = (rng.uniform(40, 56), rng.uniform(40, 56))
    size = rng.uniform(13, 19)
    frames = []
    for number in range(FRAMES):
        share = number / (FRAMES - 1)
        (x, y), radius, tint = centre, size, COLOURS[colour]
        if happening in _MOVES:
            (x0, y0), (x1, y1) = _MOVES[happening]
            x, y = x0 + (x1 - x0) * share + centre[0] - 48, y0 + (y1 - y0) * share + centre[1] - 48
        elif happening == "grows":
            radius = size * (0.5 + 1.5 * share)
        elif happening == "shrinks":
            radius = size * (2 - 1.5 * share)
        elif happening == "turns" and share > 0.5:
            tint = COLOURS[other]
        picture = Image.new("RGB", (SIZE[0] * 2, SIZE[1] * 2), background)
        hidden = (happening == "appears" and share < 0.5) or (happening == "disappears" and share > 0.5)
        if not hidden:
            draw_shape(ImageDraw.Draw(picture), shape, tint, x * 2, y * 2, radius * 2)
        frames.append(picture.resize(SIZE, Image.Resampling.LANCZOS))
    thing = f"{colour} {shape}"
    what = f"turns {other}" if happening == "turns" else happening
    captions = [f"{article(thing)} {what}", f"{article(shape)} that is {colour} {what}"]
    return Made(frames, captions, [], captions[0])
