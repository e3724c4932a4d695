"""Collects clip art, emoji and icons as small pictures with titles and keywords."""

from __future__ import annotations

import io
import re
import warnings
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

from PIL import Image

from wordnet import WordNet

# The longer side of a stored picture; transparent borders are cut away first.
SIDE = 128

_ICON_FOLDERS = (
    ("gnome", "gnome", "256x256"),
    ("gnome", "gnome", "48x48"),
    ("oxygen", "oxygen/base", "128x128"),
    ("oxygen", "oxygen/base", "64x64"),
    ("adwaita", "Adwaita", "256x256"),
    ("adwaita", "Adwaita", "64x64"),
    ("adwaita", "Adwaita", "48x48"),
    ("tango", "Tango", "32x32"),
)
_CONTEXTS = {"mimetypes": "file type", "devices": "device", "places": "folder", "emotes": "smiley face"}
# Folders of hundreds of pictures that differ only in a number.
_SERIES = {"shapes/stars": 20, "shapes/jigsaw": 6, "special/gradients": 10, "special/patterns": 60, "shapes/flowchart": 8}
# Folders whose names say nothing of what is shown.
_PLACES = frozenset(
    ("unsorted", "special", "examples", "computer", "icons", "flat-theme", "lemon-theme", "etiquette-theme", "signs_and_symbols")
)
_SMALL_WORDS = frozenset(("a", "an", "the", "in", "of", "with", "and", "on", "for", "to", "from"))
_EMPTY_WORDS = frozenset(("icon", "png", "svg", "vector", "clip", "art", "clipart"))
_FIRST_NAMES = frozenset(
    """alan alex alexander andrea andrew anton architetto benji ben bob boris brian bruno carl carlos charles chris christian dan
    daniel danny david denis diego don ed eric erik erin fabio francesco frank franc gabriel gary george gerald gerhard
    gregory guillaume hans harry henry ivan jack james jan jason jean jeff jim jo joel johan john johnny jon jonathan jorge jose
    juan juergen julian jurgen karl keith ken kevin klaus kurt lars leo leon liam liftarn lucas luis machovka manuel marc marcel
    marco maria mario mark martin mary matt matthew max michael michel mike mirko molumen nathan nick nicolas nicu oliver
    olivier omar pablo patricia patrick paul paulo pedro peter peterm philip pierre ralf raphael ray rene ricardo rich richard
    rob robert roberto roger ron ruben ryan sam scott sean sergio simon stefan stephen steve sven ted thomas tim tom tomas tony
    valessio victor vincent walter will william yves zeimusu""".split()
)


@dataclass
class Picture:
    """A picture of the collection, as the pack's list holds it."""

    id: str
    source: str
    title: str
    keywords: list[str]
    width: int = 0
    height: int = 0
    # Set by the splits.
    group: str = ""
    split: str = "train"
    data: bytes = field(default=b"", repr=False)

    def record(self) -> dict[str, object]:
        return {key: value for key, value in asdict(self).items() if key != "data"}


def collect(share: Path, net: WordNet) -> list[Picture]:
    """All pictures, in an order that does not depend on the file system; equal files are taken once."""
    found: dict[str, Picture] = {}
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
    for picture in (*_emoji(share), *_clip_art(share / "openclipart/png", net), *_icons(share / "icons")):
        digest = sha256(picture.data).hexdigest()
        known = found.setdefault(digest, picture)
        if known is not picture:
            known.keywords += [word for word in (picture.title, *picture.keywords) if word not in known.keywords]
    return sorted(found.values(), key=lambda picture: picture.id)


def _shrunk(picture: Image.Image) -> tuple[bytes, int, int] | None:
    """The visible part at the stored size as WebP with its transparency, or nothing where there is nothing to see."""
    picture = picture.convert("RGBA")
    box = picture.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    if box is None or min(box[2] - box[0], box[3] - box[1]) < 6:
        return None
    picture = picture.crop(box)
    scale = SIDE / max(picture.size)
    size = tuple(max(8, round(side * scale)) for side in picture.size)
    # Premultiplied, so that invisible colours do not bleed into the edges.
    picture = picture.convert("RGBa").resize(size, Image.Resampling.LANCZOS).convert("RGBA")
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=85, method=4, alpha_quality=60)
    return stream.getvalue(), *size


def _make(identifier: str, source: str, title: str, keywords: list[str], picture: Image.Image) -> Iterator[Picture]:
    shrunk = _shrunk(picture)
    if shrunk is not None and title:
        data, width, height = shrunk
        keywords = [word for word in dict.fromkeys(keywords) if word and word != title]
        yield Picture(identifier, source, title, keywords, width, height, data=data)


def _emoji(share: Path) -> Iterator[Picture]:
    """Single code points of the font that CLDR has an English name for."""
    # Only collecting needs it, and training is run where it may be missing.
    from fontTools.ttLib import TTFont

    names: dict[str, str] = {}
    keywords: dict[str, list[str]] = {}
    for annotation in ElementTree.parse(share / "unicode/cldr/common/annotations/en.xml").iter("annotation"):
        text = annotation.text or ""
        if annotation.get("type") == "tts":
            names[annotation.get("cp")] = text
        else:
            keywords[annotation.get("cp")] = [word.strip() for word in text.split("|")]
    font = TTFont(share / "fonts/truetype/noto/NotoColorEmoji.ttf")
    bitmaps = font["CBDT"].strikeData[0]
    for code, glyph in sorted(font.getBestCmap().items()):
        character = chr(code)
        if character in names and glyph in bitmaps and not 0x1F3FB <= code <= 0x1F3FF:
            picture = Image.open(io.BytesIO(bitmaps[glyph].imageData))
            yield from _make(f"emoji/{code:x}", "emoji", names[character], keywords.get(character, []), picture)


def _clip_art(folder: Path, net: WordNet) -> Iterator[Picture]:
    paths = sorted(folder.rglob("*.png"))
    stems = [re.split(r"[_\s.]+|(?<=[a-z])-(?=[a-z])", path.stem.lower()) for path in paths]
    endings = Counter(tuple(words[-2:]) for words in ([w for w in stem if w and not w.isdigit()] for stem in stems))
    taken: Counter[str] = Counter()
    for path, words in zip(paths, stems, strict=True):
        place = path.parent.relative_to(folder).as_posix()
        if "duplicates" in place or taken[place] >= _SERIES.get(place, 10_000) or path.stat().st_size > 3_000_000:
            continue
        category = [part.replace("_", " ") for part in place.split("/") if part not in _PLACES]
        title = " ".join(_title(words, endings, net))
        if len(title) < 3 and len(category) < 2:
            continue
        taken[place] += 1
        try:
            picture = Image.open(path)
            if picture.width * picture.height > 30_000_000:
                continue
        except (OSError, Image.DecompressionBombError):
            continue
        kinds = [word.replace("-", " ") for word in reversed(category)]
        if "flags" in category and title and "flag" not in title:
            title = f"flag of {title}"
        identifier = f"clipart/{path.relative_to(folder).with_suffix('').as_posix()}"
        yield from _make(identifier, "clipart", title if len(title) > 2 else kinds[0], kinds, picture)


def _title(words: list[str], endings: Counter[tuple[str, ...]], net: WordNet) -> list[str]:
    """The words of a file name that say what is shown: before the artist's name and the number, and English."""
    words = [re.sub(r"\d+$", "", word.strip("-'")) for word in words]
    words = [part for word in words for part in word.split("-") if part and not part.isdigit()]
    for position, word in enumerate(words):
        if position and (word in _FIRST_NAMES or (len(words) - position == 2 and endings[tuple(words[-2:])] > 5)):
            words = words[:position]
            break
    kept: list[str] = []
    for word in words:
        known = net.lemma(word) is not None or word in _SMALL_WORDS
        if not known and kept:
            break
        if known and len(word) > 1 and word not in _FIRST_NAMES and word not in _EMPTY_WORDS:
            kept.append(word)
    while kept and kept[-1] in _SMALL_WORDS:
        kept.pop()
    while kept and kept[0] in _SMALL_WORDS:
        kept.pop(0)
    return kept


def _icons(folder: Path) -> Iterator[Picture]:
    """Icons by theme, the largest drawing of each name."""
    seen: set[tuple[str, str]] = set()
    for source, theme, size in _ICON_FOLDERS:
        for path in sorted((folder / theme / size).rglob("*.png")):
            name = path.stem.replace("-symbolic", "").removesuffix("-rtl")
            if (source, name) in seen or path.is_symlink():
                continue
            seen.add((source, name))
            title = re.sub(r"^(gnome|gtk|stock|x office|application x|application vnd)[-_ ]", "", name)
            title = re.sub(r"[-_.]+", " ", title).strip().lower()
            kinds = [_CONTEXTS[path.parent.name]] if path.parent.name in _CONTEXTS else []
            yield from _make(f"icon/{source}/{name}", "icon", title, kinds, Image.open(path))
