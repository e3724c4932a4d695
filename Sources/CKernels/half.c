/// f16 for storage.
#include "bodies/lanes.h"
#include "include/search.h"

/// Numbers below 2^-14 share one last bit, which is how f16 stores them: adding the number whose last bit that is rounds to it.
INLINE halves narrow(lanes value) {
  const words bits = (words)value, sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
  const words small = (words)((lanes)magnitude + 0.5f) - 0x3f000000u;
  const words normal = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1u)) >> 13;
  // 65520 lies between the largest number and the next one: it and what is beyond is infinite.
  const integers order = (integers)magnitude;
  words half = order < 0x38800000 ? small : normal;
  half = order >= 0x477ff000 ? (words)0x7c00u : half;
  half = order > 0x7f800000 ? (words)0x7e00u : half;
  return __builtin_convertvector(half | sign, halves);
}

/// The exponent is moved as in `search_portable.c`; infinities and NaN, which that does not meet, are put in their place.
INLINE lanes widen_half(halves value) {
  const words half = __builtin_convertvector(value, words), magnitude = (half & 0x7fffu) << 13;
  const words finite = (words)((lanes)magnitude * 0x1p112f);
  return (lanes)(((integers)magnitude >= 0x0f800000 ? magnitude | 0x7f800000u : finite) | (half & 0x8000u) << 16);
}

void sl_narrow_f16(const float *in, uint16_t *out, size_t count) {
  size_t i = 0;
  for (; i + SL_LANES <= count; i += SL_LANES) { store_halves(out + i, narrow(load(in + i))); }
  if (i < count) {
    lanes rest = 0.0f;
    memcpy(&rest, in + i, (count - i) * sizeof *in);
    const halves half = narrow(rest);
    memcpy(out + i, &half, (count - i) * sizeof *out);
  }
}

void sl_widen_f16(const uint16_t *in, float *out, size_t count) {
  size_t i = 0;
  for (; i + SL_LANES <= count; i += SL_LANES) {
    halves half;
    memcpy(&half, in + i, sizeof half);
    store(out + i, widen_half(half));
  }
  if (i < count) {
    halves half = 0;
    memcpy(&half, in + i, (count - i) * sizeof *in);
    const lanes rest = widen_half(half);
    memcpy(out + i, &rest, (count - i) * sizeof *out);
  }
}
