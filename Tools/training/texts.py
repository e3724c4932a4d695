"""Texts that the model learns words from: what pictures are called, what words mean, what programs do."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from pictures import Picture
from wordnet import WordNet


@dataclass(frozen=True)
class Pair:
    """Two texts that mean the same: the second is found by the first."""

    source: str
    query: str
    document: str


def stable(text: str) -> int:
    """A number that depends on the text alone: what orders and splits are made by."""
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def word_pairs(net: WordNet, limit: int) -> list[Pair]:
    """Words and their glosses, the words in frequent use first."""
    ranked = sorted(
        net.synsets.items(),
        key=lambda item: (-max(net.frequency.get(word.lower(), 0) for word in item[1].words), stable(item[0])),
    )
    pairs = []
    for _, synset in ranked[:limit]:
        words = ", ".join(synset.words[:3])
        pairs.append(Pair("wordnet", words, synset.gloss[:160]))
    return pairs


def program_pairs(descriptions: list[tuple[str, str]], limit: int) -> list[Pair]:
    """Names of programs and what they do; libraries and parts of larger programs are left out."""
    endings = ("-dev", "-dbg", "-doc", "-data", "-common", "-dbgsym")
    kept = [
        Pair("programs", name.replace("-", " "), text)
        for name, text in descriptions
        if not name.startswith(("lib", "golang-", "node-", "ruby-", "r-cran")) and not name.endswith(endings) and len(text) > 15
    ]
    return sorted(kept, key=lambda pair: stable(pair.query))[:limit]


def picture_texts(pictures: list[Picture]) -> list[str]:
    """All titles and keywords, each once."""
    return list(dict.fromkeys(text for picture in pictures for text in (picture.title, *picture.keywords)))
