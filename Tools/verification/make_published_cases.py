"""Writes Sources/Evaluation/Verification/published-cases.json from the collected numbers and the files they were computed from.

    python make_published_cases.py --data DATA --repository CLONE --output published-cases.json

DATA holds published_scores/cases.json, published_scores/text_corpus.json and qwen3-vl-embedding/; CLONE is a git directory of
QwenLM/Qwen3-VL-Embedding. Only numbers, queries, names and digests are written: no picture and no passage. Needs Python 3.11 and git.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import subprocess
from pathlib import Path

REPOSITORY = "QwenLM/Qwen3-VL-Embedding"
COMMIT = "8ce3aab1fbcc7b7143b094f0b2005dd89e7246b9"
PASSAGES = "examples/retrieval_results/text_retrieval_results.pkl"
DIMENSIONS = {"Qwen/Qwen3-VL-Embedding-2B": 2048, "Qwen/Qwen3-VL-Reranker-2B": 2048}

# Why a case's numbers are as exact as they are: the beginning of its name, and the exactness (Exactness.swift).
EXACTNESS = [
    ("text retrieval", "published"),
    ("image retrieval", "reencoded"),
    ("page retrieval", "informative"),
    ("text reranking", "published"),
    ("image reranking", "published"),
    ("capital of France", "informative"),
    ("first numbers of a vector", "bfloat16"),
]
LEFT_OUT = {"quick start": "its picture, demo.jpeg, is not published with the numbers and its digest is not known"}


def repository_file(clone: Path, path: str) -> bytes:
    return subprocess.run(["git", "-C", clone, "show", f"{COMMIT}:{path}"], check=True, capture_output=True).stdout


def fingerprint(data: bytes) -> dict:
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def input_record(data_folder: Path, clone: Path, path: str) -> dict:
    """The digest of a file, and where the publisher's repository has the same content."""
    data = (data_folder / path).read_bytes()
    record = fingerprint(data)
    if path == "published_scores/text_corpus.json":
        pickled = repository_file(clone, PASSAGES)
        assert pickle.loads(pickled)["corpus"] == json.loads(data)
        record["repository_file"] = {"path": PASSAGES, **fingerprint(pickled), "pickle_entry": "corpus"}
    elif "/images/" in path:
        published = f"examples/retrieval_results/images/{Path(path).name}"
        assert repository_file(clone, published) == data
        record["repository_file"] = {"path": published, **fingerprint(data)}
    return record


def from_data_folder(path: str) -> str:
    """A path that is relative to published_scores/, as one relative to the folder above it."""
    return path.removeprefix("../") if path.startswith("../") else f"published_scores/{path}"


def entry(case: dict) -> tuple[dict, list[str]]:
    """A case in the shape of the project, and the files it reads. No input reaches the limits of tokens, so they are left out."""
    exactness = next(exactness for beginning, exactness in EXACTNESS if case["name"].startswith(beginning))
    written = {"name": case["name"], "kind": case["kind"], "model": case["model"], "exactness": exactness}
    for key in ("note", "instruction", "query", "documents", "ranked", "scores", "input", "prefix"):
        if case.get(key) is not None:
            written[key] = case[key]
    documents = dict(written.get("documents", {}))
    paths = []
    if isinstance(documents.get("texts"), str):
        documents["texts"] = from_data_folder(documents["texts"])
        paths.append(documents["texts"])
    if "images" in documents:
        documents["images"] = [from_data_folder(path) for path in documents["images"]]
        paths += documents["images"]
    if documents:
        written["documents"] = documents
    return written, paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--repository", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()

    cases, left_out, paths = [], [], []
    for case in json.loads((arguments.data / "published_scores/cases.json").read_text()):
        reason = next((reason for beginning, reason in LEFT_OUT.items() if case["name"].startswith(beginning)), None)
        if reason:
            kind = "reranking" if case["kind"] == "reranking" else "embedding"
            left_out.append({"name": case["name"], "kind": kind, "reason": reason})
            continue
        written, read = entry(case)
        cases.append(written)
        paths += read
    document = {
        "repository": {"name": REPOSITORY, "commit": COMMIT},
        "dimensions": DIMENSIONS,
        "inputs": {path: input_record(arguments.data, arguments.repository, path) for path in dict.fromkeys(paths)},
        "left_out": left_out,
        "cases": cases,
    }
    arguments.output.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
