/// Vector search for AVX-512, with and without the two extensions that help it: byte products (VNNI) and counted bits (VPOPCNTDQ).
/// A processor can have either without the other.
#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "search_sets.h"

// All functions from here on, which the headers of the system above are not part of, may use these instructions.
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,popcnt"))), apply_to = function)

#include "bodies/lanes.h"

INLINE lanes widen_f16(halves value) { return (lanes)_mm512_cvtph_ps((__m256i)value); }

#define INT8_STEP ((size_t)32)
typedef __m256i int8_step;
typedef int32_t int8_sum __attribute__((ext_vector_type(16)));

INLINE int8_step load_int8(const char *from, size_t count) {
  int8_step value = _mm256_setzero_si256();
  memcpy(&value, from, count);
  return value;
}

INLINE int8_sum add_products(int8_sum sum, int8_step x, int8_step y) {
  return sum + (int8_sum)_mm512_madd_epi16(_mm512_cvtepi8_epi16(x), _mm512_cvtepi8_epi16(y));
}

INLINE int8_sum add_excess(int8_sum sum, int8_step y) {
  (void)y;
  return sum;
}

INLINE int32_t total_of(int8_sum sum) { return _mm512_reduce_add_epi32((__m512i)sum); }

#include "bodies/scan.h"
#include "bodies/scan_int8.h"

static void dot_int8(const sl_scan *s) { int8_scan(s); }

#pragma clang attribute pop

/// The body is inlined here and counts with the instruction.
__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,popcnt,avx512vpopcntdq"))) static void hamming_vpopcntdq(const sl_scan *s) {
  hamming_scan(s);
}

#define TABLE(set, int8, bits) \
  const sl_search_kernels sl_search_##set = { \
    .name = #set, \
    .dot_f32 = dot_f32, \
    .dot_f16 = dot_f16, \
    .squares_f32 = squares_f32, \
    .squares_f16 = squares_f16, \
    .dot_int8 = int8, \
    .hamming = bits, \
  }

TABLE(avx512, dot_int8, hamming);
TABLE(avx512_vnni, sl_dot_int8_vnni, hamming);
TABLE(avx512_vpopcntdq, dot_int8, hamming_vpopcntdq);
TABLE(avx512_vnni_vpopcntdq, sl_dot_int8_vnni, hamming_vpopcntdq);

#endif
