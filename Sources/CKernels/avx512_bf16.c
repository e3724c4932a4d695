/// The kernels for AVX-512 with bf16 and int8 products: Zen 4 and later, Cooper Lake, Sapphire Rapids and later.
#if defined(__x86_64__)

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "sets.h"

// All functions from here on, which the headers of the system above are not part of, may use these instructions.
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512bf16"))), apply_to = function)

// 32 registers of 16 numbers: 24 sums, 4 vectors of tokens, one weight. A tile of one vector is 12 rows and no more: at a stride of
// 4 KB its weights fall into one set of the first cache, which has 12 ways.
#define SL_TILE_VECTORS 4
#define SL_TILE_ROWS(vectors) ((vectors) <= 2 ? 12 : (vectors) == 3 ? 8 : 6)
#define SL_QUAD_ROWS(vectors) SL_TILE_ROWS(vectors)

#include "bodies/lanes.h"

// The primitives, each one or two instructions here; `bodies/primitives.h` says what they do.

INLINE lanes dot(lanes sum, words pairs, uint32_t weights) {
  return (lanes)_mm512_dpbf16_ps((__m512)sum, (__m512bh)pairs, (__m512bh)_mm512_set1_epi32((int)weights));
}

INLINE words narrow_run(lanes first, lanes second) { return (words)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first); }

INLINE words pack_pairs(lanes even, lanes odd) {
  const words order = {0x00100000, 0x00110001, 0x00120002, 0x00130003, 0x00140004, 0x00150005, 0x00160006, 0x00170007,
                       0x00180008, 0x00190009, 0x001a000a, 0x001b000b, 0x001c000c, 0x001d000d, 0x001e000e, 0x001f000f};
  return (words)_mm512_permutexvar_epi16((__m512i)order, (__m512i)narrow_run(even, odd));
}

INLINE halves narrow(lanes value) { return (halves)_mm512_cvtneps_pbh((__m512)value); }

INLINE lanes fraction_of(lanes x) { return (lanes)_mm512_reduce_ps((__m512)x, _MM_FROUND_TO_NEG_INF); }

INLINE lanes times_power_of_floor(lanes power, lanes x) { return (lanes)_mm512_scalef_ps((__m512)power, (__m512)x); }

/// What `dot_quads` adds to every weight.
#define SL_WEIGHT_OFFSET 128

/// See `bodies/quads.h`. The instruction multiplies unsigned with signed numbers; turning the highest bit adds 128 to a signed one.
INLINE words dot_quads(words sum, words quads, uint32_t weights) {
  __m512i highest_bits = _mm512_set1_epi32((int)0x80808080u);
  // Keeps the compiler from turning the bits before the broadcast, which would pass through a general register.
  __asm__("" : "+v"(highest_bits));
  const __m512i offset = _mm512_xor_si512(_mm512_set1_epi32((int)weights), highest_bits);
  return (words)_mm512_dpbusd_epi32((__m512i)sum, offset, (__m512i)quads);
}

#define SL_SET avx512_bf16
#include "bodies/kernels.h"

#pragma clang attribute pop

#endif
