/// int8 rows against int8 queries. The set has defined, for its own register of `INT8_STEP` numbers:
///
///   int8_step                         that many numbers
///   int8_sum                          its sums, a vector of integers
///   int8_step load_int8(from, count)  the first `count` numbers, and zeros
///   int8_sum add_products(sum, x, y)  sum + x * y, numbers next to each other added together
///   int8_sum add_excess(sum, y)       what `add_products` adds too much for y, whatever x is
///   int32_t total_of(sum)             the sum of the sums
#ifndef SIGHTLINE_SCAN_INT8_H
#define SIGHTLINE_SCAN_INT8_H

#include "tiles.h"

/// The sums of one tile.
typedef struct {
  int8_sum pairs[ROWS][QUERIES];
  int8_sum excess[QUERIES];
} int8_sums;

/// `count` numbers from `i` on of every row and query, all three counts constants but at the end of a row.
INLINE void int8_add(
  const sl_scan *s, int8_sums *sums, size_t row, size_t query, const size_t rows, const size_t queries, size_t i, const size_t count) {
  int8_step y[QUERIES];
  UNROLL
  for (size_t q = 0; q < queries; q++) {
    y[q] = load_int8(query_at(s, query + q) + i, count);
    sums->excess[q] = add_excess(sums->excess[q], y[q]);
  }
  UNROLL
  for (size_t r = 0; r < rows; r++) {
    const int8_step x = load_int8(row_at(s, row + r) + i, count);
    __builtin_prefetch(row_at(s, row + r) + AHEAD + i);
    UNROLL
    for (size_t q = 0; q < queries; q++) { sums->pairs[r][q] = add_products(sums->pairs[r][q], x, y[q]); }
  }
}

INLINE void int8_tile(const sl_scan *s, size_t row, size_t query, const size_t rows, const size_t queries) {
  int8_sums sums;
  memset(&sums, 0, sizeof sums);
  const size_t whole = s->length / INT8_STEP * INT8_STEP;
  for (size_t i = 0; i < whole; i += INT8_STEP) { int8_add(s, &sums, row, query, rows, queries, i, INT8_STEP); }
  if (whole < s->length) { int8_add(s, &sums, row, query, rows, queries, whole, s->length - whole); }
  UNROLL
  for (size_t r = 0; r < rows; r++) {
    UNROLL
    for (size_t q = 0; q < queries; q++) {
      ((int32_t *)s->out)[(query + q) * s->out_stride + row + r] = total_of(sums.pairs[r][q] - sums.excess[q]);
    }
  }
}

INLINE void int8_scan(const sl_scan *s) {
#define TILE(row, query, rows, queries) int8_tile(s, row, query, rows, queries)
  FOR_TILES(s, TILE)
#undef TILE
}

#endif
