"""Writes a synthetic checkpoint for a `config.json`.

make_checkpoint.py CONFIG_DIR OUT [--seed N] [--layout reference|legacy] [--dtype bf16|f16|f32] [--shards N]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from checkpoint_writer import copy_companions, write_checkpoint

FIXTURES = Path(__file__).resolve().parents[2] / "Tests" / "Fixtures"


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a synthetic checkpoint for a config.json.")
    parser.add_argument("config_folder", type=Path, help="folder with config.json and the preprocessor configurations")
    parser.add_argument("out", type=Path, help="folder to write")
    parser.add_argument("--seed", type=int, default=0, help="added to every tensor's own seed (default 0)")
    parser.add_argument("--layout", choices=("reference", "legacy"), default="reference")
    parser.add_argument("--dtype", choices=("bf16", "f16", "f32"), default="bf16")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument(
        "--tokenizer",
        type=Path,
        default=FIXTURES / "tokenizer" / "qwen3-vl",
        help="folder with the tokenizer's files, copied where present",
    )
    options = parser.parse_args()
    if not 0 <= options.seed < 1 << 64:
        parser.error(f"--seed must fit 64 bits, found {options.seed}")
    if options.shards < 1:
        parser.error(f"--shards must be at least 1, found {options.shards}")

    started = time.monotonic()
    specs = write_checkpoint(options.config_folder, options.out, options.seed, options.layout, options.dtype, options.shards)
    copy_companions(options.config_folder, options.tokenizer, options.out)
    if not (options.out / "tokenizer.json").is_file():
        print(f"no tokenizer.json in {options.tokenizer}: the checkpoint has none (see --tokenizer)")
    parameters = sum(spec.count for spec in specs)
    print(f"{options.out}: {len(specs)} tensors, {parameters:,} parameters, {time.monotonic() - started:.1f} s")


if __name__ == "__main__":
    main()
