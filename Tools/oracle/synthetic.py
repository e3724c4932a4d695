"""Synthetic weights by a recipe that Swift repeats bit for bit.

Element i (from 0) of the tensor `name` is `center + spread * u_i`, in f32 with the product and the sum each rounded (no fused
multiply-add), then rounded to nearest even to bf16. `u_i` comes from a splitmix64 stream whose seed is the FNV-1a-64 hash of
the UTF-8 name plus the checkpoint's seed, so that every element can be computed alone, in any order.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

_MASK = (1 << 64) - 1
_INCREMENT = 0x9E3779B97F4A7C15
_NORM_SUFFIXES = ("norm.weight", "norm1.weight", "norm2.weight", "LayerNorm.weight")
_TABLE_SUFFIXES = ("embed_tokens.weight", "pos_embed.weight")

# Fits the second-level cache together with its temporaries: four times faster than one pass over a large tensor.
_CHUNK = 1 << 16


def stream_seed(name: str, checkpoint_seed: int) -> int:
    """The 64-bit seed of one tensor's stream."""
    value = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        value = ((value ^ byte) * 0x100000001B3) & _MASK
    return (value + checkpoint_seed) & _MASK


def center_and_spread(name: str, shape: tuple[int, ...]) -> tuple[np.float32, np.float32]:
    """What the tensor's values are centred on, and how far they reach to either side."""
    if len(shape) == 1:
        if name.endswith(_NORM_SUFFIXES):
            return np.float32(1.0), np.float32(0.5)
        return np.float32(0.0), np.float32(0.1)
    if name.endswith(_TABLE_SUFFIXES):
        return np.float32(0.0), np.float32(0.5)
    fan_in = math.prod(shape[1:])
    return np.float32(0.0), np.float32(math.sqrt(3.0) * 0.8 / math.sqrt(float(fan_in)))


def _fill(out: np.ndarray, start: int, seed: int, center: np.float32, spread: np.float32) -> None:
    count = out.size
    with np.errstate(over="ignore"):
        z = np.arange(start + 1, start + 1 + count, dtype=np.uint64)
        z *= np.uint64(_INCREMENT)
        z += np.uint64(seed)
        z ^= z >> np.uint64(30)
        z *= np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(27)
        z *= np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    z >>= np.uint64(40)
    value = z.astype(np.float32)  # below 2^24: exact
    value *= np.float32(2.0**-23)  # exact
    value -= np.float32(1.0)  # exact
    value *= spread
    value += center
    bits = value.view(np.uint32)
    bits += np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
    bits >>= np.uint32(16)
    out[:] = bits  # keeps the low 16 bits


def bfloat16_bits(name: str, shape: tuple[int, ...], checkpoint_seed: int, threads: int = 2) -> np.ndarray:
    """The whole tensor, flat, as the bit patterns of bf16."""
    seed = stream_seed(name, checkpoint_seed)
    center, spread = center_and_spread(name, shape)
    out = np.empty(math.prod(shape), dtype=np.uint16)
    starts = range(0, out.size, _CHUNK)
    if len(starts) == 1:
        _fill(out, 0, seed, center, spread)
        return out
    with ThreadPoolExecutor(threads) as pool:
        jobs = [pool.submit(_fill, out[start : start + _CHUNK], start, seed, center, spread) for start in starts]
        for job in jobs:
            job.result()
    return out


def float32_from_bits(bits: np.ndarray) -> np.ndarray:
    """bf16 bit patterns widened to f32 (exact)."""
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)
