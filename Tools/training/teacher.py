"""Vectors of the real all-MiniLM-L6-v2 for many texts, kept in a file and made only where they are missing."""

from __future__ import annotations

from pathlib import Path

import environment  # noqa: F401  (before transformers)
import numpy as np
import torch
from torch.nn.functional import normalize
from transformers import AutoTokenizer, BertModel

_BATCH = 64
_LONGEST = 128


class Teacher:
    """The model behind `sentence-transformers/all-MiniLM-L6-v2`: mean of the last hidden states, length 1."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self.device = device
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=torch.float32).eval().to(device)

    @torch.no_grad()
    def encode(self, texts: list[str]) -> np.ndarray:
        inputs = self.tokenizer(texts, padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt").to(self.device)
        hidden = self.model(**inputs).last_hidden_state
        mask = inputs["attention_mask"][..., None].to(hidden)
        return normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1).cpu().numpy()


class VectorStore:
    """Texts and their vectors as 8-bit numbers with one scale each (cosine to the original above 0.9999)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.texts: list[str] = []
        self.codes = np.zeros((0, 384), np.int8)
        if path.exists():
            contents = np.load(path, allow_pickle=False)
            self.texts = contents["texts"].tobytes().decode().split("\n")
            self.codes = contents["codes"]
        self.rows = {text: row for row, text in enumerate(self.texts)}

    def extend(self, texts: list[str], teacher: Teacher, save_every: int = 6_400) -> None:
        """Adds what is missing, in order of length so that batches are even, and saves now and then."""
        missing = [text for text in dict.fromkeys(text.replace("\n", " ") for text in texts) if text not in self.rows]
        for start in range(0, len(missing), save_every):
            part = sorted(missing[start : start + save_every], key=len)
            made = [teacher.encode(part[at : at + _BATCH]) for at in range(0, len(part), _BATCH)]
            vectors = np.concatenate(made)
            codes = np.rint(vectors * (127 / np.abs(vectors).max(1, keepdims=True))).astype(np.int8)
            self.rows |= {text: len(self.texts) + row for row, text in enumerate(part)}
            self.texts += part
            self.codes = np.concatenate([self.codes, codes])
            self._save()
            print(f"teacher: {min(start + save_every, len(missing))} of {len(missing)}", flush=True)

    def vectors(self, texts: list[str]) -> torch.Tensor:
        rows = [self.rows[text.replace("\n", " ")] for text in texts]
        return normalize(torch.from_numpy(self.codes[rows]).float(), dim=-1)

    def _save(self) -> None:
        temporary = self.path.with_suffix(".partial.npz")
        np.savez(temporary, texts=np.frombuffer("\n".join(self.texts).encode(), np.uint8), codes=self.codes)
        temporary.replace(self.path)
