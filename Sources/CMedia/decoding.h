/// What the decoders share: how a fault is stated, and Pillow's arithmetic from a pixel of each kind to RGB8.
#ifndef SIGHTLINE_CMEDIA_DECODING_H
#define SIGHTLINE_CMEDIA_DECODING_H

#include <stdarg.h>
#include <stdio.h>

#include "CMedia.h"

/// States a fault and hands its status on.
__attribute__((format(printf, 3, 4))) static inline sl_image_status sl_fail(
    sl_image_fault *fault, sl_image_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(fault->message, sizeof fault->message, format, arguments);
  va_end(arguments);
  return status;
}

static inline sl_image_status sl_fail_size(sl_image_fault *fault, uint32_t width, uint32_t height, sl_image_size expected) {
  return sl_fail(fault, SL_IMAGE_CORRUPT, "decodes to %ux%u, its header says %ux%u", width, height, expected.width, expected.height);
}

/// a * b / 255, rounded: exact for all bytes.
static inline uint32_t sl_multiply_255(uint32_t a, uint32_t b) {
  uint32_t t = a * b + 128;
  return ((t >> 8) + t) >> 8;
}

/// A value with an alpha over white.
static inline uint8_t sl_over_white(uint32_t value, uint32_t alpha) {
  uint32_t t = 255 * (255 - alpha) + value * alpha + 128;
  return (uint8_t)(((t >> 8) + t) >> 8);
}

static inline void sl_put_grey(uint8_t *rgb, uint8_t value) { rgb[0] = rgb[1] = rgb[2] = value; }

static inline void sl_put_over_white(uint8_t *rgb, uint8_t red, uint8_t green, uint8_t blue, uint8_t alpha) {
  rgb[0] = sl_over_white(red, alpha);
  rgb[1] = sl_over_white(green, alpha);
  rgb[2] = sl_over_white(blue, alpha);
}

/// Ink amounts to light, without a colour profile: (255 - k) - c (255 - k) / 255.
static inline void sl_put_cmyk(uint8_t *rgb, uint8_t cyan, uint8_t magenta, uint8_t yellow, uint8_t black) {
  uint32_t light = 255u - black;
  rgb[0] = (uint8_t)(light - sl_multiply_255(cyan, light));
  rgb[1] = (uint8_t)(light - sl_multiply_255(magenta, light));
  rgb[2] = (uint8_t)(light - sl_multiply_255(yellow, light));
}

/// A 16-bit grey level as 8 bits. Pillow clips instead of scaling: all above 255 is white.
static inline uint8_t sl_clip_16(uint32_t value) { return value > 255 ? 255 : (uint8_t)value; }

#endif
