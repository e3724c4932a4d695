"""`verify.json`: small end-to-end cases in the shape of the published scores, for a tiny checkpoint and inputs that ship."""

from __future__ import annotations

from pathlib import Path

import torch

import cases
from oracle import Oracle
from prompts import Item

TEXTS_FILE = "verify_texts.json"
_PICTURES = [cases.WIDE, cases.LARGE, cases.SMALL, cases.TALL]


def verification_cases(oracle: Oracle, model: str, folder: Path) -> list[dict]:
    def item(text: str | None = None, image: str | None = None) -> Item:
        return Item((folder / image,) if image else (), (text,) if text is not None else ())

    def vector(side: Item, instruction: str | None = None) -> torch.Tensor:
        return oracle.embed(oracle.prepare_embedding(side, instruction)).vector

    def ranking(scores: list[float], keep: int, names: list[int] | None = None) -> dict:
        order = sorted(range(len(scores)), key=lambda index: -scores[index])[:keep]
        return {
            "ranked": [names[index] if names else index for index in order],
            "scores": [scores[index] for index in order],
        }

    def retrieval(name: str, instruction: str, query: str, documents: dict, sides: list[Item], note: str) -> dict:
        wanted = vector(item(query), instruction)
        scores = [(wanted @ vector(side)).item() for side in sides]
        return {
            "name": name,
            "kind": "embedding",
            "model": model,
            "instruction": instruction,
            "query": {"text": query},
            "documents": documents,
            **ranking(scores, 10),
            "note": note,
        }

    def reranking(name: str, instruction: str, query: str, documents: dict, sides: list[Item]) -> dict:
        scores = [oracle.score(oracle.prepare_reranking(item(query), side, instruction, 8192))[2] for side in sides]
        return {
            "name": name,
            "kind": "reranking",
            "model": model,
            "max_length": 8192,
            "instruction": instruction,
            "query": {"text": query},
            "documents": documents,
            **ranking(scores, 10, documents.get("indices")),
            "note": "synthetic weights: the order has no meaning; the prompt ends with the assistant's opening, no <|endoftext|>",
        }

    passages = [item(text) for text in cases.PASSAGES]
    pictures = [item(image=name) for name in _PICTURES]
    chosen = [5, 2, 8, 0]
    meaningless = "synthetic weights: the order has no meaning; documents carry the default instruction"
    found = [
        retrieval(f"text retrieval: {query}", "Retrieve relevant passages.", query, {"texts": TEXTS_FILE}, passages, meaningless)
        for query in ("who commanded a shuttle", "how long do cats sleep")
    ]
    found += [
        retrieval(
            f"image retrieval: {query}",
            "Find images matching this description.",
            query,
            {"images": _PICTURES},
            pictures,
            meaningless,
        )
        for query in ("A rocket leaves the launch pad at night. ", "A cup of coffee on a table.")
    ]
    found.append(
        reranking(
            "text reranking: who commanded a shuttle",
            "Given a query, retrieve passages that are relevant to the query.",
            "who commanded a shuttle",
            {"texts": TEXTS_FILE, "indices": chosen},
            [passages[index] for index in chosen],
        )
    )
    found.append(
        reranking(
            "image reranking: A rocket leaves the launch pad at night.",
            "Given a caption, determine if the image matches the description.",
            "A rocket leaves the launch pad at night. ",
            {"images": _PICTURES},
            pictures,
        )
    )
    inputs = [
        {"text": "a launch at night", "instruction": "Retrieve images or text relevant to the user's query."},
        {"text": cases.PASSAGES[2]},
        {"image": cases.TALL},
        {"text": cases.PASSAGES[2], "image": cases.TALL},
    ]
    vectors = [vector(item(entry.get("text"), entry.get("image")), entry.get("instruction")) for entry in inputs]
    found.append(
        {
            "name": "similarities of texts and pictures",
            "kind": "similarity",
            "model": model,
            "inputs": inputs,
            "matrix": [[(first @ second).item() for second in vectors] for first in vectors],
            "note": "synthetic weights",
        }
    )
    for name, entry in (("text", {"text": cases.PASSAGES[4]}), ("picture and text", inputs[3])):
        found.append(
            {
                "name": f"first numbers of a vector: {name}",
                "kind": "embedding prefix",
                "model": model,
                "input": entry,
                "prefix": vector(item(entry.get("text"), entry.get("image")))[:16].tolist(),
            }
        )
    return found
