"""Inputs and the prompts made of them, for both models. Written from the behaviour of QwenLM/Qwen3-VL-Embedding."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

IMAGE_PLACEHOLDER = "<|vision_start|><|image_pad|><|vision_end|>"
EMBEDDING_INSTRUCTION = "Represent the user's input."
RERANKING_INSTRUCTION = "Given a search query, retrieve relevant candidates that answer the query."
RERANKING_SYSTEM = (
    "Judge whether the Document meets the requirements based on the Query and the Instruct provided. "
    'Note that the answer can only be "yes" or "no".'
)
EMBEDDING_MAX_LENGTH = 8192
RERANKING_MAX_LENGTH = 10240


@dataclass(frozen=True)
class Item:
    """What one side gives: pictures first, then texts. No parts at all stands for nothing given."""

    images: tuple[Path, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def rendered(self) -> str:
        if not self.images and not self.texts:
            return "NULL"
        return IMAGE_PLACEHOLDER * len(self.images) + "".join(self.texts)


def chat(system: str, user: str) -> str:
    """One system turn, one user turn, and the opening of the assistant's."""
    return f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\n{user}<|im_end|>\n<|im_start|>assistant\n"


def sentence(instruction: str | None) -> str:
    """The instruction without surrounding blanks, ended by a full stop unless it ends in punctuation; else the default."""
    trimmed = (instruction or "").strip()
    if not trimmed:
        return EMBEDDING_INSTRUCTION
    ended = unicodedata.category(trimmed[-1]).startswith("P")
    return trimmed if ended else trimmed + "."


def embedding_prompt(item: Item, instruction: str | None = None, video: str = "") -> str:
    return chat(sentence(instruction), video + item.rendered)


def video_text(grid: tuple[int, int, int], frames_per_second: float, merge: int = 2) -> str:
    """A video's part of the prompt: each pair of frames after its mean time, with nothing around the whole.

    That is what transformers 4.57 makes, with which the models were published. Version 5 leaves the template's own
    <|vision_start|> and <|vision_end|> around it.
    """
    pairs, rows, columns = grid
    tokens = rows * columns // merge**2
    times = ((2 * pair + 0.5) / frames_per_second for pair in range(pairs))
    return "".join(f"<{time:.1f} seconds><|vision_start|>{'<|video_pad|>' * tokens}<|vision_end|>" for time in times)


def reranking_prompt(query: Item, document: Item, instruction: str | None = None) -> str:
    """Unlike the embedder, the reranker takes its instruction as it is: no blanks removed, no full stop added."""
    user = f"<Instruct>: {instruction or RERANKING_INSTRUCTION}<Query>:{query.rendered}\n<Document>:{document.rendered}"
    return chat(RERANKING_SYSTEM, user)


def keep_special(ids: list[int], special: frozenset[int], max_length: int) -> list[int]:
    """The reranker's truncation: all but the last five ids shortened to `max_length`, special ids always kept.

    The result is up to `max_length + 5` long, and longer where the special ids alone exceed `max_length`.
    """
    body, tail = ids[:-5], ids[-5:]
    if len(body) <= max_length:
        return ids
    budget = max_length - sum(token in special for token in body)
    kept = []
    for token in body:
        if token in special:
            kept.append(token)
        elif budget > 0:
            kept.append(token)
            budget -= 1
    return kept + tail
