/// Heads made ready for attention: norm, rotation, factor, arrangement. Sixteen tokens of one head at a time, in a local column.
#ifndef SIGHTLINE_HEADS_H
#define SIGHTLINE_HEADS_H

#include "lanes.h"

/// RMS norm over the head's features.
INLINE void norm_head(const sl_heads *h, lanes *head) {
  lanes sum = 0.0f;
  for (size_t i = 0; i < h->head_dim; i++) { sum += head[i] * head[i]; }
  const lanes scale = 1.0f / __builtin_elementwise_sqrt(sum * (1.0f / (float)h->head_dim) + h->epsilon);
  for (size_t i = 0; i < h->head_dim; i++) { head[i] = head[i] * scale * h->norm_weight[i]; }
}

/// Feature i turns with feature i + half; `angles` is where these 16 tokens lie in the [half][width] tile of cosines and sines.
INLINE void rotate_head(const sl_heads *h, size_t angles, size_t width, lanes *head) {
  const size_t half = h->head_dim / 2;
  for (size_t i = 0; i < half; i++) {
    const lanes cosine = load(h->cosines + angles + i * width), sine = load(h->sines + angles + i * width);
    const lanes a = head[i], b = head[i + half];
    head[i] = a * cosine - b * sine;
    head[i + half] = b * cosine + a * sine;
  }
}

/// To an operand; `out` is the head's first pair (bf16) or feature (f32) for these tokens.
INLINE void arrange_queries(const sl_heads *h, const lanes *head, size_t width, char *out) {
  if (h->out_number == SL_BF16) {
    for (size_t i = 0; i < h->head_dim; i += 2) { store_words(out + i / 2 * width * 4, pack_pairs(head[i], head[i + 1])); }
  } else {
    for (size_t i = 0; i < h->head_dim; i++) { store(out + i * width * 4, head[i]); }
  }
}

/// To rows `row_bytes` apart, one for each of `tokens` tokens; 16 words (16 features, or 32 of bf16) of all tokens at a time.
INLINE void arrange_keys(const sl_heads *h, const lanes *head, size_t tokens, size_t row_bytes, char *out) {
  const bool pairs = h->out_number == SL_BF16;
  const size_t row_words = pairs ? h->head_dim / 2 : h->head_dim;
  for (size_t begin = 0; begin < row_words; begin += SL_LANES) {
    const size_t count = smaller(SL_LANES, row_words - begin);
    words block[SL_LANES] = {0};
    for (size_t i = 0; i < count; i++) {
      const size_t word = begin + i;
      block[i] = pairs ? pack_pairs(head[2 * word], head[2 * word + 1]) : (words)head[word];
    }
    transpose(block);
    for (size_t token = 0; token < tokens; token++) { store_first(out + token * row_bytes + begin * 4, block[token], count); }
  }
}

/// To columns `stride` tokens long; `out` is the head's first feature for these tokens.
INLINE void arrange_values(const sl_heads *h, const lanes *head, char *out) {
  for (size_t i = 0; i < h->head_dim; i++) {
    if (h->out_number == SL_BF16) {
      store_halves(out + i * h->stride * 2, narrow(head[i]));
    } else {
      store(out + i * h->stride * 4, head[i]);
    }
  }
}

/// One head of the 16 tokens from `token` on, which is where lane `lane` of its tile lies.
static void arrange_head(const sl_heads *h, size_t head_index, size_t tile, size_t lane) {
  const size_t width = sl_tile_width(h->tokens, tile), token = tile * SL_TILE + lane, size = number_size(h->out_number);
  const size_t features = h->heads * h->head_dim, feature = head_index * h->head_dim;
  const float *in = h->in + tile * SL_TILE * features + feature * width + lane;
  char *out = h->out;

  lanes head[SL_HEAD_DIM_MAX];
  for (size_t i = 0; i < h->head_dim; i++) { head[i] = load(in + i * width); }
  if (h->norm_weight) { norm_head(h, head); }
  if (h->cosines) { rotate_head(h, tile * SL_TILE * (h->head_dim / 2) + lane, width, head); }
  for (size_t i = 0; i < h->head_dim; i++) { head[i] *= h->factor; }

  switch (h->arrangement) {
    case SL_QUERIES:
      arrange_queries(h, head, width, out + (tile * SL_TILE * features + feature * width) * size + lane * 4);
      break;
    case SL_KEYS:
      arrange_keys(h, head, smaller(SL_LANES, h->tokens - token), features * size, out + (token * features + feature) * size);
      break;
    case SL_VALUES: arrange_values(h, head, out + (feature * h->stride + token) * size); break;
  }
}

static void heads(const sl_heads *h, size_t tile_begin, size_t tile_end) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    for (size_t head = 0; head < h->heads; head++) {
      for (size_t lane = 0; lane < sl_tile_width(h->tokens, tile); lane += SL_LANES) { arrange_head(h, head, tile, lane); }
    }
  }
}

#endif
