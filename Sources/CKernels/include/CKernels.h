/// The arithmetic of Sightline: every kernel that the model's forward pass needs, and nothing else.
///
/// Layout. A token is a lane. Tokens come in tiles of 64; within a tile, the numbers of one feature for all tokens of the tile lie side
/// by side, so that one vector instruction works on the same feature of 16 tokens. The last tile of a matrix is only as wide as it must
/// be: 16, 32, 48 or 64 lanes. Lanes beyond the last token exist, may hold anything, and never reach a result.
///
///   token matrix  of F features over T tokens:  tile by tile, [F][width] f32
///   operand       of F features over T tokens:  what a product reads on its right side
///                 SL_F32   the same as a token matrix
///                 SL_BF16  tile by tile, [F/2][width] pairs: the even feature in the low 16 bits, the odd feature in the high ones
///                 SL_I8    tile by tile, [ceil(F/4)][width] quads: feature 4 i in the lowest byte; zeros behind the last feature
///   rows          [T][F], one token after the other (keys, patches, results)
///   columns       [F][stride], one feature after the other, tokens side by side without tiles (values of attention)
///
/// Tile t of a token matrix starts at t * 64 * F elements (of an SL_I8 operand, F rounded up to 4): all tiles before the last are full.
///
/// Exactness. Each output has one accumulator that runs along the inner dimension in order, and lanes never meet: a token's result has
/// the same bits alone, in any batch, at any place in it, and however the work is cut into ranges. Nothing here allocates, blocks or
/// keeps state; all memory belongs to the caller, but for at most 128 KB of stack. Calls on disjoint ranges may run at the same time.
///
/// Alignment. Token matrices, operands and columns start on 64 bytes and may be read up to the end of their last tile. Weights are read
/// where they lie in the file: any address that their element size divides.
#ifndef SIGHTLINE_CKERNELS_H
#define SIGHTLINE_CKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search.h"

enum {
  SL_LANES = 16,  ///< Tokens in one vector.
  SL_TILE = 64,   ///< Tokens in one full tile.
  SL_HEAD_DIM_MAX = 128,  ///< Largest `head_dim`: attention keeps one head of a tile on the stack.
  SL_I8_COLUMNS_MAX = 1 << 17,  ///< Most columns of a product of int8: 128 * 127 * 2^17 is the largest sum, and fits in 32 bits.
};

/// How a number is stored. Sums are always f32.
typedef enum sl_number {
  SL_F32 = 0,
  SL_BF16 = 1,
  SL_F16 = 2,  ///< Only as the source of `convert`.
  SL_I8 = 3,   ///< Whole numbers to be multiplied with a scale: of their row (weights, tables) or of their token (an operand).
} sl_number;

/// What is applied to a product before it is handed over.
typedef enum sl_activation {
  SL_IDENTITY = 0,
  SL_GELU_TANH = 1,  ///< 0.5 y (1 + tanh(sqrt(2/pi) (y + 0.044715 y^3)))
  SL_GELU_ERF = 2,   ///< 0.5 y (1 + erf(y / sqrt 2))
  SL_SILU_GATE = 3,  ///< silu(gate) * y, where `gate` is the product with `gate_weights`
} sl_activation;

/// Where a product goes.
typedef enum sl_destination {
  SL_STORE = 0,    ///< A token matrix of `rows` features.
  SL_ADD = 1,      ///< The same, added to what is there (the residual stream): old + (product + bias).
  SL_OPERAND = 2,  ///< An operand of `rows` features in `operand_number`, ready for the next product; in SL_BF16 where that is SL_I8.
} sl_destination;

/// y = activation(W x + bias) for `rows` output features of every token.
///
/// With an SL_I8 operand and SL_I8 weights, sums are whole numbers and exact; they are multiplied with (token scale * row scale) once.
/// With SL_I8 weights and any other operand, the whole numbers, which bf16 holds exactly, are multiplied as bf16 and the sum with the
/// row's scale.
typedef struct sl_product {
  size_t tokens;
  size_t columns;             ///< Inner dimension; even.
  size_t rows;                ///< Output features; even when `destination` is SL_OPERAND.
  const void *operand;        ///< x: operand of `columns` features in `operand_number`.
  sl_number operand_number;   ///< SL_BF16, SL_F32 or SL_I8.
  const float *operand_scales;    ///< By token, for all lanes of all tiles; only with an SL_I8 operand, else NULL.
  const int32_t *operand_sums;    ///< The sum of each token's whole numbers, as `operand_scales`.
  const void *weights;        ///< W: [rows][columns], row-major.
  const void *gate_weights;   ///< As `weights`; only with SL_SILU_GATE, else NULL.
  sl_number weight_number;    ///< SL_I8 with any operand, SL_BF16 with SL_BF16 or SL_F32, SL_F32 with SL_F32 only.
  const float *weight_scales; ///< [rows]; only with SL_I8 weights, else NULL.
  const float *gate_scales;   ///< As `weight_scales`, of `gate_weights`.
  const float *bias;          ///< [rows], or NULL.
  sl_activation activation;
  sl_destination destination;
  void *out;
} sl_product;

/// An operand of SL_BF16 as one of SL_I8: each token is divided by its scale, the largest of its magnitudes / 127, and rounded to
/// nearest even. A token that holds what is not finite gets a scale that is not finite.
typedef struct sl_quantization {
  size_t tokens;
  size_t features;  ///< Even.
  const void *in;   ///< Operand of SL_BF16.
  void *out;        ///< Operand of SL_I8.
  float *scales;    ///< By token, for all lanes of all tiles.
  int32_t *sums;    ///< The sum of each token's whole numbers, as `scales`.
} sl_quantization;

/// Normalises every token over its features: RMS norm where `bias` is NULL, else layer norm. Out is an operand.
typedef struct sl_norm {
  size_t tokens;
  size_t features;
  const float *in;      ///< Token matrix.
  const float *weight;  ///< [features]
  const float *bias;    ///< [features], or NULL for RMS norm.
  float epsilon;
  sl_number out_number;
  void *out;  ///< Operand of `features`.
} sl_norm;

/// How attention wants one of its inputs.
typedef enum sl_arrangement {
  SL_QUERIES = 0,  ///< Operand of heads * head_dim features.
  SL_KEYS = 1,     ///< Rows: [tokens][heads * head_dim].
  SL_VALUES = 2,   ///< Columns: [heads * head_dim][stride].
} sl_arrangement;

/// Prepares heads for attention: optional RMS norm of each head, optional rotation (the halves convention: feature i of a head turns
/// with feature i + head_dim/2), a factor, and the arrangement that attention reads.
typedef struct sl_heads {
  size_t tokens;
  size_t heads;
  size_t head_dim;           ///< Even.
  const float *in;           ///< Token matrix of heads * head_dim features.
  const float *norm_weight;  ///< [head_dim], or NULL for no norm.
  float epsilon;
  const float *cosines;      ///< Token matrix of head_dim/2 features, or NULL for no rotation.
  const float *sines;        ///< As `cosines`.
  float factor;              ///< Multiplied in last, in f32 (1 / sqrt(head_dim) for queries).
  sl_arrangement arrangement;
  sl_number out_number;
  size_t stride;             ///< SL_VALUES: tokens per feature in `out`, at least `tokens` rounded up to SL_TILE.
  void *out;
} sl_heads;

/// softmax(Q K^T + bias) V for one head over one run of keys. The scores are never kept whole: keys are taken in blocks counted from
/// `key_begin`, with a running maximum and sum.
typedef struct sl_attention {
  size_t query_tokens;  ///< Tokens in the whole `queries` and `out` operands.
  size_t heads;         ///< Query heads.
  size_t key_heads;     ///< Divides `heads`; query head h reads key head h / (heads / key_heads).
  size_t head_dim;
  sl_number number;     ///< Of queries, keys, values and out: SL_BF16 or SL_F32. Probabilities are rounded to it as well.
  const void *queries;  ///< SL_QUERIES, with the factor already in them.
  const void *keys;     ///< SL_KEYS
  const void *values;   ///< SL_VALUES
  size_t stride;        ///< Of `values`.
  const float *bias;    ///< [heads][2 * reach + 1]: number reach + d is added, in f32, to the score of a key d places behind its query
                        ///< (before it where d is negative); from `reach` places on as at `reach`. NULL for none.
  size_t reach;         ///< Of `bias`; less than 2^30.
  void *out;            ///< Operand of heads * head_dim features over `query_tokens`.
} sl_attention;

/// One job of attention: queries of one sequence, and the keys they may look at.
typedef struct sl_span {
  size_t query_begin;  ///< First query token.
  size_t query_count;  ///< 1 to SL_TILE.
  size_t key_begin;    ///< First key token.
  size_t key_count;    ///< At least 1.
  bool causal;         ///< Query i (from 0) looks at the keys up to and with first_position + i; else at all of them.
  size_t first_position;  ///< Place of the first query among the keys: for `causal` and for `bias`.
} sl_span;

/// out[token] = sum over terms of coefficient * table[index]: embedding lookup, interpolated positions.
typedef struct sl_gather {
  size_t tokens;
  size_t features;
  size_t terms;               ///< Table rows per token, summed in order.
  const uint32_t *indices;    ///< [tokens][terms]
  const float *coefficients;  ///< [tokens][terms], or NULL for 1.
  const void *table;          ///< [any][features], row-major.
  sl_number table_number;     ///< SL_BF16, SL_F32 or SL_I8.
  const float *table_scales;  ///< [any], one for each row; only with SL_I8, else NULL.
  bool add;                   ///< Added to what is there, else replaces it.
  float *out;                 ///< Token matrix.
} sl_gather;

/// Tokens copied, or added, from one token matrix to another.
typedef struct sl_copy {
  size_t features;
  const float *in;  ///< Token matrix over `in_tokens`.
  size_t in_tokens;
  float *out;       ///< Token matrix over `out_tokens`.
  size_t out_tokens;
  bool add;
} sl_copy;

/// The kernels for one instruction set. All sets give the same results up to rounding; one set gives the same bits every time.
typedef struct sl_kernels {
  const char *name;  ///< "portable", "avx2", "avx512_bf16".

  /// Output features [row_begin, row_end), every token. With SL_OPERAND both bounds are even. Fastest in few large ranges (192 rows or
  /// more) of a multiple of 12 rows; for up to 64 tokens in one range a thread, because weights are then called ahead row by row.
  void (*product)(const sl_product *, size_t row_begin, size_t row_end);

  /// Tiles [tile_begin, tile_end).
  void (*norm)(const sl_norm *, size_t tile_begin, size_t tile_end);

  /// Tiles [tile_begin, tile_end), all heads.
  void (*heads)(const sl_heads *, size_t tile_begin, size_t tile_end);

  /// One query head, one span.
  void (*attention)(const sl_attention *, size_t head, const sl_span *);

  /// Tiles [tile_begin, tile_end) of the result.
  void (*gather)(const sl_gather *, size_t tile_begin, size_t tile_end);

  /// Token in_begin + i to token out_begin + i, for i < count.
  void (*copy)(const sl_copy *, size_t in_begin, size_t out_begin, size_t count);

  /// Four tokens in a row become one of four times the features: out feature j * features + f of token t is in feature f of token
  /// 4 t + j. `tokens` counts the input and is a multiple of 4. Tiles are those of the result.
  void (*merge)(const float *in, size_t tokens, size_t features, float *out, size_t tile_begin, size_t tile_end);

  /// A token matrix as an operand of SL_BF16.
  void (*pack)(const float *in, size_t tokens, size_t features, void *out, size_t tile_begin, size_t tile_end);

  /// Rows of f32 as an operand.
  void (*pack_rows)(const float *rows, size_t tokens, size_t features, sl_number out_number, void *out, size_t tile_begin, size_t tile_end);

  /// One token of a token matrix as a row.
  void (*unpack_row)(const float *in, size_t tokens, size_t features, size_t token, float *row);

  /// Tiles [tile_begin, tile_end). The whole numbers and the scales are the same on every instruction set.
  void (*quantize)(const sl_quantization *, size_t tile_begin, size_t tile_end);

  /// One row of weights as SL_I8: each number divided by the scale and rounded to nearest even. The scale, the largest magnitude / 127 but
  /// at least the smallest normal number, is the result; it is not finite where a number is not. The same on every instruction set.
  float (*quantize_row)(const float *row, size_t count, int8_t *out);

  /// Numbers from one form to another; to SL_BF16 rounds to nearest even and keeps NaN. SL_F16 and SL_I8 are never destinations, and
  /// SL_I8 is converted without its scale.
  void (*convert)(const void *in, sl_number in_number, void *out, sl_number out_number, size_t count);

  /// Multiplies and adds numbers that stay in registers: what products are measured against. Returns the multiplications and additions
  /// done; `sum` becomes a sum that counts the rounds. SL_I8 measures products of int8, other forms those of bf16.
  size_t (*limit)(sl_number, size_t rounds, float *sum);
} sl_kernels;

/// The kernels for instruction set `index` that this processor can run, best first; NULL past the last. The last one is "portable".
const sl_kernels *sl_kernels_at(size_t index);

/// Lanes in tile `tile` of a matrix over `tokens` tokens.
static inline size_t sl_tile_width(size_t tokens, size_t tile) {
  size_t left = tokens - tile * SL_TILE;
  return left >= SL_TILE ? SL_TILE : (left + SL_LANES - 1) / SL_LANES * SL_LANES;
}

#endif
