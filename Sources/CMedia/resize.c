/// Pillow's bicubic resize, bit for bit: a pass along rows and a pass along columns, each in fixed point with 22 fractional bits and
/// rounded to 8 bits.
///
/// The sums are integers, so their order is free and lanes can be put where they are fastest. Along columns, lanes are neighbouring bytes
/// of a row. Along rows, 16 image rows are turned on their side first, so that the same byte of 16 rows lies together, and lanes are rows.

#include <stdlib.h>
#include <string.h>

#include "CMedia.h"

// Contracting a * b + c would give other coefficients on processors with fused multiply-add than Pillow's builds have.
#pragma STDC FP_CONTRACT OFF

enum {
  LANES = 16,
  FRACTION_BITS = 32 - 8 - 2,  ///< Two bits of room for sums outside 0 to 255.
  CHANNELS = 3,
};

typedef uint8_t bytes16 __attribute__((vector_size(LANES), aligned(1)));
typedef int32_t words16 __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))

/// The weights of one axis: output i is the sum of `count` inputs from `first` on, times its row of `weights`.
typedef struct {
  uint32_t in;
  uint32_t out;
  uint32_t taps;  ///< Numbers in a row of `weights`.
  uint32_t *first;
  uint32_t *count;
  int32_t *weights;
} axis;

static double bicubic(double x) {
  const double a = -0.5;
  if (x < 0.0) x = -x;
  if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
  if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
  return 0.0;
}

static void free_axis(axis *axis) {
  free(axis->first);
  free(axis->count);
  free(axis->weights);
}

/// When shrinking, the kernel is stretched so that every input has a say.
static bool make_axis(axis *axis, uint32_t in, uint32_t out) {
  double scale = (double)in / out;
  double stretch = scale < 1.0 ? 1.0 : scale;
  double support = 2.0 * stretch;
  double per_stretch = 1.0 / stretch;
  axis->in = in;
  axis->out = out;
  axis->taps = (uint32_t)support * 2 + 3;
  axis->first = calloc(out, sizeof *axis->first);
  axis->count = calloc(out, sizeof *axis->count);
  axis->weights = calloc(out, axis->taps * sizeof *axis->weights);
  double *exact = calloc(axis->taps, sizeof *exact);
  bool made = axis->first != NULL && axis->count != NULL && axis->weights != NULL && exact != NULL;
  for (uint32_t i = 0; made && i < out; i++) {
    double centre = (i + 0.5) * scale;
    int64_t first = (int64_t)(centre - support + 0.5);
    int64_t last = (int64_t)(centre + support + 0.5);
    if (first < 0) first = 0;
    if (last > in) last = in;
    double sum = 0.0;
    for (int64_t j = first; j < last; j++) {
      double weight = bicubic(((double)j - centre + 0.5) * per_stretch);
      exact[j - first] = weight;
      sum += weight;
    }
    axis->first[i] = (uint32_t)first;
    axis->count[i] = (uint32_t)(last - first);
    int32_t *row = axis->weights + (size_t)i * axis->taps;
    for (int64_t j = 0; j < last - first; j++) {
      double weight = sum != 0.0 ? exact[j] / sum : exact[j];
      row[j] = (int32_t)((weight < 0 ? -0.5 : 0.5) + weight * (1 << FRACTION_BITS));
    }
  }
  free(exact);
  return made;
}

// Vectors are passed by address: by value, how they are passed would depend on the instruction set.

INLINE void start(words16 *sum) { *sum = (words16){} + (1 << (FRACTION_BITS - 1)); }

INLINE void add_weighted(words16 *sum, const uint8_t *bytes, int32_t weight) {
  *sum += __builtin_convertvector(*(const bytes16 *)bytes, words16) * weight;
}

INLINE void store(uint8_t *out, const words16 *sum) {
  words16 value = *sum >> FRACTION_BITS;
  value = __builtin_elementwise_min(__builtin_elementwise_max(value, (words16){}), (words16){} + 255);
  *(bytes16 *)out = __builtin_convertvector(value, bytes16);
}

INLINE void store_one(uint8_t *out, int32_t sum) {
  int32_t value = sum >> FRACTION_BITS;
  *out = value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

/// One output row: lanes are bytes of the row.
INLINE void column_row(const axis *axis, const uint8_t *in, size_t stride, uint32_t y, uint8_t *out) {
  const int32_t *weights = axis->weights + (size_t)y * axis->taps;
  const uint8_t *top = in + axis->first[y] * stride;
  uint32_t count = axis->count[y];
  size_t x = 0;
  for (; x + 4 * LANES <= stride; x += 4 * LANES) {
    words16 sum[4];
    for (int k = 0; k < 4; k++) start(&sum[k]);
    const uint8_t *row = top + x;
    for (uint32_t j = 0; j < count; j++, row += stride) {
      for (int k = 0; k < 4; k++) add_weighted(&sum[k], row + k * LANES, weights[j]);
    }
    for (int k = 0; k < 4; k++) store(out + x + k * LANES, &sum[k]);
  }
  for (; x < stride; x++) {
    int32_t sum = 1 << (FRACTION_BITS - 1);
    for (uint32_t j = 0; j < count; j++) sum += top[j * stride + x] * weights[j];
    store_one(out + x, sum);
  }
}

INLINE void columns_body(const axis *axis, const uint8_t *in, size_t stride, uint8_t *out) {
  for (uint32_t y = 0; y < axis->out; y++) column_row(axis, in, stride, y, out + y * stride);
}

/// Turns a 16x16 square of bytes on its side: four rounds of interleaving row i with row i + 8.
INLINE void transpose(bytes16 square[LANES]) {
  for (int round = 0; round < 4; round++) {
    bytes16 next[LANES];
    for (int i = 0; i < LANES / 2; i++) {
      bytes16 a = square[i], b = square[i + LANES / 2];
      next[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      next[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    }
    memcpy(square, next, sizeof next);
  }
}

/// `rows` rows of `stride` bytes, as [byte][lane]. Lanes beyond the last row repeat it.
INLINE void turn_rows(const uint8_t *in, size_t stride, uint32_t rows, uint8_t *turned) {
  for (size_t x = 0; x < stride; x += LANES) {
    bytes16 square[LANES];
    size_t width = stride - x < LANES ? stride - x : LANES;
    for (uint32_t lane = 0; lane < LANES; lane++) {
      square[lane] = (bytes16){};
      memcpy(&square[lane], in + (lane < rows ? lane : rows - 1) * stride + x, width);
    }
    transpose(square);
    memcpy(turned + x * LANES, square, sizeof square);
  }
}

/// The way back.
INLINE void turn_back(const uint8_t *turned, size_t stride, uint32_t rows, uint8_t *out) {
  for (size_t x = 0; x < stride; x += LANES) {
    bytes16 square[LANES];
    size_t width = stride - x < LANES ? stride - x : LANES;
    memcpy(square, turned + x * LANES, sizeof square);
    transpose(square);
    for (uint32_t lane = 0; lane < rows; lane++) memcpy(out + lane * stride + x, &square[lane], width);
  }
}

/// `height` rows, 16 at a time. `turned_in` and `turned_out` hold 16 rows each, rounded up to whole squares.
INLINE void rows_body(const axis *axis, const uint8_t *in, uint32_t height, uint8_t *out, uint8_t *turned_in, uint8_t *turned_out) {
  size_t in_stride = (size_t)axis->in * CHANNELS, out_stride = (size_t)axis->out * CHANNELS;
  for (uint32_t y = 0; y < height; y += LANES) {
    uint32_t rows = height - y < LANES ? height - y : LANES;
    turn_rows(in + y * in_stride, in_stride, rows, turned_in);
    for (uint32_t x = 0; x < axis->out; x++) {
      const int32_t *weights = axis->weights + (size_t)x * axis->taps;
      const uint8_t *pixel = turned_in + (size_t)axis->first[x] * CHANNELS * LANES;
      words16 sum[CHANNELS];
      for (int c = 0; c < CHANNELS; c++) start(&sum[c]);
      for (uint32_t j = 0; j < axis->count[x]; j++, pixel += CHANNELS * LANES) {
        for (int c = 0; c < CHANNELS; c++) add_weighted(&sum[c], pixel + c * LANES, weights[j]);
      }
      uint8_t *target = turned_out + (size_t)x * CHANNELS * LANES;
      for (int c = 0; c < CHANNELS; c++) store(target + c * LANES, &sum[c]);
    }
    turn_back(turned_out, out_stride, rows, out + y * out_stride);
  }
}

typedef void columns_pass(const axis *, const uint8_t *, size_t, uint8_t *);
typedef void rows_pass(const axis *, const uint8_t *, uint32_t, uint8_t *, uint8_t *, uint8_t *);

/// The same loops for one instruction set.
#define PASSES(set, target)                                                                                           \
  target static void columns_##set(const axis *axis, const uint8_t *in, size_t stride, uint8_t *out) {               \
    columns_body(axis, in, stride, out);                                                                              \
  }                                                                                                                   \
  target static void rows_##set(                                                                                      \
      const axis *axis, const uint8_t *in, uint32_t height, uint8_t *out, uint8_t *turned_in, uint8_t *turned_out) { \
    rows_body(axis, in, height, out, turned_in, turned_out);                                                          \
  }

PASSES(portable, )
#if defined(__x86_64__)
PASSES(avx2, __attribute__((target("avx2"))))
PASSES(avx512, __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))))
#endif

static columns_pass *best_columns(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) return columns_avx512;
  if (__builtin_cpu_supports("avx2")) return columns_avx2;
#endif
  return columns_portable;
}

static rows_pass *best_rows(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) return rows_avx512;
  if (__builtin_cpu_supports("avx2")) return rows_avx2;
#endif
  return rows_portable;
}

static bool resize_columns(const uint8_t *in, uint32_t width, uint32_t in_height, uint8_t *out, uint32_t out_height) {
  axis axis = {0};
  bool made = make_axis(&axis, in_height, out_height);
  if (made) best_columns()(&axis, in, (size_t)width * CHANNELS, out);
  free_axis(&axis);
  return made;
}

static bool resize_rows(const uint8_t *in, uint32_t in_width, uint32_t height, uint8_t *out, uint32_t out_width) {
  axis axis = {0};
  size_t in_squares = ((size_t)in_width * CHANNELS + LANES - 1) / LANES, out_squares = ((size_t)out_width * CHANNELS + LANES - 1) / LANES;
  uint8_t *turned_in = malloc(in_squares * LANES * LANES), *turned_out = malloc(out_squares * LANES * LANES);
  bool made = turned_in != NULL && turned_out != NULL && make_axis(&axis, in_width, out_width);
  if (made) best_rows()(&axis, in, height, out, turned_in, turned_out);
  free_axis(&axis);
  free(turned_in);
  free(turned_out);
  return made;
}

bool sl_resize_bicubic(const uint8_t *in, sl_image_size in_size, uint8_t *out, sl_image_size out_size) {
  if (in_size.width == out_size.width && in_size.height == out_size.height) {
    memcpy(out, in, (size_t)in_size.width * in_size.height * CHANNELS);
    return true;
  }
  if (in_size.width == out_size.width) return resize_columns(in, in_size.width, in_size.height, out, out_size.height);
  if (in_size.height == out_size.height) return resize_rows(in, in_size.width, in_size.height, out, out_size.width);

  // Rounding to 8 bits between the passes makes their order visible. Pillow 13 begins with the columns where that saves work: where the
  // height loses more than twice as many pixels as the width. Earlier versions always began with the rows.
  int64_t lost_height = (int64_t)in_size.height - out_size.height, lost_width = (int64_t)in_size.width - out_size.width;
  bool columns_first = lost_height > 0 && lost_height > 2 * lost_width;
  size_t between = columns_first ? (size_t)in_size.width * out_size.height : (size_t)out_size.width * in_size.height;
  uint8_t *middle = malloc(between * CHANNELS);
  bool made = middle != NULL;
  if (made && columns_first) {
    made = resize_columns(in, in_size.width, in_size.height, middle, out_size.height) &&
           resize_rows(middle, in_size.width, out_size.height, out, out_size.width);
  } else if (made) {
    made = resize_rows(in, in_size.width, in_size.height, middle, out_size.width) &&
           resize_columns(middle, out_size.width, in_size.height, out, out_size.height);
  }
  free(middle);
  return made;
}
