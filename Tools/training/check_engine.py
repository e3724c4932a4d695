"""Compares the Swift program's vectors with transformers' for an exported model: texts, pictures, reranking scores.

    check_engine.py --model FOLDER --program .build/release/sightline --pictures PNG...

Runs in the oracle's environment (`../oracle/requirements.txt`), whose own code reads the inputs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "oracle"))
from oracle import Oracle
from prompts import Item

_TEXTS = (
    "tiger",
    "a red circle to the left of a blue square",
    "the Settings dialog with a Save button and two fields",
    "naïve café 咖啡",
)
_COSINE = 1 - 1e-4
_SCORE = 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, nargs="+", required=True)
    options = parser.parse_args()
    oracle = Oracle(options.model)
    items = [Item(texts=(text,)) for text in _TEXTS] + [Item(images=(path,)) for path in options.pictures]
    pictures = [argument for path in options.pictures for argument in ("--image", str(path))]
    lines = _run(options.program, "embed", "--model", options.model, "--precision", "f32", "--format", "jsonl", *_TEXTS, *pictures)
    worst = 1.0
    for item, line in zip(items, lines, strict=True):
        expected = oracle.embed(oracle.prepare_embedding(item)).vector.double()
        found = expected.new_tensor(line["embedding"])
        worst = min(worst, float(found @ expected / found.norm() / expected.norm()))
    print(f"vectors: {len(items)} compared, least cosine {worst:.8f}")
    if not worst >= _COSINE:
        raise SystemExit("the engine's vectors are not transformers'")
    query, documents = Item(texts=(_TEXTS[0],)), [Item(images=(path,)) for path in options.pictures] + [Item(texts=(_TEXTS[1],))]
    pictures = [argument for path in options.pictures for argument in ("--document-image", str(path))]
    arguments = ("--model", options.model, "--precision", "f32", "--json", "--query", _TEXTS[0], "--document", _TEXTS[1], *pictures)
    found = {line["index"]: line["score"] for line in _run(options.program, "rerank", *arguments)[0]["results"]}
    prepared = [oracle.prepare_reranking(query, document, appends_end_of_text=True) for document in [documents[-1], *documents[:-1]]]
    expected = [oracle.score(one)[2] for one in prepared]
    worst = max(abs(found[number] - score) for number, score in enumerate(expected))
    print(f"scores: {len(expected)} compared, largest difference {worst:.1e}")
    if not worst <= _SCORE:
        raise SystemExit("the engine's scores are not transformers'")


def _run(program: Path, *arguments: object) -> list[dict]:
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    main()
