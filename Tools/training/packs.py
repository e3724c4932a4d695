"""Files that hold many pictures: small enough to travel, quick to decode."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from pictures import SIDE, Picture

_LIST, _DATA = "pictures.jsonl", "pictures.bin"


def write_pictures(folder: Path, pictures: list[Picture]) -> None:
    """Writes all pictures one behind the other, and a line of JSON for each that says where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    offset = 0
    with (folder / _DATA).open("wb") as data, (folder / _LIST).open("w", encoding="utf-8") as lines:
        for picture in pictures:
            data.write(picture.data)
            record = picture.record() | {"offset": offset, "length": len(picture.data)}
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
            offset += len(picture.data)


def read_pictures(folder: Path) -> list[Picture]:
    """All pictures of a pack with their WebP data."""
    data = (folder / _DATA).read_bytes()
    pictures = []
    for line in (folder / _LIST).read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        offset, length = record.pop("offset"), record.pop("length")
        pictures.append(Picture(**record, data=data[offset : offset + length]))
    return pictures


def decode(pictures: list[Picture]) -> torch.Tensor:
    """Pixels with transparency as uint8 `[pictures][4][128][128]`, each picture in the middle of its square."""
    pixels = np.zeros((len(pictures), SIDE, SIDE, 4), np.uint8)
    for row, picture in zip(pixels, pictures, strict=True):
        image = np.asarray(Image.open(io.BytesIO(picture.data)).convert("RGBA"))
        top, left = (SIDE - image.shape[0]) // 2, (SIDE - image.shape[1]) // 2
        row[top : top + image.shape[0], left : left + image.shape[1]] = image
    return torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
