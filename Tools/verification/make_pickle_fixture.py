"""Writes Tests/Fixtures/pickle/: a small pickle with the instructions of the publisher's, and what it holds as JSON.

    python make_pickle_fixture.py --output Tests/Fixtures/pickle

Made with Python 3.11; any version that writes protocol 4 gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import platform
from pathlib import Path

# One long text for the four-byte length; one that is met twice, so that it is taken from the memo.
PASSAGE = "Eileen Collins was the first woman to command a space shuttle."
CORPUS = [PASSAGE, "Cats sleep for twelve to sixteen hours a day.", "猫は一日に十二時間以上眠ります。", "Rye, water, salt. " * 20, ""]
VALUE = {
    "corpus": CORPUS,
    "results": [
        {"ranked_indices": [0, 255, 256, 65_536, -1], "ranked_scores": [0.7988359928131104, -0.5], "gt_passage": PASSAGE},
        {"ranked_indices": [1, 2], "ranked_scores": [1e-300, 0.0], "gt_passage": CORPUS[3]},
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    output = parser.parse_args().output
    files = {
        "passages.pkl": pickle.dumps(VALUE, protocol=4),
        "passages.json": (json.dumps(VALUE, ensure_ascii=False, indent=1) + "\n").encode(),
    }
    for name, data in files.items():
        (output / name).write_bytes(data)
    manifest = {
        "made_by": "Tools/verification/make_pickle_fixture.py",
        "versions": {"python": platform.python_version()},
        "files": {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()},
    }
    (output / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
