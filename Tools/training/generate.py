"""Makes shards of generated pictures, on all processors.

    generate.py --packages FOLDER --data FOLDER --out FOLDER --kinds pages screens shapes clips --count N --first-seed N
"""

from __future__ import annotations

import argparse
import json
import re
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

import environment  # noqa: F401

from generators import Made, clips, pages, screens, shapes
from generators.fonts import Fonts

# Seeds from here on are held out: no training shard uses them.
HELD_OUT_SEED = 1_000_000_000
_CHUNK = 500


def make(kind: str, seed: int, fonts: Fonts | None, sentences: list[str]) -> Made:
    """One picture of a kind; the texts of held-out pages occur in no training page."""
    match kind:
        case "pages":
            held_out = seed >= HELD_OUT_SEED
            half = [text for number, text in enumerate(sentences) if (number % 10 == 0) == held_out]
            headings = [" ".join(text.split()[:3]).strip(",.;:").title() for text in half]
            return pages.make(seed, fonts, half, headings)
        case "screens":
            return screens.make(seed, fonts)
        case "shapes":
            return shapes.make(seed)
        case _:
            return clips.make(seed)


def read_sentences(data: Path) -> list[str]:
    """Glosses of a length that fills a line or two, in plain letters."""
    found = []
    for line in (data / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        source, _, document = json.loads(line)
        if source == "wordnet" and 4 <= len(document.split()) <= 16:
            found.append(re.sub(r"[^A-Za-z0-9 ,.;:'-]", "", document))
    return found[:16_000]


def _chunk(start: int, kind: str, count: int, packages: Path, data: Path) -> tuple[np.ndarray, list[dict[str, object]]]:
    fonts = Fonts(packages) if kind in ("pages", "screens") else None
    sentences = read_sentences(data) if kind == "pages" else []
    made = [make(kind, seed, fonts, sentences) for seed in range(start, start + count)]
    pixels = np.stack([np.stack([np.asarray(frame) for frame in one.frames]) for one in made])
    return pixels, [{"captions": one.captions, "wrong": one.wrong, "key": one.key, "written": one.written} for one in made]


def write_shard(kind: str, first: int, count: int, packages: Path, data: Path, out: Path, processes: int) -> None:
    """`KIND-SEED.npy` with uint8 `[pictures][frames][height][width][3]`, and their texts beside it."""
    starts = range(first, first + count, _CHUNK)
    work = partial(_chunk, kind=kind, count=min(_CHUNK, count), packages=packages, data=data)
    if processes > 1:
        with ProcessPoolExecutor(processes) as pool:
            parts = list(pool.map(work, starts))
    else:
        parts = [work(start) for start in starts]
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / f"{kind}-{first}.npy", np.concatenate([pixels for pixels, _ in parts]))
    lines = [json.dumps(line, ensure_ascii=False) for _, part in parts for line in part]
    (out / f"{kind}-{first}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True, help="what make_data.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kinds", nargs="+", default=["pages", "screens", "shapes", "clips"])
    parser.add_argument("--count", type=int, default=4_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    for kind in options.kinds:
        write_shard(kind, options.first_seed, options.count, options.packages, options.data, options.out, options.processes)
        print(kind, options.count, flush=True)


if __name__ == "__main__":
    main()
