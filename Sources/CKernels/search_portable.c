/// Vector search for any processor that clang knows.
#include <string.h>

#include "bodies/lanes.h"
#include "search_sets.h"

/// The exponent of an f16 counts from 2^-15 and has 5 bits: shifted to the place of an f32's, it is 2^112 too small, and so are numbers
/// without a leading one.
INLINE lanes widen_f16(halves value) {
  const words bits = __builtin_convertvector(value, words);
  const lanes magnitude = (lanes)((bits & 0x7fffu) << 13) * 0x1p112f;
  return (lanes)((words)magnitude | (bits & 0x8000u) << 16);
}

#define INT8_STEP ((size_t)16)
typedef int8_t int8_step __attribute__((ext_vector_type(16)));
typedef integers int8_sum;

INLINE int8_step load_int8(const char *from, size_t count) {
  int8_step value = 0;
  memcpy(&value, from, count);
  return value;
}

INLINE int8_sum add_products(int8_sum sum, int8_step x, int8_step y) {
  return sum + __builtin_convertvector(x, integers) * __builtin_convertvector(y, integers);
}

INLINE int8_sum add_excess(int8_sum sum, int8_step y) {
  (void)y;
  return sum;
}

INLINE int32_t total_of(int8_sum sum) {
  int32_t total = 0;
  UNROLL
  for (int i = 0; i < 16; i++) { total += sum[i]; }
  return total;
}

#include "bodies/scan.h"
#include "bodies/scan_int8.h"

static void dot_int8(const sl_scan *s) { int8_scan(s); }

const sl_search_kernels sl_search_portable = {
  .name = "portable",
  .dot_f32 = dot_f32,
  .dot_f16 = dot_f16,
  .squares_f32 = squares_f32,
  .squares_f16 = squares_f16,
  .dot_int8 = dot_int8,
  .hamming = hamming,
};
