"""The demo's gallery: pictures that nano has never seen, by the name that they are known by.

    gallery.py --data FOLDER --shards FOLDER --out Demo/gallery

Clip art of openclipart-png (public domain), emoji of fonts-noto-color-emoji (OFL-1.1) and screens of our own
generator, all held out; file names play no part in the search.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
from PIL import Image

from generate import HELD_OUT_SEED
from packs import read_pictures
from tasks import on_white
from texts import stable

_COUNTS = {"clipart": 90, "emoji": 70}
_SCREENS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    pictures = [picture for picture in read_pictures(options.data) if picture.split != "train"]
    for source, count in _COUNTS.items():
        chosen = sorted((picture for picture in pictures if picture.source == source), key=lambda picture: stable(f"gallery {picture.id}"))
        for picture in chosen[:count]:
            _save(on_white(picture), options.out / source, picture.title)
    shard = options.shards / f"screens-{HELD_OUT_SEED}.npy"
    lines = [json.loads(line) for line in shard.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()]
    for row in range(_SCREENS):
        _save(Image.fromarray(np.load(shard, mmap_mode="r")[row, 0]), options.out / "screens", lines[row]["captions"][0])


def _save(image: Image.Image, folder: Path, title: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60]
    number = sum(1 for _ in folder.glob(f"{name}*.png"))
    image.quantize(64, dither=Image.Dither.NONE).save(folder / (f"{name}-{number + 1}.png" if number else f"{name}.png"), optimize=True)


if __name__ == "__main__":
    main()
