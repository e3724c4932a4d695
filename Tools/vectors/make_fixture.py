"""Writes Tests/Fixtures/vectors/codes.json: vectors, and what sentence-transformers makes of them.

    python Tools/vectors/make_fixture.py

The vectors are random with a fixed seed; `made_by` in the file names the versions.
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import numpy as np
import torch

# torchvision's wheel for CUDA does not bring its operators to CPU torch, and transformers imports it.
library = torch.library.Library("torchvision", "DEF")
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from sentence_transformers.util.quantization import quantize_embeddings  # noqa: E402

OUT = Path(__file__).parents[2] / "Tests/Fixtures/vectors/codes.json"
DIMENSIONS, PREFIX = 40, 16


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def main() -> None:
    generator = np.random.default_rng(1)
    # Dimensions of different size and middle, as models have them; some exact zeros.
    vectors = generator.standard_normal((60, DIMENSIONS)) * generator.uniform(0.2, 3, DIMENSIONS) + generator.uniform(-1, 1, DIMENSIONS)
    vectors[::7, 3] = 0
    vectors = unit(vectors)
    ranges = np.vstack((vectors.min(axis=0), vectors.max(axis=0)))
    prefix = unit(vectors[:, :PREFIX])
    OUT.parent.mkdir(parents=True, exist_ok=True)
    versions = {name: importlib.metadata.version(name) for name in ("sentence-transformers", "numpy")}
    fixture = {
        "made_by": {"script": "Tools/vectors/make_fixture.py", **versions},
        "vectors": vectors.tolist(),
        "minimum": ranges[0].tolist(),
        "maximum": ranges[1].tolist(),
        "int8": quantize_embeddings(vectors, "int8").tolist(),
        "int8Narrow": quantize_embeddings(vectors, "int8", ranges=ranges / 2).tolist(),
        "ubinary": quantize_embeddings(vectors, "ubinary").tolist(),
        "prefix": prefix.tolist(),
        "prefixInt8": quantize_embeddings(prefix, "int8").tolist(),
    }
    OUT.write_text(json.dumps(fixture) + "\n")


if __name__ == "__main__":
    main()
