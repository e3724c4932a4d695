"""Writes Tests/Fixtures/media: pictures in every variant, what the reference makes of them, and the manifest.

Run with the reference's versions (requirements.txt here) and libjpeg-turbo's cjpeg 2.1.5 (Debian libjpeg-turbo-progs) on the path:

    python Tools/media/make_fixtures.py [--shared ../shared]

`--shared` adds the digests of the photographs and pages that are read there and not copied.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import io
import json
import platform
import shutil
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import hostile
import pictures

# torchvision's own operators are not there with CPU torch; importing it needs their declarations only.
_operators = torch.library.Library("torchvision", "DEF")
for _name in ("nms", "qnms"):
    _operators.define(f"{_name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from qwen_vl_utils.vision_process import fetch_image, smart_resize, to_rgb  # noqa: E402
from transformers import Qwen2VLImageProcessor  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "Tests" / "Fixtures" / "media"
MINIMUM_PIXELS, MAXIMUM_PIXELS, PATCH = 4_096, 1_843_200, 16

warnings.simplefilter("ignore")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def reference(data: bytes) -> Image.Image:
    """The picture as qwen-vl-utils makes it, before resizing."""
    return to_rgb(Image.open(io.BytesIO(data)))


def outcome(data: bytes) -> str | None:
    """The digest of the reference's pixels, or nothing where it refuses."""
    try:
        return digest(reference(data).tobytes())
    except Exception:
        return None


def cuts(count: int) -> list[int]:
    """The lengths to which a file is cut: 48 along it, and each of the last 48. Swift counts the same way."""
    return sorted({count * i // 48 for i in range(48)} | {count - i for i in range(1, 49) if count >= i})


def picture_record(file: str, data: bytes) -> dict[str, object]:
    image = reference(data)
    whole = digest(image.tobytes())
    accepted = [n for n in cuts(len(data)) if outcome(data[:n]) is not None]
    first = min(accepted, default=len(data))
    assert all(outcome(data[:n]) == whole for n in cuts(len(data)) if n >= first), file
    mode = Image.open(io.BytesIO(data)).mode
    return {"file": file, "mode": mode, "width": image.width, "height": image.height, "sha256": whole, "accepted_from": first}


def write_pictures() -> list[dict[str, object]]:
    records = []
    for format, make in pictures.FORMATS.items():
        for name, data in make():
            path = OUT / format / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            records.append(picture_record(f"{format}/{name}", data))
    return records


def write_hostile() -> dict[str, list[str]]:
    """Files that must be refused; that the reference refuses them too is checked, with the exceptions named."""
    # Pillow converts CIELAB through a colour engine, and takes a missing palette for a black one.
    lenient = {"lab.tif", "no-palette.png"}
    names: dict[str, list[str]] = {}
    for folder, make in (("bombs", hostile.bombs), ("broken", hostile.broken)):
        (OUT / folder).mkdir(parents=True, exist_ok=True)
        names[folder] = []
        for name, data in make():
            (OUT / folder / name).write_bytes(data)
            names[folder].append(f"{folder}/{name}")
            if outcome(data) is not None and name not in lenient:
                print(f"note: the reference accepts {folder}/{name}", file=sys.stderr)
    return names


def pattern(width: int, height: int) -> np.ndarray:
    """A picture by formula, with smooth parts and hard edges; Swift computes the same."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    smooth = (x * x * 31 + y * y * 17 + x * y * 7 + c * 101) // 64 % 256
    edges = ((x // 5 + y // 3 + c) % 2) * 255
    return np.where((x + 2 * y) % 48 < 24, smooth, edges).astype(np.uint8)


RESIZES = [
    *(
        (a, b, c, d)
        for a, b in ((64, 48), (97, 61), (33, 120))
        for c, d in ((32, 32), (96, 64), (64, 48), (97, 30), (20, 61), (160, 160))
    ),
    (1280, 720, 1280, 736), (1280, 720, 1152, 640), (1920, 1080, 1792, 1024), (640, 480, 640, 480), (500, 375, 512, 384),
    (1000, 700, 992, 672), (700, 1000, 672, 992), (300, 900, 288, 864), (300, 900, 320, 896), (900, 300, 864, 288),
    (1, 1, 64, 64), (1, 50, 32, 64), (50, 1, 64, 32), (200, 1, 896, 32), (1, 200, 32, 896), (3, 2, 1, 1), (7, 5, 1, 5), (7, 5, 7, 1),
    (2, 2, 3, 3), (15, 17, 16, 16), (16, 16, 15, 17), (31, 33, 32, 32), (1500, 8, 32, 32), (8, 1500, 32, 32), (2000, 10, 1984, 32),
    (255, 257, 512, 64), (127, 1, 1, 127), (640, 17, 17, 640), (333, 777, 160, 384), (777, 333, 384, 160),
]  # fmt: skip


def resize_records() -> list[dict[str, object]]:
    records = []
    for width, height, new_width, new_height in RESIZES:
        resized = Image.fromarray(pattern(width, height)).resize((new_width, new_height))
        records.append({"from": [width, height], "to": [new_width, new_height], "sha256": digest(resized.tobytes())})
    return records


def generator(seed: int):
    """Knuth's 64-bit linear congruential numbers, the upper 31 bits of each; Swift counts the same way."""
    state = seed
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33


def smart_resize_lines(minimum: int, maximum: int, factor: int) -> str:
    """`height width height' width'` or `height width -`, for 4,000 random sizes and all pairs of multiples of half a factor up to 30."""
    numbers = generator(factor)
    sizes = []
    for i in range(4_000):
        limit = (300, 3_000, 20_000, 100)[i % 4]
        sizes.append((1 + next(numbers) % limit, 1 + next(numbers) % limit))
    half = factor // 2
    sizes += [(h * half, w * half) for h in range(1, 31) for w in range(1, 31)]
    lines = []
    for height, width in sizes:
        try:
            new_height, new_width = smart_resize(height, width, factor, minimum, maximum)
            vanished = new_height < 1 or new_width < 1
        except ValueError:
            vanished = True
        lines.append(f"{height} {width} -\n" if vanished else f"{height} {width} {new_height} {new_width}\n")
    return "".join(lines)


def smart_resize_records() -> dict[str, object]:
    settings = [(4_096, 1_843_200, 32), (4_096, 1_310_720, 32), (3_136, 1_003_520, 28), (65_536, 65_536, 32)]
    settings += [(1, 4_096, 32), (9, 200_000, 6)]
    digests = []
    for minimum, maximum, factor in settings:
        lines = smart_resize_lines(minimum, maximum, factor)
        setting = {"minimum": minimum, "maximum": maximum, "factor": factor}
        digests.append(setting | {"lines": lines.count("\n"), "sha256": digest(lines.encode())})
    sizes = [(720, 1280), (1080, 1920), (480, 640), (48, 48), (80, 112), (16, 16), (1, 200), (200, 1)]
    sizes += [(3024, 4032), (2339, 1654), (9000, 45)]
    rows = [[h, w, *smart_resize(h, w, 32, MINIMUM_PIXELS, MAXIMUM_PIXELS)] for h, w in sizes]
    return {"digests": digests, "rows": rows}


def patch_records() -> list[dict[str, object]]:
    half, clip = [0.5] * 3, ([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])
    settings = [
        (96, 64, 16, 2, 2, half, half), (64, 96, 16, 2, 2, half, half), (160, 32, 16, 2, 2, half, half), (84, 56, 14, 2, 2, *clip),
        (48, 32, 16, 1, 1, *clip), (96, 48, 8, 3, 3, [0.1, 0.2, 0.3], [0.9, 0.7, 1.3]), (1152, 640, 16, 2, 2, half, half),
    ]  # fmt: skip
    records = []
    for width, height, patch, merge, temporal, mean, deviation in settings:
        processor = Qwen2VLImageProcessor(
            patch_size=patch, merge_size=merge, temporal_patch_size=temporal, image_mean=mean, image_std=deviation, do_resize=False
        )
        made = processor(Image.fromarray(pattern(width, height)), return_tensors="pt")
        values = made["pixel_values"].numpy().astype("<f4")
        some = [0, 1, 17, values.size // 3, values.size // 2 + 5, values.size - 1]
        records.append(
            {
                "width": width, "height": height, "patch": patch, "merge": merge, "temporal": temporal,
                "mean": mean, "deviation": deviation,
                "grid": made["image_grid_thw"][0].tolist(), "shape": list(values.shape), "sha256": digest(values.tobytes()),
                "some": [[i, float(values.reshape(-1)[i])] for i in some],
            }
        )  # fmt: skip
    return records


def whole_way(image: object, file: str) -> dict[str, object]:
    """Decoded, resized and cut, by the reference's own functions."""
    opened = Image.open(image) if isinstance(image, Path) else Image.open(io.BytesIO(image))
    decoded = to_rgb(opened)
    resized = fetch_image({"image": decoded, "min_pixels": MINIMUM_PIXELS, "max_pixels": MAXIMUM_PIXELS}, image_patch_size=PATCH)
    processor = Qwen2VLImageProcessor(
        patch_size=PATCH, merge_size=2, temporal_patch_size=2, image_mean=[0.5] * 3, image_std=[0.5] * 3, do_resize=False
    )
    made = processor(resized, return_tensors="pt")
    return {
        "file": file, "width": decoded.width, "height": decoded.height, "sha256": digest(decoded.tobytes()),
        "resized": [resized.width, resized.height], "resized_sha256": digest(resized.tobytes()),
        "grid": made["image_grid_thw"][0].tolist(), "patches_sha256": digest(made["pixel_values"].numpy().astype("<f4").tobytes()),
    }  # fmt: skip


def shared_records(shared: Path) -> list[dict[str, object]]:
    folder = shared / "data" / "qwen3-vl-embedding"
    files = sorted(folder.glob("images/*")) + sorted(folder.glob("pages/*"))
    assert len(files) == 20, f"{folder} holds {len(files)} pictures, expected 20"
    return [whole_way(file, str(file.relative_to(folder))) for file in files]


def dumped(value: object) -> str:
    """JSON with one record a line, so that a changed fixture is a changed line."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(json.dumps(item) for item in value) + "\n]\n"
    entries = [f"{json.dumps(key)}: {dumped(item).rstrip() if isinstance(item, list) else json.dumps(item)}" for key, item in value.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def write_manifest() -> None:
    packages = ["pillow", "numpy", "scikit-image", "qwen-vl-utils", "transformers", "torch", "torchvision"]
    files = sorted(path for path in OUT.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest = {
        "made_by": "Tools/media/make_fixtures.py",
        "versions": {name: importlib.metadata.version(name) for name in packages} | {"python": platform.python_version(), "cjpeg": "2.1.5"},
        "expected": "RGB8 of qwen-vl-utils' to_rgb (pictures.json), of Pillow's resize (resize.json), patches as f32 (patches.json)",
        "photographs": {
            name: {"of": f"scikit-image {file}", "box": box, "licence": licence}
            for name, (file, box, licence) in pictures.PHOTOGRAPHS.items()
        },
        "shared.json": "digests only, of pictures that are read from ../shared/data and are not part of this repository",
        "sha256": {str(path.relative_to(OUT)): digest(path.read_bytes()) for path in files},
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=None)
    shared = parser.parse_args().shared
    kept = (OUT / "shared.json").read_text() if (OUT / "shared.json").exists() else None
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    (OUT / "pictures.json").write_text(dumped(write_pictures()))
    (OUT / "hostile.json").write_text(dumped(write_hostile()))
    (OUT / "resize.json").write_text(dumped(resize_records()))
    (OUT / "smart_resize.json").write_text(dumped(smart_resize_records()))
    (OUT / "patches.json").write_text(dumped(patch_records()))
    if shared is not None:
        kept = dumped(shared_records(shared))
    if kept is not None:
        (OUT / "shared.json").write_text(kept)
    write_manifest()


if __name__ == "__main__":
    main()
