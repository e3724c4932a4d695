/// What the registers alone can do: the limit that products are measured against.
#ifndef SIGHTLINE_LIMIT_H
#define SIGHTLINE_LIMIT_H

#include "lanes.h"

/// As many sums as a tile of the product has in registers.
#define SL_LIMIT_SUMS (SL_TILE_ROWS(SL_TILE_VECTORS) * SL_TILE_VECTORS)

/// See `sl_kernels`. All operands are 1, so every number of every sum counts the rounds.
static size_t limit(sl_number number, size_t rounds, float *sum) {
  words sums[SL_LIMIT_SUMS] = {0};
  // A pair of bf16 ones, or a quad of int8 ones, which for sets that widen is two pairs of 16 bits.
  words ones = (words)(number != SL_I8 ? 0x3f803f80u : SL_WIDENS ? 0x00010001u : 0x01010101u);
  // Opaque, so that no product is worked out by the compiler.
  __asm__("" : "+m"(ones));
  if (number == SL_I8) {
    for (size_t round = 0; round < (SL_WIDENS ? 2 : 1) * rounds; ++round) {
      UNROLL
      for (int i = 0; i < SL_LIMIT_SUMS; ++i) {
#if SL_WIDENS
        // Opaque for each product anew: to multiply takes an instruction of its own here, which would be done once for all.
        __asm__ volatile("" : "+m"(ones));
        sums[i] = dot_halves(sums[i], ones, 0x00010001u);
#else
        // Sets that add an offset to weights get a quad that is 1 with it.
        sums[i] = dot_quads(sums[i], ones, 0x01010101u * ((1u - SL_WEIGHT_OFFSET) & 0xffu));
#endif
      }
    }
  } else {
    for (size_t round = 0; round < rounds; ++round) {
      UNROLL
      for (int i = 0; i < SL_LIMIT_SUMS; ++i) sums[i] = (words)dot((lanes)sums[i], ones, 0x3f803f80u);
    }
  }
  lanes total = 0.0f;
  UNROLL
  for (int i = 0; i < SL_LIMIT_SUMS; ++i) total += number == SL_I8 ? __builtin_convertvector(sums[i], lanes) : (lanes)sums[i];
  *sum = total[0];
  return rounds * SL_LIMIT_SUMS * SL_LANES * (number == SL_I8 ? 8 : 4);
}

#endif
