/// The kernels for AVX2 with FMA: x86 processors from 2013 on.
#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "sets.h"

// All functions from here on, which the headers of the system above are not part of, may use these instructions.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

// 16 registers of 8 numbers: one vector of tokens is 2 of them, so 6 rows are 12 sums.
#define SL_TILE_VECTORS 1
#define SL_TILE_ROWS(vectors) 6
#define SL_WIDENS 1

#include "bodies/primitives.h"

typedef uint32_t half_vector __attribute__((ext_vector_type(8)));

INLINE half_vector dot_8_halves(half_vector sum, half_vector pairs, __m256i weights) {
  return (half_vector)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16((__m256i)pairs, weights));
}

/// sum + a pair of whole numbers of 16 bits of every token times one pair of weights.
///
/// `vpmaddubsw` takes twice as many numbers, of 8 bits, but saturates, and wants one side without signs: with what that costs before and
/// behind it, a core of Zen 3 reached 133 GFLOP/s, and 149 this way.
INLINE words dot_halves(words sum, words pairs, uint32_t weights) {
  const __m256i broadcast = _mm256_set1_epi32((int)weights);
  const half_vector low = dot_8_halves(sum.lo, pairs.lo, broadcast), high = dot_8_halves(sum.hi, pairs.hi, broadcast);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

#define SL_SET avx2
#include "bodies/kernels.h"

#pragma clang attribute pop

#endif
