"""Quick measurements on the held-out pictures while training: bookkeeping, not the published numbers, which the engine measures."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from generate import HELD_OUT_SEED
from network import Network
from packs import decode
from pictures import Picture
from sources import Generated, Views
from tasks import clip_art_rows, emoji_rows, unique_captions

TASKS = ("emoji", "clipart", "pages", "screens", "shapes", "clips")
_BATCH = 50


@torch.no_grad()
def evaluate(network: Network, pictures: list[Picture], shards: Path, side: int, tasks: Sequence[str] = TASKS) -> dict[str, float]:
    """Recall of the given tasks that there are data for."""
    network.eval()
    found: dict[str, float] = {}
    for split, suffix in (("picture", ""), ("concept", "_concept")):
        for name, rows, limit in (("emoji", emoji_rows, 300), ("clipart", clip_art_rows, 1_000)):
            candidates, queries = rows(pictures, split, limit)
            if candidates and name in tasks:
                vectors = _pictures(network, candidates, side)
                texts = _texts(network, [text for text, _ in queries])
                found[f"{name}{suffix}_r10"] = _recall(texts, vectors, [right for _, right in queries], 10)
                found[f"{name}{suffix}_n"] = len(candidates)
    found |= _generated(network, shards, tasks)
    network.train()
    return {key: round(value, 3) for key, value in found.items()}


def _pictures(network: Network, pictures: list[Picture], side: int) -> Tensor:
    pixels = Views(sides=(side,))
    return torch.cat(
        [
            network.embed_pictures(pixels.pictures(decode(pictures[at : at + _BATCH]).to(network.device), random.Random(0), plain=True))
            for at in range(0, len(pictures), _BATCH)
        ]
    )


def _texts(network: Network, texts: list[str]) -> Tensor:
    rows = network.text_ids(texts)
    return torch.cat([network.embed_texts(network.sequences(rows[at : at + 256])) for at in range(0, len(rows), 256)])


def _recall(queries: Tensor, documents: Tensor, right: list[set[int]], depth: int) -> float:
    """How many of the right ones (at most `depth` count) stand among the first, on average."""
    best = (queries @ documents.T).topk(min(depth, len(documents)), dim=1).indices.tolist()
    return sum(len(rows & set(ranked)) / min(depth, len(rows)) for ranked, rows in zip(best, right, strict=True)) / max(1, len(right))


def _generated(network: Network, shards: Path, tasks: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, limit in (("pages", 500), ("screens", 300), ("shapes", 500), ("clips", 200)):
        for shard in sorted(shards.glob(f"{name}-{HELD_OUT_SEED}.npy")) if name in tasks else []:
            pixels = np.load(shard)[:limit]
            lines = [json.loads(line) for line in shard.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()][:limit]
            source = Generated(name, network, [], network.device)
            values = torch.from_numpy(pixels).permute(0, 1, 4, 2, 3)
            step = 10 if name == "clips" else _BATCH
            vectors = torch.cat(
                [source.embed(network, values[at : at + step].to(network.device).float() / 127.5 - 1) for at in range(0, len(values), step)]
            )
            if name == "shapes":
                found["shapes_accuracy"] = _accuracy(network, vectors, lines)
            else:
                chosen = unique_captions(lines, name)
                texts = _texts(network, [text for text, _ in chosen])
                found[f"{name}_r1"] = _recall(texts, vectors, [{row} for _, row in chosen], 1)
    return found


def _accuracy(network: Network, vectors: Tensor, lines: list[dict[str, list[str]]]) -> float:
    """How often a scene's caption is closer to it than every caption that is wrong in one word."""
    texts = [[line["captions"][0], *line["wrong"]] for line in lines]
    own = _texts(network, [text for choices in texts for text in choices]).split([len(choices) for choices in texts])
    return sum(int((choices @ vector).argmax() == 0) for choices, vector in zip(own, vectors, strict=True)) / len(lines)
