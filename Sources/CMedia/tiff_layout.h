/// What a TIFF directory says about its pixels, and how a row of them becomes RGB8.
#ifndef SIGHTLINE_CMEDIA_TIFF_LAYOUT_H
#define SIGHTLINE_CMEDIA_TIFF_LAYOUT_H

#include <tiffio.h>

#include "decoding.h"

/// The kinds of pixel that Pillow tells apart and that are decoded here.
typedef enum tiff_kind {
  TIFF_GREY,           ///< 1, 2, 4 or 8 bits; further samples are ignored.
  TIFF_GREY_INVERTED,  ///< The same with 0 as white.
  TIFF_GREY_UINT16,
  TIFF_GREY_INT16,
  TIFF_GREY_INT32,     ///< Also unsigned: Pillow reads it as signed.
  TIFF_GREY_FLOAT,
  TIFF_PALETTE,
  TIFF_RGB,
  TIFF_RGBA,
  TIFF_RGBA_PREMULTIPLIED,
  TIFF_CMYK,
  TIFF_YCBCR,          ///< Left to libtiff.
} tiff_kind;

typedef struct tiff_layout {
  uint32_t width;   ///< As stored, before `orientation`.
  uint32_t height;
  uint16_t bits;
  uint16_t samples;
  uint16_t orientation;
  bool separate;    ///< Each sample in a plane of its own.
  tiff_kind kind;
  uint8_t palette[256][3];
} tiff_layout;

/// Planes that a row is read from.
enum { TIFF_MAXIMUM_SAMPLES = 6 };

/// Reads the directory and finds the kind of pixel. `declares_extras`: the file itself says what its samples beyond the colours are.
sl_image_status tiff_read_layout(TIFF *tiff, bool declares_extras, tiff_layout *layout, sl_image_fault *fault);

/// `planes[0]` is a row of all samples, or each plane a row of its own where the layout is separate.
void tiff_put_row(uint8_t *rgb, const uint8_t *const *planes, size_t width, const tiff_layout *layout);

#endif
