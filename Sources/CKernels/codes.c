/// Codes of vectors and what is looked up among scores, sixteen numbers at a time; the last ones with zeros behind them.
#include "bodies/lanes.h"
#include "include/search.h"

typedef double doubles __attribute__((ext_vector_type(16)));
typedef _Bool flags __attribute__((ext_vector_type(16)));  ///< One bit each, the first one lowest.

INLINE lanes load_first(const float *in, size_t count) {
  lanes value = 0.0f;
  memcpy(&value, in, count * sizeof *in);
  return value;
}

/// Every product of two numbers of 24 bits is exact in double precision, so that only the order of the sums matters, which is fixed.
double sl_squared_length(const float *in, size_t count) {
  doubles sum = 0.0;
  size_t i = 0;
  for (; i + SL_LANES <= count; i += SL_LANES) {
    const doubles x = __builtin_convertvector(load(in + i), doubles);
    sum += x * x;
  }
  if (i < count) {
    const doubles x = __builtin_convertvector(load_first(in + i, count - i), doubles);
    sum += x * x;
  }
  double total = 0;
  UNROLL
  for (int lane = 0; lane < SL_LANES; lane++) { total += sum[lane]; }
  return total;
}

void sl_divide(const float *in, float *out, size_t count, double divisor) {
  for (size_t i = 0; i < count; i++) { out[i] = (float)(in[i] / divisor); }
}

void sl_extend_ranges(const float *in, float *minimum, float *maximum, size_t count) {
  for (size_t i = 0; i < count; i++) {
    minimum[i] = in[i] < minimum[i] ? in[i] : minimum[i];
    maximum[i] = in[i] > maximum[i] ? in[i] : maximum[i];
  }
}

INLINE bytes int8_codes(lanes x, lanes minimum, lanes step) {
  const lanes place = (x - minimum) / step;
  // Written so that what is not a number, which only a damaged file has, becomes a number.
  const lanes within = place > 0.0f ? (place < 255.0f ? place : (lanes)255.0f) : (lanes)0.0f;
  return __builtin_convertvector(__builtin_convertvector(within, integers) - 128, bytes);
}

void sl_encode_int8(const float *in, const float *minimum, const float *steps, int8_t *out, size_t count) {
  size_t i = 0;
  for (; i + SL_LANES <= count; i += SL_LANES) {
    const bytes codes = int8_codes(load(in + i), load(minimum + i), load(steps + i));
    memcpy(out + i, &codes, sizeof codes);
  }
  if (i < count) {
    const size_t left = count - i;
    const bytes codes = int8_codes(load_first(in + i, left), load_first(minimum + i, left), load_first(steps + i, left));
    memcpy(out + i, &codes, left);
  }
}

/// The first number's bit becomes the highest one.
INLINE flags binary_codes(lanes x) {
  const lanes turned = __builtin_shufflevector(x, x, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
  return __builtin_convertvector(turned > 0.0f, flags);
}

void sl_encode_binary(const float *in, uint8_t *out, size_t count) {
  size_t i = 0;
  for (; i + SL_LANES <= count; i += SL_LANES) {
    const flags codes = binary_codes(load(in + i));
    memcpy(out + i / 8, &codes, 2);
  }
  if (i < count) {
    const flags codes = binary_codes(load_first(in + i, count - i));
    memcpy(out + i / 8, &codes, 1);
  }
}

size_t sl_next_at_least(const float *scores, size_t first, size_t count, float threshold) {
  size_t i = first;
  for (; i + SL_LANES <= count; i += SL_LANES) {
    const flags found = __builtin_convertvector(load(scores + i) >= threshold, flags);
    uint16_t bits;
    memcpy(&bits, &found, sizeof bits);
    if (bits != 0) { return i + (size_t)__builtin_ctz(bits); }
  }
  while (i < count && !(scores[i] >= threshold)) { i++; }
  return i;
}

void sl_call_ahead(const void *bytes, size_t count) {
  for (size_t i = 0; i < count; i += 64) { __builtin_prefetch((const char *)bytes + i); }
}
