"""A small part of each task, for the tests that come with the program.

    sample.py --tasks FOLDER --out Tests/Fixtures/meaning

The first candidates of a task and the queries whose right answers are among them; `tasks.py` has the layout. The text sample beside them
(`text/`) was written by hand.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

_CANDIDATES = {"emoji": 80, "clipart": 80}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=Path, required=True, help="what tasks.py wrote")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    for name, count in _CANDIDATES.items():
        _sample(options.tasks / name, options.out / name, count)


def _sample(task: Path, out: Path, count: int) -> None:
    corpus = _lines(task / "corpus.jsonl")
    # Spread over the task, which is sorted by name.
    corpus = corpus[:: max(1, len(corpus) // count)][:count]
    kept = {line["_id"] for line in corpus}
    (out / "corpus").mkdir(parents=True, exist_ok=True)
    for line in corpus:
        shutil.copyfile(task / line["image"], out / line["image"])
    _write(out / "corpus.jsonl", corpus)
    rows = [row.split("\t") for row in (task / "qrels.tsv").read_text(encoding="utf-8").splitlines()]
    header, rows = rows[0], [row for row in rows[1:] if row[1] in kept]
    asked = {row[0] for row in rows}
    _write(out / "queries.jsonl", [line for line in _lines(task / "queries.jsonl") if line["_id"] in asked])
    (out / "qrels.tsv").write_text("".join("\t".join(row) + "\n" for row in [header, *rows]), encoding="utf-8")


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _write(path: Path, lines: list[dict]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
