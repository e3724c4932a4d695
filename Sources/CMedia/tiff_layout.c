/// Pillow's table from the tags of a TIFF to a mode, and its conversions from these modes to RGB8.

#include "tiff_layout.h"

#include <string.h>

typedef struct {
  uint16_t photometric;
  uint16_t format;
  uint16_t extra;        ///< Number of samples beyond the colours, as declared.
  uint16_t first_extra;  ///< What the first of them is.
  uint16_t other_extras; ///< The largest value of the others.
  bool big_endian;
} tiff_tags;

static sl_image_status unknown_layout(const tiff_layout *layout, const tiff_tags *tags, sl_image_fault *fault) {
  static const char *const formats[] = {"", "unsigned", "signed", "floating-point"};
  const char *format = tags->format < 4 ? formats[tags->format] : "exotic";
  return sl_fail(
      fault, SL_IMAGE_UNSUPPORTED, "has %u samples of %u %s bits in colour space %u, which is not supported; 8-bit grey or RGB always is",
      layout->samples, layout->bits, format, tags->photometric);
}

static bool find_grey(tiff_layout *layout, const tiff_tags *tags) {
  bool inverted = tags->photometric == PHOTOMETRIC_MINISWHITE;
  if (layout->samples == 2) {
    // Associated alpha is left out: Pillow cannot convert its mode "La" either.
    layout->kind = TIFF_GREY;
    return !inverted && layout->bits == 8 && tags->format == SAMPLEFORMAT_UINT && tags->extra == 1 &&
           (tags->first_extra == EXTRASAMPLE_UNSPECIFIED || tags->first_extra == EXTRASAMPLE_UNASSALPHA);
  }
  if (layout->samples != 1 || tags->extra != 0) return false;
  switch (layout->bits) {
    case 1:
    case 2:
    case 4:
    case 8:
      layout->kind = inverted ? TIFF_GREY_INVERTED : TIFF_GREY;
      return tags->format == SAMPLEFORMAT_UINT || (tags->format == SAMPLEFORMAT_INT && layout->bits == 8 && !inverted);
    case 16:
      // Pillow does not invert 16 bits.
      layout->kind = tags->format == SAMPLEFORMAT_INT ? TIFF_GREY_INT16 : TIFF_GREY_UINT16;
      return inverted ? tags->format == SAMPLEFORMAT_UINT && !tags->big_endian
                      : tags->format == SAMPLEFORMAT_UINT || tags->format == SAMPLEFORMAT_INT;
    case 32:
      layout->kind = tags->format == SAMPLEFORMAT_IEEEFP ? TIFF_GREY_FLOAT : TIFF_GREY_INT32;
      if (tags->format == SAMPLEFORMAT_IEEEFP) return true;
      return !inverted && (tags->format == SAMPLEFORMAT_INT || (tags->format == SAMPLEFORMAT_UINT && !tags->big_endian));
    default:
      return false;
  }
}

static bool find_rgb(tiff_layout *layout, const tiff_tags *tags) {
  if (tags->format != SAMPLEFORMAT_UINT || tags->other_extras != 0) return false;
  bool undeclared_alpha = layout->samples == 4 && tags->extra == 0;
  if (!undeclared_alpha && layout->samples != 3 + tags->extra) return false;
  if (layout->bits == 16 ? layout->samples > 4 : layout->bits != 8 || layout->samples > 6) return false;
  enum { COREL_ALPHA = 999 };
  if (layout->samples == 3) {
    layout->kind = TIFF_RGB;
  } else if (undeclared_alpha || tags->first_extra == EXTRASAMPLE_UNASSALPHA) {
    layout->kind = TIFF_RGBA;
  } else if (tags->first_extra == COREL_ALPHA && layout->bits == 8 && layout->samples == 4) {
    layout->kind = TIFF_RGBA;
  } else if (tags->first_extra == EXTRASAMPLE_ASSOCALPHA) {
    layout->kind = TIFF_RGBA_PREMULTIPLIED;
  } else {
    layout->kind = TIFF_RGB;
    return tags->first_extra == EXTRASAMPLE_UNSPECIFIED;
  }
  return true;
}

static bool find_palette(tiff_layout *layout, const tiff_tags *tags) {
  layout->kind = TIFF_PALETTE;
  if (tags->format != SAMPLEFORMAT_UINT) return false;
  if (layout->samples == 1) return tags->extra == 0 && (layout->bits == 1 || layout->bits == 2 || layout->bits == 4 || layout->bits == 8);
  return layout->samples == 2 && layout->bits == 8 && tags->extra == 1 &&
         (tags->first_extra == EXTRASAMPLE_UNSPECIFIED || tags->first_extra == EXTRASAMPLE_UNASSALPHA);
}

static bool find_cmyk(tiff_layout *layout, const tiff_tags *tags) {
  layout->kind = TIFF_CMYK;
  if (tags->format != SAMPLEFORMAT_UINT || layout->samples != 4 + tags->extra) return false;
  if (layout->bits == 16) return layout->samples == 4;
  return layout->bits == 8 && layout->samples <= 6 && tags->first_extra == 0 && tags->other_extras == 0;
}

static bool find_kind(tiff_layout *layout, const tiff_tags *tags) {
  switch (tags->photometric) {
    case PHOTOMETRIC_MINISWHITE:
    case PHOTOMETRIC_MINISBLACK:
      return find_grey(layout, tags);
    case PHOTOMETRIC_RGB:
      return find_rgb(layout, tags);
    case PHOTOMETRIC_PALETTE:
      return find_palette(layout, tags);
    case PHOTOMETRIC_SEPARATED:
      return find_cmyk(layout, tags);
    case PHOTOMETRIC_YCBCR:
      layout->kind = TIFF_YCBCR;
      return layout->bits == 8 && layout->samples == 3 && tags->extra == 0 && tags->format == SAMPLEFORMAT_UINT;
    default:
      return false;
  }
}

static sl_image_status check_compression(TIFF *tiff, const tiff_tags *tags, sl_image_fault *fault) {
  uint16_t compression = COMPRESSION_NONE;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
  switch (compression) {
    case COMPRESSION_NONE:
      if (tags->photometric != PHOTOMETRIC_YCBCR) return SL_IMAGE_OK;
      return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "stores YCbCr without compression, which is not supported; save it as RGB");
    case COMPRESSION_CCITTRLE:
    case COMPRESSION_CCITTFAX3:
    case COMPRESSION_CCITTFAX4:
    case COMPRESSION_LZW:
    case COMPRESSION_JPEG:
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
    case COMPRESSION_PACKBITS:
    case COMPRESSION_LZMA:
    case COMPRESSION_ZSTD:
    case COMPRESSION_WEBP:
      if (TIFFIsCODECConfigured(compression)) return SL_IMAGE_OK;
      break;
    default:
      break;
  }
  return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "uses compression %u, which is not supported; LZW, deflate and JPEG are", compression);
}

static sl_image_status read_palette(TIFF *tiff, tiff_layout *layout, sl_image_fault *fault) {
  uint16_t *channels[3];
  if (!TIFFGetField(tiff, TIFFTAG_COLORMAP, &channels[0], &channels[1], &channels[2])) {
    return sl_fail(fault, SL_IMAGE_CORRUPT, "has palette colours and no palette");
  }
  for (uint32_t i = 0; i < 1u << layout->bits; i++) {
    for (int c = 0; c < 3; c++) layout->palette[i][c] = (uint8_t)(channels[c][i] / 256);
  }
  return SL_IMAGE_OK;
}

sl_image_status tiff_read_layout(TIFF *tiff, bool declares_extras, tiff_layout *layout, sl_image_fault *fault) {
  tiff_tags tags = {.photometric = PHOTOMETRIC_MINISWHITE, .format = SAMPLEFORMAT_UINT, .big_endian = TIFFIsBigEndian(tiff) != 0};
  memset(layout, 0, sizeof *layout);
  if (!TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &layout->width) || !TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &layout->height)) {
    return sl_fail(fault, SL_IMAGE_CORRUPT, "does not state its width and height");
  }
  uint16_t planar = PLANARCONFIG_CONTIG, *extras = NULL;
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &tags.photometric);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &layout->bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &layout->samples);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &tags.format);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &layout->orientation);
  // Where the tag is missing libtiff makes one up, and a fourth sample would look like anything but the alpha that Pillow takes it for.
  if (declares_extras) TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &tags.extra, &extras);
  for (uint16_t i = 0; i < tags.extra; i++) {
    if (i == 0) tags.first_extra = extras[0];
    if (i > 0 && extras[i] > tags.other_extras) tags.other_extras = extras[i];
  }
  layout->separate = planar == PLANARCONFIG_SEPARATE && layout->samples > 1;
  if (layout->samples > TIFF_MAXIMUM_SAMPLES || !find_kind(layout, &tags)) return unknown_layout(layout, &tags, fault);
  if (layout->separate && layout->kind == TIFF_YCBCR) return unknown_layout(layout, &tags, fault);
  sl_image_status status = check_compression(tiff, &tags, fault);
  if (status == SL_IMAGE_OK && layout->kind == TIFF_PALETTE) status = read_palette(tiff, layout, fault);
  return status;
}

/// Sample number `x` of a row of samples of 1, 2, 4 or 8 bits, the first in the high bits.
static inline uint8_t packed_sample(const uint8_t *row, size_t x, uint32_t bits) {
  uint32_t per_byte = 8 / bits;
  uint32_t shift = 8 - bits * ((uint32_t)(x % per_byte) + 1);
  return (uint8_t)(row[x / per_byte] >> shift & ((1u << bits) - 1));
}

static inline uint8_t clip(int32_t value) { return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value; }

/// Towards zero, and zero for NaN.
static inline uint8_t clip_float(float value) { return value >= 255 ? 255 : value > 0 ? (uint8_t)value : 0; }

static void put_packed(uint8_t *rgb, const uint8_t *row, size_t width, const tiff_layout *layout) {
  uint8_t scale = (uint8_t)(255 / ((1u << layout->bits) - 1));
  uint8_t flip = layout->kind == TIFF_GREY_INVERTED ? 255 : 0;
  size_t step = layout->separate ? 1 : layout->samples;
  for (size_t x = 0; x < width; x++, rgb += 3) {
    uint8_t value = packed_sample(row, x * step, layout->bits);
    if (layout->kind == TIFF_PALETTE) {
      memcpy(rgb, layout->palette[value], 3);
    } else {
      sl_put_grey(rgb, (uint8_t)(value * scale) ^ flip);
    }
  }
}

/// Numbers of 16 and 32 bits, in the host's order. Pillow clips them to 0 to 255 instead of scaling.
static void put_wide_grey(uint8_t *rgb, const uint8_t *row, size_t width, tiff_kind kind) {
  size_t bytes = kind == TIFF_GREY_UINT16 || kind == TIFF_GREY_INT16 ? 2 : 4;
  for (size_t x = 0; x < width; x++, rgb += 3, row += bytes) {
    uint16_t word;
    int16_t number16;
    int32_t number32;
    float number;
    switch (kind) {
      case TIFF_GREY_UINT16:
        memcpy(&word, row, 2);
        sl_put_grey(rgb, sl_clip_16(word));
        break;
      case TIFF_GREY_INT16:
        memcpy(&number16, row, 2);
        sl_put_grey(rgb, clip(number16));
        break;
      case TIFF_GREY_FLOAT:
        memcpy(&number, row, 4);
        sl_put_grey(rgb, clip_float(number));
        break;
      default:
        memcpy(&number32, row, 4);
        sl_put_grey(rgb, clip(number32));
    }
  }
}

static inline uint8_t unmultiplied(uint32_t value, uint32_t alpha) {
  uint32_t whole = value * 255 / alpha;
  return whole > 255 ? 255 : (uint8_t)whole;
}

static void put_colour(uint8_t *rgb, const uint8_t s[4], tiff_kind kind) {
  switch (kind) {
    case TIFF_RGBA:
      sl_put_over_white(rgb, s[0], s[1], s[2], s[3]);
      break;
    case TIFF_RGBA_PREMULTIPLIED:
      // Pillow undoes the multiplication in 8 bits and composites the rounded result.
      if (s[3] == 0) {
        sl_put_grey(rgb, 255);
      } else {
        sl_put_over_white(rgb, unmultiplied(s[0], s[3]), unmultiplied(s[1], s[3]), unmultiplied(s[2], s[3]), s[3]);
      }
      break;
    case TIFF_CMYK:
      sl_put_cmyk(rgb, s[0], s[1], s[2], s[3]);
      break;
    default:
      memcpy(rgb, s, 3);
  }
}

/// Three or four samples of 8 or 16 bits; of 16 the high byte counts.
static void put_colours(uint8_t *rgb, const uint8_t *const *planes, size_t width, const tiff_layout *layout) {
  size_t bytes = layout->bits / 8;
  size_t step = layout->separate ? bytes : bytes * layout->samples;
  size_t used = layout->samples < 4 ? layout->samples : 4;
  for (size_t x = 0; x < width; x++, rgb += 3) {
    uint8_t samples[4] = {0};
    for (size_t i = 0; i < used; i++) {
      const uint8_t *sample = layout->separate ? planes[i] + x * step : planes[0] + x * step + i * bytes;
      uint16_t word = 0;
      if (bytes == 2) memcpy(&word, sample, 2);
      samples[i] = bytes == 2 ? (uint8_t)(word >> 8) : *sample;
    }
    put_colour(rgb, samples, layout->kind);
  }
}

void tiff_put_row(uint8_t *rgb, const uint8_t *const *planes, size_t width, const tiff_layout *layout) {
  switch (layout->kind) {
    case TIFF_GREY:
    case TIFF_GREY_INVERTED:
    case TIFF_PALETTE:
      put_packed(rgb, planes[0], width, layout);
      break;
    case TIFF_GREY_UINT16:
    case TIFF_GREY_INT16:
    case TIFF_GREY_INT32:
    case TIFF_GREY_FLOAT:
      put_wide_grey(rgb, planes[0], width, layout->kind);
      break;
    default:
      put_colours(rgb, planes, width, layout);
  }
}
