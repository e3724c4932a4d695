"""Writes Tests/Fixtures/quantization/int8.json: the definition of int8, worked out with numpy.

    pip install numpy==2.4.6
    python Tools/quantization/make_fixtures.py

Rows of weights: scale = largest magnitude / 127 (at least the smallest normal number), number / scale, rounded to nearest even, all in f32.
Tokens: the same of numbers rounded to bf16, but multiplied with 1 / scale. A product: the sum of whole numbers, exact, as f32, times
(token scale * row scale).
"""

import json
from pathlib import Path

import numpy as np

TINY = np.finfo(np.float32).tiny


def bfloat16(numbers):
    bits = numbers.astype(np.float32).view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) & np.uint32(0xFFFF0000)
    return rounded.astype(np.uint32).view(np.float32)


def scales_of(rows):
    return np.maximum(np.abs(rows).max(axis=1) / np.float32(127), TINY).astype(np.float32)


def quantize_weights(rows):
    scales = scales_of(rows)
    return np.rint(rows / scales[:, None]).astype(np.int8), scales


def quantize_tokens(rows):
    scales = scales_of(rows)
    return np.rint(rows * (np.float32(1) / scales)[:, None]).astype(np.int8), scales


def product(tokens, token_scales, weights, row_scales):
    sums = tokens.astype(np.int64) @ weights.astype(np.int64).T
    return sums.astype(np.float32) * (token_scales[:, None] * row_scales[None, :]).astype(np.float32)


def bits(numbers):
    return [int(number) for number in np.ascontiguousarray(numbers, dtype=np.float32).view(np.uint32).ravel()]


def main():
    random = np.random.default_rng(20261121)
    cases = []
    for tokens, rows, columns in [(1, 3, 2), (5, 7, 38), (17, 9, 130), (66, 5, 64)]:
        weights = random.standard_normal((rows, columns)).astype(np.float32)
        weights[0] = 0
        weights[1] *= np.float32(2.0**-140)
        weights[2] = np.linspace(-127, 127, columns, dtype=np.float32).round() / 2
        activations = bfloat16(random.standard_normal((tokens, columns)).astype(np.float32) * 3)
        whole_weights, row_scales = quantize_weights(weights)
        whole_tokens, token_scales = quantize_tokens(activations)
        result = product(whole_tokens, token_scales, whole_weights, row_scales)
        cases.append({
            "tokens": tokens, "rows": rows, "columns": columns, "weightBits": bits(weights), "activationBits": bits(activations),
            "wholeWeights": whole_weights.ravel().tolist(), "scaleBits": bits(row_scales), "productBits": bits(result),
        })
    path = Path(__file__).resolve().parents[2] / "Tests/Fixtures/quantization/int8.json"
    path.write_text(json.dumps({"numpy": np.__version__, "cases": cases}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
