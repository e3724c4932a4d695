"""From raw packages to what training reads: the picture pack with its splits, the texts, the tokenizer and the teacher's vectors.

    make_data.py --packages FOLDER --out FOLDER
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import environment  # noqa: F401  (before transformers)

from tokenizers import Tokenizer

from generators import clips, screens, shapes
from layout import DEFAULT_INSTRUCTION, RERANKING_INSTRUCTION, RERANKING_SYSTEM
from packages import Packages, package_descriptions
from packs import read_pictures, write_pictures
from pictures import collect
from splits import held_out_concepts, split
from texts import picture_texts, program_pairs, stable, word_pairs
from vocabulary import train_tokenizer
from wordnet import WordNet


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, required=True, help="where packages are unpacked; fetched when missing")
    parser.add_argument("--out", type=Path, required=True, help="where the data go")
    parser.add_argument("--words", type=int, default=40_000, help="meanings of WordNet, frequent ones first")
    parser.add_argument("--programs", type=int, default=15_000, help="descriptions of programs")
    parser.add_argument("--skip-teacher", action="store_true", help="leave the teachers' vectors as they are")
    options = parser.parse_args()
    packages = Packages(options.packages)
    packages.fetch()
    net = WordNet.read(packages.share / "wordnet")

    pictures = read_pictures(options.out) if (options.out / "pictures.jsonl").exists() else collect(packages.share, net)
    split(pictures, net)
    write_pictures(options.out, pictures)
    _write_splits(options.out, pictures, net)
    print("pictures:", dict(sorted(Counter((picture.source, picture.split) for picture in pictures).items())), flush=True)

    pairs = word_pairs(net, options.words) + program_pairs(package_descriptions(), options.programs)
    (options.out / "pairs.jsonl").write_text(
        "".join(json.dumps([pair.source, pair.query, pair.document], ensure_ascii=False) + "\n" for pair in pairs), encoding="utf-8"
    )
    captions = [caption for seed in range(2_000) for made in (shapes.make(seed), clips.make(seed)) for caption in made.captions]
    titles = picture_texts(pictures)
    if not (options.out / "tokenizer.json").exists():
        frame = [DEFAULT_INSTRUCTION, RERANKING_INSTRUCTION, RERANKING_SYSTEM, "system\n", "user\n", "assistant\n", "yes", "no"]
        words = [*screens.BUTTONS, *screens.FIELDS, *screens.TITLES, *screens.BOXES]
        texts = [text for pair in pairs for text in (pair.query, pair.document)]
        train_tokenizer([*frame * 500, *words * 20, *titles * 4, *captions, *texts], options.out / "tokenizer.json")
    if not options.skip_teacher:
        from teacher import Teacher, VectorStore

        texts = [*titles, *dict.fromkeys(captions), *_words(options.out / "tokenizer.json")]
        # The frequent words first, so that a run that is cut short has a bit of everything.
        texts += [text for pair in sorted(pairs[:30_000], key=lambda pair: stable(pair.document)) for text in (pair.query, pair.document)]
        texts += [text for pair in pairs for text in (pair.query, pair.document)]
        from photographs import classifier, write_features

        write_features(options.out, pictures, classifier(packages.fetch_classifier()))
        VectorStore(options.out / "teacher.npz").extend(texts, Teacher(packages.teacher))


def _words(path: Path) -> list[str]:
    """The tokens that are words of three letters and more."""
    tokenizer = Tokenizer.from_file(str(path))
    tokens = [tokenizer.decode([number]) for number in range(tokenizer.get_vocab_size())]
    return sorted({token[1:] for token in tokens if token[:1] == " " and token[1:].isalpha() and len(token) > 3})


def _write_splits(folder: Path, pictures: list, net: WordNet) -> None:
    """The two held-out lists, for people and for the tests."""
    for name in ("picture", "concept"):
        listed = [picture.id for picture in pictures if picture.split == name]
        (folder / f"held-out-by-{name}.txt").write_text("\n".join(listed) + "\n", encoding="utf-8")
    (folder / "held-out-concepts.txt").write_text("\n".join(sorted(held_out_concepts(pictures, net))) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
