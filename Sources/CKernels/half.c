/// f16 for storage.
#include <string.h>

#include "include/search.h"

/// Numbers below 2^-14 share one last bit, which is how f16 stores them: adding the number whose last bit that is rounds to it.
void sl_narrow_f16(const float *in, uint16_t *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, in + i, 4);
    const uint32_t sign = bits >> 16 & 0x8000u, magnitude = bits & 0x7fffffffu;
    uint32_t half;
    if (magnitude > 0x7f800000u) {
      half = 0x7e00u;
    } else if (magnitude >= 0x477ff000u) {
      half = 0x7c00u;  // 65520, which lies between the largest number and the next one, and beyond
    } else if (magnitude < 0x38800000u) {
      float value;
      memcpy(&value, &magnitude, 4);
      value += 0.5f;
      memcpy(&half, &value, 4);
      half -= 0x3f000000u;
    } else {
      half = (magnitude - 0x38000000u + 0xfffu + (magnitude >> 13 & 1)) >> 13;
    }
    out[i] = (uint16_t)(sign | half);
  }
}

/// The exponent is moved as in `search_portable.c`; infinities and NaN, which that does not meet, come first.
void sl_widen_f16(const uint16_t *in, float *out, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const uint32_t sign = (in[i] & 0x8000u) << 16, magnitude = (in[i] & 0x7fffu) << 13;
    float value;
    memcpy(&value, &magnitude, 4);
    value *= 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &value, 4);
    bits = (magnitude >= 0x0f800000u ? magnitude | 0x7f800000u : bits) | sign;
    memcpy(out + i, &bits, 4);
  }
}
