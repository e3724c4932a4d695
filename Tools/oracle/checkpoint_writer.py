"""Tensor names and shapes of Qwen3-VL, and safetensors files written from the recipe in `synthetic.py`."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import environment  # noqa: F401  (before transformers)
import torch
from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

import synthetic

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
)
PREPROCESSOR_FILES = ("preprocessor_config.json", "video_preprocessor_config.json")

_SAFETENSORS_NAME = {"bf16": "BF16", "f16": "F16", "f32": "F32"}
_CONFIG_NAME = {"bf16": "bfloat16", "f16": "float16", "f32": "float32"}
_ITEM_SIZE = {"bf16": 2, "f16": 2, "f32": 4}


@dataclass(frozen=True)
class TensorSpec:
    """One tensor of a checkpoint: its published name (which seeds its values), the name it is stored under, its shape."""

    name: str
    stored_name: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        return math.prod(self.shape)


def legacy_name(name: str) -> str:
    """The name that Qwen2-VL-style checkpoints use: the decoder directly under `model`, the tower under `visual`."""
    if name.startswith("model.language_model."):
        return "model." + name.removeprefix("model.language_model.")
    if name.startswith("model.visual."):
        return "visual." + name.removeprefix("model.visual.")
    return name


def tensor_specs(config_folder: Path, layout: str = "reference") -> list[TensorSpec]:
    """Every tensor of the configuration, sorted by the name it is stored under."""
    config = Qwen3VLConfig.from_pretrained(config_folder)
    with torch.device("meta"):
        model = Qwen3VLForConditionalGeneration(config)
    specs = []
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        stored = legacy_name(name) if layout == "legacy" else name
        specs.append(TensorSpec(name, stored, tuple(tensor.shape)))
    return sorted(specs, key=lambda spec: spec.stored_name)


def tensor_bytes(spec: TensorSpec, seed: int, dtype: str) -> np.ndarray:
    """The tensor's data as stored. Other types than bf16 hold the same values, f16 rounded to nearest even."""
    bits = synthetic.bfloat16_bits(spec.name, spec.shape, seed)
    if dtype == "bf16":
        return bits
    values = synthetic.float32_from_bits(bits)
    return values if dtype == "f32" else values.astype(np.float16)


def write_safetensors(path: Path, specs: list[TensorSpec], seed: int, dtype: str) -> None:
    """One file, tensors in the order given, with nothing held in memory but the tensor being written."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for spec in specs:
        end = offset + spec.count * _ITEM_SIZE[dtype]
        header[spec.stored_name] = {
            "dtype": _SAFETENSORS_NAME[dtype],
            "shape": list(spec.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for spec in specs:
            file.write(tensor_bytes(spec, seed, dtype).data)


def split_into_shards(specs: list[TensorSpec], shards: int) -> list[list[TensorSpec]]:
    """The tensors in order, in exactly `shards` parts of about the same size; none is empty."""
    if not 1 <= shards <= len(specs):
        raise ValueError(f"cannot write {len(specs)} tensors in {shards} shards")
    parts: list[list[TensorSpec]] = []
    current: list[TensorSpec] = []
    remaining = sum(spec.count for spec in specs)
    for number, spec in enumerate(specs, start=1):
        current.append(spec)
        shards_left = shards - len(parts)
        size = sum(part.count for part in current)
        if shards_left > 1 and (size * shards_left >= remaining or len(specs) - number == shards_left - 1):
            parts.append(current)
            remaining -= size
            current = []
    return [*parts, current]


def write_checkpoint(
    config_folder: Path,
    out: Path,
    seed: int = 0,
    layout: str = "reference",
    dtype: str = "bf16",
    shards: int = 1,
) -> list[TensorSpec]:
    """The weights and `config.json` of one checkpoint; returns what was written, in order."""
    specs = tensor_specs(config_folder, layout)
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("model*.safetensors*"):
        old.unlink()
    parts = split_into_shards(specs, shards)
    if len(parts) == 1:
        write_safetensors(out / "model.safetensors", specs, seed, dtype)
    else:
        weight_map = {}
        for number, part in enumerate(parts, start=1):
            file_name = f"model-{number:05d}-of-{len(parts):05d}.safetensors"
            write_safetensors(out / file_name, part, seed, dtype)
            weight_map.update({spec.stored_name: file_name for spec in part})
        index = {
            "metadata": {"total_size": sum(spec.count for spec in specs) * _ITEM_SIZE[dtype]},
            "weight_map": weight_map,
        }
        (out / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    config = json.loads((config_folder / "config.json").read_text())
    for section in (config, config["text_config"], config["vision_config"]):
        section["dtype"] = _CONFIG_NAME[dtype]
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    return specs


def copy_companions(config_folder: Path, tokenizer: Path, out: Path) -> None:
    """The files that lie beside the weights: those present of the preprocessor's and the tokenizer's."""
    for folder, names in ((config_folder, PREPROCESSOR_FILES), (tokenizer, TOKENIZER_FILES)):
        for name in names:
            if (folder / name).is_file():
                shutil.copyfile(folder / name, out / name)


def digests(config_folder: Path, seed: int, named: tuple[str, ...]) -> dict[str, object]:
    """SHA-256 of the bf16 bytes of some tensors, and of all tensors joined in the order of their published names."""
    everything = hashlib.sha256()
    tensors = {}
    specs = tensor_specs(config_folder)
    for spec in specs:
        data = tensor_bytes(spec, seed, "bf16").data
        everything.update(data)
        if spec.name in named:
            tensors[spec.name] = hashlib.sha256(data).hexdigest()
    missing = set(named) - set(tensors)
    if missing:
        raise ValueError(f"no such tensors in {config_folder}: {sorted(missing)}")
    return {"tensor_count": len(specs), "sha256": everything.hexdigest(), "tensors": tensors}
