"""Pictures made to order: pages, screens, scenes of shapes and clips, each with texts that describe it.

Every generator is a function of a seed: `make(seed)` gives the same pixels and the same texts on any machine with the same fonts and the
same Pillow.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Made:
    """One generated picture (several frames for a clip)."""

    frames: list[Image.Image]
    # Texts that find it; any of them is right.
    captions: list[str]
    # Texts that are wrong in one word each.
    wrong: list[str]
    # Two pictures with the same key are told apart by no caption.
    key: str
