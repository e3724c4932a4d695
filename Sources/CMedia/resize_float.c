/// torch's antialiased bicubic resize of RGB8, as torchvision calls it: cast to f32, filter, clamp, round to even, cast back.
///
/// Every operation is rounded, so their order is torch's, as its x86-64 build of version 2.13 carries them out: rows before columns; taps
/// from left to right, the first multiplied, then groups of four multiplied and added one by one, and the up to three that are left
/// multiplied and added in one rounding. That is what a compiler made of a plain loop; it is written out here so that all machines agree.

#include <math.h>
#include <stdlib.h>

#include "CMedia.h"

#pragma STDC FP_CONTRACT OFF

typedef float pixel4 __attribute__((vector_size(16)));
enum { LANES = 8 };

typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4)));
typedef uint8_t bytes __attribute__((vector_size(LANES), aligned(1)));

#define INLINE static inline __attribute__((always_inline))

/// The weights of one axis: output i is the sum of `count` inputs from `first` on, times its row of `weights`.
typedef struct {
  uint32_t in;
  uint32_t out;
  uint32_t taps;  ///< Numbers in a row of `weights`.
  uint32_t *first;
  uint32_t *count;
  float *weights;
} axis;

static float bicubic(float x) {
  const float a = -0.5f;
  x = fabsf(x);
  if (x < 1.0f) return fmaf(fmaf(a + 2.0f, x, -(a + 3.0f)) * x, x, 1.0f);
  if (x < 2.0f) return fmaf(fmaf(fmaf(a, x, -5.0f * a), x, 8.0f * a), x, -4.0f * a);
  return 0.0f;
}

static void free_axis(axis *axis) {
  free(axis->first);
  free(axis->count);
  free(axis->weights);
}

static bool make_axis(axis *axis, uint32_t in, uint32_t out) {
  float scale = (float)in / (float)out;
  float support = scale >= 1.0f ? 2.0f * scale : 2.0f;
  float per_scale = scale >= 1.0f ? 1.0f / scale : 1.0f;
  axis->in = in;
  axis->out = out;
  axis->taps = (uint32_t)ceilf(support) * 2 + 1;
  axis->first = calloc(out, sizeof *axis->first);
  axis->count = calloc(out, sizeof *axis->count);
  axis->weights = calloc(out, axis->taps * sizeof *axis->weights);
  if (axis->first == NULL || axis->count == NULL || axis->weights == NULL) return false;
  for (uint32_t i = 0; i < out; i++) {
    // Half pixels are added in f64, as C++ promotes them in the original.
    float centre = (float)((double)scale * ((double)i + 0.5));
    int64_t first = (int64_t)((double)(centre - support) + 0.5), last = (int64_t)((double)(centre + support) + 0.5);
    if (first < 0) first = 0;
    if (last > in) last = in;
    if (last - first > axis->taps) last = first + axis->taps;
    float *row = axis->weights + (size_t)i * axis->taps, total = 0.0f;
    for (int64_t j = first; j < last; j++) {
      float weight = bicubic((float)(((double)((float)j - centre) + 0.5) * (double)per_scale));
      row[j - first] = weight;
      total += weight;
    }
    for (int64_t j = 0; total != 0.0f && j < last - first; j++) row[j] /= total;
    axis->first[i] = (uint32_t)first;
    axis->count[i] = (uint32_t)(last - first);
  }
  return true;
}

/// The sum of `count` inputs that lie `step` apart, times their weights. A macro, as vectors by value depend on the instruction set.
#define ADD_UP(sum, type, input, step, weights, count)                                     \
  do {                                                                                     \
    const type *tap = (const type *)(input);                                               \
    uint32_t j = 1;                                                                        \
    sum = *tap * (weights)[0];                                                             \
    for (; j + 4 <= (count); j += 4) {                                                     \
      for (uint32_t k = 0; k < 4; k++) {                                                   \
        tap = (const type *)((const float *)tap + (step));                                 \
        sum = sum + *tap * (weights)[j + k];                                               \
      }                                                                                    \
    }                                                                                      \
    for (; j < (count); j++) {                                                             \
      tap = (const type *)((const float *)tap + (step));                                   \
      sum = __builtin_elementwise_fma(*tap, (type){} + (weights)[j], sum);                 \
    }                                                                                      \
  } while (0)

/// `height` rows of RGB8 to [height][out][3]. `row` holds a row of pixels.
INLINE void rows_body(const axis *axis, const uint8_t *in, uint32_t height, pixel4 *row, float *middle) {
  for (uint32_t y = 0; y < height; y++, in += (size_t)axis->in * 3) {
    for (uint32_t x = 0; x < axis->in; x++) row[x] = (pixel4){in[3 * x], in[3 * x + 1], in[3 * x + 2], 0};
    for (uint32_t x = 0; x < axis->out; x++, middle += 3) {
      pixel4 sum;
      ADD_UP(sum, pixel4, row + axis->first[x], 4, axis->weights + (size_t)x * axis->taps, axis->count[x]);
      for (int c = 0; c < 3; c++) middle[c] = sum[c];
    }
  }
}

/// Rows of `stride` numbers, at least `LANES`. The last lanes of a row are computed twice where `LANES` does not divide it.
INLINE void columns_body(const axis *axis, const float *middle, size_t stride, uint8_t *out) {
  for (uint32_t y = 0; y < axis->out; y++, out += stride) {
    const float *top = middle + axis->first[y] * stride;
    for (size_t x = 0; x < stride; x += LANES) {
      size_t start = x + LANES <= stride ? x : stride - LANES;
      lanes sum;
      ADD_UP(sum, lanes, top + start, stride, axis->weights + (size_t)y * axis->taps, axis->count[y]);
      sum = __builtin_elementwise_min(__builtin_elementwise_max(sum, (lanes){}), (lanes){} + 255);
      *(bytes *)(out + start) = __builtin_convertvector(__builtin_elementwise_roundeven(sum), bytes);
    }
  }
}

typedef void rows_pass(const axis *, const uint8_t *, uint32_t, pixel4 *, float *);
typedef void columns_pass(const axis *, const float *, size_t, uint8_t *);

/// The same loops for one instruction set; without fused multiply-add each one is a call, and the result the same.
#define PASSES(set, target)                                                                                              \
  target static void rows_##set(const axis *axis, const uint8_t *in, uint32_t height, pixel4 *row, float *middle) {     \
    rows_body(axis, in, height, row, middle);                                                                            \
  }                                                                                                                      \
  target static void columns_##set(const axis *axis, const float *middle, size_t stride, uint8_t *out) {                \
    columns_body(axis, middle, stride, out);                                                                             \
  }

PASSES(portable, )
#if defined(__x86_64__)
PASSES(avx2, __attribute__((target("avx2,fma"))))
#endif

bool sl_resize_bicubic_float(const uint8_t *in, sl_image_size in_size, uint8_t *out, sl_image_size out_size) {
  rows_pass *rows = rows_portable;
  columns_pass *columns = columns_portable;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    rows = rows_avx2;
    columns = columns_avx2;
  }
#endif
  axis across = {0}, down = {0};
  size_t stride = (size_t)out_size.width * 3;
  pixel4 *row = aligned_alloc(sizeof *row, in_size.width * sizeof *row);
  float *middle = malloc(in_size.height * stride * sizeof *middle);
  bool made = row != NULL && middle != NULL && stride >= LANES && make_axis(&across, in_size.width, out_size.width) &&
              make_axis(&down, in_size.height, out_size.height);
  if (made) {
    rows(&across, in, in_size.height, row, middle);
    columns(&down, middle, stride, out);
  }
  free_axis(&across);
  free_axis(&down);
  free(row);
  free(middle);
  return made;
}
