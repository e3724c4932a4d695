"""Writes a checkpoint in the layout of Hugging Face, as the published models have it.

    export.py --data FOLDER --run FOLDER --out FOLDER
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import environment  # noqa: F401  (before transformers)
import torch
from safetensors.torch import save_file

from layout import SPECIAL_TOKENS, Shape

_TRANSFORMERS = "4.57.1"
# The only size of training. For people: nothing reads it (the reference takes its limits from elsewhere).
_MOST_PIXELS = 64 * 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="where tokenizer.json is")
    parser.add_argument("--run", type=Path, required=True, help="where model.pt is")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--shape", default="{}", help="as in training")
    parser.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(options.data / "tokenizer.json", options.out / "tokenizer.json")
    contents = json.loads((options.data / "tokenizer.json").read_text(encoding="utf-8"))
    tokens = {token["content"]: token["id"] for token in contents["added_tokens"]}
    _write(options.out / "config.json", _configuration(Shape(**json.loads(options.shape)), tokens, options.dtype))
    _write(options.out / "tokenizer_config.json", _tokenizer_configuration(contents))
    _write(options.out / "preprocessor_config.json", _preprocessor("Qwen2VLImageProcessorFast"))
    video = _preprocessor("Qwen3VLVideoProcessor") | {"do_sample_frames": True, "fps": 2, "min_frames": 4, "max_frames": 768}
    video["video_processor_type"] = video.pop("image_processor_type")
    _write(options.out / "video_preprocessor_config.json", video)
    save_file(weights(options.run / "model.pt", getattr(torch, options.dtype)), options.out / "model.safetensors", {"format": "pt"})


def weights(path: Path, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """The running mean of a run's weights under the published names; the output head is the token embedding."""
    average = torch.load(path, map_location="cpu", weights_only=True)["average"]
    kept = {name.removeprefix("inner."): tensor for name, tensor in average.items() if name.startswith("inner.")}
    kept.pop("lm_head.weight", None)
    return {name: tensor.to(dtype).contiguous() for name, tensor in sorted(kept.items())}


def _configuration(shape: Shape, tokens: dict[str, int], dtype: str) -> dict[str, object]:
    """`config.json` as version 4.57 of transformers, with which the models were published, spells it."""
    whole = shape.configuration(tokens)
    text, vision = whole.text_config.to_dict(), whole.vision_config.to_dict()
    rope = text["rope_parameters"]
    kept = (
        "attention_bias", "attention_dropout", "bos_token_id", "eos_token_id", "head_dim", "hidden_act", "hidden_size", "initializer_range",
        "intermediate_size", "max_position_embeddings", "model_type", "num_attention_heads", "num_hidden_layers", "num_key_value_heads",
        "rms_norm_eps", "vocab_size",
    )  # fmt: skip
    text = {key: text[key] for key in kept} | {
        "dtype": dtype,
        "rope_scaling": {key: rope[key] for key in ("mrope_interleaved", "mrope_section", "rope_type")},
        "rope_theta": rope["rope_theta"],
        "tie_word_embeddings": True,
        "use_cache": True,
    }
    kept = (
        "deepstack_visual_indexes", "depth", "hidden_act", "hidden_size", "in_channels", "initializer_range", "intermediate_size",
        "model_type", "num_heads", "num_position_embeddings", "out_hidden_size", "patch_size", "spatial_merge_size", "temporal_patch_size",
    )  # fmt: skip
    return {
        "architectures": ["Qwen3VLForConditionalGeneration"],
        "dtype": dtype,
        "image_token_id": tokens["<|image_pad|>"],
        "model_type": "qwen3_vl",
        "text_config": text,
        "tie_word_embeddings": True,
        "transformers_version": _TRANSFORMERS,
        "video_token_id": tokens["<|video_pad|>"],
        "vision_config": {key: vision[key] for key in kept} | {"dtype": dtype, "model_type": "qwen3_vl"},
        "vision_end_token_id": tokens["<|vision_end|>"],
        "vision_start_token_id": tokens["<|vision_start|>"],
    }


def _tokenizer_configuration(contents: dict) -> dict[str, object]:
    fields = ("content", "lstrip", "normalized", "rstrip", "single_word", "special")
    return {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": {str(token["id"]): {key: token[key] for key in fields} for token in contents["added_tokens"]},
        "additional_special_tokens": list(SPECIAL_TOKENS[1:]),
        "bos_token": None,
        "clean_up_tokenization_spaces": False,
        "eos_token": "<|im_end|>",
        "errors": "replace",
        "model_max_length": 8_192,
        "pad_token": "<|endoftext|>",
        "split_special_tokens": False,
        "tokenizer_class": "Qwen2Tokenizer",
        "unk_token": None,
    }


def _preprocessor(kind: str) -> dict[str, object]:
    return {
        "do_convert_rgb": True,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [0.5] * 3,
        "image_processor_type": kind,
        "image_std": [0.5] * 3,
        "merge_size": 2,
        "patch_size": 16,
        "processor_class": "Qwen3VLProcessor",
        "resample": 3,
        "rescale_factor": 1 / 255,
        "size": {"longest_edge": _MOST_PIXELS, "shortest_edge": 4_096},
        "temporal_patch_size": 2,
    }


def _write(path: Path, contents: dict) -> None:
    path.write_text(json.dumps(contents, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
