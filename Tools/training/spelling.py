"""What a token contributes beside its meaning: a direction of its own, so that texts with the same rare words are close.

A word's direction is drawn from the hash of its stem; its length is the word's rarity among the training texts (inverse document frequency).
Sums of such vectors keep the inner products of bags of words, on average (random projection).
"""

from __future__ import annotations

import math
import zlib
from collections import Counter

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "edly", "ies", "ied", "es", "ed", "ly", "s", "e", "y")
_SHORTEST = 3


def token_spellings(tokenizer: Tokenizer, texts: list[str], size: int) -> Tensor:
    """A row of `size` numbers for each token, of length 1 at most but for the rarest one in 200."""
    count = tokenizer.get_vocab_size()
    stems = [_stem(tokenizer.decode([token]).strip().lower()) for token in range(count)]
    found: Counter[str] = Counter()
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        found.update({stems[token] for token in encoding.ids})
    most = math.log(len(texts) + 1)
    rows = np.zeros((count, size), np.float32)
    for row, stem in zip(rows, stems, strict=True):
        if any(letter.isalnum() for letter in stem):
            direction = np.random.RandomState(zlib.crc32(stem.encode())).standard_normal(size) / math.sqrt(size)
            row[:] = direction * math.log((len(texts) + 1) / (found[stem] + 1)) / most
    return torch.from_numpy(rows / np.quantile(np.linalg.norm(rows, axis=1), 0.995))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word
