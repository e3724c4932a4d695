"""Which pictures are held out: by picture with all that look like it, and by concept with every title that names it."""

from __future__ import annotations

import io
import re
from collections import Counter

import numpy as np
from PIL import Image

from pictures import Picture
from texts import stable
from wordnet import WordNet

# Of each source, the share of pictures held out, and of concepts.
_PICTURE_SHARE = {"emoji": 0.25, "clipart": 0.26, "icon": 0.06}
_CONCEPT_SHARE = 0.05
_THUMBNAIL = 16
_ALIKE = 0.93


def split(pictures: list[Picture], net: WordNet) -> None:
    """Sets `group` and `split` of every picture: "train", "picture" (held out) or "concept" (held out with its concept)."""
    _group(pictures)
    concepts = held_out_concepts(pictures, net)
    concept_groups = {picture.group for picture in pictures if concepts & words_of(picture, net)}
    for picture in pictures:
        share = stable(f"picture {picture.group}") / 2**64
        if picture.group in concept_groups:
            picture.split = "concept"
        elif share < _PICTURE_SHARE[picture.source]:
            picture.split = "picture"
        else:
            picture.split = "train"


def held_out_concepts(pictures: list[Picture], net: WordNet) -> set[str]:
    """Nouns that are held out: chosen by hash among those that two to twenty-five pictures are called by."""
    counts = Counter(word for picture in pictures for word in _lemmas(picture.title, net))
    frequent = [word for word, count in counts.items() if 2 <= count <= 25 and net.is_noun(word) and len(word) > 2]
    return {word for word in frequent if stable(f"concept {word}") / 2**64 < _CONCEPT_SHARE}


def words_of(picture: Picture, net: WordNet) -> set[str]:
    """The dictionary forms of all words of a picture's title and keywords."""
    return set().union(*(_lemmas(text, net) for text in (picture.title, *picture.keywords)))


def _lemmas(text: str, net: WordNet) -> set[str]:
    return {net.lemma(word) or word for word in re.findall(r"[a-z]+", text.lower())}


def _group(pictures: list[Picture]) -> None:
    """Gives pictures that look alike whatever their colours the id of the first of them as their group."""
    brightness = np.stack([_thumbnail(picture, shows_colour=True) for picture in pictures])
    outline = np.stack([_thumbnail(picture, shows_colour=False) for picture in pictures])
    parents = list(range(len(pictures)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for start in range(0, len(pictures), 512):
        alike = brightness[start : start + 512] @ brightness.T
        # Two recolourings have one outline, and their brightness goes together or apart.
        found = (alike > _ALIKE) | ((np.abs(alike) > 0.85) & (outline[start : start + 512] @ outline.T > 0.985))
        for row, column in zip(*np.nonzero(found), strict=True):
            first, second = sorted((root(start + int(row)), root(int(column))))
            parents[second] = first
    for index, picture in enumerate(pictures):
        picture.group = pictures[root(index)].id


def _thumbnail(picture: Picture, shows_colour: bool) -> np.ndarray:
    """A picture on white, grey and tiny, or only its outline, scaled to mean 0 and length 1."""
    image = Image.open(io.BytesIO(picture.data)).convert("RGBA")
    if shows_colour:
        canvas = Image.new("RGBA", image.size, (255, 255, 255, 255))
        canvas.alpha_composite(image)
        image = canvas.convert("L")
    else:
        image = image.getchannel("A")
    values = np.asarray(image.resize((_THUMBNAIL, _THUMBNAIL), Image.Resampling.BOX), np.float32).ravel()
    values -= values.mean()
    return values / max(float(np.linalg.norm(values)), 1e-3)
