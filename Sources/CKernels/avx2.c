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
// Of int8, four rows are 8 sums; a quad of weights is kept twice, as it is and as magnitudes.
#define SL_QUAD_ROWS(vectors) 4

#include "bodies/primitives.h"

/// What `dot_quads` adds to every weight: nothing.
#define SL_WEIGHT_OFFSET 0

INLINE __m256i dot_8_quads(__m256i sum, __m256i quads, __m256i weights, __m256i magnitudes) {
  // x w = (x with the sign of w) |w|. `vpmaddubsw` saturates at 2^15, which two products of at most 128 * 127 never reach.
  const __m256i pairs = _mm256_maddubs_epi16(magnitudes, _mm256_sign_epi8(quads, weights));
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

typedef uint32_t half_vector __attribute__((ext_vector_type(8)));

/// See `bodies/quads.h`.
INLINE words dot_quads(words sum, words quads, uint32_t weights) {
  const __m256i broadcast = _mm256_set1_epi32((int)weights), magnitudes = _mm256_abs_epi8(broadcast);
  const half_vector low = (half_vector)dot_8_quads((__m256i)sum.lo, (__m256i)quads.lo, broadcast, magnitudes);
  const half_vector high = (half_vector)dot_8_quads((__m256i)sum.hi, (__m256i)quads.hi, broadcast, magnitudes);
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

#define SL_SET avx2
#include "bodies/kernels.h"

#pragma clang attribute pop

#endif
