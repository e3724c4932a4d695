/// TIFF through libtiff: the first image of the file, turned as its orientation tag says, as Pillow does for this format alone.

#include <stdlib.h>
#include <string.h>

#include "tiff_layout.h"

#if TIFFLIB_VERSION < 20221213
#error "libtiff 4.5 or later is needed: earlier ones report errors only through handlers that the whole process shares"
#endif

/// The file in memory, as libtiff's client.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  size_t position;
  sl_image_fault *fault;
} tiff_source;

static tmsize_t read_bytes(thandle_t client, void *out, tmsize_t count) {
  tiff_source *source = client;
  if (count <= 0 || source->position >= source->count) return 0;
  size_t left = source->count - source->position;
  size_t step = (size_t)count < left ? (size_t)count : left;
  memcpy(out, source->bytes + source->position, step);
  source->position += step;
  return (tmsize_t)step;
}

static tmsize_t write_bytes(thandle_t client, void *bytes, tmsize_t count) {
  (void)client, (void)bytes, (void)count;
  return -1;
}

static toff_t seek(thandle_t client, toff_t offset, int whence) {
  tiff_source *source = client;
  toff_t base = whence == SEEK_CUR ? source->position : whence == SEEK_END ? source->count : 0;
  source->position = (size_t)(base + offset);
  return source->position;
}

static int close_source(thandle_t client) {
  (void)client;
  return 0;
}

static toff_t source_size(thandle_t client) { return ((tiff_source *)client)->count; }

static int on_error(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)module;
  sl_image_fault *fault = data;
  if (fault->message[0] == 0) vsnprintf(fault->message, sizeof fault->message, format, arguments);
  return 1;
}

static int on_warning(TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)data, (void)module, (void)format, (void)arguments;
  return 1;
}

/// No single tag may take more than this, whatever a header claims.
enum { MAXIMUM_ALLOCATION = 1 << 30 };

/// A tile reaches beyond its image by less than its own size. More than this, and twice the image's own bytes, is no honest tile.
enum { TILE_ALLOWANCE = 16 << 20 };

static TIFF *open_tiff(tiff_source *source) {
  // "m": no memory mapping; a mapping would let libtiff hand out pointers into bytes that it also reverses and swaps in place.
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (options == NULL) return NULL;
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, source->fault);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, NULL);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, MAXIMUM_ALLOCATION);
  TIFF *tiff = TIFFClientOpenExt(
      "image", "rm", source, read_bytes, write_bytes, seek, close_source, source_size, NULL, NULL, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

/// An unsigned number of `size` bytes at `offset`, or 0 beyond the end.
static uint64_t number_at(const tiff_source *source, uint64_t offset, uint32_t size) {
  if (offset > source->count || size > source->count - offset) return 0;
  bool big_endian = source->bytes[0] == 'M';
  uint64_t number = 0;
  for (uint32_t i = 0; i < size; i++) number |= (uint64_t)source->bytes[offset + i] << (8 * (big_endian ? size - 1 - i : i));
  return number;
}

static bool is_big_tiff(const tiff_source *source) { return number_at(source, 2, 2) == 43; }

static uint64_t directory_offset(const tiff_source *source) {
  return is_big_tiff(source) ? number_at(source, 8, 8) : number_at(source, 4, 4);
}

/// Whether the first directory has a tag. libtiff cannot say this of the tags that it fills in.
static bool has_tag(const tiff_source *source, uint16_t tag) {
  bool big = is_big_tiff(source);
  uint64_t start = directory_offset(source), step = big ? 20 : 12;
  uint64_t count = number_at(source, start, big ? 8 : 2);
  uint64_t entry = start + (big ? 8 : 2);
  for (uint64_t i = 0; i < count && entry < source->count; i++, entry += step) {
    if (number_at(source, entry, 2) == tag) return true;
  }
  return false;
}

/// Opens the file and reads its first directory.
static sl_image_status open_layout(tiff_source *source, TIFF **tiff, tiff_layout *layout) {
  *tiff = open_tiff(source);
  if (*tiff != NULL) return tiff_read_layout(*tiff, has_tag(source, TIFFTAG_EXTRASAMPLES), layout, source->fault);
  if (source->count < 8 || directory_offset(source) >= source->count) {
    return sl_fail(source->fault, SL_IMAGE_TRUNCATED, "ends before its directory");
  }
  return source->fault->message[0] != 0 ? SL_IMAGE_CORRUPT : SL_IMAGE_NO_MEMORY;
}

/// Whether the orientation swaps width and height.
static bool is_turned(const tiff_layout *layout) {
  return layout->orientation >= ORIENTATION_LEFTTOP && layout->orientation <= ORIENTATION_LEFTBOT;
}

static sl_image_size turned_size(const tiff_layout *layout) {
  return is_turned(layout) ? (sl_image_size){layout->height, layout->width} : (sl_image_size){layout->width, layout->height};
}

sl_image_status sl_tiff_size(const uint8_t *bytes, size_t count, sl_image_size *size, sl_image_fault *fault) {
  tiff_source source = {bytes, count, 0, fault};
  TIFF *tiff;
  tiff_layout layout;
  sl_image_status status = open_layout(&source, &tiff, &layout);
  if (status == SL_IMAGE_OK) *size = turned_size(&layout);
  if (tiff != NULL) TIFFClose(tiff);
  return status;
}

/// Strips and tiles alike: rectangles of the image, each compressed by itself, one per plane.
typedef struct {
  bool tiled;
  uint32_t width;
  uint32_t height;
  size_t row_bytes;
  size_t bytes;
  uint32_t planes;
} tiff_blocks;

static sl_image_status read_blocks(TIFF *tiff, const tiff_layout *layout, tiff_blocks *blocks, sl_image_fault *fault) {
  blocks->tiled = TIFFIsTiled(tiff) != 0;
  blocks->planes = layout->separate ? layout->samples : 1;
  tmsize_t row_bytes, bytes;
  if (blocks->tiled) {
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &blocks->width);
    TIFFGetField(tiff, TIFFTAG_TILELENGTH, &blocks->height);
    row_bytes = TIFFTileRowSize(tiff);
    bytes = TIFFTileSize(tiff);
  } else {
    blocks->width = layout->width;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &blocks->height);
    if (blocks->height > layout->height) blocks->height = layout->height;
    row_bytes = TIFFScanlineSize(tiff);
    bytes = TIFFStripSize(tiff);
  }
  // What a row of the image's samples takes: libtiff must agree, or reading a row would leave its block.
  size_t samples = layout->separate ? 1 : layout->samples;
  size_t expected = ((size_t)blocks->width * samples * layout->bits + 7) / 8;
  if (blocks->width == 0 || blocks->height == 0 || row_bytes <= 0 || bytes <= 0 || (size_t)row_bytes != expected ||
      (size_t)bytes / blocks->height < expected) {
    return sl_fail(fault, SL_IMAGE_CORRUPT, "has contradicting strip or tile sizes");
  }
  blocks->row_bytes = (size_t)row_bytes;
  blocks->bytes = (size_t)bytes;
  size_t image_bytes = (size_t)layout->width * layout->height * blocks->planes * samples * ((layout->bits + 7u) / 8);
  if (blocks->bytes > (TILE_ALLOWANCE + 2 * image_bytes) / blocks->planes) {
    return sl_fail(fault, SL_IMAGE_CORRUPT, "has tiles of %zu bytes for an image of %zu", blocks->bytes, image_bytes);
  }
  return SL_IMAGE_OK;
}

static sl_image_status cut_off(uint32_t row, uint32_t height, sl_image_fault *fault) {
  fault->rows = row;
  return sl_fail(fault, SL_IMAGE_TRUNCATED, "ends after %u of %u rows", row, height);
}

/// All planes of the block at (x, y), into `pixels`.
static sl_image_status read_block(
    TIFF *tiff, const tiff_source *source, const tiff_layout *layout, const tiff_blocks *blocks, uint32_t x, uint32_t y, uint8_t *pixels) {
  for (uint32_t plane = 0; plane < blocks->planes; plane++) {
    uint32_t index = blocks->tiled ? TIFFComputeTile(tiff, x, y, 0, (uint16_t)plane) : TIFFComputeStrip(tiff, y, (uint16_t)plane);
    uint64_t offset = TIFFGetStrileOffset(tiff, index), stored = TIFFGetStrileByteCount(tiff, index);
    if (offset > source->count || stored > source->count - offset) return cut_off(y, layout->height, source->fault);
    uint8_t *out = pixels + plane * blocks->bytes;
    tmsize_t wanted = (tmsize_t)blocks->bytes;
    tmsize_t got = blocks->tiled ? TIFFReadEncodedTile(tiff, index, out, wanted) : TIFFReadEncodedStrip(tiff, index, out, wanted);
    if (got < 0) return SL_IMAGE_CORRUPT;
  }
  return SL_IMAGE_OK;
}

static sl_image_status decode_blocks(TIFF *tiff, const tiff_source *source, const tiff_layout *layout, uint8_t *rgb) {
  tiff_blocks blocks;
  sl_image_status status = read_blocks(tiff, layout, &blocks, source->fault);
  if (status != SL_IMAGE_OK) return status;
  // Zeroed, because some codecs succeed with fewer rows than a block has.
  uint8_t *pixels = calloc(blocks.planes, blocks.bytes);
  if (pixels == NULL) return SL_IMAGE_NO_MEMORY;
  for (uint32_t y = 0; y < layout->height && status == SL_IMAGE_OK; y += blocks.height) {
    uint32_t rows = layout->height - y < blocks.height ? layout->height - y : blocks.height;
    for (uint32_t x = 0; x < layout->width && status == SL_IMAGE_OK; x += blocks.width) {
      uint32_t width = layout->width - x < blocks.width ? layout->width - x : blocks.width;
      status = read_block(tiff, source, layout, &blocks, x, y, pixels);
      for (uint32_t row = 0; row < rows && status == SL_IMAGE_OK; row++) {
        const uint8_t *planes[TIFF_MAXIMUM_SAMPLES];
        for (uint32_t plane = 0; plane < blocks.planes; plane++) planes[plane] = pixels + plane * blocks.bytes + row * blocks.row_bytes;
        tiff_put_row(rgb + ((size_t)(y + row) * layout->width + x) * 3, planes, width, layout);
      }
    }
  }
  free(pixels);
  return status;
}

/// YCbCr with chroma at its own resolution: libtiff's own conversion, as Pillow uses it.
static sl_image_status decode_ycbcr(TIFF *tiff, const tiff_layout *layout, uint8_t *rgb, sl_image_fault *fault) {
  char message[1024] = "";
  TIFFRGBAImage image;
  if (!TIFFRGBAImageOK(tiff, message) || !TIFFRGBAImageBegin(&image, tiff, 1, message)) {
    return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "cannot be converted: %.180s", message);
  }
  image.req_orientation = image.orientation = ORIENTATION_TOPLEFT;
  size_t pixels = (size_t)layout->width * layout->height;
  uint32_t *raster = calloc(pixels, sizeof *raster);
  sl_image_status status = SL_IMAGE_NO_MEMORY;
  if (raster != NULL) {
    status = TIFFRGBAImageGet(&image, raster, layout->width, layout->height) ? SL_IMAGE_OK : SL_IMAGE_CORRUPT;
    for (size_t i = 0; i < pixels && status == SL_IMAGE_OK; i++, rgb += 3) {
      rgb[0] = TIFFGetR(raster[i]);
      rgb[1] = TIFFGetG(raster[i]);
      rgb[2] = TIFFGetB(raster[i]);
    }
  }
  free(raster);
  TIFFRGBAImageEnd(&image);
  return status;
}

static sl_image_status decode_upright(TIFF *tiff, const tiff_source *source, tiff_layout *layout, uint8_t *rgb) {
  if (layout->kind == TIFF_YCBCR) {
    uint16_t compression = COMPRESSION_NONE;
    TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &compression);
    if (compression != COMPRESSION_JPEG) return decode_ycbcr(tiff, layout, rgb, source->fault);
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    layout->kind = TIFF_RGB;
  }
  return decode_blocks(tiff, source, layout, rgb);
}

/// Puts stored pixels where the orientation tag wants them.
static void turn(const uint8_t *stored, const tiff_layout *layout, uint8_t *rgb) {
  size_t width = layout->width, height = layout->height;
  bool right = layout->orientation == ORIENTATION_TOPRIGHT || layout->orientation == ORIENTATION_BOTRIGHT ||
               layout->orientation == ORIENTATION_RIGHTTOP || layout->orientation == ORIENTATION_RIGHTBOT;
  bool bottom = layout->orientation == ORIENTATION_BOTRIGHT || layout->orientation == ORIENTATION_BOTLEFT ||
                layout->orientation == ORIENTATION_RIGHTBOT || layout->orientation == ORIENTATION_LEFTBOT;
  size_t out_width = turned_size(layout).width;
  for (size_t y = 0; y < height; y++) {
    for (size_t x = 0; x < width; x++, stored += 3) {
      // Row y of the file runs along the side that the tag's first word names, column x along the second.
      size_t out_x = is_turned(layout) ? (right ? height - 1 - y : y) : (right ? width - 1 - x : x);
      size_t out_y = is_turned(layout) ? (bottom ? width - 1 - x : x) : (bottom ? height - 1 - y : y);
      memcpy(rgb + (out_y * out_width + out_x) * 3, stored, 3);
    }
  }
}

static sl_image_status decode(TIFF *tiff, const tiff_source *source, tiff_layout *layout, sl_image_size size, uint8_t *rgb) {
  sl_image_size found = turned_size(layout);
  if (found.width != size.width || found.height != size.height) return sl_fail_size(source->fault, found.width, found.height, size);
  if (layout->orientation < ORIENTATION_TOPRIGHT || layout->orientation > ORIENTATION_LEFTBOT) {
    return decode_upright(tiff, source, layout, rgb);
  }
  uint8_t *stored = malloc((size_t)size.width * size.height * 3);
  if (stored == NULL) return SL_IMAGE_NO_MEMORY;
  sl_image_status status = decode_upright(tiff, source, layout, stored);
  if (status == SL_IMAGE_OK) turn(stored, layout, rgb);
  free(stored);
  return status;
}

sl_image_status sl_tiff_decode(const uint8_t *bytes, size_t count, sl_image_size size, uint8_t *rgb, sl_image_fault *fault) {
  tiff_source source = {bytes, count, 0, fault};
  TIFF *tiff;
  tiff_layout layout;
  sl_image_status status = open_layout(&source, &tiff, &layout);
  if (status == SL_IMAGE_OK) status = decode(tiff, &source, &layout, size, rgb);
  if (tiff != NULL) TIFFClose(tiff);
  return status;
}
