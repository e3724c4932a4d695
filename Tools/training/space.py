"""The space of vectors: the teacher's, turned so that the first numbers hold the most."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize

from teacher import VectorStore


class Space:
    """Targets for texts the teacher has seen: its vectors on the given axes."""

    def __init__(self, store: VectorStore, axes: Tensor) -> None:
        self.store, self.axes = store, axes

    @staticmethod
    def principal_axes(store: VectorStore, size: int) -> np.ndarray:
        """The directions `[teacher][size]` that hold the most of the store's vectors, most first."""
        sample = store.codes[:: max(1, len(store.codes) // 20_000)].astype(np.float32)
        sample /= np.linalg.norm(sample, axis=1, keepdims=True)
        # Not centred: a cosine knows no mean.
        _, axes = np.linalg.eigh(sample.T.astype(np.float64) @ sample)
        axes = axes[:, ::-1][:, :size]
        # The sign of an axis is free; fixed so that another run finds the same.
        return (axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(size)])).astype(np.float32)

    def has(self, text: str) -> bool:
        return text.replace("\n", " ") in self.store.rows

    def targets(self, texts: list[str]) -> Tensor:
        return normalize(self.store.vectors(texts) @ self.axes, dim=-1)

    @staticmethod
    def read(folder: Path, size: int) -> Space:
        """The space of a data folder; its axes are kept there, so that they stay when texts are added."""
        store, kept = VectorStore(folder / "teacher.npz"), folder / f"axes-{size}.npy"
        if not kept.exists():
            np.save(kept, Space.principal_axes(store, size))
        return Space(store, torch.from_numpy(np.load(kept)))
