"""Writes Tests/Fixtures/encoders: what transformers and sentence-transformers make of the two encoders.

make_fixtures.py [--real FOLDER]

  tiny-bert, tiny-mpnet      folders of sentence-transformers with small sizes and no weights: Swift makes those (synthetic.py)
  tiny-*.json                ids of each sequence
  tiny-*.safetensors         its stages by transformers in f32: `embeddings`, `layer.N`, `mean`
  buckets.json               MPNet's bucket of every distance from -600 to 600
  all-*.json, .safetensors   with --real, a folder that holds all-MiniLM-L6-v2 and all-mpnet-base-v2 with their real weights:
                             sentences, and their vectors by sentence-transformers in f32, each sentence alone

Environment: that of Tools/oracle, and sentence-transformers 6.2.0. A second run writes the same bytes on the same kind of processor.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tools" / "oracle"))

import environment
import numpy as np
import synthetic
import torch
from safetensors.numpy import save_file
from sentences import SENTENCES
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

OUT = ROOT / "Tests" / "Fixtures" / "encoders"
SIZES = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96, "hidden_act": "gelu"}
TINY = {
    "tiny-bert": (BertConfig, BertModel, {"model_type": "bert", **SIZES, "vocab_size": 30522, "max_position_embeddings": 512, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute"}, 256),
    "tiny-mpnet": (MPNetConfig, MPNetModel, {"model_type": "mpnet", **SIZES, "vocab_size": 30527, "max_position_embeddings": 514, "relative_attention_num_buckets": 32, "layer_norm_eps": 1e-5, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2}, 384),
}
REAL = ("all-MiniLM-L6-v2", "all-mpnet-base-v2")
MODULES = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def save(path: Path, tensors: dict[str, np.ndarray]) -> None:
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise RuntimeError(f"{path.name}: a number is not finite")
    save_file({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)}, path)
    path.chmod(0o644)


def write_folder(name: str) -> None:
    _, _, config, length = TINY[name]
    write(OUT / name / "config.json", config)
    write(OUT / name / "sentence_bert_config.json", {"max_seq_length": length, "do_lower_case": False})
    modules = [{"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"} for i, (path, kind) in enumerate(MODULES)]
    write(OUT / name / "modules.json", modules)
    pooling = {f"pooling_mode_{mode}": mode == "mean_tokens" for mode in ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens")}
    write(OUT / name / "1_Pooling" / "config.json", {"word_embedding_dimension": SIZES["hidden_size"], **pooling})


def tiny_model(name: str):
    configuration, kind, config, _ = TINY[name]
    model = kind(configuration(**{k: v for k, v in config.items() if k != "model_type"}, attn_implementation="eager"))
    state = {}
    for key, tensor in model.state_dict().items():
        if key.startswith("pooler.") or not tensor.is_floating_point():
            state[key] = tensor
            continue
        bits = synthetic.bfloat16_bits(key, tuple(tensor.shape), 0)
        state[key] = torch.from_numpy(synthetic.float32_from_bits(bits).reshape(tuple(tensor.shape)))
    model.load_state_dict(state, strict=True)
    return model.eval()


def write_stages(name: str) -> None:
    generator = random.Random(name)
    vocabulary = TINY[name][2]["vocab_size"]
    sequences = [[generator.randrange(5, vocabulary) for _ in range(length)] for length in (1, 2, 17, 64, 65, 210)]
    # A padding token spelled out in a text: MPNet gives it no place.
    padded = [generator.randrange(5, vocabulary) for _ in range(9)]
    padded[3] = padded[4] = TINY[name][2]["pad_token_id"]
    sequences.append(padded)
    model = tiny_model(name)
    tensors = {}
    for number, ids in enumerate(sequences):
        with torch.inference_mode():
            tokens = torch.tensor([ids])
            found = model(input_ids=tokens, attention_mask=torch.ones_like(tokens), output_hidden_states=True)
        states = [state[0].numpy() for state in found.hidden_states]
        tensors[f"{number}/embeddings"] = states[0]
        for layer, state in enumerate(states[1:]):
            tensors[f"{number}/layer.{layer}"] = state
        tensors[f"{number}/mean"] = states[-1].astype(np.float64).mean(axis=0).astype(np.float32)
    save(OUT / f"{name}.safetensors", tensors)
    (OUT / f"{name}.json").write_text("[\n" + ",\n".join(map(json.dumps, sequences)) + "\n]\n")


def write_buckets() -> None:
    distances = torch.arange(-600, 601)
    buckets = MPNetEncoder.relative_position_bucket(distances, num_buckets=32)
    (OUT / "buckets.json").write_text(json.dumps(buckets.tolist()) + "\n")


def write_vectors(folder: Path, name: str) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder / name), device="cpu")
    # One at a time: the reference pads a batch, which moves its last bits.
    vectors = np.stack([model.encode([text])[0] for text in SENTENCES])
    ids = [model.tokenizer(text, truncation=True, max_length=model.max_seq_length)["input_ids"] for text in SENTENCES]
    similarities = model.similarity(vectors[:3], vectors[:3])
    print(name, similarities)
    save(OUT / f"{name}.safetensors", {"vectors": vectors.astype(np.float32)})
    entries = ",\n".join(json.dumps({"text": text, "ids": row}, ensure_ascii=False) for text, row in zip(SENTENCES, ids, strict=True))
    (OUT / f"{name}.json").write_text("[\n" + entries + "\n]\n", encoding="utf-8")


def write_manifest() -> None:
    from importlib import metadata

    files = {
        path.relative_to(OUT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(OUT.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    versions = environment.versions() | {"sentence-transformers": metadata.version("sentence-transformers")}
    made = "Tools/encoders/make_fixtures.py on a CPU, one thread, float32; weights of tiny-* by Tools/oracle/synthetic.py, seed 0"
    write(OUT / "manifest.json", {"made_by": made, "versions": versions, "sha256": files})


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the fixtures of the text encoders.")
    parser.add_argument("--real", type=Path, help="folder with all-MiniLM-L6-v2 and all-mpnet-base-v2")
    real = parser.parse_args().real
    environment.make_deterministic()
    OUT.mkdir(parents=True, exist_ok=True)
    for name in TINY:
        write_folder(name)
        write_stages(name)
    write_buckets()
    if real is not None:
        for name in REAL:
            write_vectors(real, name)
    write_manifest()


if __name__ == "__main__":
    main()
