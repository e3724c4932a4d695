/// Numbers divided by a scale and rounded to whole numbers of 8 bits. No two operations here may become one (`a * b + c`), because then
/// instruction sets would round differently.
#ifndef SIGHTLINE_QUANTIZE_H
#define SIGHTLINE_QUANTIZE_H

#include <float.h>

#include "lanes.h"

typedef uint16_t half_words __attribute__((ext_vector_type(32)));  ///< A bf16 pair of 16 tokens as 32 halves.

/// To the nearest whole number, ties to even, for up to 2^22: numbers of this size have no bits below one, so adding it rounds.
INLINE words round_to_whole(lanes x) {
  const lanes shifted = x + 12582912.0f;
  return (words)shifted - 0x4b400000u;
}

/// The scale of numbers whose largest magnitude has the bits `largest`. Compared as bits, NaN is larger than all numbers.
INLINE lanes scale_of(words largest) {
  const lanes scale = (lanes)largest / 127.0f;
  return scale < FLT_MIN ? (lanes)FLT_MIN : scale;
}

/// One tile of an operand.
INLINE void quantize_tile(const sl_quantization *q, const int vectors, const char *in, char *out, float *scales, int32_t *sums) {
  const size_t width = (size_t)vectors * SL_LANES, pairs = q->features / 2;

  half_words largest[4] = {0};
  for (size_t pair = 0; pair < pairs; pair++) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      const half_words size = (half_words)(load_words(in + (pair * width + j * SL_LANES) * 4) & 0x7fff7fffu);
      largest[j] = largest[j] > size ? largest[j] : size;
    }
  }
  lanes inverse[4];
  words sum[4] = {0};
  UNROLL
  for (int j = 0; j < vectors; j++) {
    const words pair = (words)largest[j], even = pair << 16, odd = pair & 0xffff0000u;
    const lanes scale = scale_of(even > odd ? even : odd);
    store(scales + j * SL_LANES, scale);
    inverse[j] = 1.0f / scale;
  }

  for (size_t pair = 0; pair < pairs; pair += 2) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      const size_t at = (pair * width + j * SL_LANES) * 4;
      const words first = load_words(in + at);
      const words second = pair + 1 < pairs ? load_words(in + at + width * 4) : (words)0;
      const lanes x[4] = {even_of(first), odd_of(first), even_of(second), odd_of(second)};
      words quad = 0;
      UNROLL
      for (int i = 0; i < 4; i++) {
        const lanes scaled = x[i] * inverse[j];
        const words whole = round_to_whole(scaled);
        sum[j] += whole;
        quad |= (whole & 0xffu) << (8 * i);
      }
      store_words(out + (pair / 2 * width + j * SL_LANES) * 4, quad);
    }
  }
  UNROLL
  for (int j = 0; j < vectors; j++) { store_words(sums + j * SL_LANES, sum[j]); }
}

static void quantize(const sl_quantization *q, size_t tile_begin, size_t tile_end) {
  const size_t quads = (q->features + 3) / 4;
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const char *in = (const char *)q->in + tile * SL_TILE * q->features * 2;
    char *out = (char *)q->out + tile * SL_TILE * quads * 4;
#define QUANTIZE(vectors) quantize_tile(q, vectors, in, out, q->scales + tile * SL_TILE, q->sums + tile * SL_TILE)
    FOR_VECTORS(sl_tile_width(q->tokens, tile) / SL_LANES, QUANTIZE)
#undef QUANTIZE
  }
}

static float quantize_row(const float *row, size_t count, int8_t *out) {
  words largest = 0;
  for (size_t begin = 0; begin < count; begin += SL_LANES) {
    words run = 0;
    memcpy(&run, row + begin, smaller(SL_LANES, count - begin) * 4);
    run &= 0x7fffffffu;
    largest = largest > run ? largest : run;
  }
  uint32_t most = 0;
  for (int i = 0; i < SL_LANES; i++) { most = largest[i] > most ? largest[i] : most; }
  const lanes scale = scale_of((words)most);
  for (size_t begin = 0; begin < count; begin += SL_LANES) {
    const size_t here = smaller(SL_LANES, count - begin);
    lanes run = 0.0f;
    memcpy(&run, row + begin, here * 4);
    const lanes scaled = run / scale;
    const bytes whole = __builtin_convertvector((integers)round_to_whole(scaled), bytes);
    memcpy(out + begin, &whole, here);
  }
  return scale[0];
}

#endif
