"""Times `transformers` on a checkpoint, for comparison on the same machine: bf16, medians.

make_checkpoint.py Tests/Fixtures/checkpoints/full-2b FOLDER
time_transformers.py FOLDER [--threads 2] [--repeats 5] [--only NAME]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import environment
import numpy as np
import torch
from PIL import Image

from oracle import Oracle, Prepared
from prompts import Item

_WORKLOADS = ("text-16", "text-512", "picture-1280x704")


def text_of(tokens: int) -> Prepared:
    """Ordinary ids, none of them special; what they say makes no difference to the time."""
    ids = np.random.default_rng(tokens).integers(0, 151_643, tokens)
    return Prepared("", ids.tolist())


def picture(oracle: Oracle, width: int, height: int, folder: Path) -> Prepared:
    path = folder / "picture.png"
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return oracle.prepare_embedding(Item(images=(path,)))


def main() -> None:
    parser = argparse.ArgumentParser(description="Times transformers on a checkpoint in bf16.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=_WORKLOADS, action="append", help="may be given several times")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    started = time.perf_counter()
    oracle = Oracle(options.checkpoint, torch.bfloat16)
    print(f"transformers {environment.versions()['transformers']}, torch {torch.__version__}, {options.threads} threads")
    print(f"{'open':18} {time.perf_counter() - started:8.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only or _WORKLOADS:
            kind, size = name.split("-")
            if kind == "text":
                prepared = text_of(int(size))
            else:
                width, height = map(int, size.split("x"))
                started = time.perf_counter()
                prepared = picture(oracle, width, height, Path(folder))
                print(f"{name:18} {time.perf_counter() - started:8.2f} s to prepare (making the picture included)")
            report(oracle, name, prepared, options.repeats)


def report(oracle: Oracle, name: str, prepared: Prepared, repeats: int) -> None:
    oracle.embed(prepared)
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        oracle.embed(prepared)
        seconds.append(time.perf_counter() - started)
    median, tokens = statistics.median(seconds), len(prepared.ids)
    print(f"{name:18} {median:8.3f} s median of {repeats} (lowest {min(seconds):.3f}), {tokens} tokens, {tokens / median:.0f} tok/s")


if __name__ == "__main__":
    main()
