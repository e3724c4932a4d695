"""What is made small: InfoNCE with false negatives masked, on the whole vector, on its beginnings, and on its signs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from layout import MATRYOSHKA

TEMPERATURE = 0.05
# A candidate that is this much closer than the right one is taken for right as well and left out.
_MARGIN = 0.1
# Fixed candidates that are this close to the right one are taken for right as well.
_ALIKE = 0.9
_READING_SCALE = 0.3


def _in_full_precision(loss: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Cosines divided by a small temperature leave no room for products in bf16."""

    @wraps(loss)
    def run(vectors: Tensor, *others: Tensor | None) -> Tensor:
        with torch.autocast(vectors.device.type, enabled=False):
            return loss(vectors, *others)

    return run


@_in_full_precision
def info_nce(queries: Tensor, documents: Tensor, same: Tensor | None = None, negatives: Tensor | None = None) -> Tensor:
    """Both directions over a batch: row i of each side belongs together.

    `same` marks pairs that are right by other knowledge; `negatives` `[rows][k][dimensions]` are wrong for their own row of `queries`.
    """
    scores = queries @ documents.T
    rows = torch.arange(len(scores), device=scores.device)
    right = scores.diagonal()
    excluded = (scores > right[:, None] + _MARGIN) | (scores > right[None] + _MARGIN)
    if same is not None:
        excluded = excluded | same
    excluded[rows, rows] = False
    scores = scores.masked_fill(excluded, -torch.inf) / TEMPERATURE
    forward = scores
    if negatives is not None:
        forward = torch.cat([scores, torch.einsum("rd,rkd->rk", queries, negatives) / TEMPERATURE], 1)
    return (cross_entropy(forward, rows) + cross_entropy(scores.T, rows)) / 2


def contrastive(queries: Tensor, documents: Tensor, same: Tensor | None = None, negatives: Tensor | None = None) -> Tensor:
    """`info_nce` on the full vectors, on prefixes scaled to length 1 (Matryoshka), and on signs that let gradients through."""
    loss = info_nce(queries, documents, same, negatives)
    for size in MATRYOSHKA:
        parts = (normalize(side[..., :size], dim=-1) if side is not None else None for side in (queries, documents, negatives))
        short_queries, short_documents, short_negatives = parts
        loss = loss + 0.3 * info_nce(short_queries, short_documents, same, short_negatives)
    return loss + 0.2 * info_nce(_signs(queries), documents, same)


@_in_full_precision
def classification(vectors: Tensor, candidates: Tensor, right: Tensor, also_right: Tensor) -> Tensor:
    """One direction over many fixed candidates, on the full vectors and on prefixes; `also_right` `[rows][candidates]` is left out."""
    loss = vectors.new_zeros(())
    rows = torch.arange(len(vectors), device=vectors.device)
    for size, weight in ((vectors.shape[-1], 1.0), *((size, 0.3) for size in MATRYOSHKA)):
        wanted = normalize(candidates[:, :size], dim=-1)
        # Another text that means the same is not wrong.
        excluded = also_right | (wanted[right] @ wanted.T > _ALIKE)
        excluded[rows, right] = False
        scores = (normalize(vectors[:, :size], dim=-1) @ wanted.T).masked_fill(excluded, -torch.inf)
        loss = loss + weight * cross_entropy(scores / TEMPERATURE, right)
    return loss


@_in_full_precision
def distillation(vectors: Tensor, targets: Tensor) -> Tensor:
    """How far vectors are from the teacher's, by direction and by their similarities among each other, on all prefixes."""
    loss = vectors.new_zeros(())
    for size in (*MATRYOSHKA, vectors.shape[-1]):
        found, wanted = normalize(vectors[:, :size], dim=-1), normalize(targets[:, :size], dim=-1)
        loss = loss + (1 - (found * wanted).sum(-1)).mean() + 2 * (found @ found.T - wanted @ wanted.T).square().mean()
    return loss


@_in_full_precision
def reading(added: Tensor, written: Tensor) -> Tensor:
    """How far what the patches add `[pictures][tokens][content]` is from what is written there, as a share of the latter's square.

    Patches add less than 1, where words may add up to more: the scale is free as long as it is one.
    """
    wanted = _READING_SCALE * written
    return (added - wanted).square().sum() / wanted.square().sum()


def _signs(vectors: Tensor) -> Tensor:
    """Binary codes of length 1 whose gradient is that of the vectors."""
    codes = torch.where(vectors >= 0, 1.0, -1.0).to(vectors) / vectors.shape[-1] ** 0.5
    return vectors + (codes - vectors).detach()
