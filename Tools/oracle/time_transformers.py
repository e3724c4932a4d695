"""Times `transformers` on a checkpoint, for comparison on the same machine: bf16, medians.

make_checkpoint.py Tests/Fixtures/checkpoints/full-2b FOLDER
time_transformers.py FOLDER [--threads 2] [--repeats 5] [--only "text of 16 tokens"] [--json]
"""

from __future__ import annotations

import argparse
import json
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

# As `sightline bench` names them.
_TEXTS = {f"text of {tokens} tokens": tokens for tokens in (16, 128, 512, 2048)}
_PICTURES = {f"picture {width}x{height}": (width, height) for width, height in ((512, 512), (1280, 704))}


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
    parser.add_argument("--only", action="append", help="may be given several times")
    parser.add_argument("--json", action="store_true", help="print the medians alone")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    started = time.perf_counter()
    oracle = Oracle(options.checkpoint, torch.bfloat16)
    say = print if not options.json else lambda *_: None
    say(f"transformers {environment.versions()['transformers']}, torch {torch.__version__}, {options.threads} threads")
    say(f"{'open':18} {time.perf_counter() - started:8.2f} s")
    medians = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only or [*_TEXTS, *_PICTURES]:
            if name in _TEXTS:
                prepared = text_of(_TEXTS[name])
            elif name in _PICTURES:
                prepared = picture(oracle, *_PICTURES[name], Path(folder))
            else:
                continue
            seconds = measure(oracle, prepared, options.repeats)
            medians[name] = statistics.median(seconds)
            say(
                f"{name:18} {medians[name]:8.3f} s median of {options.repeats} (lowest {min(seconds):.3f}), {len(prepared.ids)} tokens, "
                f"{len(prepared.ids) / medians[name]:.0f} tok/s"
            )
    if options.json:
        print(json.dumps(medians))


def measure(oracle: Oracle, prepared: Prepared, repeats: int) -> list[float]:
    oracle.embed(prepared)
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        oracle.embed(prepared)
        seconds.append(time.perf_counter() - started)
    return seconds


if __name__ == "__main__":
    main()
