"""The tasks of the quality table as files: pictures, queries and judgements, for the Swift program to evaluate.

    tasks.py --data FOLDER --shards FOLDER --out FOLDER

A task is a folder with `corpus/` (PNG, or a folder of frames per clip), `corpus.jsonl`, `queries.jsonl` (`_id`, `text`) and `qrels.tsv`
(`query-id`, `corpus-id`, `score`): the layout of BEIR. Shapes have `choices.jsonl` instead of judgements: one picture, the right caption
first, then wrong ones.
"""

from __future__ import annotations

import argparse
import io
import json
import re
from pathlib import Path

import numpy as np
from PIL import Image

from generate import HELD_OUT_SEED
from packs import read_pictures
from pictures import Picture
from texts import stable

_SIDE = 128

Queries = list[tuple[str, set[int]]]


def emoji_rows(pictures: list[Picture], split: str, limit: int) -> tuple[list[Picture], Queries]:
    """Held-out emoji, and for each a keyword that says something else than its name; every emoji with the keyword is right."""
    candidates = _candidates(pictures, "emoji", split, limit)
    queries: Queries = []
    asked: set[str] = set()
    for picture in candidates:
        words = set(re.findall(r"\w+", picture.title.lower()))
        fresh = [word for word in picture.keywords if word.isascii() and not words & set(re.findall(r"\w+", word.lower()))]
        text = min(fresh, key=lambda word: stable(f"{picture.id} {word}"), default=None)
        if text and text not in asked and picture.split == split:
            asked.add(text)
            queries.append((text, {row for row, other in enumerate(candidates) if text in (other.title, *other.keywords)}))
    return candidates, queries


def clip_art_rows(pictures: list[Picture], split: str, limit: int) -> tuple[list[Picture], Queries]:
    """Held-out clip art by title; every picture of that title is right."""
    candidates = _candidates(pictures, "clipart", split, limit)
    titles = list(dict.fromkeys(picture.title for picture in candidates if picture.split == split))
    return candidates, [(title, {row for row, other in enumerate(candidates) if other.title == title}) for title in titles]


def unique_captions(lines: list[dict], name: str) -> Queries:
    """One caption of each generated picture that finds no other picture as well."""
    counts: dict[str, int] = {}
    for line in lines:
        for caption in set(line["captions"]):
            counts[caption] = counts.get(caption, 0) + 1
    chosen = []
    for row, line in enumerate(lines):
        # A page is looked for by a phrase of its lines; the rest by any caption that is its own.
        captions = line["captions"][1:] if name == "pages" else line["captions"]
        captions = [text for text in captions if counts[text] == 1]
        if captions:
            chosen.append((min(captions, key=lambda text: stable(f"{row} {text}")), row))
    return chosen


def _candidates(pictures: list[Picture], source: str, split: str, limit: int) -> list[Picture]:
    """Held-out pictures of a source: those of the split, then those of the other split until there are enough."""
    held_out = [picture for picture in pictures if picture.source == source and picture.split != "train"]
    ranked = sorted(held_out, key=lambda picture: (picture.split != split, stable(f"task {picture.id}")))
    # Of pictures that look alike only one takes part.
    single: dict[str, Picture] = {}
    for picture in ranked:
        single.setdefault(picture.group, picture)
    return sorted(list(single.values())[:limit], key=lambda picture: picture.id)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    pictures = read_pictures(options.data)
    for split, suffix in (("picture", ""), ("concept", "-concept")):
        for name, rows, limit in (("emoji", emoji_rows, 300), ("clipart", clip_art_rows, 1_000)):
            candidates, queries = rows(pictures, split, limit)
            # Emoji lie in files named by their code points; other pictures keep the name that their file had.
            _write(options.out / f"{name}{suffix}", [on_white(picture) for picture in candidates], [p.id for p in candidates], queries)
    for name, limit in (("pages", 500), ("screens", 300), ("shapes", 500), ("clips", 200)):
        shard = options.shards / f"{name}-{HELD_OUT_SEED}.npy"
        pixels = np.load(shard)[:limit]
        lines = [json.loads(line) for line in shard.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()][:limit]
        frames = [[Image.fromarray(frame) for frame in item] for item in pixels]
        queries = [(text, {row}) for text, row in unique_captions(lines, name)]
        if name == "shapes":
            queries = []
            choices = [{"corpus-id": f"{row:04}", "captions": [line["captions"][0], *line["wrong"]]} for row, line in enumerate(lines)]
            _write_lines(options.out / name / "choices.jsonl", choices)
        items = frames if name == "clips" else [item[0] for item in frames]
        _write(options.out / name, items, [f"{name}/{row:04}" for row in range(len(lines))], queries)


def on_white(picture: Picture) -> Image.Image:
    """A picture in the middle of a white square of the stored side."""
    image = Image.open(io.BytesIO(picture.data)).convert("RGBA")
    canvas = Image.new("RGBA", (_SIDE, _SIDE), (255, 255, 255, 255))
    canvas.alpha_composite(image, ((_SIDE - image.width) // 2, (_SIDE - image.height) // 2))
    return canvas.convert("RGB")


def _write(folder: Path, items: list[Image.Image] | list[list[Image.Image]], names: list[str], queries: Queries) -> None:
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    corpus = []
    for row, (item, name) in enumerate(zip(items, names, strict=True)):
        identifier = f"{row:04}"
        if isinstance(item, list):
            (folder / "corpus" / identifier).mkdir(exist_ok=True)
            for number, frame in enumerate(item):
                frame.save(folder / "corpus" / identifier / f"{number:02}.png")
            corpus.append({"_id": identifier, "frames": f"corpus/{identifier}", "file": name})
        else:
            item.save(folder / "corpus" / f"{identifier}.png")
            corpus.append({"_id": identifier, "image": f"corpus/{identifier}.png", "file": name})
    _write_lines(folder / "corpus.jsonl", corpus)
    if queries:
        _write_lines(folder / "queries.jsonl", [{"_id": f"q{number:04}", "text": text} for number, (text, _) in enumerate(queries)])
        rows = [f"q{number:04}\t{row:04}\t1" for number, (_, right) in enumerate(queries) for row in sorted(right)]
        (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(rows) + "\n", encoding="utf-8")


def _write_lines(path: Path, lines: list[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
