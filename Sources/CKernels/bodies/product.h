/// y = activation(W x + bias)
#ifndef SIGHTLINE_PRODUCT_H
#define SIGHTLINE_PRODUCT_H

#include "exponential.h"
#include "multiply.h"

enum {
  /// Sums of one block of rows: 48 KB for 192 rows of 64 tokens. Operands are read once per block of rows, weights once per tile of
  /// tokens: 3 GB/s and 8 GB/s a core at full speed.
  SUM_FLOATS = 192 * SL_TILE,

  /// Columns that are taken at a time: their operand (4 bytes a lane and pair) is read for every tile of rows and must stay in the
  /// second cache: 256 KB, which is 2048 columns of 64 tokens.
  OPERAND_PAIRS = (256 << 10) / 4,
};

INLINE factors product_factors(const sl_product *p) {
  if (p->operand_number == SL_BF16) { return BF16_BF16; }
  return p->weight_number == SL_BF16 ? F32_BF16 : F32_F32;
}

INLINE lanes activate(const sl_activation activation, lanes y, lanes gate) {
  switch (activation) {
    case SL_GELU_TANH: return gelu_tanh(y);
    case SL_GELU_ERF: return gelu_erf(y);
    case SL_SILU_GATE: return silu(gate) * y;
    default: return y;
  }
}

/// From sums [rows][width] to where the product goes.
INLINE void finish_rows(
  const sl_product *p, const sl_activation activation, size_t row_begin, size_t rows, size_t tile, const float *sums,
  const float *gates) {
  const size_t width = sl_tile_width(p->tokens, tile);
  const bool pairs = p->destination == SL_OPERAND && p->operand_number == SL_BF16;
  char *out = (char *)p->out + tile * SL_TILE * p->rows * (pairs ? 2 : 4);
  const size_t step = pairs ? 2 : 1;

  for (size_t row = 0; row < rows; row += step) {
    for (size_t lane = 0; lane < width; lane += SL_LANES) {
      lanes y[2];
      for (size_t i = 0; i < step; i++) {
        const size_t at = (row + i) * width + lane;
        const lanes sum = load(sums + at);
        y[i] = activate(activation, p->bias ? sum + p->bias[row_begin + row + i] : sum, load(gates + at));
      }
      if (pairs) {
        store_words(out + ((row_begin + row) / 2 * width + lane) * 4, pack_pairs(y[0], y[1]));
      } else {
        char *to = out + ((row_begin + row) * width + lane) * 4;
        store(to, p->destination == SL_ADD ? load(to) + y[0] : y[0]);
      }
    }
  }
}

static void finish(
  const sl_product *p, size_t row_begin, size_t rows, size_t tile, const float *sums, const float *gates) {
  switch (p->activation) {
    case SL_IDENTITY: finish_rows(p, SL_IDENTITY, row_begin, rows, tile, sums, gates); break;
    case SL_GELU_TANH: finish_rows(p, SL_GELU_TANH, row_begin, rows, tile, sums, gates); break;
    case SL_GELU_ERF: finish_rows(p, SL_GELU_ERF, row_begin, rows, tile, sums, gates); break;
    case SL_SILU_GATE: finish_rows(p, SL_SILU_GATE, row_begin, rows, tile, sums, gates); break;
  }
}

/// One block of rows for one tile of tokens.
static void product_block(const sl_product *p, size_t row_begin, size_t rows, size_t tile) {
  _Alignas(64) float sums[SUM_FLOATS], gates[SUM_FLOATS];
  const factors factors = product_factors(p);
  const size_t weight_bytes = weight_size(factors), operand_bytes = factors == BF16_BF16 ? 2 : 4;
  const size_t width = sl_tile_width(p->tokens, tile), pairs = p->columns / 2;
  const size_t pairs_at_once = OPERAND_PAIRS / width;
  const char *operand = (const char *)p->operand + tile * SL_TILE * p->columns * operand_bytes;

  for (size_t pair = 0; pair < pairs; pair += pairs_at_once) {
    const size_t offset = (row_begin * p->columns + 2 * pair) * weight_bytes;
    multiplication m = {
      .factors = factors,
      .rows = rows,
      .pairs = smaller(pairs_at_once, pairs - pair),
      .weights = (const char *)p->weights + offset,
      .stride = p->columns * weight_bytes,
      .operand = operand + 2 * pair * width * operand_bytes,
      .vectors = width / SL_LANES,
      .sums = sums,
      .begin = pair == 0,
      .followed = pair + pairs_at_once < pairs || tile + 1 < tile_count(p->tokens),
    };
    multiply(&m);
    if (p->activation == SL_SILU_GATE) {
      m.weights = (const char *)p->gate_weights + offset;
      m.sums = gates;
      multiply(&m);
    }
  }
  finish(p, row_begin, rows, tile, sums, p->activation == SL_SILU_GATE ? gates : sums);
}

static void product(const sl_product *p, size_t row_begin, size_t row_end) {
  if (p->tokens == 0) { return; }
  // A narrow matrix has room for the sums of more rows: longer runs of weights, which is what a few tokens wait for.
  const size_t block = SUM_FLOATS / sl_tile_width(p->tokens, 0);
  for (size_t row = row_begin; row < row_end; row += block) {
    for (size_t tile = 0; tile < tile_count(p->tokens); tile++) { product_block(p, row, smaller(block, row_end - row), tile); }
  }
}

#endif
