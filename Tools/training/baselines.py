"""What anyone would try first, on the same tasks: TF-IDF over file names, and MobileNetV2's class names matched by all-MiniLM-L6-v2.

    baselines.py --packages FOLDER --tasks FOLDER

Both with real weights; needs torchvision beside `requirements.txt`.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter
from pathlib import Path

import environment  # noqa: F401  (before transformers)
import numpy as np
import torch
from PIL import Image

from measure import Task, ndcg, read_task, recall
from packages import Packages
from photographs import classifier, prepared
from teacher import Teacher

_BATCH = 32
_NAMES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, required=True)
    options = parser.parse_args()
    packages = Packages(options.packages)
    classifier = Classifier(packages.fetch_classifier(), Teacher(packages.teacher))
    print("| task | baseline | recall@1 | recall@10 | nDCG@10 |\n|---|---|---|---|---|")
    for folder in sorted(options.tasks.iterdir()):
        # Scenes have no judgements; a frame of a clip says nothing of what moves.
        if not (folder / "qrels.tsv").exists() or folder.name == "clips":
            continue
        task = read_task(folder)
        for name, scores in (("file names", _file_names(task)), ("class names", classifier.scores(task))):
            numbers = (recall(scores, task.grades, 1), recall(scores, task.grades, 10), ndcg(scores, task.grades))
            print(f"| {task.name} | {name} | {' | '.join(f'{number:.3f}' for number in numbers)} |", flush=True)


def _file_names(task: Task) -> np.ndarray:
    """Cosines of TF-IDF vectors of words."""
    documents = [Counter(re.findall(r"[a-z]+", line["file"].lower())) for line in task.corpus]
    queries = [Counter(re.findall(r"[a-z]+", query["text"].lower())) for query in task.queries]
    frequency = Counter(word for words in documents for word in words)
    rarity = {word: math.log((1 + len(documents)) / (1 + count)) + 1 for word, count in frequency.items()}
    numbers = {word: number for number, word in enumerate(rarity)}

    def vectors(lists: list[Counter[str]]) -> np.ndarray:
        found = np.zeros((len(lists), len(numbers)), np.float32)
        for row, words in zip(found, lists, strict=True):
            for word, count in words.items():
                if word in numbers:
                    row[numbers[word]] = count * rarity[word]
        return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)

    return vectors(queries) @ vectors(documents).T


class Classifier:
    """Pictures as the mean vector of the names of their most probable classes, weighted by probability."""

    def __init__(self, folder: Path, teacher: Teacher) -> None:
        self._teacher = teacher
        self._model = classifier(folder)
        names = dict(line.split("\t") for line in (folder / "timm/data/_info/imagenet_synset_to_lemma.txt").read_text().splitlines())
        classes = [names[line] for line in (folder / "timm/data/_info/imagenet_synsets.txt").read_text().split()]
        self._names = torch.from_numpy(self._encode(classes))

    def _encode(self, texts: list[str]) -> np.ndarray:
        return np.concatenate([self._teacher.encode(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])

    @torch.no_grad()
    def scores(self, task: Task) -> np.ndarray:
        paths = [line["image"] for line in task.documents]
        parts = []
        for at in range(0, len(paths), _BATCH):
            pictures = [torch.from_numpy(np.array(Image.open(path).convert("RGB"))) for path in paths[at : at + _BATCH]]
            values = prepared(torch.stack(pictures).permute(0, 3, 1, 2).float() / 255)
            probable = self._model(values).softmax(1).topk(_NAMES)
            parts.append((probable.values[..., None] * self._names[probable.indices]).sum(1))
        vectors = torch.cat(parts).numpy()
        queries = self._encode([query["text"] for query in task.queries])
        return queries @ (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).T


if __name__ == "__main__":
    main()
