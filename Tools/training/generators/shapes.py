"""Scenes of coloured shapes: what stands where, and how many."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw

from generators import Made

SIZE = (96, 96)
COLOURS = {
    "red": (215, 35, 35), "green": (40, 160, 60), "blue": (40, 80, 220), "yellow": (245, 215, 40), "black": (20, 20, 20),
    "purple": (140, 50, 170), "orange": (245, 140, 20), "pink": (250, 140, 190), "brown": (125, 75, 35), "gray": (140, 140, 140),
}  # fmt: skip
SHAPES = ("circle", "square", "triangle", "star", "cross", "diamond", "ring", "heart")
COUNTS = ("one", "two", "three", "four", "five")
_OPPOSITE = {"to the left of": "to the right of", "above": "below", "inside": "around"}
_OPPOSITE |= {value: key for key, value in _OPPOSITE.items()}


def draw_shape(draw: ImageDraw.ImageDraw, shape: str, colour: tuple[int, int, int], x: float, y: float, radius: float) -> None:
    """Fills a shape around a point."""

    def polygon(points: list[tuple[float, float]]) -> None:
        draw.polygon([(x + radius * a, y + radius * b) for a, b in points], fill=colour)

    if shape == "circle":
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    elif shape == "ring":
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=max(2, round(radius * 0.3)))
    elif shape == "square":
        polygon([(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)])
    elif shape == "triangle":
        polygon([(0, -1), (0.95, 0.8), (-0.95, 0.8)])
    elif shape == "diamond":
        polygon([(0, -1), (0.7, 0), (0, 1), (-0.7, 0)])
    elif shape == "cross":
        arm = [(-0.3, -0.3), (-0.3, -1), (0.3, -1)]
        # The same three corners, turned by a quarter each time.
        polygon([point for turn in range(4) for point in [_turned(corner, turn) for corner in arm]])
    elif shape == "star":
        turns = [math.pi * number / 5 - math.pi / 2 for number in range(10)]
        polygon([((0.42 if n % 2 else 1) * math.cos(t), (0.42 if n % 2 else 1) * math.sin(t)) for n, t in enumerate(turns)])
    else:
        polygon([(0, 1), (-1, -0.1), (1, -0.1)])
        for side in (-0.5, 0.5):
            draw.ellipse((x + radius * (side - 0.53), y - radius * 0.75, x + radius * (side + 0.53), y + radius * 0.3), fill=colour)


def _turned(point: tuple[float, float], quarters: int) -> tuple[float, float]:
    x, y = point
    for _ in range(quarters):
        x, y = -y, x
    return x, y


def article(words: str) -> str:
    """The words with "a" or "an" before them."""
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}"


def make(seed: int) -> Made:
    """Either two shapes in a relation or a number of equal shapes, with captions that are wrong in one word."""
    rng = random.Random(f"shapes {seed}")
    background = rng.choice(((255, 255, 255), tuple(rng.randint(225, 255) for _ in range(3))))
    picture = Image.new("RGB", (SIZE[0] * 2, SIZE[1] * 2), background)
    draw = ImageDraw.Draw(picture)
    made = _relation(rng, draw) if rng.random() < 0.6 else _count(rng, draw)
    captions, wrong = made
    return Made([picture.resize(SIZE, Image.Resampling.LANCZOS)], captions, wrong, captions[0])


def _relation(rng: random.Random, draw: ImageDraw.ImageDraw) -> tuple[list[str], list[str]]:
    (first, second), (one, other) = rng.sample(list(COLOURS), 2), rng.sample(SHAPES, 2)
    relation = rng.choice(("to the left of", "above", "inside"))
    size = rng.uniform(26, 38)
    if relation == "inside":
        other = rng.choice(("square", "circle", "diamond"))
        one = rng.choice([shape for shape in SHAPES if shape != other])
        x, y = rng.uniform(85, 107), rng.uniform(85, 107)
        draw_shape(draw, other, COLOURS[second], x, y, rng.uniform(66, 80))
        draw_shape(draw, one, COLOURS[first], x, y, size * 0.75)
    else:
        near, far, across = rng.uniform(42, 56), rng.uniform(136, 150), rng.uniform(60, 132)
        drift = across + rng.uniform(-18, 18)
        places = [(near, across), (far, drift)]
        if relation == "above":
            places = [(y, x) for x, y in places]
        for shape, colour, (x, y) in zip((one, other), (first, second), places, strict=True):
            draw_shape(draw, shape, COLOURS[colour], x, y, size * rng.uniform(0.85, 1.1))
    a, b = f"{first} {one}", f"{second} {other}"
    captions = [f"{article(a)} {relation} {article(b)}", f"{article(b)} {_OPPOSITE[relation]} {article(a)}"]
    third = rng.choice([name for name in COLOURS if name not in (first, second)])
    another = rng.choice([name for name in SHAPES if name not in (one, other)])
    wrong = [
        f"{article(b)} {relation} {article(a)}",
        f"{article(a)} {_OPPOSITE[relation]} {article(b)}",
        f"{article(f'{second} {one}')} {relation} {article(f'{first} {other}')}",
        f"{article(f'{third} {one}')} {relation} {article(b)}",
        f"{article(f'{first} {another}')} {relation} {article(b)}",
    ]
    return captions, wrong


def _count(rng: random.Random, draw: ImageDraw.ImageDraw) -> tuple[list[str], list[str]]:
    colour, shape = rng.choice(list(COLOURS)), rng.choice(SHAPES)
    count = rng.randint(1, 5)
    places = [(36 + 60 * column, 36 + 60 * row) for row in range(3) for column in range(3)]
    radius = rng.uniform(18, 26)
    for x, y in rng.sample(places, count):
        draw_shape(draw, shape, COLOURS[colour], x + rng.uniform(-6, 6), y + rng.uniform(-6, 6), radius * rng.uniform(0.9, 1.1))

    def phrase(number: int, tint: str, form: str) -> str:
        plural = {"cross": "crosses"}.get(form, f"{form}s")
        return f"{COUNTS[number - 1]} {tint} {form if number == 1 else plural}"

    others = [number for number in range(1, 6) if number != count]
    wrong = [phrase(number, colour, shape) for number in rng.sample(others, 3)]
    wrong.append(phrase(count, rng.choice([name for name in COLOURS if name != colour]), shape))
    wrong.append(phrase(count, colour, rng.choice([name for name in SHAPES if name != shape])))
    return [phrase(count, colour, shape)], wrong
