/// softmax(Q K^T + bias) V for up to 64 queries of one head, which are the lanes. Keys and values are broadcast, a block of keys at a time.
#ifndef SIGHTLINE_ATTENTION_H
#define SIGHTLINE_ATTENTION_H

#include "exponential.h"
#include "multiply.h"

/// Keys in a block, even. Blocks are counted from the first key of the sequence, so that the same keys meet in every company.
enum { KEY_BLOCK = 192 };

/// One span at work, on the stack: 113 KB, of which bf16 with heads of 64 touches 72.
typedef struct attention_state {
  size_t width;  ///< Lanes: queries rounded up to whole vectors.
  _Alignas(64) char queries[SL_HEAD_DIM_MAX * SL_TILE * 4];  ///< Operand of head_dim features.
  float scores[KEY_BLOCK * SL_TILE];      ///< [keys][width]; then, in the same place, an operand of keys: their weights.
  float sums[SL_HEAD_DIM_MAX * SL_TILE];  ///< [head_dim][width]: values times weights so far.
  float bias[KEY_BLOCK + SL_TILE];        ///< Of a block, by falling distance: one key's lanes lie side by side.
  lanes maximum[4];                       ///< Of the scores so far, times log2(e).
  lanes total[4];                         ///< Of the weights so far.
} attention_state;

/// Sets that widen hold queries and weights of keys as f32; both are rounded to bf16 all the same.
INLINE factors attention_factors(const sl_attention *a) {
  return a->number == SL_F32 ? F32_F32 : SL_WIDENS ? F32_BF16 : BF16_BF16;
}

/// Copies from the tokens of a span in an operand of the whole batch to lanes 0, 1, ... of a local one, or back. The span may start at
/// any lane and end in the next tile. A row of either is one feature of f32 or one pair.
INLINE void copy_span(
  const sl_attention *a, size_t head, const sl_span *s, char *local, size_t local_width, char *batch, const bool back) {
  const size_t rows = a->head_dim * number_size(a->number) / 4;
  for (size_t done = 0; done < s->query_count;) {
    const size_t token = s->query_begin + done, tile = token / SL_TILE, lane = token % SL_TILE;
    const size_t width = sl_tile_width(a->query_tokens, tile), run = smaller(s->query_count - done, SL_TILE - lane);
    char *there = batch + (tile * SL_TILE * a->heads * rows + head * rows * width + lane) * 4;
    char *here = local + done * 4;
    for (size_t row = 0; row < rows; row++, there += width * 4, here += local_width * 4) {
      memcpy(back ? there : here, back ? here : there, run * 4);
    }
    done += run;
  }
}

/// Adds to each score the bias of its distance, for a block whose first key is `ahead` places behind the query of lane 0.
INLINE void add_bias(const sl_attention *a, attention_state *state, size_t head, size_t keys, ptrdiff_t ahead) {
  const ptrdiff_t reach = (ptrdiff_t)a->reach;
  const float *at_query = a->bias + head * (2 * a->reach + 1) + a->reach;
  // Distances of the block: from the last key and lane 0 down to the first key and the last lane.
  for (size_t i = 0; i < keys + state->width - 1; i++) {
    const ptrdiff_t distance = ahead + (ptrdiff_t)keys - 1 - (ptrdiff_t)i;
    state->bias[i] = at_query[distance > reach ? reach : distance < -reach ? -reach : distance];
  }
  for (size_t key = 0; key < keys; key++) {
    for (size_t lane = 0; lane < state->width; lane += SL_LANES) {
      float *at = state->scores + key * state->width + lane;
      store(at, load(at) + load(state->bias + (keys - 1 - key) + lane));
    }
  }
}

/// Hides key i from the queries before lane `first_to_see + i`.
INLINE void mask_scores(attention_state *state, size_t keys, ptrdiff_t first_to_see) {
  const integers lane_numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (size_t key = 0; key < keys; key++, first_to_see++) {
    if (first_to_see <= 0) { continue; }
    for (size_t lane = 0; lane < state->width; lane += SL_LANES) {
      float *at = state->scores + key * state->width + lane;
      store(at, lane_numbers + (int)lane < (int)first_to_see ? (lanes)-INFINITY : load(at));
    }
  }
}

/// Scores become weights: 2^(score * log2(e) - maximum). Where the maximum grows, what was summed before it shrinks to match.
INLINE void weigh_keys(attention_state *state, size_t keys, size_t head_dim, const int vectors, const bool pairs, const bool rounds) {
  const size_t width = (size_t)vectors * SL_LANES;
  float *scores = state->scores;

  lanes maximum[4], shrink[4];
  UNROLL
  for (int j = 0; j < vectors; j++) { maximum[j] = load(scores + j * SL_LANES); }
  for (size_t key = 1; key < keys; key++) {
    UNROLL
    for (int j = 0; j < vectors; j++) { maximum[j] = greater(load(scores + key * width + j * SL_LANES), maximum[j]); }
  }
  UNROLL
  for (int j = 0; j < vectors; j++) {
    maximum[j] = greater(maximum[j] * LOG2_E, state->maximum[j]);
    shrink[j] = power_of_two(state->maximum[j] - maximum[j]);
    state->maximum[j] = maximum[j];
  }
  for (size_t i = 0; i < head_dim; i++) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      float *at = state->sums + i * width + j * SL_LANES;
      store(at, load(at) * shrink[j]);
    }
  }

  lanes total[4];
  UNROLL
  for (int j = 0; j < vectors; j++) { total[j] = state->total[j] * shrink[j]; }
  for (size_t key = 0; key < keys; key += 2) {
    UNROLL
    for (int j = 0; j < vectors; j++) {
      float *at = scores + key * width + j * SL_LANES;
      const lanes even = power_of_two(load(at) * LOG2_E - maximum[j]);
      const lanes odd = key + 1 < keys ? power_of_two(load(at + width) * LOG2_E - maximum[j]) : (lanes)0.0f;
      total[j] = total[j] + even + odd;
      if (pairs) {
        store_words(scores + key / 2 * width + j * SL_LANES, pack_pairs(even, odd));
      } else {
        store(at, rounds ? rounded(even) : even);
        store(at + width, rounds ? rounded(odd) : odd);
      }
    }
  }
  UNROLL
  for (int j = 0; j < vectors; j++) { state->total[j] = total[j]; }
}

/// sums += values * weights. The second number of the last pair, where keys are odd, belongs to another sequence: it is not read.
INLINE void add_values(const sl_attention *a, attention_state *state, const char *values, size_t keys) {
  const size_t size = number_size(a->number);
  multiplication m = {
    .factors = attention_factors(a),
    .rows = a->head_dim,
    .pairs = keys / 2,
    .weights = values,
    .stride = a->stride * size,
    .operand = (const char *)state->scores,
    .vectors = state->width / SL_LANES,
    .sums = state->sums,
  };
  multiply(&m);
  if (keys % 2 == 0) { return; }

  _Alignas(4) char last[SL_HEAD_DIM_MAX * 2 * 4] = {0};
  for (size_t i = 0; i < a->head_dim; i++) { memcpy(last + i * 2 * size, values + (i * a->stride + keys - 1) * size, size); }
  m.pairs = 1;
  m.weights = last;
  m.stride = 2 * size;
  m.operand += (keys - 1) * state->width * (m.factors == BF16_BF16 ? 2 : 4);
  multiply(&m);
}

/// Sums divided by their totals, as an operand in the place of the queries.
INLINE void finish_queries(const sl_attention *a, attention_state *state) {
  const size_t width = state->width;
  for (size_t lane = 0; lane < width; lane += SL_LANES) {
    const lanes share = 1.0f / state->total[lane / SL_LANES];
    for (size_t i = 0; i < a->head_dim; i += 2) {
      const float *sums = state->sums + i * width + lane;
      const lanes even = load(sums) * share, odd = load(sums + width) * share;
      if (a->number == SL_BF16) {
        store_words(state->queries + (i / 2 * width + lane) * 4, pack_pairs(even, odd));
      } else {
        store(state->queries + (i * width + lane) * 4, even);
        store(state->queries + ((i + 1) * width + lane) * 4, odd);
      }
    }
  }
}

static void attention(const sl_attention *a, size_t head, const sl_span *s) {
  const size_t size = number_size(a->number);
  const size_t key_features = a->key_heads * a->head_dim, key_feature = head / (a->heads / a->key_heads) * a->head_dim;
  const size_t keys = s->causal ? smaller(s->key_count, s->first_position + s->query_count) : s->key_count;
  const char *key_rows = (const char *)a->keys + (s->key_begin * key_features + key_feature) * size;
  const char *value_columns = (const char *)a->values + (key_feature * a->stride + s->key_begin) * size;

  attention_state state;
  state.width = (s->query_count + SL_LANES - 1) / SL_LANES * SL_LANES;
  memset(state.sums, 0, a->head_dim * state.width * 4);
  for (int j = 0; j < 4; j++) {
    state.maximum[j] = -INFINITY;
    state.total[j] = 0.0f;
  }
  const bool widens = attention_factors(a) == F32_BF16;
  char *queries = widens ? (char *)state.scores : state.queries;
  memset(queries, 0, a->head_dim * state.width * size);
  copy_span(a, head, s, queries, state.width, (char *)a->queries, false);
  if (widens) { widen_operand(queries, false, a->head_dim / 2, state.width, (float *)state.queries); }

  for (size_t begin = 0; begin < keys; begin += KEY_BLOCK) {
    const size_t count = smaller(KEY_BLOCK, keys - begin);
    const multiplication m = {
      .factors = attention_factors(a),
      .rows = count,
      .pairs = a->head_dim / 2,
      .weights = key_rows + begin * key_features * size,
      .stride = key_features * size,
      .operand = state.queries,
      .vectors = state.width / SL_LANES,
      .sums = state.scores,
      .begin = true,
    };
    multiply(&m);
    if (a->bias) { add_bias(a, &state, head, count, (ptrdiff_t)begin - (ptrdiff_t)s->first_position); }
    if (s->causal) { mask_scores(&state, count, (ptrdiff_t)begin - (ptrdiff_t)s->first_position); }
#define WEIGH(vectors) weigh_keys(&state, count, a->head_dim, vectors, a->number == SL_BF16 && !widens, widens)
    FOR_VECTORS(m.vectors, WEIGH)
#undef WEIGH
    add_values(a, &state, value_columns + begin * size, count);
  }
  finish_queries(a, &state);
  copy_span(a, head, s, state.queries, state.width, a->out, true);
}

#endif
