/// The primitives in plain vector arithmetic, for sets that have no instruction for them.
#ifndef SIGHTLINE_PRIMITIVES_H
#define SIGHTLINE_PRIMITIVES_H

#include "lanes.h"

/// sum + even * even + odd * odd: a pair of every token times one pair of weights.
INLINE lanes dot(lanes sum, words pairs, uint32_t weights) {
  sum = sum + even_of(pairs) * __builtin_bit_cast(float, weights << 16);
  return sum + odd_of(pairs) * __builtin_bit_cast(float, weights & 0xffff0000u);
}

/// Two features of 16 tokens as pairs.
INLINE words pack_pairs(lanes even, lanes odd) { return (round_to_bf16(even) >> 16) | (round_to_bf16(odd) & 0xffff0000u); }

/// 16 bf16 numbers.
INLINE halves narrow(lanes value) { return __builtin_convertvector(round_to_bf16(value) >> 16, halves); }

/// 32 numbers that lie one after the other in two vectors as 32 bf16 numbers that do.
INLINE words narrow_run(lanes first, lanes second) {
  const halves run[2] = {narrow(first), narrow(second)};
  return load_words(run);
}

/// The floor of x, 127 at most, plus 1.5 * 2^23. Numbers of that size have no bits below one: adding it rounds to an integer, which
/// then stands in the lowest bits, and the half makes that the floor.
INLINE lanes shifted_floor(lanes x) { return ((x > 127.0f ? (lanes)127.0f : x) - 0.5f) + 12582912.0f; }

/// x - floor(x)
INLINE lanes fraction_of(lanes x) { return (x > 127.0f ? (lanes)127.0f : x) - (shifted_floor(x) - 12582912.0f); }

/// power * 2^floor(x) for a power from 1 to 2: zero where x is below -126, never infinite, NaN for NaN.
INLINE lanes times_power_of_floor(lanes power, lanes x) {
  const lanes scaled = (lanes)((words)power + ((words)shifted_floor(x) << 23));
  return x < -126.0f ? (lanes)0.0f : (x != x ? x : scaled);
}

#endif
