/// Numbers from one form or arrangement to another.
#ifndef SIGHTLINE_PACK_H
#define SIGHTLINE_PACK_H

#include "lanes.h"

static void pack(const float *in, size_t tokens, size_t features, void *out, size_t tile_begin, size_t tile_end) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const size_t width = sl_tile_width(tokens, tile), first = tile * SL_TILE * features;
    for (size_t f = 0; f < features; f += 2) {
      for (size_t lane = 0; lane < width; lane += SL_LANES) {
        const float *from = in + first + f * width + lane;
        store_words((char *)out + first * 2 + (f / 2 * width + lane) * 4, pack_pairs(load(from), load(from + width)));
      }
    }
  }
}

/// 16 words (16 features, or 32 as bf16) from `begin` on of the row of one token; `count` of them are there, zeros after them.
INLINE words row_run(const float *row, bool pairs, size_t begin, size_t count) {
  if (!pairs) {
    words run = 0;
    memcpy(&run, row + begin, count * 4);
    return run;
  }
  lanes run[2] = {0.0f, 0.0f};
  memcpy(run, row + 2 * begin, count * 8);
  return narrow_run(run[0], run[1]);
}

static void pack_rows(
  const float *rows, size_t tokens, size_t features, sl_number out_number, void *out, size_t tile_begin, size_t tile_end) {
  const bool pairs = out_number == SL_BF16;
  const size_t row_words = pairs ? features / 2 : features;
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const size_t width = sl_tile_width(tokens, tile);
    char *result = (char *)out + tile * SL_TILE * row_words * 4;
    for (size_t lane = 0; lane < width; lane += SL_LANES) {
      const size_t token = tile * SL_TILE + lane, here = smaller(SL_LANES, tokens - token);
      for (size_t begin = 0; begin < row_words; begin += SL_LANES) {
        const size_t count = smaller(SL_LANES, row_words - begin);
        words block[SL_LANES] = {0};
        for (size_t i = 0; i < here; i++) {
          const float *row = rows + (token + i) * features;
          // A constant size for whole runs makes `row_run` plain loads.
          block[i] = count == SL_LANES ? row_run(row, pairs, begin, SL_LANES) : row_run(row, pairs, begin, count);
        }
        transpose(block);
        for (size_t i = 0; i < count; i++) { store_words(result + ((begin + i) * width + lane) * 4, block[i]); }
      }
    }
  }
}

/// f16 to f32. Its exponent and fraction, put in their place in an f32, make a number 2^112 too small, even where they are a
/// denormal; infinity and NaN have the largest exponent and get f32's.
INLINE lanes widen_f16(halves value) {
  const words bits = __builtin_convertvector(value, words);
  const words sign = (bits & 0x8000u) << 16, magnitude = (bits & 0x7fffu) << 13;
  const words scaled = (words)((lanes)magnitude * 0x1p112f);
  return (lanes)(sign | ((bits & 0x7c00u) == 0x7c00u ? magnitude | 0x7f800000u : scaled));
}

/// `count` numbers, up to 16; the others are zero.
INLINE lanes read_numbers(const char *from, sl_number number, size_t count) {
  if (number == SL_F32) {
    lanes value = 0.0f;
    memcpy(&value, from, count * 4);
    return value;
  }
  if (number == SL_I8) { return widen_bytes(from, count); }
  halves value = 0;
  memcpy(&value, from, count * 2);
  return number == SL_F16 ? widen_f16(value) : widen(value);
}

INLINE void write_numbers(char *to, sl_number number, size_t count, lanes value) {
  if (number == SL_F32) {
    memcpy(to, &value, count * 4);
  } else {
    const halves rounded = __builtin_convertvector(round_to_bf16(value) >> 16, halves);
    memcpy(to, &rounded, count * 2);
  }
}

static void convert(const void *in, sl_number in_number, void *out, sl_number out_number, size_t count) {
  const char *from = in;
  char *to = out;
  for (; count >= SL_LANES; count -= SL_LANES) {
    write_numbers(to, out_number, SL_LANES, read_numbers(from, in_number, SL_LANES));
    from += SL_LANES * number_size(in_number);
    to += SL_LANES * number_size(out_number);
  }
  if (count > 0) { write_numbers(to, out_number, count, read_numbers(from, in_number, count)); }
}

#endif
