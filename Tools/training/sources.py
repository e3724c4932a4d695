"""What training draws its batches from: each batch has one source, so that what is told apart is alike in kind."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, binary_cross_entropy_with_logits, cosine_similarity, grid_sample, interpolate, normalize

from layout import CONTENT_SIZE, INSTRUCTIONS, SPELLING_SIZE
from losses import classification, contrastive, distillation, reading
from network import Network, Sequences
from packs import decode
from pictures import Picture
from space import Space

_CAPTIONS = 12


# How many batches have queries with another instruction than the default.
_INSTRUCTED = 0.15


def _instruction(rng: random.Random) -> str:
    """What the queries of a batch are embedded with: mostly the default."""
    return rng.choice(INSTRUCTIONS[1:]) if rng.random() < _INSTRUCTED else INSTRUCTIONS[0]


class Source(Protocol):
    """One kind of training data."""

    name: str

    def loss(self, network: Network, size: int, rng: random.Random) -> Tensor:
        """The loss of a fresh batch of about `size` items."""
        ...


class Seen(Source, Protocol):
    """Pictures, which the vision tower can learn by itself."""

    def glance(self, network: Network, size: int, rng: random.Random) -> Tensor:
        """The loss of a fresh batch against fixed vectors of texts, with the decoder as it is at the start and not run at all."""
        ...


@dataclass(frozen=True)
class Drawn:
    """A batch: one text for each picture, by number, and which texts are right for which other pictures too."""

    texts: list[int]
    pixels: Tensor
    same: Tensor
    # Two texts for each picture that are wrong for it, or none at all.
    wrong: list[int] = field(default_factory=list)
    # The numbers of the pictures, where a source keeps them.
    pictures: Tensor | None = None
    # The same of generated ones.
    items: list[int] = field(default_factory=list)


class TextTable:
    """Texts as tokens, made once, and their targets where the teacher has seen them."""

    def __init__(self, network: Network, texts: list[str], space: Space, device: torch.device) -> None:
        self.texts = texts
        self.rows = network.text_ids(texts)
        known = [space.has(text) for text in texts]
        self.known = torch.tensor(known, device=device)
        self.targets = torch.zeros(len(texts), space.axes.shape[1], device=device)
        if any(known):
            self.targets[self.known] = space.targets([text for text, has in zip(texts, known, strict=True) if has]).to(device)

    def sequences(self, network: Network, numbers: list[int]) -> Sequences:
        return network.sequences([self.rows[number] for number in numbers])


class Words:
    """Single texts, drawn towards the teacher's vectors."""

    name = "words"

    def __init__(self, network: Network, texts: list[str], space: Space, device: torch.device) -> None:
        self._table = TextTable(network, [text for text in dict.fromkeys(texts) if space.has(text)], space, device)
        # Batches of even length waste nothing on padding.
        self._order = sorted(range(len(self._table.rows)), key=lambda number: len(self._table.rows[number]))

    def loss(self, network: Network, size: int, rng: random.Random) -> Tensor:
        size = min(2 * size, len(self._order))
        width = min(len(self._order), 8 * size)
        start = rng.randrange(len(self._order) - width + 1)
        numbers = rng.sample(self._order[start : start + width], size)
        vectors = network.embed_texts(self._table.sequences(network, numbers), _instruction(rng))
        return distillation(vectors, self._table.targets[numbers])


class TextPairs:
    """Words with their meanings, programs with what they do: the one finds the other."""

    name = "pairs"

    def __init__(self, network: Network, pairs: list[tuple[str, str]], space: Space, device: torch.device) -> None:
        texts = [text for pair in pairs for text in pair]
        self._table = TextTable(network, texts, space, device)
        self._count = len(pairs)

    def loss(self, network: Network, size: int, rng: random.Random) -> Tensor:
        numbers = rng.sample(range(self._count), min(size, self._count))
        queries = network.embed_texts(self._table.sequences(network, [2 * number for number in numbers]), _instruction(rng))
        documents = network.embed_texts(self._table.sequences(network, [2 * number + 1 for number in numbers]))
        loss = contrastive(queries, documents)
        rows = [2 * number for number in numbers] + [2 * number + 1 for number in numbers]
        known = self._table.known[rows]
        if bool(known.sum() > 1):
            loss = loss + distillation(torch.cat([queries, documents])[known], self._table.targets[rows][known])
        return loss


@dataclass
class Views:
    """How pictures are changed before they are seen."""

    # Sides that a batch may have, multiples of 32.
    sides: tuple[int, ...] = (64,)
    scale: tuple[float, float] = (0.75, 1.05)
    shift: float = 0.08
    turn: float = 0.12

    def pictures(self, pixels: Tensor, rng: random.Random, plain: bool = False) -> Tensor:
        """Pictures with transparency `[n][4][128][128]` as seen on a background, from -1 to 1."""
        count, device = len(pixels), pixels.device
        # Not only squares: a batch has one shape, its pictures keep theirs.
        height = rng.choice(self.sides)
        width = height if plain or rng.random() < 0.7 else rng.choice(self.sides)
        values = pixels.float() / 255
        values = torch.cat([values[:, :3] * values[:, 3:], values[:, 3:]], 1)
        if plain:
            values = interpolate(values, (height, width), mode="bilinear", antialias=True)
            background = torch.ones(count, 3, 1, 1, device=device)
        else:
            low, high = self.scale
            zoom = 1 / (low + (high - low) * torch.rand(count, device=device))
            angle = (torch.rand(count, device=device) * 2 - 1) * self.turn
            shift = (torch.rand(count, 2, device=device) * 2 - 1) * self.shift * zoom[:, None]
            aspect = min(height, width) / torch.tensor([width, height], device=device)
            rows = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle), torch.cos(angle)], -1).view(-1, 2, 2)
            matrix = torch.cat([rows * zoom[:, None, None] / aspect, shift[..., None]], 2)
            reduced = interpolate(values, (min(128, 2 * min(height, width)),) * 2, mode="area")
            values = grid_sample(reduced, affine_grid(matrix, [count, 4, height, width], align_corners=False), align_corners=False)
            tint = torch.rand(count, 3, 1, 1, device=device)
            light = 1 - tint * torch.rand(count, 1, 1, 1, device=device).square() * 0.8
            background = torch.where(torch.rand(count, 1, 1, 1, device=device) < 0.55, torch.ones_like(light), light)
        values = values[:, :3] + background * (1 - values[:, 3:])
        if not plain:
            values = (values - 0.5) * (0.8 + 0.4 * torch.rand(count, 1, 1, 1, device=device)) + 0.5
            values = values + (torch.rand(count, 3, 1, 1, device=device) - 0.5) * 0.12
        return (values * 2 - 1).clamp(-1, 1)


class Pictures:
    """Clip art, emoji and icons with what they are called."""

    def __init__(
        self,
        name: str,
        network: Network,
        pictures: list[Picture],
        space: Space,
        views: Views,
        device: torch.device,
        sight: Tensor | None = None,
    ) -> None:
        self.name = name
        self.views = views
        # What the classifier of photographs sees in each.
        self._sight = None if sight is None else sight.to(device)
        self._pixels = decode(pictures).to(device)
        texts: dict[str, int] = {}
        captions = torch.full((len(pictures), _CAPTIONS), -1)
        self._counts = []
        for row, picture in zip(captions, pictures, strict=True):
            names = [picture.title, *picture.keywords][:_CAPTIONS]
            self._counts.append(len(names))
            row[: len(names)] = torch.tensor([texts.setdefault(text, len(texts)) for text in names])
        self._captions = captions.to(device)
        self._table = TextTable(network, list(texts), space, device)
        self._texts = [encoding.ids for encoding in network.tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        # Every caption's vector, made when first wanted: that costs nothing, so that all can be candidates.
        self._fixed: Tensor | None = None
        groups: dict[str, int] = {}
        self._groups = torch.tensor([groups.setdefault(picture.group, len(groups)) for picture in pictures], device=device)

    def draw(self, network: Network, size: int, rng: random.Random) -> Drawn:
        numbers = rng.sample(range(len(self._counts)), min(size, len(self._counts)))
        chosen = [0 if rng.random() < 0.5 else rng.randrange(self._counts[number]) for number in numbers]
        rows = torch.tensor(numbers, device=self._pixels.device)
        texts = self._captions[rows, torch.tensor(chosen, device=rows.device)]
        # A text is right for every picture that has it among its own, and alike pictures are one.
        same = (self._captions[rows][None] == texts[:, None, None]).any(-1)
        same = same | same.T | (self._groups[rows][None] == self._groups[rows][:, None])
        return Drawn(texts.tolist(), self.views.pictures(self._pixels[rows], rng), same, pictures=rows)

    def _other_captions(self, pictures: Tensor, texts: Tensor) -> Tensor:
        """Captions that are right for each picture beside the one that was drawn: `[pictures][captions]`."""
        own = self._captions[pictures]
        marked = torch.zeros(len(pictures), len(self._table.texts) + 1, dtype=torch.bool, device=own.device)
        marked.scatter_(1, own.remainder(marked.shape[1]), True)
        return marked[:, :-1].scatter(1, texts[:, None], False)

    def rows(self, texts: list[int]) -> list[list[int]]:
        return [self._table.rows[text] for text in texts]

    def loss(self, network: Network, size: int, rng: random.Random) -> Tensor:
        drawn = self.draw(network, size, rng)
        vectors = network.embed_pictures(drawn.pixels)
        own = network.embed_texts(network.sequences(self.rows(drawn.texts)), _instruction(rng))
        return contrastive(vectors, own, drawn.same)

    def glance(self, network: Network, size: int, rng: random.Random) -> Tensor:
        drawn = self.draw(network, size, rng)
        vectors, _, described = network.glance(drawn.pixels[:, None])
        if self._fixed is None:
            self._fixed = normalize(network.add_up(self._texts), dim=-1)
        numbers = torch.tensor(drawn.texts, device=vectors.device)
        loss = classification(vectors, self._fixed, numbers, self._other_captions(drawn.pictures, numbers))
        meaning = torch.cat([vectors[:, : 2 * SPELLING_SIZE : 2], vectors[:, 2 * SPELLING_SIZE :]], 1)
        loss = loss + 0.5 * distillation(meaning, self._table.targets[drawn.texts])
        if self._sight is not None:
            loss = loss + 2 * (1 - cosine_similarity(described.float(), self._sight[drawn.pictures].float(), dim=-1)).mean()
        return loss


class Generated:
    """Pages, screens, shapes or clips from shards."""

    def __init__(self, name: str, network: Network, shards: list[Path], device: torch.device, share: float = 1.0) -> None:
        self.name = name
        self._share = share
        self._shards = [np.load(shard, mmap_mode="r") for shard in shards]
        # A GPU has room for all of them.
        self._resident = None
        if device.type == "cuda" and shards:
            self._resident = torch.cat([torch.from_numpy(np.array(one)).to(device) for one in self._shards])
        lines = [[json.loads(line) for line in shard.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()] for shard in shards]
        self._places = [(number, row) for number, part in enumerate(lines) for row in range(len(part))]
        lines = [line for part in lines for line in part]
        texts: dict[str, int] = {}
        self._right = [[texts.setdefault(text, len(texts)) for text in line["captions"][:_CAPTIONS]] for line in lines]
        self._wrong = [[texts.setdefault(text, len(texts)) for text in line["wrong"]] for line in lines]
        self._rows = network.text_ids(list(texts))
        self._ending = len(network.ending)
        self._written = [line.get("written", []) for line in lines]
        self._words: dict[str, Tensor] = {}
        keys: dict[str, int] = {}
        self._keys = torch.tensor([keys.setdefault(line["key"], len(keys)) for line in lines], device=device)
        self._captions = torch.tensor([row + [-1] * (_CAPTIONS - len(row)) for row in self._right], device=device)
        # Clips are enlarged by the engine before they are seen, to at least 128 tokens a pair of frames.
        self._enlarged = 352 if name == "clips" else None

    def draw(self, network: Network, size: int, rng: random.Random) -> Drawn:
        chosen = rng.sample(range(len(self._places)), max(2, min(round(size * self._share), len(self._places))))
        texts = [rng.choice(self._right[item]) for item in chosen]
        wrong = [text for item in chosen if self._wrong[item] for text in rng.sample(self._wrong[item], 2)]
        keys, rows = self._keys[chosen], torch.tensor(texts, device=network.device)
        same = (self._captions[chosen][None] == rows[:, None, None]).any(-1)
        same = same | same.T | (keys[None] == keys[:, None])
        return Drawn(texts, self._frames(chosen, network.device), same, wrong, items=chosen)

    def rows(self, texts: list[int]) -> list[list[int]]:
        return [self._rows[text] for text in texts]

    def loss(self, network: Network, size: int, rng: random.Random) -> Tensor:
        drawn = self.draw(network, size, rng)
        own = network.embed_texts(network.sequences(self.rows([*drawn.texts, *drawn.wrong])), _instruction(rng))
        documents, negatives = own[: len(drawn.texts)], own[len(drawn.texts) :]
        vectors = self.embed(network, drawn.pixels)
        return contrastive(vectors, documents, drawn.same, negatives.unflatten(0, (-1, 2)) if drawn.wrong else None)

    def glance(self, network: Network, size: int, rng: random.Random) -> Tensor:
        drawn = self.draw(network, size, rng)
        rows = [self._rows[text][: -self._ending] for text in (*drawn.texts, *drawn.wrong)]
        own = normalize(network.add_up(rows), dim=-1)
        documents, negatives = own[: len(drawn.texts)], own[len(drawn.texts) :]
        vectors, added, _ = network.glance(drawn.pixels)
        loss = contrastive(vectors, documents, drawn.same, negatives.unflatten(0, (-1, 2)) if drawn.wrong else None)
        if drawn.items and self._written[drawn.items[0]]:
            height, width = (side // 32 for side in drawn.pixels.shape[-2:])
            loss = loss + 0.5 * reading(added, torch.stack([self._text_by_place(network, item, height, width) for item in drawn.items]))
        return loss

    def _text_by_place(self, network: Network, item: int, height: int, width: int) -> Tensor:
        """What is written on a picture, as a sum of content for each of its merged patches: words are shared out by area."""
        found = torch.zeros(height, width, CONTENT_SIZE)
        for word, left, top, right, bottom in self._written[item]:
            if word not in self._words:
                self._words[word] = network.add_up([network.tokenizer.encode(f" {word}", add_special_tokens=False).ids])[0].cpu()
            area = max(1, (right - left) * (bottom - top))
            for row in range(max(0, top // 32), min(height, (bottom - 1) // 32 + 1)):
                tall = min(bottom, 32 * row + 32) - max(top, 32 * row)
                for column in range(max(0, left // 32), min(width, (right - 1) // 32 + 1)):
                    wide = min(right, 32 * column + 32) - max(left, 32 * column)
                    found[row, column] += self._words[word] * (tall * wide / area)
        return found.flatten(0, 1).to(network.device)

    def _frames(self, chosen: list[int], device: torch.device) -> Tensor:
        """Pixels of items as `[items][frames][3][height][width]` from -1 to 1."""
        if self._resident is not None:
            frames = self._resident[torch.tensor(chosen, device=device)]
        else:
            frames = torch.from_numpy(np.stack([self._shards[shard][row] for shard, row in (self._places[item] for item in chosen)]))
        return frames.permute(0, 1, 4, 2, 3).float() / 127.5 - 1

    def embed(self, network: Network, values: Tensor) -> Tensor:
        """Vectors of frames `[items][frames][3][height][width]`."""
        if self._enlarged is None:
            return network.embed_pictures(values[:, 0])
        larger = interpolate(values.flatten(0, 1), (self._enlarged,) * 2, mode="bicubic", antialias=True).clamp(-1, 1)
        return network.embed_clips(larger.unflatten(0, values.shape[:2]))


class Judged:
    """The reranker's task on another source's data: the right picture against one of those that the embedder takes for right."""

    # How many of the nearest wrong pictures one is drawn from.
    _MINED = 8

    def __init__(self, source: Pictures | Generated) -> None:
        self.name = f"judge-{source.name}"
        self._source = source

    def loss(self, network: Network, size: int, rng: random.Random) -> Tensor:
        drawn = self._source.draw(network, size // 2, rng)
        pixels = drawn.pixels if drawn.pixels.ndim == 4 else drawn.pixels[:, 0]
        rows = self._source.rows(drawn.texts)
        with torch.no_grad():
            scores = network.embed_texts(network.sequences(rows)) @ network.embed_pictures(pixels).T
        scores.masked_fill_(drawn.same, -torch.inf).fill_diagonal_(-torch.inf)
        nearest = scores.topk(min(self._MINED, len(rows) - 1)).indices
        wrong = nearest[torch.arange(len(rows)), torch.tensor([rng.randrange(nearest.shape[1]) for _ in rows])]
        queries = [row[: len(row) - len(network.ending)] for row in rows]
        logits = network.judge(queries * 2, torch.cat([pixels, pixels[wrong]]))
        labels = torch.cat([torch.ones(len(rows)), torch.zeros(len(rows))]).to(logits)
        return binary_cross_entropy_with_logits(logits, labels)
