/// The inner loop for sets that multiply f32 only: weights are widened to f32 some rows and columns at a time, a panel, which stays in
/// the first cache while the tokens pass over it. Of int8 they are widened to 16 bits.
///
/// On AVX2, 2 registers of tokens and 6 broadcast weights feed 12 sums: 20 instructions for 12 that multiply, at 98 % of what registers
/// alone reach. Where `multiply_tiles.h` widened each weight at each use, it was 53 %.
#ifndef SIGHTLINE_MULTIPLY_PANELS_H
#define SIGHTLINE_MULTIPLY_PANELS_H

#include "multiplication.h"

enum {
  PANEL_ROWS = SL_TILE_ROWS(1),
  PANEL_WORDS = 256,  ///< Of a row. 6 KB for 6 rows; with the one that follows, and 16 KB of one vector's operand, less than the first cache.
};

/// Rows of words: an f32, or of int8 two whole numbers of 16 bits.
typedef uint32_t panel[PANEL_ROWS * PANEL_WORDS];

/// One panel for one vector of tokens.
typedef struct panel_step {
  const uint32_t *weights;  ///< The panel.
  const char *operand;
  size_t words;
  size_t width;             ///< Lanes from one word of the operand, or row of sums, to the next.
  float *sums;
  bool begin;
  const char *next;         ///< Where the weights of the panel after this one lie, and where they go.
  size_t stride;
  uint32_t *next_panel;
} panel_step;

/// Bytes of weights that one word holds.
INLINE size_t bytes_of_word(const factors factors) { return factors == F32_F32 ? 4 : factors == F32_I8 ? 1 : 2; }

/// 16 words of a row.
INLINE void widen_weights(const char *from, const factors factors, uint32_t *to) {
  if (factors == F32_F32) {
    store(to, load(from));
  } else if (factors == F32_I8) {
    store(to, widen_bytes(from, SL_LANES));
  } else if (factors == F32_BF16) {
    halves run;
    memcpy(&run, from, sizeof run);
    store(to, widen(run));
  } else {
    byte_pairs run;
    memcpy(&run, from, sizeof run);
    store_words(to, (words)__builtin_convertvector(run, half_integers));
  }
}

INLINE void widen_panel(const char *from, const factors factors, size_t stride, size_t rows, size_t words, uint32_t *to) {
  const size_t size = bytes_of_word(factors), whole = words / SL_LANES * SL_LANES;
  for (size_t i = 0; i < rows; i++, from += stride, to += PANEL_WORDS) {
    for (size_t word = 0; word < whole; word += SL_LANES) { widen_weights(from + word * size, factors, to + word); }
    if (whole < words) {
      char rest[SL_LANES * 4] = {0};
      memcpy(rest, from + whole * size, (words - whole) * size);
      widen_weights(rest, factors, to + whole);
    }
  }
}

/// The same word of all rows.
INLINE void add_word(lanes *sum, const int rows, const bool whole, const uint32_t *weights, const char *operand) {
  UNROLL
  for (int i = 0; i < rows; i++) {
    const uint32_t weight = weights[i * PANEL_WORDS];
    if (whole) {
      sum[i] = (lanes)dot_halves((words)sum[i], load_words(operand), weight);
    } else {
      sum[i] = sum[i] + load(operand) * __builtin_bit_cast(float, weight);
    }
  }
}

INLINE void load_sums(lanes *sum, const panel_step *s, const int rows) {
  UNROLL
  for (int i = 0; i < rows; i++) { sum[i] = s->begin ? (lanes)0.0f : load(s->sums + i * s->width); }
}

INLINE void store_sums(const lanes *sum, const panel_step *s, const int rows) {
  UNROLL
  for (int i = 0; i < rows; i++) { store(s->sums + i * s->width, sum[i]); }
}

/// Every number of rows adds in the same order with the same instructions: this is why a result does not depend on how work is cut.
INLINE void multiply_panel(const panel_step *s, const int rows, const bool whole) {
  const char *operand = s->operand;
  lanes sum[PANEL_ROWS];
  load_sums(sum, s, rows);
  for (size_t word = 0; word < s->words; word++, operand += s->width * 4) { add_word(sum, rows, whole, s->weights + word, operand); }
  store_sums(sum, s, rows);
}

/// A full panel. Meanwhile the next one, of the same size, is widened by units that the sums leave idle, 16 words with every second word
/// of the sums until all are, and the panel in the rows below that one is called from memory.
INLINE void multiply_and_widen_panel(const panel_step *s, const factors factors) {
  const size_t size = bytes_of_word(factors), width = s->width * 4, below = PANEL_ROWS * s->stride;
  const bool whole = factors == I8_I8;
  const char *operand = s->operand;
  const uint32_t *weights = s->weights;
  lanes sum[PANEL_ROWS];
  load_sums(sum, s, PANEL_ROWS);
  for (size_t row = 0; row < PANEL_ROWS; row++) {
    const char *next = s->next + row * s->stride;
    uint32_t *to = s->next_panel + row * PANEL_WORDS;
    for (uint32_t *end = to + s->words; to < end; to += SL_LANES, next += SL_LANES * size) {
      add_word(sum, PANEL_ROWS, whole, weights, operand);
      add_word(sum, PANEL_ROWS, whole, weights + 1, operand + width);
      widen_weights(next, factors, to);
      __builtin_prefetch(next + below, 0, 2);
      weights += 2;
      operand += 2 * width;
    }
  }
  for (const uint32_t *end = s->weights + s->words; weights < end; weights++, operand += width) {
    add_word(sum, PANEL_ROWS, whole, weights, operand);
  }
  store_sums(sum, s, PANEL_ROWS);
}

/// One panel for all vectors of tokens. `widens`: the next one is wanted, too.
INLINE void multiply_vectors(panel_step *s, const factors factors, size_t rows, size_t vectors, bool widens) {
  const bool whole = factors == I8_I8;
  for (size_t vector = 0; vector < vectors; vector++, s->operand += sizeof(lanes), s->sums += SL_LANES) {
    switch (rows) {
      case 1: multiply_panel(s, 1, whole); break;
      case 2: multiply_panel(s, 2, whole); break;
      case 3: multiply_panel(s, 3, whole); break;
      case 4: multiply_panel(s, 4, whole); break;
      case 5: multiply_panel(s, 5, whole); break;
      default:
        if (widens && vector == 0) {
          multiply_and_widen_panel(s, factors);
        } else {
          multiply_panel(s, PANEL_ROWS, whole);
        }
    }
  }
}

INLINE void multiply_panels(const multiplication *m, const factors factors) {
  _Alignas(64) panel panels[2];
  const size_t width = m->vectors * SL_LANES, count = 2 * m->pairs - m->half_quad, size = bytes_of_word(factors);
  size_t current = 0;
  bool ready = false;
  for (size_t row = 0; row < m->rows; row += PANEL_ROWS) {
    const size_t rows = smaller(PANEL_ROWS, m->rows - row);
    for (size_t word = 0; word < count; word += PANEL_WORDS) {
      const bool ends = word + PANEL_WORDS >= count;
      const size_t next_row = ends ? row + PANEL_ROWS : row, next_word = ends ? 0 : word + PANEL_WORDS;
      panel_step step = {
        .weights = panels[current],
        .operand = m->operand + word * width * 4,
        .words = smaller(PANEL_WORDS, count - word),
        .width = width,
        .sums = m->sums + row * width,
        .begin = m->begin && word == 0,
        .next = m->weights + next_row * m->stride + next_word * size,
        .stride = m->stride,
        .next_panel = panels[1 - current],
      };
      if (!ready) { widen_panel(m->weights + row * m->stride + word * size, factors, m->stride, rows, step.words, panels[current]); }
      ready = next_row + PANEL_ROWS <= m->rows && smaller(PANEL_WORDS, count - next_word) == step.words && step.words % SL_LANES == 0;
      multiply_vectors(&step, factors, rows, m->vectors, ready);
      if (ready) { current = 1 - current; }
    }
  }
}

static void multiply(const multiplication *m) {
  switch (m->factors) {
    case F32_F32: multiply_panels(m, F32_F32); break;
    case F32_BF16: multiply_panels(m, F32_BF16); break;
    case F32_I8: multiply_panels(m, F32_I8); break;
    case I8_I8: multiply_panels(m, I8_I8); break;
    case BF16_BF16: case BF16_I8: break;  // Sets that widen have no operands of bf16.
  }
}

#endif
