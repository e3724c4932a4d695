/// The inner loop of int8: rows of quads, each broadcast, times quads of every token. Sums are whole numbers, so their order is free.
#ifndef SIGHTLINE_MULTIPLY_INT8_H
#define SIGHTLINE_MULTIPLY_INT8_H

#include "multiplication.h"

/// Sums of one tile, in registers once its loops are unrolled. Unsigned, because they may wrap around before they are whole.
typedef words quad_sums[SL_QUAD_ROWS(1)][SL_TILE_VECTORS];

/// One quad of columns. `bytes` is how many columns it has: 4, or 2 in the last quad of a row.
INLINE void add_quad(
  quad_sums sum, const int rows, const int vectors, const char *weights, size_t stride, const char *operand, const size_t bytes) {
  words x[SL_TILE_VECTORS];
  UNROLL
  for (int j = 0; j < vectors; j++) { x[j] = load_words(operand + j * sizeof(words)); }
  UNROLL
  for (int i = 0; i < rows; i++) {
    uint32_t weight = 0;
    memcpy(&weight, weights + i * stride, bytes);
    UNROLL
    for (int j = 0; j < vectors; j++) { sum[i][j] = dot_quads(sum[i][j], x[j], weight); }
  }
}

/// A tile of `rows` rows by `vectors` vectors whose sums stay in registers; see `multiply_tile`.
INLINE void multiply_quad_tile(
  const multiplication *m, const int rows, const int vectors, const size_t width, size_t row, size_t vector) {
  const char *weights = m->weights + row * m->stride;
  const char *operand = m->operand + vector * sizeof(words);
  float *sums = m->sums + row * width + vector * SL_LANES;
  const size_t stride = m->stride, operand_quad = width * 4, line = 64 / 4, whole = m->pairs - m->half_quad;

  quad_sums sum;
  UNROLL
  for (int j = 0; j < vectors; j++) {
    const words start = load_words(m->operand_sums + (vector + j) * SL_LANES) * -(uint32_t)SL_WEIGHT_OFFSET;
    UNROLL
    for (int i = 0; i < rows; i++) { sum[i][j] = m->begin ? start : load_words(sums + i * width + j * SL_LANES); }
  }

  for (size_t begin = 0; begin < whole; begin += line) {
    UNROLL
    for (int i = 0; i < rows; i++) { __builtin_prefetch(weights + (rows + i) * stride + begin * 4, 0, 2); }
    const size_t end = smaller(begin + line, whole);
    for (size_t quad = begin; quad < end; quad++) {
      add_quad(sum, rows, vectors, weights + quad * 4, stride, operand + quad * operand_quad, 4);
    }
  }
  if (m->half_quad) { add_quad(sum, rows, vectors, weights + whole * 4, stride, operand + whole * operand_quad, 2); }

  UNROLL
  for (int i = 0; i < rows; i++) {
    UNROLL
    for (int j = 0; j < vectors; j++) { store_words(sums + i * width + j * SL_LANES, sum[i][j]); }
  }
}

/// All rows for some of the vectors: tiles as tall as the registers allow, then what is left.
INLINE void multiply_quad_rows(const multiplication *m, const int vectors, const size_t width, size_t vector) {
  const size_t tall = SL_QUAD_ROWS(vectors), low = 2;
  size_t row = 0;
  for (; row + tall <= m->rows; row += tall) { multiply_quad_tile(m, tall, vectors, width, row, vector); }
  for (; row + low <= m->rows; row += low) { multiply_quad_tile(m, low, vectors, width, row, vector); }
  for (; row < m->rows; row++) { multiply_quad_tile(m, 1, vectors, width, row, vector); }
}

static void multiply_quads(const multiplication *m) {
#if SL_TILE_VECTORS == 4
#define ALL_VECTORS(count) multiply_quad_rows(m, count, count * SL_LANES, 0)
  FOR_VECTORS(m->vectors, ALL_VECTORS)
#undef ALL_VECTORS
#else
  for (size_t vector = 0; vector < m->vectors; vector++) { multiply_quad_rows(m, 1, m->vectors * SL_LANES, vector); }
#endif
}

#endif
