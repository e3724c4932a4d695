/// Vector search for AVX2 with FMA and F16C: x86 processors from 2013 on.
#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "search_sets.h"

// All functions from here on, which the headers of the system above are not part of, may use these instructions.
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,popcnt"))), apply_to = function)

#include "bodies/lanes.h"

INLINE lanes widen_f16(halves value) {
  lanes wide;
  wide.lo = _mm256_cvtph_ps((__m128i)value.lo);
  wide.hi = _mm256_cvtph_ps((__m128i)value.hi);
  return wide;
}

#define INT8_STEP ((size_t)32)
typedef __m256i int8_step;
typedef int32_t int8_sum __attribute__((ext_vector_type(8)));

INLINE int8_step load_int8(const char *from, size_t count) {
  int8_step value = _mm256_setzero_si256();
  memcpy(&value, from, count);
  return value;
}

/// The instruction wants one side without sign: |x| is 128 at most, y with the sign of x 127, and two products stay below 2^15.
INLINE int8_sum add_products(int8_sum sum, int8_step x, int8_step y) {
  const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(x), _mm256_sign_epi8(y, x));
  return sum + (int8_sum)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

INLINE int8_sum add_excess(int8_sum sum, int8_step y) {
  (void)y;
  return sum;
}

INLINE int32_t total_of(int8_sum sum) {
  int32_t total = 0;
  UNROLL
  for (int i = 0; i < 8; i++) { total += sum[i]; }
  return total;
}

#include "bodies/scan.h"
#include "bodies/scan_int8.h"

static void dot_int8(const sl_scan *s) { int8_scan(s); }

const sl_search_kernels sl_search_avx2 = {
  .name = "avx2",
  .dot_f32 = dot_f32,
  .dot_f16 = dot_f16,
  .squares_f32 = squares_f32,
  .squares_f16 = squares_f16,
  .dot_int8 = dot_int8,
  .hamming = hamming,
};

#pragma clang attribute pop

#endif
