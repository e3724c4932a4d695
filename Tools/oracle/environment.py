"""What has to be in place before `transformers` is imported on a machine without CUDA.

torchvision's wheel on PyPI is built for CUDA: beside a CPU torch its own operators do not load, and importing Qwen3-VL then
fails with `operator torchvision::nms does not exist`. Nothing here calls them, so declaring them is enough.
"""

from __future__ import annotations

import os
import platform
import random
from importlib import metadata

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy
import torch

if not hasattr(torch.ops.torchvision, "nms"):
    _operators = torch.library.Library("torchvision", "DEF")
    for _name in ("nms", "qnms"):
        _operators.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

_PACKAGES = (
    "torch",
    "torchvision",
    "transformers",
    "tokenizers",
    "qwen-vl-utils",
    "safetensors",
    "pillow",
    "numpy",
    "scikit-image",
)


def versions() -> dict[str, str]:
    """The versions that decide the numbers, for the manifest."""
    found = {name: metadata.version(name) for name in _PACKAGES}
    found["python"] = platform.python_version()
    return found


def make_deterministic(threads: int = 1) -> None:
    """One thread and fixed seeds: sums are taken in one order, so that a second run writes the same bytes."""
    random.seed(0)
    numpy.random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
