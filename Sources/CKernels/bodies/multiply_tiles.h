/// The inner loop on numbers as they lie: rows of weights, each broadcast, times lanes of tokens.
#ifndef SIGHTLINE_MULTIPLY_TILES_H
#define SIGHTLINE_MULTIPLY_TILES_H

#include "multiply_int8.h"
#include "pack.h"

enum {
  /// Over this many rows the operand of the next multiplication is called from memory.
  ROWS_TO_FETCH = 96,

  /// Weights of int8 that are widened at once, 24 KB: whole tiles of rows for every set and number of vectors.
  WIDENED_ROWS = 24,
  WIDENED_COLUMNS = 512,
};

/// Sums of one tile, in registers once its loops are unrolled.
typedef lanes tile_sums[SL_TILE_ROWS(1)][SL_TILE_VECTORS];

INLINE size_t weight_size(factors factors) { return factors == F32_F32 ? 4 : 2; }

INLINE uint32_t pair_at(const char *from) {
  uint32_t pair;
  memcpy(&pair, from, sizeof pair);
  return pair;
}

INLINE float weight_at(const char *from, const factors factors) {
  float value;
  if (factors == F32_F32) {
    memcpy(&value, from, sizeof value);
  } else {
    uint16_t half;
    memcpy(&half, from, sizeof half);
    value = __builtin_bit_cast(float, (uint32_t)half << 16);
  }
  return value;
}

/// One pair of columns of bf16: one instruction per sum where the processor has it.
INLINE void add_bf16_pair(
  tile_sums sum, const int rows, const int vectors, const char *weights, size_t stride, const char *operand) {
  words x[SL_TILE_VECTORS];
  UNROLL
  for (int j = 0; j < vectors; j++) { x[j] = load_words(operand + j * sizeof(words)); }
  UNROLL
  for (int i = 0; i < rows; i++) {
    const uint32_t weight = pair_at(weights + i * stride);
    UNROLL
    for (int j = 0; j < vectors; j++) { sum[i][j] = dot(sum[i][j], x[j], weight); }
  }
}

/// One column of an f32 operand.
INLINE void add_f32_column(
  tile_sums sum, const factors factors, const int rows, const int vectors, const char *weights, size_t stride, const char *operand) {
  lanes x[SL_TILE_VECTORS];
  UNROLL
  for (int j = 0; j < vectors; j++) { x[j] = load(operand + j * sizeof(lanes)); }
  UNROLL
  for (int i = 0; i < rows; i++) {
    const float weight = weight_at(weights + i * stride, factors);
    UNROLL
    for (int j = 0; j < vectors; j++) { sum[i][j] = sum[i][j] + x[j] * weight; }
  }
}

/// A tile of `rows` rows by `vectors` vectors whose sums stay in registers. Every tile, large or small, adds in the same order with the
/// same instructions: this is why a result does not depend on how work is cut.
INLINE void multiply_tile(
  const multiplication *m, const factors factors, const int rows, const int vectors, const size_t width, size_t row, size_t vector) {
  const char *weights = m->weights + row * m->stride;
  const char *operand = m->operand + vector * sizeof(lanes);
  float *sums = m->sums + row * width + vector * SL_LANES;
  const size_t stride = m->stride, pair_size = 2 * weight_size(factors), line = 64 / pair_size;
  const size_t operand_line = width * 4, operand_pair = factors == BF16_BF16 ? operand_line : 2 * operand_line;
  const size_t share = operand_pair * rows / ROWS_TO_FETCH;
  const char *behind = m->operand + m->pairs * operand_pair + row / rows * m->pairs * share;

  tile_sums sum;
  UNROLL
  for (int i = 0; i < rows; i++) {
    UNROLL
    for (int j = 0; j < vectors; j++) { sum[i][j] = m->begin ? (lanes)0.0f : load(sums + i * width + j * SL_LANES); }
  }

  for (size_t begin = 0; begin < m->pairs; begin += line) {
    // While a cache line of every row is used up, the same line of the tile below is called from memory, and a share of the next
    // operand, so that the sums wait for neither. Without it, 16 tokens take half again as long and 3520 tokens 5 % longer.
    UNROLL
    for (int i = 0; i < rows; i++) { __builtin_prefetch(weights + (rows + i) * stride + begin * pair_size, 0, 2); }
    if (vectors * SL_LANES == SL_TILE && m->followed && row < ROWS_TO_FETCH) {
      UNROLL
      for (size_t i = 0; i < line * share; i += 64) { __builtin_prefetch(behind + begin * share + i, 0, 2); }
    }
    const size_t end = smaller(begin + line, m->pairs);
    for (size_t pair = begin; pair < end; pair++) {
      const char *w = weights + pair * pair_size;
      if (factors == BF16_BF16) {
        add_bf16_pair(sum, rows, vectors, w, stride, operand + pair * operand_pair);
      } else {
        add_f32_column(sum, factors, rows, vectors, w, stride, operand + pair * operand_pair);
        add_f32_column(sum, factors, rows, vectors, w + pair_size / 2, stride, operand + pair * operand_pair + operand_line);
      }
    }
  }

  UNROLL
  for (int i = 0; i < rows; i++) {
    UNROLL
    for (int j = 0; j < vectors; j++) { store(sums + i * width + j * SL_LANES, sum[i][j]); }
  }
}

/// All rows for some of the vectors: tiles as tall as the registers allow, then what is left.
INLINE void multiply_rows(const multiplication *m, const factors factors, const int vectors, const size_t width, size_t vector) {
  const size_t tall = SL_TILE_ROWS(vectors), low = 2;
  size_t row = 0;
  for (; row + tall <= m->rows; row += tall) { multiply_tile(m, factors, tall, vectors, width, row, vector); }
  for (; row + low <= m->rows; row += low) { multiply_tile(m, factors, low, vectors, width, row, vector); }
  for (; row < m->rows; row++) { multiply_tile(m, factors, 1, vectors, width, row, vector); }
}

INLINE void multiply_vectors(const multiplication *m, const factors factors) {
#if SL_TILE_VECTORS == 4
#define ALL_VECTORS(count) multiply_rows(m, factors, count, count * SL_LANES, 0)
  FOR_VECTORS(m->vectors, ALL_VECTORS)
#undef ALL_VECTORS
#else
  for (size_t vector = 0; vector < m->vectors; vector++) { multiply_rows(m, factors, 1, m->vectors * SL_LANES, vector); }
#endif
}

static void multiply(const multiplication *m);

/// Weights of int8 times an operand of floating-point numbers: as bf16, a few rows and columns at a time.
static void multiply_widened(const multiplication *m, const factors factors) {
  _Alignas(64) uint16_t panel[WIDENED_ROWS * WIDENED_COLUMNS];
  const size_t width = m->vectors * SL_LANES, operand_pair = width * (factors == BF16_BF16 ? 4 : 8);
  for (size_t row = 0; row < m->rows; row += WIDENED_ROWS) {
    const size_t rows = smaller(WIDENED_ROWS, m->rows - row);
    for (size_t pair = 0; pair < m->pairs; pair += WIDENED_COLUMNS / 2) {
      const size_t pairs = smaller(WIDENED_COLUMNS / 2, m->pairs - pair);
      for (size_t i = 0; i < rows; i++) {
        convert(m->weights + (row + i) * m->stride + 2 * pair, SL_I8, panel + i * WIDENED_COLUMNS, SL_BF16, 2 * pairs);
      }
      multiplication part = *m;
      part.factors = factors;
      part.rows = rows;
      part.pairs = pairs;
      part.weights = (const char *)panel;
      part.stride = WIDENED_COLUMNS * sizeof *panel;
      part.operand = m->operand + pair * operand_pair;
      part.sums = m->sums + row * width;
      part.begin = m->begin && pair == 0;
      part.followed = false;
      multiply(&part);
    }
  }
}

static void multiply(const multiplication *m) {
  switch (m->factors) {
    case BF16_BF16: multiply_vectors(m, BF16_BF16); break;
    case F32_F32: multiply_vectors(m, F32_F32); break;
    case F32_BF16: multiply_vectors(m, F32_BF16); break;
    case BF16_I8: multiply_widened(m, BF16_BF16); break;
    case F32_I8: multiply_widened(m, F32_BF16); break;
    case I8_I8: multiply_quads(m); break;
  }
}

#endif
