/// What the inner loop is asked for: rows of numbers, each broadcast, times lanes of tokens. Products and both halves of attention are
/// made of it.
#ifndef SIGHTLINE_MULTIPLICATION_H
#define SIGHTLINE_MULTIPLICATION_H

#include "lanes.h"

/// What is multiplied: operand (lanes) by weights (broadcast).
typedef enum factors { BF16_BF16, BF16_I8, F32_F32, F32_BF16, F32_I8, I8_I8 } factors;

/// sums[row][lane] += sum over columns of weights[row][column] * operand[column][lane]
typedef struct multiplication {
  factors factors;
  size_t rows;
  size_t pairs;         ///< Columns / 2; of int8, quads: columns / 4, rounded up.
  const char *weights;  ///< [rows][2 * pairs], a row every `stride` bytes, at any address.
  size_t stride;
  const char *operand;  ///< [pairs][vectors * 16] bf16 pairs or quads of int8, or [2 * pairs][vectors * 16] f32 or what `widen_operand`
                        ///< gives.
  size_t vectors;       ///< 1 to 4.
  float *sums;          ///< [rows][vectors * 16]; of int8, whole numbers of 32 bits.
  bool begin;           ///< Sums start from zero, not from what is there.
  bool followed;        ///< The operand of the next multiplication lies right behind this one.
  bool half_quad;       ///< Of int8: a row's last quad has two columns.
  const int32_t *operand_sums;  ///< Of int8: the sum of each token's numbers, [vectors * 16].
} multiplication;

/// For sets that widen: `count` pairs of bf16 as f32, or quads of int8 as pairs of 16 bits. Each makes two words, one behind the other.
INLINE void widen_operand(const char *from, const bool quads, size_t count, size_t width, float *to) {
  for (size_t i = 0; i < count; i++, to += width) {
    for (size_t lane = 0; lane < width; lane += SL_LANES, from += SL_LANES * 4, to += SL_LANES) {
      const words x = load_words(from);
      if (quads) {
        const words even = (words)((half_integers)x << 8 >> 8), odd = (words)((half_integers)x >> 8);
        store_words(to, (even & 0xffffu) | odd << 16);
        store_words(to + width, even >> 16 | (odd & 0xffff0000u));
      } else {
        store(to, even_of(x));
        store(to + width, odd_of(x));
      }
    }
  }
}

#endif
