/// RMS norm and layer norm over the features of every token.
#ifndef SIGHTLINE_NORM_H
#define SIGHTLINE_NORM_H

#include "lanes.h"

/// One tile, [features][width] f32 in; features in order, so that every token has one running sum.
INLINE void norm_tile(const sl_norm *n, const int vectors, const float *in, char *out) {
  const size_t width = (size_t)vectors * SL_LANES;
  const float share = 1.0f / (float)n->features;

  lanes mean[4] = {0.0f};
  if (n->bias) {
    for (size_t f = 0; f < n->features; f++) {
      UNROLL
      for (int j = 0; j < vectors; j++) { mean[j] += load(in + f * width + j * SL_LANES); }
    }
    UNROLL
    for (int j = 0; j < vectors; j++) { mean[j] *= share; }
  }

  lanes scale[4] = {0.0f};
  for (size_t f = 0; f < n->features; f++) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      const lanes x = load(in + f * width + j * SL_LANES) - mean[j];
      scale[j] += x * x;
    }
  }
  UNROLL
  for (int j = 0; j < vectors; j++) { scale[j] = 1.0f / __builtin_elementwise_sqrt(scale[j] * share + n->epsilon); }

  for (size_t f = 0; f < n->features; f += 2) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      lanes y[2];
      UNROLL
      for (int i = 0; i < 2; i++) {
        const lanes x = load(in + (f + i) * width + j * SL_LANES) - mean[j];
        const lanes scaled = x * scale[j] * n->weight[f + i];
        y[i] = n->bias ? scaled + n->bias[f + i] : scaled;
      }
      if (n->out_number == SL_BF16) {
        store_words(out + (f / 2 * width + j * SL_LANES) * 4, pack_pairs(y[0], y[1]));
      } else {
        store(out + (f * width + j * SL_LANES) * 4, y[0]);
        store(out + ((f + 1) * width + j * SL_LANES) * 4, y[1]);
      }
    }
  }
}

static void norm(const sl_norm *n, size_t tile_begin, size_t tile_end) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const size_t first = tile * SL_TILE * n->features;
    const float *in = n->in + first;
    char *out = (char *)n->out + first * number_size(n->out_number);
#define NORM(vectors) norm_tile(n, vectors, in, out)
    FOR_VECTORS(sl_tile_width(n->tokens, tile) / SL_LANES, NORM)
#undef NORM
  }
}

#endif
