/// PNG through libpng. Only pixels are read: no gamma, no colour profile, no background, as Pillow does.

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "decoding.h"

typedef struct {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t left;
  uint8_t *pixels;  ///< One row, or all rows of an interlaced image.
  uint32_t row;     ///< Rows complete.
  bool cut_off;
  sl_image_fault *fault;
  jmp_buf escape;
} png_reader;

static void on_error(png_structp png, png_const_charp message) {
  png_reader *reader = png_get_error_ptr(png);
  if (!reader->cut_off) sl_fail(reader->fault, SL_IMAGE_CORRUPT, "%.200s", message);
  longjmp(reader->escape, 1);
}

static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep out, size_t count) {
  png_reader *reader = png_get_io_ptr(png);
  if (count > reader->left) {
    reader->cut_off = true;
    png_error(png, "end of bytes");
  }
  memcpy(out, reader->bytes, count);
  reader->bytes += count;
  reader->left -= count;
}

/// Everything but the pixels is skipped unread: text and colour profiles can unpack to many times their size.
static void ignore_other_chunks(png_structp png) {
  static const png_byte ignored[] =
      "bKGD\0cHRM\0cICP\0cLLI\0eXIf\0gAMA\0hIST\0iCCP\0iTXt\0mDCV\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0tRNS\0zTXt";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignored, sizeof ignored / 5);
}

static bool open_reader(png_reader *reader, const uint8_t *bytes, size_t count, sl_image_fault *fault) {
  memset(reader, 0, sizeof *reader);
  reader->bytes = bytes;
  reader->left = count;
  reader->fault = fault;
  if (setjmp(reader->escape) != 0) return false;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
  if (reader->png == NULL) return false;
  reader->info = png_create_info_struct(reader->png);
  return reader->info != NULL;
}

static void close_reader(png_reader *reader) {
  free(reader->pixels);
  if (reader->png != NULL) png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

/// Reads up to the pixels.
static void read_header(png_reader *reader) {
  png_set_read_fn(reader->png, reader, read_bytes);
  // The caller's limit is on pixels; libpng's own default would refuse a side of more than a million.
  png_set_user_limits(reader->png, 0x7fffffff, 0x7fffffff);
  png_set_crc_action(reader->png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  ignore_other_chunks(reader->png);
  png_read_info(reader->png, reader->info);
}

/// What a failure inside libpng was.
static sl_image_status failure(const png_reader *reader, uint32_t height) {
  if (reader->png == NULL || reader->info == NULL) return SL_IMAGE_NO_MEMORY;
  if (!reader->cut_off) return SL_IMAGE_CORRUPT;
  if (height == 0) return sl_fail(reader->fault, SL_IMAGE_TRUNCATED, "ends inside its header");
  reader->fault->rows = reader->row;
  return sl_fail(reader->fault, SL_IMAGE_TRUNCATED, "ends after %u of %u rows", reader->row, height);
}

sl_image_status sl_png_size(const uint8_t *bytes, size_t count, sl_image_size *size, sl_image_fault *fault) {
  png_reader reader;
  sl_image_status status = SL_IMAGE_OK;
  if (!open_reader(&reader, bytes, count, fault) || setjmp(reader.escape) != 0) {
    status = failure(&reader, 0);
  } else {
    read_header(&reader);
    *size = (sl_image_size){png_get_image_width(reader.png, reader.info), png_get_image_height(reader.png, reader.info)};
  }
  close_reader(&reader);
  return status;
}

typedef struct {
  png_byte type;
  png_byte depth;
  png_byte palette[256][3];  ///< Entries the file does not have are black.
} png_layout;

static void put_row(uint8_t *rgb, const uint8_t *row, size_t width, const png_layout *layout) {
  switch (layout->type) {
    case PNG_COLOR_TYPE_GRAY:
      if (layout->depth == 16) {
        for (size_t x = 0; x < width; x++) sl_put_grey(rgb + 3 * x, sl_clip_16((uint32_t)row[2 * x] << 8 | row[2 * x + 1]));
      } else {
        // 1, 2 and 4 bits spread over the whole range: times 255, 85, 17.
        uint32_t scale = 255 / ((1u << layout->depth) - 1);
        for (size_t x = 0; x < width; x++) sl_put_grey(rgb + 3 * x, (uint8_t)(row[x] * scale));
      }
      break;
    case PNG_COLOR_TYPE_PALETTE:
      for (size_t x = 0; x < width; x++) memcpy(rgb + 3 * x, layout->palette[row[x]], 3);
      break;
    case PNG_COLOR_TYPE_GRAY_ALPHA:
      // Pillow calls 16 bits RGBA and composites it; 8 bits are LA, and convert("RGB") drops the alpha.
      for (size_t x = 0; x < width; x++) {
        sl_put_grey(rgb + 3 * x, layout->depth == 16 ? sl_over_white(row[2 * x], row[2 * x + 1]) : row[2 * x]);
      }
      break;
    case PNG_COLOR_TYPE_RGB_ALPHA:
      for (size_t x = 0; x < width; x++, row += 4) sl_put_over_white(rgb + 3 * x, row[0], row[1], row[2], row[3]);
      break;
    default:
      memcpy(rgb, row, 3 * width);
  }
}

static png_layout read_layout(png_structp png, png_infop info) {
  png_layout layout = {.type = png_get_color_type(png, info), .depth = png_get_bit_depth(png, info)};
  png_colorp entries = NULL;
  int count = 0;
  if (png_get_PLTE(png, info, &entries, &count) != 0) {
    for (int i = 0; i < count && i < 256; i++) {
      layout.palette[i][0] = entries[i].red;
      layout.palette[i][1] = entries[i].green;
      layout.palette[i][2] = entries[i].blue;
    }
  }
  return layout;
}

static sl_image_status read_rows(png_reader *reader, sl_image_size size, uint8_t *rgb) {
  png_layout layout = read_layout(reader->png, reader->info);
  if (layout.depth < 8) png_set_packing(reader->png);
  if (layout.depth == 16 && layout.type != PNG_COLOR_TYPE_GRAY) png_set_strip_16(reader->png);
  int passes = png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);

  size_t stride = png_get_rowbytes(reader->png, reader->info);
  size_t rows = passes > 1 ? size.height : 1;
  if (stride > SIZE_MAX / rows) return SL_IMAGE_NO_MEMORY;
  reader->pixels = calloc(rows, stride);
  if (reader->pixels == NULL) return SL_IMAGE_NO_MEMORY;

  for (int pass = 0; pass < passes; pass++) {
    for (reader->row = 0; reader->row < size.height; reader->row++) {
      uint8_t *row = reader->pixels + (passes > 1 ? reader->row * stride : 0);
      png_read_row(reader->png, row, NULL);
      if (pass == passes - 1) put_row(rgb + (size_t)reader->row * size.width * 3, row, size.width, &layout);
    }
  }
  return SL_IMAGE_OK;
}

sl_image_status sl_png_decode(const uint8_t *bytes, size_t count, sl_image_size size, uint8_t *rgb, sl_image_fault *fault) {
  png_reader reader;
  volatile sl_image_status status = SL_IMAGE_OK;
  if (!open_reader(&reader, bytes, count, fault) || setjmp(reader.escape) != 0) {
    status = failure(&reader, size.height);
  } else {
    read_header(&reader);
    uint32_t width = png_get_image_width(reader.png, reader.info), height = png_get_image_height(reader.png, reader.info);
    status = width == size.width && height == size.height ? read_rows(&reader, size, rgb) : sl_fail_size(fault, width, height, size);
  }
  close_reader(&reader);
  return status;
}
