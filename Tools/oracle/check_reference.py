"""Compares this folder's own prompts, truncation and pooling with the classes of QwenLM/Qwen3-VL-Embedding.

    SIGHTLINE_REFERENCE=CHECKOUT check_reference.py [--tokenizer FOLDER]

Every case of `cases.py` goes through both, in float32 and in bfloat16: ids, vectors and scores must agree bit for bit.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

import environment
import torch
import transformers.utils.generic

import cases
from checkpoint_writer import copy_companions, write_checkpoint
from make_fixtures import CHECKPOINTS, OUT, ROOT, SEED, TINY, prepare_embedding, prepare_reranking
from oracle import Oracle


def load_reference(checkout: Path) -> tuple[type, type]:
    """The two classes. The decorator they import was dropped from transformers 5; they no longer use it."""
    if not hasattr(transformers.utils.generic, "check_model_inputs"):
        transformers.utils.generic.check_model_inputs = lambda function: function
    sys.path.insert(0, str(checkout / "src"))
    return (
        importlib.import_module("models.qwen3_vl_embedding").Qwen3VLEmbedder,
        importlib.import_module("models.qwen3_vl_reranker").Qwen3VLReranker,
    )


def without_end_of_text(tokenizer: Path) -> None:
    """What the reranker's tokenizer is: the same without the template that appends <|endoftext|>."""
    path = tokenizer / "tokenizer.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["post_processor"] = next(part for part in content["post_processor"]["processors"] if part["type"] == "ByteLevel")
    path.unlink()
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def reference_side(side: dict) -> dict:
    texts = side["texts"] or None
    if texts and len(texts) == 1:
        texts = texts[0]
    return {"text": texts, "image": [str(OUT / name) for name in side["images"]] or None}


def reference_query(query: dict) -> dict:
    """A query's own instruction goes with its text as a pair."""
    side = reference_side(query)
    return {**side, "text": (query["instruction"], side["text"])} if "instruction" in query else side


def check_embedding(reference: type, oracle: Oracle, checkpoint: Path) -> int:
    embedder = reference(str(checkpoint), dtype=oracle.model.dtype)
    seen: list[list[int]] = []
    forward = embedder.forward
    embedder.forward = lambda inputs: (seen.append(inputs["input_ids"][0].tolist()), forward(inputs))[1]
    for case in cases.EMBEDDING:
        embedder.max_length = case["max_length"]
        vector = embedder.process([{**reference_side(case), "instruction": case["instruction"]}])[0]
        prepared = prepare_embedding(oracle, case)
        expect(case, "ids", seen.pop() == prepared.ids)
        expect(case, "vector", torch.equal(vector, oracle.embed(prepared).vector))
    return len(cases.EMBEDDING)


def check_reranking(reference: type, oracle: Oracle, checkpoint: Path, appends_end_of_text: bool) -> int:
    reranker = reference(str(checkpoint), dtype=oracle.model.dtype)
    seen: list[list[int]] = []
    compute = reranker.compute_scores

    def with_token_types(inputs: dict) -> list[float]:
        """Transformers 5 needs the token types, which the reference's own truncation leaves behind unpadded."""
        ids = inputs["input_ids"]
        seen.append(ids[0].tolist())
        inputs = {name: torch.as_tensor(value) for name, value in inputs.items() if name != "mm_token_type_ids"}
        inputs["mm_token_type_ids"] = (ids == oracle.model.config.image_token_id).int()
        return compute(inputs)

    reranker.compute_scores = with_token_types
    chosen = [case for case in cases.RERANKING if case["appends_end_of_text"] == appends_end_of_text]
    for case in chosen:
        reranker.max_length = case["max_length"]
        (score,) = reranker.process(
            {
                "instruction": case["instruction"],
                "query": reference_query(case["query"]),
                "documents": [reference_side(case["document"])],
            }
        )
        prepared = prepare_reranking(oracle, case)
        expect(case, "ids", seen.pop() == prepared.ids)
        expect(case, "score", score == oracle.score(prepared)[2])
    return len(chosen)


def expect(case: dict, what: str, holds: bool) -> None:
    if not holds:
        raise SystemExit(f"{case['name']}: {what} differ from the reference's")


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares the oracle with the reference's own classes.")
    parser.add_argument("--tokenizer", type=Path, default=ROOT / "Tests" / "Fixtures" / "tokenizer" / "qwen3-vl")
    tokenizer = parser.parse_args().tokenizer
    if not (checkout := os.environ.get("SIGHTLINE_REFERENCE")):
        parser.error("SIGHTLINE_REFERENCE must name a checkout of QwenLM/Qwen3-VL-Embedding")
    environment.make_deterministic()
    embedder, reranker = load_reference(Path(checkout))
    for name in TINY:
        for dtype in (torch.float32, torch.bfloat16):
            with tempfile.TemporaryDirectory() as folder:
                checkpoint = Path(folder)
                write_checkpoint(CHECKPOINTS / name, checkpoint, SEED)
                copy_companions(CHECKPOINTS / name, tokenizer, checkpoint)
                oracle = Oracle(checkpoint, dtype)
                embeddings = check_embedding(embedder, oracle, checkpoint)
                scores = check_reranking(reranker, oracle, checkpoint, appends_end_of_text=True)
                without_end_of_text(checkpoint)
                scores += check_reranking(reranker, oracle, checkpoint, appends_end_of_text=False)
            print(f"{name}, {dtype}: {embeddings} embeddings and {scores} scores equal bit for bit, ids equal")


if __name__ == "__main__":
    main()
