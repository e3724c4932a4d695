"""Reads WordNet's own files: which words are English, and what they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

_PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


@dataclass(frozen=True)
class Synset:
    """One meaning: its words, and its gloss without examples."""

    words: tuple[str, ...]
    gloss: str


@dataclass
class WordNet:
    """The dictionary: meanings by id, and for each word its meanings and how often texts use it."""

    synsets: dict[str, Synset] = field(default_factory=dict)
    senses: dict[str, list[str]] = field(default_factory=dict)
    plurals: dict[str, str] = field(default_factory=dict)
    frequency: dict[str, int] = field(default_factory=dict)

    @staticmethod
    def read(folder: Path) -> WordNet:
        net = WordNet()
        for part, mark in _PARTS.items():
            for line in _lines(folder / f"data.{part}"):
                head, _, gloss = line.partition(" | ")
                fields = head.split()
                count = int(fields[3], 16)
                words = tuple(fields[4 + 2 * i].split("(")[0].replace("_", " ") for i in range(count))
                meaning = gloss.split(';  "')[0].split('; "')[0].strip()
                net.synsets[mark + fields[0]] = Synset(words, meaning)
            for line in _lines(folder / f"index.{part}"):
                fields = line.split()
                offsets = fields[-int(fields[2]) :]
                lemma = fields[0].replace("_", " ")
                net.senses.setdefault(lemma, []).extend(mark + offset for offset in offsets)
                tagged = int(fields[-int(fields[2]) - 1])
                net.frequency[lemma] = net.frequency.get(lemma, 0) + tagged
        for line in (folder / "noun.exc").read_text().splitlines():
            plural, *singular = line.replace("_", " ").split()
            net.plurals[plural] = singular[0]
        return net

    def lemma(self, word: str) -> str | None:
        """The dictionary form of an English word, or nothing where the word is not in the dictionary."""
        word = word.lower()
        if word in self.plurals:
            return self.plurals[word]
        if word in self.senses:
            return word
        for ending, instead in (("ies", "y"), ("es", ""), ("es", "e"), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e")):
            stem = word.removesuffix(ending) + instead
            if word.endswith(ending) and len(stem) > 2 and stem in self.senses:
                return stem
        return None

    def is_noun(self, lemma: str) -> bool:
        return any(sense.startswith("n") for sense in self.senses.get(lemma, ()))


def _lines(path: Path) -> list[str]:
    """All lines but the licence at the top, which is indented."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("  ")]
