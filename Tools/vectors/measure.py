"""Searches the same vectors with VectorIndex and with FAISS, in turns, and compares times and recall.

    swift build -c release --product VectorBenchmark
    pip install faiss-cpu numpy            # an environment of its own
    python Tools/vectors/measure.py --program .build/release/VectorBenchmark --count 1000000 --dimensions 1024
    python Tools/vectors/measure.py --program … --vectors cranfield.npy --queries cranfield-queries.npy

Without files the vectors lie around random centres (fixed seed). Turns alternate query by query, so that a neighbour on the machine
disturbs both alike; medians are printed, on the clock and in time of processors.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import faiss
import numpy as np

# Ours, and what it is compared with.
PAIRS = {"exact": "Flat", "int8": "SQ8", "int8+100": "SQ8", "binary": "binary Flat", "binary+1000": "binary Flat", "funnel": "HNSW"}


def clustered(count: int, dimensions: int, seed: int) -> np.ndarray:
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((1000, dimensions), dtype=np.float32)
    vectors = np.empty((count, dimensions), np.float32)
    for begin in range(0, count, 10_000):
        size = min(10_000, count - begin)
        chunk = centres[generator.integers(0, len(centres), size)] + generator.standard_normal((size, dimensions), dtype=np.float32)
        vectors[begin : begin + size] = chunk / np.linalg.norm(chunk, axis=1, keepdims=True)
    return vectors


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--folder", type=Path, help="where the index is made; removed afterwards")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--dimensions", type=int, default=1024)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--hnsw", action="store_true", help="builds an HNSW index, too, which takes long")
    options = parser.parse_args()

    if options.vectors:
        vectors, queries = (np.load(path).astype(np.float32) for path in (options.vectors, options.queries))
    else:
        vectors, queries = clustered(options.count, options.dimensions, 1), clustered(options.rounds, options.dimensions, 2)
    dimensions = vectors.shape[1]
    folder = Path(tempfile.mkdtemp(dir=options.folder))
    try:
        vectors.tofile(folder / "vectors.f32")
        queries.tofile(folder / "queries.f32")
        arguments = [folder / "index", str(dimensions), folder / "vectors.f32", folder / "queries.f32"]
        ours = subprocess.Popen([options.program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while (line := ours.stdout.readline().strip()) not in ("ready", ""):
            print(line)
        (folder / "vectors.f32").unlink()

        flat = faiss.IndexFlatIP(dimensions)
        flat.add(vectors)
        scalar = faiss.IndexScalarQuantizer(dimensions, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
        scalar.train(vectors[:100_000])
        scalar.add(vectors)
        binary = faiss.IndexBinaryFlat(dimensions // 8 * 8)
        pack = lambda x: np.packbits(x[:, : dimensions // 8 * 8] > 0, axis=1)
        binary.add(pack(vectors))
        theirs = {
            "Flat": lambda q: flat.search(q, 10),
            "SQ8": lambda q: scalar.search(q, 10),
            "binary Flat": lambda q: binary.search(pack(q), 10),
        }
        if options.hnsw:
            graph = faiss.IndexHNSWFlat(dimensions, 32, faiss.METRIC_INNER_PRODUCT)
            graph.add(vectors)
            graph.hnsw.efSearch = 64
            theirs["HNSW"] = lambda q: graph.search(q, 10)
        del vectors

        times: dict[str, list[tuple[float, float]]] = {}
        recall: dict[str, list[float]] = {}
        for turn in range(min(options.rounds, len(queries))):
            query = queries[turn : turn + 1]
            truth = set(flat.search(query, 10)[1][0].tolist())
            for name, other in PAIRS.items():
                ours.stdin.write(f"{name} {turn}\n")
                ours.stdin.flush()
                wall, processors, ids = ours.stdout.readline().split()
                times.setdefault(name, []).append((float(wall), float(processors)))
                recall.setdefault(name, []).append(len(truth & set(map(int, ids.split(",")))) / len(truth))
                if other not in theirs:
                    continue
                start = time.perf_counter(), time.process_time()
                found = theirs[other](query)[1][0]
                label = f"FAISS {other}"
                times.setdefault(label, []).append(
                    ((time.perf_counter() - start[0]) * 1e3, (time.process_time() - start[1]) * 1e3))
                recall.setdefault(label, []).append(len(truth & set(found.tolist())) / len(truth))
        print(f"{flat.ntotal} vectors of {dimensions}, {len(times['exact'])} queries, best 10; medians")
        for name in times:
            wall, processors = (statistics.median(values) for values in zip(*times[name]))
            fastest = min(values[0] for values in times[name])
            print(f"{name:18} {wall:8.2f} ms  {processors:8.2f} ms of processors  {fastest:8.2f} ms at best  recall@10 {np.mean(recall[name]):.4f}")
        ours.stdin.close()
        ours.wait()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
