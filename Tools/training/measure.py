"""Measures a model on the held-out tasks with the Swift program: the table of the model card.

    measure.py --program .build/release/sightline --model FOLDER --tasks FOLDER [--cranfield FOLDER]

`--tasks` is what `tasks.py` wrote. Vectors come from the program; here they are only compared.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

Compare = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Task:
    """Queries, documents, and for each query its right documents with their grades."""

    name: str
    queries: list[dict]
    documents: list[dict]
    grades: list[dict[int, float]]
    # The lines of `corpus.jsonl`, where there is one.
    corpus: list[dict] = field(default_factory=list)


class Program:
    """The Swift program with a model."""

    def __init__(self, path: Path, model: Path) -> None:
        self._command = [str(path), "embed", "--model", str(model), "--format", "npy"]

    def embed(self, items: list[dict]) -> np.ndarray:
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as lines:
            lines.write("".join(json.dumps(item) + "\n" for item in items))
            lines.flush()
            done = subprocess.run([*self._command, "--input", lines.name], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        return np.load(io.BytesIO(done.stdout)).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tasks", type=Path, required=True)
    parser.add_argument("--only", nargs="*", help="names of tasks")
    parser.add_argument("--cranfield", type=Path, help="the folder with cran.all.1400, cran.qry and cranqrel")
    options = parser.parse_args()
    program = Program(options.program, options.model)
    columns = ("task", "candidates", "queries", "recall@1", "recall@10", "nDCG@10", "64 dimensions", "int8", "binary, rescored")
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for folder in sorted(options.tasks.iterdir()):
        if options.only and folder.name not in options.only:
            continue
        if (folder / "choices.jsonl").exists():
            print(f"| {folder.name} | accuracy {_accuracy(program, folder):.3f} |", flush=True)
        else:
            _report(program, read_task(folder))
    if options.cranfield:
        _report(program, _cranfield(options.cranfield))


def _report(program: Program, task: Task) -> None:
    queries, documents = program.embed(task.queries), program.embed(task.documents)
    ways: list[Compare] = [_cosines, _first_64, _int8, _binary]
    scores = [way(queries, documents) for way in ways]
    found = [recall(scores[0], task.grades, 1), recall(scores[0], task.grades, 10), *(ndcg(one, task.grades) for one in scores)]
    numbers = " | ".join(f"{value:.3f}" for value in found)
    print(f"| {task.name} | {len(documents)} | {len(queries)} | {numbers} |", flush=True)


# Ways to compare vectors of length 1: each gives scores [queries][documents].


def _cosines(queries: np.ndarray, documents: np.ndarray) -> np.ndarray:
    return queries @ documents.T


def _first_64(queries: np.ndarray, documents: np.ndarray) -> np.ndarray:
    queries, documents = queries[:, :64], documents[:, :64]
    return (queries / np.linalg.norm(queries, axis=1, keepdims=True)) @ (documents / np.linalg.norm(documents, axis=1, keepdims=True)).T


def _int8(queries: np.ndarray, documents: np.ndarray) -> np.ndarray:
    scale = 127 / np.abs(documents).max(1, keepdims=True)
    return queries @ (np.rint(documents * scale) / scale).T


def _binary(queries: np.ndarray, documents: np.ndarray, kept: int = 40) -> np.ndarray:
    """The nearest by signs, in the order of their cosines; everything else behind."""
    signs = np.sign(queries) @ np.sign(documents).T
    scores = np.full(signs.shape, -2.0, np.float32)
    nearest = np.argsort(-signs, axis=1, kind="stable")[:, :kept]
    np.put_along_axis(scores, nearest, np.take_along_axis(queries @ documents.T, nearest, 1), 1)
    return scores


# Measures


def recall(scores: np.ndarray, grades: list[dict[int, float]], depth: int) -> float:
    """The share of the right ones (at most `depth` count) among the first, on average."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
    return float(np.mean([len(set(row.tolist()) & set(right)) / min(depth, len(right)) for row, right in zip(best, grades, strict=True)]))


def ndcg(scores: np.ndarray, grades: list[dict[int, float]], depth: int = 10) -> float:
    """nDCG with linear gains, the ideal order over all that is judged."""
    discounts = 1 / np.log2(np.arange(2, depth + 2))
    found = []
    for row, right in zip(np.argsort(-scores, axis=1, kind="stable")[:, :depth], grades, strict=True):
        gains = np.array([right.get(int(document), 0.0) for document in row])
        ideal = np.sort(list(right.values()))[::-1][:depth]
        found.append((gains * discounts[: len(gains)]).sum() / (ideal * discounts[: len(ideal)]).sum())
    return float(np.mean(found))


def _accuracy(program: Program, folder: Path) -> float:
    choices = _lines(folder / "choices.jsonl")
    pictures = program.embed([{"image": str(folder / "corpus" / f"{choice['corpus-id']}.png")} for choice in choices])
    texts = iter(program.embed([{"text": caption} for choice in choices for caption in choice["captions"]]))
    scores = [[next(texts) @ picture for _ in choice["captions"]] for choice, picture in zip(choices, pictures, strict=True)]
    return float(np.mean([int(np.argmax(one)) == 0 for one in scores]))


# Reading


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_task(folder: Path) -> Task:
    """A task as `tasks.py` writes it."""
    corpus, queries = _lines(folder / "corpus.jsonl"), _lines(folder / "queries.jsonl")
    rows, numbers = ({line["_id"]: number for number, line in enumerate(lines)} for lines in (corpus, queries))
    grades: list[dict[int, float]] = [{} for _ in queries]
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades[numbers[query]][rows[document]] = float(grade)
    documents = [{"image": str(folder / line["image"])} if "image" in line else {"video": str(folder / line["frames"])} for line in corpus]
    return Task(folder.name, [{"text": line["text"]} for line in queries], documents, grades, corpus)


def _cranfield(folder: Path) -> Task:
    """Every judged row counts as relevant."""
    documents = re.findall(r"^\.I \d+\n\.T\n(.*?)^\.A\n.*?^\.W\n(.*?)(?=^\.I|\Z)", (folder / "cran.all.1400").read_text(), re.M | re.S)
    queries = re.findall(r"^\.I \d+\n\.W\n(.*?)(?=^\.I|\Z)", (folder / "cran.qry").read_text(), re.M | re.S)
    grades: list[dict[int, float]] = [{} for _ in queries]
    for line in (folder / "cranqrel").read_text().splitlines():
        query, document, *_ = line.split()
        grades[int(query) - 1][int(document) - 1] = 1.0
    texts = [{"text": " ".join(title.split()) + ". " + " ".join(text.split())} for title, text in documents]
    return Task("Cranfield", [{"text": " ".join(query.split())} for query in queries], texts, grades)


if __name__ == "__main__":
    main()
