"""Writes Tests/Fixtures/video: short clips, what the reference makes of them, and the manifest.

Run with the reference's versions (requirements.txt here), decord 0.6.0, av 18.1.0, and Debian 12's ffmpeg 5.1.9 on the path:

    python Tools/media/make_video_fixtures.py [--shared ../shared]

`--shared` adds the digests of the real frames that are read there and not copied.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

os.environ["FORCE_QWENVL_VIDEO_READER"] = "frames"

import av  # noqa: E402
import decord  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image, ImageSequence  # noqa: E402

from make_fixtures import digest, dumped, pattern  # noqa: E402  # before torchvision, whose missing operators it declares

from qwen_vl_utils import vision_process  # noqa: E402
from torchvision.transforms import InterpolationMode  # noqa: E402
from torchvision.transforms import functional as transforms  # noqa: E402
from transformers import Qwen3VLProcessor, Qwen3VLVideoProcessor  # noqa: E402

import clips  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "Tests" / "Fixtures" / "video"
TOTAL_PIXELS, PATCH = 7_864_320, 16

warnings.simplefilter("ignore")
vision_process.logger.setLevel("ERROR")
decord.logging.set_level(decord.logging.QUIET)


class Clip:
    """All frames of a clip in the order of presentation, [frames][height][width][3], and its average rate.

    They come from decord, read from first to last; where decord cannot read a clip, or hides what it shows (`reader` says so), from PyAV
    with the same conversion, or Pillow for WebP.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.suffix == ".webp":
            # A frame's duration is there once the frame is loaded.
            loaded = [(np.array(vision_process.to_rgb(f.copy())), f.info["duration"]) for f in ImageSequence.Iterator(Image.open(path))]
            self.reader, self.frames = "pillow", np.stack([pixels for pixels, _ in loaded])
            self.rate = len(loaded) * 1000 / sum(milliseconds for _, milliseconds in loaded)
            return
        container = av.open(str(path))
        stream = container.streams.video[0]
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(stream)]
        self.reader, self.frames = "av", np.stack(shown)
        self.rate = float(stream.average_rate)
        if path.suffix == ".gif":
            self.rate = None
            return
        try:
            reader = decord.VideoReader(str(path))
            frames = reader.get_batch(range(len(reader))).asnumpy()
        except Exception:
            return
        if len(frames) == len(shown):
            self.reader, self.frames = "decord", frames
            self.rate = reader.get_avg_fps()


current: Clip | None = None


def read_frames(ele: dict[str, object]) -> tuple[torch.Tensor, dict[str, object], float]:
    """`_read_video_decord`, but for where frames come from: decord itself goes back in time on some clips."""
    total, rate = len(current.frames), current.rate
    start, end, total = vision_process.calculate_video_frame_range(ele, total, rate)
    count = vision_process.smart_nframes(ele, total_frames=total, video_fps=rate)
    indices = torch.linspace(start, end, count).round().long().tolist()
    return frames_at(indices), {"fps": rate, "frames_indices": indices, "total_num_frames": total, "video_backend": "frames"}, 0.0


def frames_at(indices: list[int]) -> torch.Tensor:
    return torch.tensor(current.frames[indices]).permute(0, 3, 1, 2)


vision_process.VIDEO_READER_BACKENDS["frames"] = read_frames


def decord_agrees(indices: list[int]) -> bool | None:
    """Whether decord, asked for these frames only, gives them; nothing where it cannot read the clip."""
    try:
        batch = decord.VideoReader(str(current.path)).get_batch(indices).asnumpy()
    except Exception:
        return None
    return bool(np.array_equal(batch, current.frames[indices]))


def outcome(video: torch.Tensor, metadata: dict[str, object]) -> dict[str, object]:
    """Resized frames to patches and times, by transformers' processor."""
    indices, rate = [int(i) for i in metadata["frames_indices"]], float(metadata["fps"])
    processor = Qwen3VLVideoProcessor(patch_size=PATCH, merge_size=2, temporal_patch_size=2, image_mean=[0.5] * 3, image_std=[0.5] * 3)
    made = processor(
        videos=[video], video_metadata=[{**metadata, "frames_indices": indices}], do_resize=False, do_sample_frames=False,
        cap_pixels_per_frame=True, return_tensors="pt",
    )  # fmt: skip
    times = Qwen3VLProcessor._calculate_timestamps(None, list(indices), rate, 2)
    pixels = video.permute(0, 2, 3, 1).to(torch.uint8).numpy()
    return {
        "indices": indices, "timestamps": times, "texts": [f"<{time:.1f} seconds>" for time in times],
        "size": [video.shape[3], video.shape[2]], "grid": made["video_grid_thw"][0].tolist(),
        "frames_sha256": digest(pixels.tobytes()),
        "patches_sha256": digest(made["pixel_values_videos"].numpy().astype("<f4").tobytes()),
    }  # fmt: skip


SAMPLINGS: list[dict[str, object]] = [
    {"fps": 1, "max_frames": 64},
    {"fps": 4, "max_frames": 6},
    {"nframes": 7},
    {"fps": 5, "max_frames": 64, "video_start": 0.5, "video_end": 1.7},
]


def clip_record(path: Path) -> dict[str, object]:
    global current
    current = Clip(path)
    if current.rate is None:
        # No reference reads a GIF's rate; it is counted here from the delays.
        delays = [frame.info["duration"] for frame in ImageSequence.Iterator(Image.open(path))]
        current.rate = len(delays) * 1000 / sum(delays)
    count, height, width, _ = current.frames.shape
    cases = []
    for sampling in SAMPLINGS:
        for budget in (TOTAL_PIXELS, None) if sampling is SAMPLINGS[0] else (TOTAL_PIXELS,):
            ele = {"video": str(path), **sampling, **({} if budget is None else {"total_pixels": budget})}
            record = {**sampling, "total_pixels": budget}
            try:
                if count == 1 and "nframes" not in sampling and "video_start" not in sampling:
                    # Not the reference, which fails: the frame twice, as for a list of one frame.
                    video, metadata = frames_at([0, 0]), {"fps": current.rate, "frames_indices": [0, 0], "total_num_frames": 1}
                    vision_process.VIDEO_READER_BACKENDS["frames"] = lambda ele: (video, metadata, 0.0)
                made = vision_process.fetch_video(ele, image_patch_size=PATCH, return_video_metadata=True)
                record |= outcome(*made)
                record["decord"] = decord_agrees(record["indices"])
            except (ValueError, AttributeError, ImportError, ModuleNotFoundError) as error:
                record["refused"] = str(error).splitlines()[0]
            finally:
                vision_process.VIDEO_READER_BACKENDS["frames"] = read_frames
            cases.append(record)
    return {
        "file": f"clips/{path.name}", "reader": current.reader, "frames": count, "rate": current.rate, "size": [width, height],
        "sha256": digest(current.frames.tobytes()), "cases": cases,
    }  # fmt: skip


def sampling_lines(fps: float, most: int, least: int) -> str:
    """`frames rate: indices`, for many lengths and rates."""
    lines = []
    for total in [*range(2, 200), *range(200, 6_000, 37), 100_000, 108_000, 1_000_001]:
        for rate in (1.0, 12.5, 24_000 / 1_001, 25.0, 29.97, 60.0):
            count = vision_process.smart_nframes({"fps": fps, "max_frames": most, "min_frames": least}, total_frames=total, video_fps=rate)
            indices = torch.linspace(0, total - 1, count).round().long().tolist()
            lines.append(f"{total} {rate:g}: {' '.join(map(str, indices))}\n")
    return "".join(lines)


def sampling_records() -> list[dict[str, object]]:
    settings = [(1, 64, 4), (2, 768, 4), (0.5, 33, 5), (30, 16, 2), (1, 8, 10)]
    records = []
    for fps, most, least in settings:
        lines = sampling_lines(fps, most, least)
        records.append({"fps": fps, "max": most, "min": least, "lines": lines.count("\n"), "sha256": digest(lines.encode())})
    return records


def list_sampling_text() -> str:
    return "".join(
        f"{n} {most}: {' '.join(map(str, np.linspace(0, n - 1, most, dtype=int).tolist()))}\n" for n in range(2, 300) for most in range(2, min(n, 70))
    )


def budget_lines(total_pixels: float) -> str:
    """`width height frames width' height'` by the lines of `fetch_video`."""
    lines = []
    for width, height in ((96, 64), (320, 180), (640, 360), (854, 480), (1280, 720), (1920, 1080), (1080, 1920), (3840, 2160), (333, 1001)):
        for frames in range(2, 66, 2):
            least = 128 * 1024
            most = max(min(768 * 1024, total_pixels / frames * 2), int(least * 1.05))
            new_height, new_width = vision_process.smart_resize(height, width, 32, least, most)
            lines.append(f"{width} {height} {frames} {new_width} {new_height}\n")
    return "".join(lines)


RESIZES = [
    (96, 64, 448, 320), (1280, 720, 672, 384), (640, 360, 1152, 640), (98, 67, 96, 64), (37, 500, 64, 320), (1920, 1080, 640, 352),
    (333, 444, 320, 448), (320, 180, 320, 180), (100, 64, 96, 64), (1, 1, 32, 32), (2, 300, 32, 96), (1000, 10, 992, 32),
    (31, 33, 32, 32), (255, 257, 512, 64), (64, 64, 32, 32), (65, 63, 33, 31), (500, 500, 3, 3),
]  # fmt: skip


def resize_records() -> list[dict[str, object]]:
    records = []
    for width, height, new_width, new_height in RESIZES:
        frame = torch.from_numpy(pattern(width, height)).permute(2, 0, 1)[None]
        made = transforms.resize(frame, [new_height, new_width], interpolation=InterpolationMode.BICUBIC, antialias=True)
        pixels = made[0].permute(1, 2, 0).contiguous().numpy()
        records.append({"from": [width, height], "to": [new_width, new_height], "sha256": digest(pixels.tobytes())})
    return records


def list_record(name: str, files: list[str], most: int, total_pixels: int) -> dict[str, object]:
    """A list of frames by the reference's class: thinned out by `sample_frames`, then `fetch_video`."""
    taken = files if len(files) <= most else [files[i] for i in np.linspace(0, len(files) - 1, most, dtype=int).tolist()]
    ele = {"video": taken, "total_pixels": total_pixels}
    made = vision_process.fetch_video(ele, image_patch_size=PATCH, return_video_metadata=True)
    return {"list": name, "count": len(files), "max_frames": most, "total_pixels": total_pixels, **outcome(*made)}


def list_records(shared: Path) -> list[dict[str, object]]:
    folder = shared / "data" / "qwen3-vl-embedding" / "videos"
    records = []
    for name, count, most, total in (
        ("video7020", 35, 64, TOTAL_PIXELS), ("video7021", 38, 10, TOTAL_PIXELS), ("video7024", 50, 7, 1_000_000),
        ("video7025", 1, 64, TOTAL_PIXELS), ("video7025", 4, 64, TOTAL_PIXELS),
    ):  # fmt: skip
        files = [str(file) for file in sorted(folder.glob(f"{name}_*.jpeg"))[:count]]
        assert len(files) == count, f"{folder} holds {len(files)} frames of {name}, expected {count}"
        records.append(list_record(name, files, most, total))
    return records


def write_manifest() -> None:
    packages = ["pillow", "numpy", "qwen-vl-utils", "transformers", "torch", "torchvision", "decord", "av"]
    tool = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout.split()[2]
    files = sorted(path for path in OUT.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest = {
        "made_by": "Tools/media/make_video_fixtures.py",
        "versions": {name: importlib.metadata.version(name) for name in packages} | {"python": platform.python_version(), "ffmpeg": tool},
        "clips": "drawn by ffmpeg's testsrc2; how, in Tools/media/clips.py",
        "lists.json": "digests only, of frames that are read from ../shared/data and are not part of this repository",
        "sha256": {str(path.relative_to(OUT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=None)
    shared = parser.parse_args().shared
    kept = (OUT / "lists.json").read_text() if (OUT / "lists.json").exists() else None
    shutil.rmtree(OUT, ignore_errors=True)
    for folder in ("clips", "hostile"):
        (OUT / folder).mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        made = clips.make(OUT / "clips", Path(scratch))
    (OUT / "clips.json").write_text(dumped([clip_record(path) for path in made]))
    refused = []
    for name, (code, data) in clips.hostile(OUT / "clips").items():
        (OUT / "hostile" / name).write_bytes(data)
        refused.append({"file": f"hostile/{name}", "codes": code.split("|")})
    (OUT / "hostile.json").write_text(dumped(refused))
    (OUT / "sampling.json").write_text(dumped(sampling_records()))
    rules = {
        "list_sampling_sha256": digest(list_sampling_text().encode()),
        "budget_sha256": digest(budget_lines(TOTAL_PIXELS).encode()),
        "reference_budget_sha256": digest(budget_lines(vision_process.MODEL_SEQ_LEN * 1024 * 0.9).encode()),
    }
    (OUT / "rules.json").write_text(dumped(rules))
    (OUT / "resize.json").write_text(dumped(resize_records()))
    if shared is not None:
        kept = dumped(list_records(shared))
    if kept is not None:
        (OUT / "lists.json").write_text(kept)
    write_manifest()


if __name__ == "__main__":
    main()
