/// Tokens looked up, moved and merged.
#ifndef SIGHTLINE_TOKENS_H
#define SIGHTLINE_TOKENS_H

#include "lanes.h"

/// Features [begin, begin + count) of one table row, count up to 16; zeros after them.
INLINE lanes table_run(const sl_gather *g, size_t index, size_t begin, size_t count) {
  const size_t size = number_size(g->table_number);
  const char *from = (const char *)g->table + (index * g->features + begin) * size;
  if (g->table_number == SL_BF16) {
    halves run = 0;
    memcpy(&run, from, count * size);
    return widen(run);
  }
  if (g->table_number == SL_I8) { return widen_bytes(from, count) * g->table_scales[index]; }
  lanes run = 0.0f;
  memcpy(&run, from, count * size);
  return run;
}

/// The sum over a token's terms of 16 features.
INLINE lanes gather_run(const sl_gather *g, size_t token, size_t begin, size_t count) {
  lanes sum = 0.0f;
  for (size_t term = token * g->terms; term < (token + 1) * g->terms; term++) {
    // A constant size for whole runs makes `table_run` one load.
    const lanes row = count == SL_LANES ? table_run(g, g->indices[term], begin, SL_LANES) : table_run(g, g->indices[term], begin, count);
    sum = g->coefficients ? sum + row * g->coefficients[term] : sum + row;
  }
  return sum;
}

/// 16 features of 16 tokens at a time: summed along the rows of the table, then turned so that tokens are lanes.
static void gather(const sl_gather *g, size_t tile_begin, size_t tile_end) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const size_t width = sl_tile_width(g->tokens, tile);
    for (size_t lane = 0; lane < width; lane += SL_LANES) {
      const size_t token = tile * SL_TILE + lane, tokens = smaller(SL_LANES, g->tokens - token);
      for (size_t begin = 0; begin < g->features; begin += SL_LANES) {
        const size_t count = smaller(SL_LANES, g->features - begin);
        words block[SL_LANES] = {0};
        for (size_t i = 0; i < tokens; i++) { block[i] = (words)gather_run(g, token + i, begin, count); }
        transpose(block);
        float *out = g->out + tile * SL_TILE * g->features + begin * width + lane;
        for (size_t i = 0; i < count; i++, out += width) { store(out, g->add ? load(out) + (lanes)block[i] : (lanes)block[i]); }
      }
    }
  }
}

/// Tokens side by side in both matrices at once are moved together, feature by feature.
static void copy(const sl_copy *c, size_t in_begin, size_t out_begin, size_t count) {
  while (count > 0) {
    const size_t in_tile = in_begin / SL_TILE, in_lane = in_begin % SL_TILE, in_width = sl_tile_width(c->in_tokens, in_tile);
    const size_t out_tile = out_begin / SL_TILE, out_lane = out_begin % SL_TILE, out_width = sl_tile_width(c->out_tokens, out_tile);
    const size_t run = smaller(count, smaller(SL_TILE - in_lane, SL_TILE - out_lane));
    const float *in = c->in + in_tile * SL_TILE * c->features + in_lane;
    float *out = c->out + out_tile * SL_TILE * c->features + out_lane;
    for (size_t f = 0; f < c->features; f++, in += in_width, out += out_width) {
      for (size_t i = 0; i < run; i++) { out[i] = c->add ? out[i] + in[i] : in[i]; }
    }
    in_begin += run;
    out_begin += run;
    count -= run;
  }
}

/// Every fourth lane, from lane 0, 1, 2 and 3 on, of 64 lanes in a row.
INLINE void every_fourth(const lanes in[4], lanes out[4]) {
#define PICK(a, b, first, step) \
  __builtin_shufflevector( \
    a, b, first, first + step, first + 2 * step, first + 3 * step, first + 4 * step, first + 5 * step, first + 6 * step, \
    first + 7 * step, first + 8 * step, first + 9 * step, first + 10 * step, first + 11 * step, first + 12 * step, first + 13 * step, \
    first + 14 * step, first + 15 * step)
  const lanes even[2] = {PICK(in[0], in[1], 0, 2), PICK(in[2], in[3], 0, 2)};
  const lanes odd[2] = {PICK(in[0], in[1], 1, 2), PICK(in[2], in[3], 1, 2)};
  out[0] = PICK(even[0], even[1], 0, 2);
  out[1] = PICK(odd[0], odd[1], 0, 2);
  out[2] = PICK(even[0], even[1], 1, 2);
  out[3] = PICK(odd[0], odd[1], 1, 2);
#undef PICK
}

/// One tile of the input is 16 tokens of the result.
static void merge(const float *in, size_t tokens, size_t features, float *out, size_t tile_begin, size_t tile_end) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const size_t width = sl_tile_width(tokens / 4, tile);
    float *result = out + tile * SL_TILE * 4 * features;
    for (size_t lane = 0; lane < width; lane += SL_LANES) {
      const size_t in_tile = (tile * SL_TILE + lane) * 4 / SL_TILE, in_width = sl_tile_width(tokens, in_tile);
      const float *source = in + in_tile * SL_TILE * features;
      for (size_t f = 0; f < features; f++) {
        lanes row[4] = {0.0f}, turned[4];
        for (size_t i = 0; i < in_width; i += SL_LANES) { row[i / SL_LANES] = load(source + f * in_width + i); }
        every_fourth(row, turned);
        for (size_t j = 0; j < 4; j++) { store(result + (j * features + f) * width + lane, turned[j]); }
      }
    }
  }
}

/// One lane, feature by feature.
static void unpack_row(const float *in, size_t tokens, size_t features, size_t token, float *row) {
  const size_t tile = token / SL_TILE, width = sl_tile_width(tokens, tile);
  const float *lane = in + tile * SL_TILE * features + token % SL_TILE;
  for (size_t f = 0; f < features; f++) { row[f] = lane[f * width]; }
}

#endif
