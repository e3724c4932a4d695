/// y = activation(W x + bias)
#ifndef SIGHTLINE_PRODUCT_H
#define SIGHTLINE_PRODUCT_H

#include "exponential.h"
#include "multiply.h"
#include "pack.h"

enum {
  /// Sums of one block of rows: 48 KB for 192 rows of 64 tokens. Operands are read once per block of rows, weights once per tile of
  /// tokens: 3 GB/s and 8 GB/s a core at full speed.
  SUM_FLOATS = 192 * SL_TILE,

  /// Columns that are taken at a time: their operand (4 bytes a lane and pair) is read for every tile of rows and must stay in the
  /// second cache: 256 KB, which is 2048 columns of 64 tokens.
  OPERAND_PAIRS = (256 << 10) / 4,

  /// The same for sets that widen: 64 KB on the stack, which is 256 columns of 64 tokens (of int8, 512). To make room, the sums of a
  /// gated product and its gates share one block. Widening an operand once for 192 rows costs 2 % of the product.
  WIDENED_PAIRS = SL_WIDENS ? (64 << 10) / 8 : 1,
  PAIRS_OF_PANEL = 128,
  GATE_FLOATS = SL_WIDENS ? 1 : SUM_FLOATS,
};

INLINE factors product_factors(const sl_product *p) {
  if (p->operand_number == SL_I8) { return I8_I8; }
  if (p->operand_number == SL_BF16 && !SL_WIDENS) { return p->weight_number == SL_I8 ? BF16_I8 : BF16_BF16; }
  return p->weight_number == SL_F32 ? F32_F32 : p->weight_number == SL_I8 ? F32_I8 : F32_BF16;
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
  const bool pairs = p->destination == SL_OPERAND && p->operand_number != SL_F32;
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

/// Sums over whole numbers become sums over the numbers that they stand for.
static void scale_sums(const sl_product *p, const float *scales, size_t row_begin, size_t rows, size_t tile, float *sums) {
  const size_t width = sl_tile_width(p->tokens, tile);
  for (size_t row = 0; row < rows; row++) {
    const float scale = scales[row_begin + row];
    for (size_t lane = 0; lane < width; lane += SL_LANES) {
      float *at = sums + row * width + lane;
      if (p->operand_number == SL_I8) {
        const lanes both = load(p->operand_scales + tile * SL_TILE + lane) * scale;
        store(at, __builtin_convertvector((integers)load_words(at), lanes) * both);
      } else {
        store(at, load(at) * scale);
      }
    }
  }
}

/// One block of rows for one tile of tokens.
static void product_block(const sl_product *p, size_t row_begin, size_t rows, size_t tile) {
  _Alignas(64) float sums[SUM_FLOATS], own_gates[GATE_FLOATS], widened[2 * WIDENED_PAIRS];
  float *gates = SL_WIDENS ? sums + SUM_FLOATS / 2 : own_gates;
  const bool gated = p->activation == SL_SILU_GATE, widens = SL_WIDENS && p->operand_number != SL_F32;
  const factors factors = product_factors(p);
  const size_t weight_bytes = number_size(p->weight_number);
  // Columns are taken two by two, of int8 four by four; `lane_bytes` is what such a step has for one token.
  const size_t step = factors == I8_I8 ? 4 : 2, lane_bytes = p->operand_number == SL_F32 ? 8 : 4;
  const size_t width = sl_tile_width(p->tokens, tile), steps = (p->columns + step - 1) / step;
  const size_t steps_at_once = SL_WIDENS ? WIDENED_PAIRS / width / PAIRS_OF_PANEL * PAIRS_OF_PANEL : OPERAND_PAIRS / width;
  const char *operand = (const char *)p->operand + tile * SL_TILE * steps * lane_bytes;

  for (size_t begin = 0; begin < steps; begin += steps_at_once) {
    const bool ends = begin + steps_at_once >= steps;
    const size_t count = smaller(steps_at_once, steps - begin);
    const char *here = operand + begin * width * lane_bytes;
    if (widens) { widen_operand(here, factors == I8_I8, count, width, widened); }
    const size_t offset = (row_begin * p->columns + step * begin) * weight_bytes;
    multiplication m = {
      .factors = factors,
      .rows = rows,
      .pairs = count,
      .weights = (const char *)p->weights + offset,
      .stride = p->columns * weight_bytes,
      .operand = widens ? (const char *)widened : here,
      .vectors = width / SL_LANES,
      .sums = sums,
      .begin = begin == 0,
      .followed = !ends || tile + 1 < tile_count(p->tokens),
      .half_quad = factors == I8_I8 && ends && p->columns % 4 != 0,
      .operand_sums = factors == I8_I8 ? p->operand_sums + tile * SL_TILE : NULL,
    };
    multiply(&m);
    if (gated) {
      m.weights = (const char *)p->gate_weights + offset;
      m.sums = gates;
      multiply(&m);
    }
  }
  if (p->weight_number == SL_I8) {
    scale_sums(p, p->weight_scales, row_begin, rows, tile, sums);
    if (gated) { scale_sums(p, p->gate_scales, row_begin, rows, tile, gates); }
  }
  finish(p, row_begin, rows, tile, sums, gated ? gates : sums);
}

static void product(const sl_product *p, size_t row_begin, size_t row_end) {
  if (p->tokens == 0) { return; }
  // A narrow matrix has room for the sums of more rows: longer runs of weights, which is what a few tokens wait for.
  const bool halved = SL_WIDENS && p->activation == SL_SILU_GATE;
  const size_t room = SUM_FLOATS / (halved ? 2 : 1) / sl_tile_width(p->tokens, 0), block = SL_WIDENS ? room / 12 * 12 : room;
  for (size_t row = row_begin; row < row_end; row += block) {
    for (size_t tile = 0; tile < tile_count(p->tokens); tile++) { product_block(p, row, smaller(block, row_end - row), tile); }
  }
}

#endif
