"""Writes everything under Tests/Fixtures/text-models: what transformers makes of Qwen3 text models, prompted as their model cards say.

make_text_fixtures.py [--tokenizer FOLDER]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import environment
import numpy as np
import torch
import torch.nn.functional as functional
from safetensors.numpy import save_file
from transformers import AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

import cases
import synthetic
from make_fixtures import digest_files
from prompts import RERANKING_SYSTEM

ROOT = Path(__file__).resolve().parents[2]
CHECKPOINTS = ROOT / "Tests" / "Fixtures" / "checkpoints"
OUT = ROOT / "Tests" / "Fixtures" / "text-models"
EMBEDDER, RERANKER = "tiny-qwen3", "tiny-qwen3-reranker"
SEED = 0
DEFAULT_RERANKING_INSTRUCTION = "Given a web search query, retrieve relevant passages that answer the query"

EMBEDDING = [
    {"name": "document", "text": "Paris is the capital of France.", "stages": True},
    {"name": "query", "text": "What is the capital of France?", "instruction": "Given a question, retrieve passages that answer it"},
    {"name": "query-blanks", "text": " red bicycle", "instruction": " Find photographs \n"},
    {"name": "empty", "text": ""},
    {"name": "one-token", "text": "a"},
    {"name": "multi-script", "text": cases.MULTI_SCRIPT, "stages": True},
    {"name": "truncated", "text": cases.ENUMERATED, "max_length": 64},
    {"name": "long", "text": cases.ENUMERATED},
]
RERANKING = [
    {"name": "fits", "query": "What is the capital of France?", "document": "Paris is the capital of France."},
    {"name": "does-not-fit", "query": "What is the capital of France?", "document": "Bananas are rich in potassium."},
    {"name": "instruction", "query": "красный чай", "document": cases.MULTI_SCRIPT, "instruction": "Find the same words."},
    {"name": "empty", "query": "", "document": ""},
    {"name": "truncated", "query": "shelf 21", "document": cases.ENUMERATED, "max_length": 128},
]


def load(name: str) -> Qwen3ForCausalLM:
    """The model of a folder's configuration with weights by the recipe, in f32."""
    config = Qwen3Config.from_pretrained(CHECKPOINTS / name)
    model = Qwen3ForCausalLM(config).eval().float()
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if key == "lm_head.weight" and config.tie_word_embeddings:
                continue
            bits = synthetic.bfloat16_bits(key, tuple(tensor.shape), SEED)
            tensor.copy_(torch.from_numpy(synthetic.float32_from_bits(bits)).reshape(tensor.shape))
    return model


def states(model: Qwen3ForCausalLM, ids: list[int]) -> dict[str, np.ndarray]:
    """Every stage of one sequence."""
    found: dict[str, np.ndarray] = {}

    def note(stage: str, output: object) -> None:
        tensor = output[0] if isinstance(output, tuple) else output
        found[stage] = tensor.detach().reshape(-1, tensor.shape[-1]).float().numpy().copy()

    hooks = [model.model.embed_tokens.register_forward_hook(lambda _m, _i, output: note("decoder.input", output))]
    for number, layer in enumerate(model.model.layers):
        hooks.append(layer.register_forward_hook(lambda _m, _i, output, stage=f"decoder.layer.{number}": note(stage, output)))
    hooks.append(model.model.norm.register_forward_hook(lambda _m, _i, output: note("decoder.norm", output)))
    with torch.no_grad():
        model.model(input_ids=torch.tensor([ids]))
    for hook in hooks:
        hook.remove()
    return found


def embedding_text(case: dict) -> str:
    instruction = case.get("instruction")
    return f"Instruct: {instruction}\nQuery:{case['text']}" if instruction else case["text"]


def padded_vectors(model: Qwen3ForCausalLM, tokenizer: AutoTokenizer, texts: list[str]) -> torch.Tensor:
    """All texts in one batch padded on the left, the last state of each, as on the model card."""
    batch = tokenizer(texts, padding=True, truncation=True, max_length=8192, return_tensors="pt", padding_side="left")
    with torch.no_grad():
        hidden = model.model(**batch).last_hidden_state
    return functional.normalize(hidden[:, -1], dim=-1)


def reranking_ids(tokenizer: AutoTokenizer, case: dict) -> list[int]:
    before = f"<|im_start|>system\n{RERANKING_SYSTEM}<|im_end|>\n<|im_start|>user\n"
    behind = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
    first, last = (tokenizer.encode(text, add_special_tokens=False) for text in (before, behind))
    instruction = case.get("instruction") or DEFAULT_RERANKING_INSTRUCTION
    pair = f"<Instruct>: {instruction}\n<Query>: {case['query']}\n<Document>: {case['document']}"
    room = case.get("max_length", 8192) - len(first) - len(last)
    return first + tokenizer.encode(pair, add_special_tokens=False, truncation=True, max_length=room) + last


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the fixtures of the text models.")
    parser.add_argument("--tokenizer", type=Path, default=ROOT / "Tests" / "Fixtures" / "tokenizer" / "qwen3-vl")
    tokenizer = AutoTokenizer.from_pretrained(parser.parse_args().tokenizer)
    environment.make_deterministic()
    tensors: dict[str, np.ndarray] = {}
    embedder, reranker = load(EMBEDDER), load(RERANKER)
    described: dict[str, list] = {"embedding": [], "reranking": []}
    for case in EMBEDDING:
        ids = tokenizer(embedding_text(case), truncation=True, max_length=case.get("max_length", 8192))["input_ids"]
        stages = states(embedder, ids)
        vector = functional.normalize(torch.from_numpy(stages["decoder.norm"][-1]), dim=-1).numpy()
        tensors[f"{case['name']}/embedding"] = vector
        if case.get("stages"):
            tensors |= {f"{case['name']}/{stage}": values for stage, values in stages.items()}
        described["embedding"].append({**case, "input_ids": ids})
    whole = [case for case in EMBEDDING if "max_length" not in case]
    padded = padded_vectors(embedder, tokenizer, [embedding_text(case) for case in whole])
    for case, vector in zip(whole, padded, strict=True):
        distance = 1 - float(vector.double() @ torch.from_numpy(tensors[f"{case['name']}/embedding"]).double())
        # Padding on the left moves positions up, where angles in f32 are less exact: 4e-8 was seen.
        if not distance < 1e-6:
            raise RuntimeError(f"{case['name']}: alone and in a padded batch differ by {distance}")
    yes, no = (tokenizer.convert_tokens_to_ids(word) for word in ("yes", "no"))
    for case in RERANKING:
        ids = reranking_ids(tokenizer, case)
        with torch.no_grad():
            logits = reranker(input_ids=torch.tensor([ids])).logits[0, -1].double()
        score = torch.stack([logits[no], logits[yes]]).log_softmax(0)[1].exp().item()
        described["reranking"].append({**case, "input_ids": ids, "logit": (logits[yes] - logits[no]).item(), "score": score})
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise RuntimeError("a number is not finite")
    OUT.mkdir(parents=True, exist_ok=True)
    save_file({key: np.ascontiguousarray(tensors[key]) for key in sorted(tensors)}, OUT / "tiny-qwen3.safetensors")
    (OUT / "tiny-qwen3.safetensors").chmod(0o644)
    lines = [f'"{kind}": [\n' + ",\n".join(json.dumps(case, ensure_ascii=False) for case in part) + "\n]" for kind, part in described.items()]
    (OUT / "cases.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    manifest = {
        "made_by": "Tools/oracle/make_text_fixtures.py",
        "versions": environment.versions(),
        "weights": {"recipe": "Tools/oracle/synthetic.py", "seed": SEED, "configurations": [EMBEDDER, RERANKER]},
        "files": digest_files(OUT),
    }
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
