"""Searches the same vectors with VectorIndex, FAISS and usearch, in turns, and compares times and recall.

    swift build -c release --product VectorBenchmark
    pip install -r Tools/vectors/requirements.txt          # an environment of its own
    python Tools/vectors/measure.py --program .build/release/VectorBenchmark --count 1000000 --dimensions 1024
    python Tools/vectors/measure.py --program … --count 100000 --graphs
    python Tools/vectors/measure.py --program … --vectors cranfield.npy --queries cranfield-queries.npy

Without files the vectors lie around random centres (fixed seed). Turns alternate query by query, so that a neighbour on the machine
disturbs all alike; medians are printed, on the clock and in time of processors. What memory allows is measured in the same turns: the
time in which both threads read the same bytes with a plain loop.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from usearch.index import Index, MetricKind, search

# Ours: what is read whole, and what it is compared with.
PAIRS = {
    "exact": ("vectors", ["FAISS Flat", "usearch exact"]),
    "int8": ("int8", ["FAISS SQ8"]),
    "int8+100": ("int8", ["FAISS SQ8"]),
    "binary": ("binary", ["FAISS binary Flat"]),
    "binary+1000": ("binary", ["FAISS binary Flat"]),
    "funnel": ("binary", ["FAISS HNSW", "usearch HNSW"]),
}
Answer = tuple[float, float, list[int]]


def clustered(count: int, dimensions: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((1000, dimensions), dtype=np.float32)
    vectors = np.empty((count, dimensions), np.float32)
    for begin in range(0, count, 10_000):
        size = min(10_000, count - begin)
        chunk = centres[generator.integers(0, len(centres), size)] + generator.standard_normal((size, dimensions), dtype=np.float32)
        vectors[begin : begin + size] = chunk / np.linalg.norm(chunk, axis=1, keepdims=True)
    return vectors


class Ours:
    """The Swift half, which answers a line for a line."""

    def __init__(self, program: Path, folder: Path, dimensions: int) -> None:
        arguments = [folder / "index", str(dimensions), folder / "vectors.f32", folder / "queries.f32"]
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while (line := self.process.stdout.readline().strip()) not in ("ready", ""):
            print(line)

    def ask(self, what: str, turn: int) -> Answer:
        self.process.stdin.write(f"{what} {turn}\n")
        self.process.stdin.flush()
        wall, processors, ids = (self.process.stdout.readline().rstrip("\n") + " ").split(" ")[:3]
        return float(wall), float(processors), [int(i) for i in ids.split(",") if i]

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def others(vectors: np.ndarray, graphs: bool) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """What answers a query with the numbers of the best ten, by name."""
    dimensions = vectors.shape[1]
    threads = os.cpu_count()
    flat = faiss.IndexFlatIP(dimensions)
    flat.add(vectors)
    scalar = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    scalar.train(vectors[:100_000])
    scalar.add(vectors)
    binary = faiss.IndexBinaryFlat(dimensions // 8 * 8)
    pack = lambda x: np.packbits(x[:, : dimensions // 8 * 8] > 0, axis=1)
    binary.add(pack(vectors))
    found = {
        "FAISS Flat": lambda q: flat.search(q, 10)[1][0],
        "usearch exact": lambda q: search(vectors, q, 10, MetricKind.IP, exact=True, threads=threads).keys.reshape(-1),
        "FAISS SQ8": lambda q: scalar.search(q, 10)[1][0],
        "FAISS binary Flat": lambda q: binary.search(pack(q), 10)[1][0],
    }
    if graphs:
        graph = faiss.IndexHNSWFlat(dimensions, 32, faiss.METRIC_INNER_PRODUCT)
        start = time.perf_counter()
        graph.add(vectors)
        print(f"FAISS HNSW: {len(vectors) / (time.perf_counter() - start):.0f} vectors a second")
        graph.hnsw.efSearch = 64
        start = time.perf_counter()
        other = Index(ndim=dimensions, metric=MetricKind.IP, dtype="f32")
        other.add(np.arange(len(vectors), dtype=np.uint64), vectors, threads=threads)
        print(f"usearch HNSW: {len(vectors) / (time.perf_counter() - start):.0f} vectors a second")
        found["FAISS HNSW"] = lambda q: graph.search(q, 10)[1][0]
        found["usearch HNSW"] = lambda q: other.search(q[0], 10).keys
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--folder", type=Path, help="where the index is made; removed afterwards")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--dimensions", type=int, default=1024)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--graphs", action="store_true", help="builds HNSW indexes, too, which takes long")
    options = parser.parse_args()

    if options.vectors:
        vectors, queries = (np.load(path).astype(np.float32) for path in (options.vectors, options.queries))
    else:
        vectors, queries = clustered(options.count, options.dimensions, 1), clustered(options.rounds, options.dimensions, 2)
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        vectors.tofile(folder / "vectors.f32")
        queries.tofile(folder / "queries.f32")
        print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("faiss-cpu", "usearch", "numpy")))
        ours = Ours(options.program, folder, vectors.shape[1])
        theirs = others(vectors, options.graphs)

        results: dict[str, list[Answer]] = {}
        for turn in range(min(options.rounds, len(queries))):
            query = queries[turn : turn + 1]
            for column in ("vectors", "int8", "binary"):
                results.setdefault(f"read {column}", []).append(ours.ask(f"read-{column}", turn))
            for name in PAIRS:
                results.setdefault(name, []).append(ours.ask(name, turn))
            for name, answer in theirs.items():
                start = time.perf_counter(), time.process_time()
                found = answer(query)
                spent = (time.perf_counter() - start[0]) * 1e3, (time.process_time() - start[1]) * 1e3
                results.setdefault(name, []).append((*spent, [int(i) for i in found]))
        ours.end()
    finally:
        shutil.rmtree(folder)

    wall = {name: statistics.median(answer[0] for answer in answers) for name, answers in results.items()}
    processors = {name: statistics.median(answer[1] for answer in answers) for name, answers in results.items()}
    truth = [set(answer[2]) for answer in results["FAISS Flat"]]
    recall = {
        name: np.mean([len(best & set(answer[2])) / len(best) for best, answer in zip(truth, answers)]) for name, answers in results.items()}
    print(f"\n{len(vectors)} vectors of {vectors.shape[1]}, {len(truth)} queries, best 10; medians; load {os.getloadavg()[0]:.1f}\n")
    print("| search | ms | ms of processors | recall@10 | of memory speed | times as fast as |")
    print("|---|---|---|---|---|---|")
    for name in [*PAIRS, *theirs]:
        column, rivals = PAIRS.get(name, (None, []))
        speed = f"{processors[f'read {column}'] / processors[name]:.0%}" if column else ""
        ratios = ", ".join(f"{rival} {wall[rival] / wall[name]:.2g}" for rival in rivals if rival in wall)
        print(f"| {name} | {wall[name]:.2f} | {processors[name]:.2f} | {recall[name]:.4f} | {speed} | {ratios} |")
    for column in ("vectors", "int8", "binary"):
        print(f"| reading {column} alone | {wall[f'read {column}']:.2f} | {processors[f'read {column}']:.2f} | | | |")


if __name__ == "__main__":
    main()
