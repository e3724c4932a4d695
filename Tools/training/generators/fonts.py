"""The fonts that pages and screens are written in."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_FAMILIES = {
    "plain": (
        "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansCondensed.ttf", "DejaVuSerif.ttf", "LiberationSans-Regular.ttf",
        "LiberationSans-Bold.ttf", "LiberationSerif-Regular.ttf", "LiberationMono-Regular.ttf", "NimbusSans-Regular.otf",
        "NimbusRoman-Regular.otf", "NimbusSansNarrow-Regular.otf", "C059-Roman.otf", "P052-Roman.otf", "URWBookman-Light.otf",
        "URWGothic-Book.otf", "DejaVuSansMono.ttf",
    ),
    "heading": (
        "DejaVuSans-Bold.ttf", "DejaVuSerif-Bold.ttf", "LiberationSans-Bold.ttf", "LiberationSerif-Bold.ttf", "NimbusSans-Bold.otf",
        "URWGothic-Demi.otf", "C059-Bold.otf", "P052-Bold.otf", "URWBookman-Demi.otf", "LiberationSerif-BoldItalic.ttf",
    ),
}  # fmt: skip


@lru_cache(maxsize=4_096)
def _load(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


class Fonts:
    """Fonts by what they are for, found below a folder of unpacked packages."""

    def __init__(self, folder: Path) -> None:
        found = {path.name: path for path in sorted(folder.rglob("*.[ot]tf"))}
        self._paths = {use: [str(found[name]) for name in names] for use, names in _FAMILIES.items()}

    def pick(self, use: str, size: int, choose) -> ImageFont.FreeTypeFont:
        """A font for a use, drawn by `random.Random.choice` or the like."""
        return _load(choose(self._paths[use]), size)

    @property
    def files(self) -> list[str]:
        return sorted({path for paths in self._paths.values() for path in paths})
