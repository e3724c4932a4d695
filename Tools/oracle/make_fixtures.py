"""Writes everything under Tests/Fixtures/oracle: pictures, cases, expected numbers, `verify.json` and the manifest.

make_fixtures.py [--tokenizer FOLDER]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import environment
import numpy as np
import skimage
import torch
from PIL import Image
from safetensors.numpy import save_file

import cases
from checkpoint_writer import copy_companions, digests, write_checkpoint
from oracle import Encoded, Oracle, Prepared
from prompts import Item
from verification import verification_cases

ROOT = Path(__file__).resolve().parents[2]
CHECKPOINTS = ROOT / "Tests" / "Fixtures" / "checkpoints"
OUT = ROOT / "Tests" / "Fixtures" / "oracle"
TINY = ("tiny-2b", "tiny-8b")
SEED = 0
DIGESTED = (
    "model.language_model.embed_tokens.weight",
    "model.language_model.layers.0.self_attn.q_norm.weight",
    "model.language_model.layers.0.mlp.down_proj.weight",
    "model.visual.patch_embed.proj.bias",
    "model.visual.patch_embed.proj.weight",
    "model.visual.pos_embed.weight",
    "model.visual.blocks.0.norm1.weight",
    "model.visual.deepstack_merger_list.0.norm.weight",
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the fixtures that the engine is tested against.")
    parser.add_argument("--tokenizer", type=Path, default=ROOT / "Tests" / "Fixtures" / "tokenizer" / "qwen3-vl")
    tokenizer = parser.parse_args().tokenizer
    if not (tokenizer / "tokenizer.json").is_file():
        parser.error(f"no tokenizer.json in {tokenizer}")
    environment.make_deterministic()
    write_images()
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(TINY):
            checkpoint = Path(folder) / name
            write_checkpoint(CHECKPOINTS / name, checkpoint, SEED)
            copy_companions(CHECKPOINTS / name, tokenizer, checkpoint)
            exact, rounded = Oracle(checkpoint, torch.float32), Oracle(checkpoint, torch.bfloat16)
            if number == 0:
                # Prompts, ids, grids and positions depend on the tokenizer only: the same for every checkpoint.
                write_json("cases.json", describe_cases(exact))
                write_json("verify_texts.json", cases.PASSAGES)
                write_json("verify.json", verification_cases(exact, name, OUT))
            write_expected(name, exact, rounded)
    write_manifests()


def write_images() -> None:
    folder = OUT / "images"
    folder.mkdir(parents=True, exist_ok=True)
    source = Path(skimage.__file__).parent / "data"
    for name, (photograph, box, _) in cases.IMAGES.items():
        with Image.open(source / photograph) as picture:
            picture.convert("RGB").crop(box).save(folder / name, optimize=True)


# Inputs


def item(side: dict) -> Item:
    return Item(tuple(OUT / name for name in side["images"]), tuple(side["texts"]))


def prepare_embedding(oracle: Oracle, case: dict) -> Prepared:
    return oracle.prepare_embedding(item(case), case["instruction"], case["max_length"])


def prepare_reranking(oracle: Oracle, case: dict) -> Prepared:
    query = case["query"]
    return oracle.prepare_reranking(
        item(query),
        item(case["document"]),
        query["instruction"] if "instruction" in query else case["instruction"],
        case["max_length"],
        case["appends_end_of_text"],
    )


def prepare_video(oracle: Oracle, case: dict) -> Prepared:
    with Image.open(OUT / case["frames"]["image"]) as picture:
        frames = [picture.crop(tuple(box)) for box in case["frames"]["boxes"]]
    return oracle.prepare_video(frames, case["frames_per_second"], item(case), case["instruction"])


def describe(case: dict, prepared: Prepared, encoded: Encoded) -> dict:
    described = {
        **case,
        "prompt": prepared.prompt,
        "input_ids": prepared.ids,
        "positions": encoded.positions,
        "grids": prepared.grids.tolist() if prepared.grids is not None else [],
        "resized": prepared.resized,
    }
    if prepared.video_grids is not None:
        described["video_grids"] = prepared.video_grids.tolist()
    return described


def describe_cases(oracle: Oracle) -> dict:
    embedding, video, reranking, refused = [], [], [], []
    for case in cases.EMBEDDING:
        prepared = prepare_embedding(oracle, case)
        embedding.append(describe(case, prepared, oracle.encode(prepared)))
    for case in cases.VIDEO:
        prepared = prepare_video(oracle, case)
        video.append(describe(case, prepared, oracle.encode(prepared)))
    for case in cases.EMBEDDING_REFUSED:
        try:
            prepare_embedding(oracle, case)
        except ValueError as error:
            refused.append({**case, "error": str(error)})
        else:
            raise RuntimeError(f"{case['name']} should have been refused")
    for case in cases.RERANKING:
        prepared = prepare_reranking(oracle, case)
        reranking.append(describe(case, prepared, oracle.encode(prepared)))
    return {"embedding": embedding, "video": video, "embedding_refused": refused, "reranking": reranking}


# Expected numbers


def cosine(first: torch.Tensor, second: torch.Tensor) -> float:
    first, second = first.double(), second.double()
    return (first @ second / (first.norm() * second.norm())).item()


def write_expected(name: str, exact: Oracle, rounded: Oracle) -> None:
    tensors: dict[str, np.ndarray] = {}
    summary: dict[str, object] = {"embedding": [], "reranking": []}
    vectors: dict[str, torch.Tensor] = {}
    prepared_cases = [(case, prepare_embedding(exact, case)) for case in cases.EMBEDDING]
    prepared_cases += [(case, prepare_video(exact, case)) for case in cases.VIDEO]
    for case, prepared in prepared_cases:
        encoded = exact.embed(prepared, records_stages=case["stages"])
        vector, coarse = encoded.vector, rounded.embed(prepared).vector.float()
        vectors[case["name"]] = vector
        tensors[f"{case['name']}/embedding"] = vector.numpy()
        tensors[f"{case['name']}/embedding.bfloat16"] = coarse.numpy()
        tensors.update({f"{case['name']}/{stage}": values for stage, values in encoded.stages.items()})
        summary["embedding"].append({"name": case["name"], "bfloat16_cosine": cosine(vector, coarse)})
    for case in cases.RERANKING:
        prepared = prepare_reranking(exact, case)
        (_, logit, score), (_, coarse_logit, coarse_score) = exact.score(prepared), rounded.score(prepared)
        summary["reranking"].append(
            {
                "name": case["name"],
                "logit": logit,
                "score": score,
                "bfloat16_logit": coarse_logit,
                "bfloat16_score": coarse_score,
            }
        )
    summary["batch"] = [batch_distance(kind, oracle) for kind, oracle in (("float32", exact), ("bfloat16", rounded))]
    check_distinct(vectors)
    if not all(np.isfinite(values).all() for values in tensors.values()):
        raise RuntimeError(f"{name}: a number is not finite")
    path = OUT / f"{name}.safetensors"
    save_file({key: np.ascontiguousarray(tensors[key]) for key in sorted(tensors)}, path)
    path.chmod(0o644)
    write_json(f"{name}.json", summary)


def batch_distance(kind: str, oracle: Oracle) -> dict:
    """How far the reference's own padded batch is from the same inputs alone: for information, no test's business."""
    chosen = [case for case in cases.EMBEDDING if case["name"] in cases.BATCH]
    batch = [prepare_embedding(oracle, case) for case in chosen]
    together = oracle.embed_padded(batch).float()
    alone = torch.stack([oracle.embed(prepared).vector.float() for prepared in batch])
    return {
        "precision": kind,
        "cases": [case["name"] for case in chosen],
        "lowest_cosine": min(cosine(a, b) for a, b in zip(together, alone, strict=True)),
        "largest_difference": (together - alone).abs().max().item(),
    }


def check_distinct(vectors: dict[str, torch.Tensor]) -> None:
    """Different inputs must give different vectors, or the fixture shows nothing; nothing given is the text NULL."""
    same = {"nothing": "text-null-literal"}
    names = list(vectors)
    for number, first in enumerate(names):
        for second in names[number + 1 :]:
            near = cosine(vectors[first], vectors[second]) > 0.9999
            if near != (same.get(first) == second):
                raise RuntimeError(f"{first} and {second} are {'too near' if near else 'not the same'}")


# Files


def write_json(name: str, value: object) -> None:
    """One case a line: a change to one case is a change to one line. A number that is not finite is refused."""

    def line(part: object) -> str:
        return json.dumps(part, ensure_ascii=False, allow_nan=False)

    def lines(part: list) -> str:
        return "[\n" + ",\n".join(line(inner) for inner in part) + "\n]"

    if isinstance(value, dict):
        body = ",\n".join(f"{line(key)}: {lines(part)}" for key, part in value.items())
        text = "{\n" + body + "\n}\n"
    else:
        text = lines(value) + "\n"
    (OUT / name).write_text(text, encoding="utf-8")


def digest_files(folder: Path) -> dict[str, dict]:
    return {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def write_manifests() -> None:
    files = digest_files(OUT)
    for name, (photograph, box, licence) in cases.IMAGES.items():
        files[f"images/{name}"] |= {
            "source": f"scikit-image {photograph}, left/top/right/bottom {'/'.join(map(str, box))}",
            "licence": licence,
        }
    manifest = {
        "made_by": "Tools/oracle/make_fixtures.py",
        "versions": environment.versions(),
        "device": "CPU, one thread; expected numbers in float32 unless named bfloat16",
        "weights": {
            "recipe": "Tools/oracle/synthetic.py",
            "seed": SEED,
            "sha256": "of a tensor's bf16 bytes as stored, and of all tensors' bytes joined in the order of their names",
            "checkpoints": {name: digests(CHECKPOINTS / name, SEED, DIGESTED) for name in TINY},
        },
        "files": files,
    }
    checkpoints = {
        "made_by": "by hand from the published config.json and preprocessor configurations of Qwen/Qwen3-VL-Embedding-2B "
        "(Apache-2.0): full-2b is the published file, the others differ in sizes only",
        "weights": "none stored: Tools/oracle/make_checkpoint.py writes them",
        "files": digest_files(CHECKPOINTS),
    }
    for folder, content in ((OUT, manifest), (CHECKPOINTS, checkpoints)):
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (folder / "manifest.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
