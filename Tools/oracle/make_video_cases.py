"""Writes Tests/Fixtures/oracle/videos.json: what the reference makes of video files and lists of frames, from the file to the vector.

make_video_cases.py [--tokenizer FOLDER]

Frames are read, sampled and resized by qwen-vl-utils (its reader is decord), cut into patches by transformers' processor, and prompted as
transformers 4.57 does (see README.md). The clips are those of Tests/Fixtures/video.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path

os.environ["FORCE_QWENVL_VIDEO_READER"] = "decord"

import environment
import numpy as np
import torch
from qwen_vl_utils.vision_process import fetch_video

import cases
from checkpoint_writer import copy_companions, write_checkpoint
from oracle import Oracle, Prepared
from prompts import Item, embedding_prompt

ROOT = Path(__file__).resolve().parents[2]
CHECKPOINTS = ROOT / "Tests" / "Fixtures" / "checkpoints"
OUT = ROOT / "Tests" / "Fixtures" / "oracle"
CLIPS = ROOT / "Tests" / "Fixtures" / "video" / "clips"
CHECKPOINT = "tiny-2b"
TOTAL_PIXELS = 7_864_320

CASES = [
    {"name": "file", "videos": [{"file": "h264-bframes.mp4"}], "texts": ["what moves?"]},
    {"name": "file-fps", "videos": [{"file": "vp9.webm", "fps": 4.0}], "instruction": "Find the clip"},
    {"name": "file-max-frames", "videos": [{"file": "h264-bframes.mp4", "fps": 8.0, "max_frames": 6}]},
    {"name": "file-total-pixels", "videos": [{"file": "large.mp4", "total_pixels": 600_000}]},
    {"name": "variable-rate", "videos": [{"file": "variable-rate.mp4"}]},
    {"name": "rotated", "videos": [{"file": "rotated-90.mp4"}]},
    {"name": "two-and-picture", "videos": [{"file": "hevc.mkv"}, {"file": "vp9.webm"}], "images": [cases.SMALL], "texts": ["a", "b"]},
    {"name": "frames", "videos": [{"frames": [cases.LARGE] * 3}]},
]


def element(video: dict) -> dict:
    if "frames" in video:
        return {"video": [f"file://{OUT / name}" for name in video["frames"]], "total_pixels": TOTAL_PIXELS}
    return {
        "video": str(CLIPS / video["file"]),
        "fps": video.get("fps", 1.0),
        "max_frames": video.get("max_frames", 64),
        "total_pixels": video.get("total_pixels", TOTAL_PIXELS),
    }


def prepare(oracle: Oracle, case: dict) -> tuple[Prepared, list[list[float]]]:
    """The prompt with every video's pairs of frames behind their times, and those times."""
    values, grids, parts, times = [], [], "", []
    for video in case["videos"]:
        pixels, metadata = fetch_video(element(video), image_patch_size=16, return_video_metadata=True)
        made = oracle.processor.video_processor([pixels], do_resize=False, do_sample_frames=False, return_tensors="pt")
        values.append(made["pixel_values_videos"])
        grids.append(made["video_grid_thw"])
        indices = [int(index) for index in metadata["frames_indices"]]
        seconds = oracle.processor._calculate_timestamps(indices, metadata["fps"], 2)
        pairs, rows, columns = made["video_grid_thw"][0].tolist()
        if len(seconds) != pairs:
            raise RuntimeError(f"{case['name']}: {len(seconds)} times for {pairs} pairs")
        tokens = rows * columns // 4
        parts += "".join(f"<{time:.1f} seconds><|vision_start|>{'<|video_pad|>' * tokens}<|vision_end|>" for time in seconds)
        times.append(seconds)
    item = Item(tuple(OUT / name for name in case.get("images", [])), tuple(case.get("texts", [])))
    prepared = oracle.prepare_embedding(item, case.get("instruction"))
    user = parts + ("" if item.images or item.texts else "\0")
    prompt = embedding_prompt(item, case.get("instruction"), user)
    # With a video there is something given: no NULL.
    prompt = prompt.replace("\0NULL", "")
    first, *others = prompt.split("<|image_pad|>")
    counts = [] if prepared.grids is None else (prepared.grids.prod(-1) // 4).tolist()
    expanded = first + "".join("<|image_pad|>" * count + part for count, part in zip(counts, others, strict=True))
    ids = oracle.processor.tokenizer(expanded)["input_ids"]
    return replace(prepared, prompt=prompt, ids=ids, video_values=torch.cat(values), video_grids=torch.cat(grids)), times


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the cases of videos from the file to the vector.")
    parser.add_argument("--tokenizer", type=Path, default=ROOT / "Tests" / "Fixtures" / "tokenizer" / "qwen3-vl")
    tokenizer = parser.parse_args().tokenizer
    environment.make_deterministic()
    described = []
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / CHECKPOINT
        write_checkpoint(CHECKPOINTS / CHECKPOINT, checkpoint, 0)
        copy_companions(CHECKPOINTS / CHECKPOINT, tokenizer, checkpoint)
        oracle = Oracle(checkpoint, torch.float32)
        for case in CASES:
            prepared, times = prepare(oracle, case)
            vector = oracle.embed(prepared).vector.numpy()
            if not np.isfinite(vector).all():
                raise RuntimeError(f"{case['name']}: a number is not finite")
            described.append(
                {
                    **case,
                    "timestamps": times,
                    "grids": prepared.video_grids.tolist(),
                    "input_ids": runs(prepared.ids),
                    "embedding": [float(np.float32(number)) for number in vector],
                }
            )
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in described)
    (OUT / "videos.json").write_text("[\n" + lines + "\n]\n", encoding="utf-8")


def runs(ids: list[int]) -> list[list[int]]:
    """Ids with their repetitions counted: placeholders come by the hundred."""
    counted: list[list[int]] = []
    for token in ids:
        if counted and counted[-1][0] == token:
            counted[-1][1] += 1
        else:
            counted.append([token, 1])
    return counted


if __name__ == "__main__":
    main()
