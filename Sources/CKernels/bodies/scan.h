/// Rows against queries, for one instruction set. The set has included `lanes.h` and defined `widen_f16`.
#ifndef SIGHTLINE_SCAN_H
#define SIGHTLINE_SCAN_H

#include "tiles.h"

/// How rows are stored.
typedef enum { ROW_F32, ROW_F16 } row_number;

/// 16 numbers of a row.
INLINE lanes load_row(const char *row, size_t i, row_number number) {
  if (number == ROW_F32) { return load(row + i * 4); }
  halves value;
  memcpy(&value, row + i * 2, sizeof value);
  return widen_f16(value);
}

/// The last `count` numbers of a row, and zeros.
INLINE lanes load_row_end(const char *row, size_t i, size_t count, row_number number) {
  lanes value = 0.0f;
  halves half = 0;
  if (number == ROW_F32) {
    memcpy(&value, row + i * 4, count * 4);
    return value;
  }
  memcpy(&half, row + i * 2, count * 2);
  return widen_f16(half);
}

/// The sum of 16 lanes, halved four times.
INLINE float sum_of(lanes x) {
  typedef float eight __attribute__((ext_vector_type(8)));
  typedef float four __attribute__((ext_vector_type(4)));
  const eight a = x.lo + x.hi;
  const four b = a.lo + a.hi;
  return (b[0] + b[2]) + (b[1] + b[3]);
}

/// `rows` x `queries` sums of products, both constants.
INLINE void dot_tile(const sl_scan *s, size_t row, size_t query, const size_t rows, const size_t queries, const row_number number) {
  lanes sums[ROWS][QUERIES];
  UNROLL
  for (size_t r = 0; r < rows; r++) {
    UNROLL
    for (size_t q = 0; q < queries; q++) { sums[r][q] = (lanes)0.0f; }
  }
  const size_t whole = s->length / SL_LANES * SL_LANES;
  for (size_t i = 0; i < whole; i += SL_LANES) {
    lanes x[ROWS];
    UNROLL
    for (size_t r = 0; r < rows; r++) {
      const char *at = row_at(s, row + r);
      x[r] = load_row(at, i, number);
      __builtin_prefetch(at + AHEAD + i * (number == ROW_F32 ? 4 : 2));
    }
    UNROLL
    for (size_t q = 0; q < queries; q++) {
      const lanes y = load(query_at(s, query + q) + i * 4);
      UNROLL
      for (size_t r = 0; r < rows; r++) { sums[r][q] = sums[r][q] + x[r] * y; }
    }
  }
  if (whole < s->length) {
    UNROLL
    for (size_t r = 0; r < rows; r++) {
      const lanes x = load_row_end(row_at(s, row + r), whole, s->length - whole, number);
      UNROLL
      for (size_t q = 0; q < queries; q++) {
        sums[r][q] = sums[r][q] + x * load_row_end(query_at(s, query + q), whole, s->length - whole, ROW_F32);
      }
    }
  }
  UNROLL
  for (size_t r = 0; r < rows; r++) {
    UNROLL
    for (size_t q = 0; q < queries; q++) { ((float *)s->out)[(query + q) * s->out_stride + row + r] = sum_of(sums[r][q]); }
  }
}

static void dot_f32(const sl_scan *s) {
#define TILE(row, query, rows, queries) dot_tile(s, row, query, rows, queries, ROW_F32)
  FOR_TILES(s, TILE)
#undef TILE
}

static void dot_f16(const sl_scan *s) {
#define TILE(row, query, rows, queries) dot_tile(s, row, query, rows, queries, ROW_F16)
  FOR_TILES(s, TILE)
#undef TILE
}

INLINE void squares(const sl_scan *s, const row_number number) {
  const size_t whole = s->length / SL_LANES * SL_LANES;
  for (size_t row = 0; row < s->row_count; row++) {
    const char *at = row_at(s, row);
    lanes sum = 0.0f;
    for (size_t i = 0; i < whole; i += SL_LANES) {
      const lanes x = load_row(at, i, number);
      sum = sum + x * x;
    }
    if (whole < s->length) {
      const lanes x = load_row_end(at, whole, s->length - whole, number);
      sum = sum + x * x;
    }
    ((float *)s->out)[row] = sum_of(sum);
  }
}

static void squares_f32(const sl_scan *s) { squares(s, ROW_F32); }

static void squares_f16(const sl_scan *s) { squares(s, ROW_F16); }

typedef uint64_t bits __attribute__((ext_vector_type(8)));

INLINE bits load_bits(const char *from, size_t count) {
  bits value = 0;
  memcpy(&value, from, count);
  return value;
}

INLINE uint32_t sum_of_bits(bits x) {
  uint64_t sum = 0;
  UNROLL
  for (int i = 0; i < 8; i++) { sum += x[i]; }
  return (uint32_t)sum;
}

/// Always inlined, so that a function for a processor that counts bits in vectors can take it over whole.
INLINE void hamming_scan(const sl_scan *s) {
  const size_t whole = s->length / sizeof(bits) * sizeof(bits);
  for (size_t query = 0; query < s->query_count; query++) {
    const char *y = query_at(s, query);
    uint32_t *out = (uint32_t *)s->out + query * s->out_stride;
    for (size_t row = 0; row < s->row_count; row++) {
      const char *x = row_at(s, row);
      bits sum = 0;
      for (size_t i = 0; i < whole; i += sizeof(bits)) {
        __builtin_prefetch(x + AHEAD + i);
        sum += __builtin_elementwise_popcount(load_bits(x + i, sizeof(bits)) ^ load_bits(y + i, sizeof(bits)));
      }
      if (whole < s->length) {
        const size_t left = s->length - whole;
        sum += __builtin_elementwise_popcount(load_bits(x + whole, left) ^ load_bits(y + whole, left));
      }
      out[row] = sum_of_bits(sum);
    }
  }
}

static void hamming(const sl_scan *s) { hamming_scan(s); }

#endif
