/// Products of int8 rows and queries for AVX-512 with VNNI; the rest of these sets is in `search_avx512.c`.
#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "search_sets.h"

// All functions from here on, which the headers of the system above are not part of, may use these instructions.
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"))), apply_to = function)

#include "bodies/tiles.h"

#define INT8_STEP ((size_t)64)
typedef __m512i int8_step;
typedef int32_t int8_sum __attribute__((ext_vector_type(16)));

INLINE int8_step load_int8(const char *from, size_t count) {
  int8_step value = _mm512_setzero_si512();
  memcpy(&value, from, count);
  return value;
}

/// The instruction wants one side without sign: 128 is added to every x, and taken away again as the excess.
INLINE int8_sum add_products(int8_sum sum, int8_step x, int8_step y) {
  return (int8_sum)_mm512_dpbusd_epi32((__m512i)sum, _mm512_xor_si512(x, _mm512_set1_epi8(-128)), y);
}

INLINE int8_sum add_excess(int8_sum sum, int8_step y) {
  return (int8_sum)_mm512_dpbusd_epi32((__m512i)sum, _mm512_set1_epi8(-128), y);
}

INLINE int32_t total_of(int8_sum sum) { return _mm512_reduce_add_epi32((__m512i)sum); }

#include "bodies/scan_int8.h"

void sl_dot_int8_vnni(const sl_scan *s) { int8_scan(s); }

#pragma clang attribute pop

#endif
