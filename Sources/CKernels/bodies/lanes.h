/// Sixteen tokens side by side: the types and the small operations that every body is written in.
///
/// A vector of 16 numbers is one register on AVX-512, two on AVX2 and four on SSE2 and NEON; clang splits it. What differs between sets
/// beyond that, six small functions, is in `primitives.h` or, where the processor has an instruction for it, in the set's own file.
#ifndef SIGHTLINE_LANES_H
#define SIGHTLINE_LANES_H

#include <math.h>
#include <string.h>

#include "../include/CKernels.h"

/// 1 in sets that multiply bf16 as f32 and int8 as 16 bits, and therefore widen blocks of both before (see `multiply_panels.h`).
#ifndef SL_WIDENS
#define SL_WIDENS 0
#endif

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/// Vectors wider than a register are only passed to functions that are always inlined, where no calling convention applies.
#pragma clang diagnostic ignored "-Wpsabi"

/// `a + b * c` becomes one instruction where the processor has it: by the language's rule, in every copy of a body alike.
#pragma STDC FP_CONTRACT ON

typedef float lanes __attribute__((ext_vector_type(16)));      ///< One number of 16 tokens.
typedef uint32_t words __attribute__((ext_vector_type(16)));   ///< A bf16 pair of 16 tokens, or the bits of `lanes`.
typedef int32_t integers __attribute__((ext_vector_type(16)));
typedef uint16_t halves __attribute__((ext_vector_type(16)));  ///< A bf16 or f16 number of 16 tokens.
typedef int16_t half_integers __attribute__((ext_vector_type(32)));  ///< Two whole numbers of 16 tokens.
typedef int8_t bytes __attribute__((ext_vector_type(16)));     ///< 16 whole numbers of a row of weights.
typedef int8_t byte_pairs __attribute__((ext_vector_type(32)));  ///< 32 of them.

// Loads and stores at any address.

INLINE lanes load(const void *from) {
  lanes value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE words load_words(const void *from) {
  words value;
  memcpy(&value, from, sizeof value);
  return value;
}

INLINE void store(void *to, lanes value) { memcpy(to, &value, sizeof value); }

INLINE void store_words(void *to, words value) { memcpy(to, &value, sizeof value); }

INLINE void store_halves(void *to, halves value) { memcpy(to, &value, sizeof value); }

/// The first `count` of 16.
INLINE void store_first(void *to, words value, size_t count) {
  if (count >= SL_LANES) {
    store_words(to, value);
  } else {
    memcpy(to, &value, count * sizeof(uint32_t));
  }
}

// bf16 is the upper half of an f32.

INLINE lanes even_of(words pairs) { return (lanes)(pairs << 16); }

INLINE lanes odd_of(words pairs) { return (lanes)(pairs & 0xffff0000u); }

INLINE lanes widen(halves value) { return (lanes)(__builtin_convertvector(value, words) << 16); }

/// The bits of a bf16 in the upper half of each word, rounded to nearest even; the lower half is left over. NaN stays NaN: its quiet
/// bit is set, because rounding could carry it into infinity.
INLINE words round_to_bf16(lanes value) {
  words bits = (words)value;
  words rounded = bits + 0x7fffu + ((bits >> 16) & 1u);
  return value != value ? (bits | 0x00400000u) : rounded;
}

/// The same as f32.
INLINE lanes rounded(lanes value) { return (lanes)(round_to_bf16(value) & 0xffff0000u); }

/// Whole numbers as they are, up to 16 of a row; zeros behind them.
INLINE lanes widen_bytes(const void *from, size_t count) {
  bytes run = 0;
  memcpy(&run, from, count);
  return __builtin_convertvector(run, lanes);
}

INLINE lanes greater(lanes a, lanes b) { return a > b ? a : b; }

/// 16 tokens of 16 words become 16 words of 16 tokens, in four rounds that each interleave the upper with the lower half.
INLINE void transpose(words block[SL_LANES]) {
  UNROLL
  for (int round = 0; round < 4; round++) {
    words next[SL_LANES];
    UNROLL
    for (int i = 0; i < 8; i++) {
      words a = block[i], b = block[i + 8];
      next[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    UNROLL
    for (int i = 0; i < SL_LANES; i++) { block[i] = next[i]; }
  }
}

/// Runs `CALL(n)` with the number of vectors as a constant, so that loops over them unroll into registers.
#define FOR_VECTORS(count, CALL) \
  switch (count) { \
    case 1: CALL(1); break; \
    case 2: CALL(2); break; \
    case 3: CALL(3); break; \
    default: CALL(4); break; \
  }

INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/// Bytes of one number.
INLINE size_t number_size(sl_number number) { return number == SL_F32 ? 4 : number == SL_I8 ? 1 : 2; }

INLINE size_t tile_count(size_t tokens) { return (tokens + SL_TILE - 1) / SL_TILE; }

#endif
