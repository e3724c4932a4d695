/// JPEG through libjpeg-turbo, with the settings Pillow uses: accurate integer DCT, smooth chroma upsampling, orientation left alone.

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include "decoding.h"

/// A progressive file may repeat scans over the whole image at a few bytes each; real ones have about ten.
enum { MAXIMUM_SCANS = 500 };

typedef struct {
  struct jpeg_decompress_struct decompress;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  sl_image_fault *fault;
  jmp_buf escape;
} jpeg_reader;

static void on_error(j_common_ptr info) {
  jpeg_reader *reader = info->client_data;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  sl_fail(reader->fault, SL_IMAGE_CORRUPT, "%.200s", message);
  longjmp(reader->escape, 1);
}

static void on_message(j_common_ptr info) { (void)info; }

static void on_progress(j_common_ptr info) {
  jpeg_reader *reader = info->client_data;
  if (reader->decompress.input_scan_number <= MAXIMUM_SCANS) return;
  sl_fail(reader->fault, SL_IMAGE_CORRUPT, "has more than %d scans", MAXIMUM_SCANS);
  longjmp(reader->escape, 1);
}

static void source_step(j_decompress_ptr info) { (void)info; }

/// All bytes are there from the start, so a wish for more means that the file is cut off. Suspending, as Pillow does, keeps libjpeg from
/// inventing an end marker and painting the rest grey.
static boolean source_fill(j_decompress_ptr info) {
  (void)info;
  return FALSE;
}

static void source_skip(j_decompress_ptr info, long count) {
  if (count <= 0) return;
  size_t left = info->src->bytes_in_buffer;
  size_t step = (size_t)count < left ? (size_t)count : left;
  info->src->next_input_byte += step;
  info->src->bytes_in_buffer -= step;
}

static void open_reader(jpeg_reader *reader, const uint8_t *bytes, size_t count, sl_image_fault *fault) {
  memset(reader, 0, sizeof *reader);
  reader->fault = fault;
  reader->decompress.err = jpeg_std_error(&reader->errors);
  reader->decompress.client_data = reader;
  reader->errors.error_exit = on_error;
  reader->errors.output_message = on_message;
  reader->progress.progress_monitor = on_progress;
  reader->source.next_input_byte = bytes;
  reader->source.bytes_in_buffer = count;
  reader->source.init_source = source_step;
  reader->source.fill_input_buffer = source_fill;
  reader->source.skip_input_data = source_skip;
  reader->source.resync_to_restart = jpeg_resync_to_restart;
  reader->source.term_source = source_step;
}

/// Reads up to the first scan.
static sl_image_status read_header(jpeg_reader *reader) {
  jpeg_create_decompress(&reader->decompress);
  reader->decompress.src = &reader->source;
  reader->decompress.progress = &reader->progress;
  int found;
  do {
    found = jpeg_read_header(&reader->decompress, FALSE);
  } while (found == JPEG_HEADER_TABLES_ONLY);
  if (found == JPEG_SUSPENDED) return sl_fail(reader->fault, SL_IMAGE_TRUNCATED, "ends inside its header");
  int components = reader->decompress.num_components;
  if (components != 1 && components != 3 && components != 4) {
    return sl_fail(reader->fault, SL_IMAGE_UNSUPPORTED, "has %d colour components; 1, 3 and 4 are supported", components);
  }
  return SL_IMAGE_OK;
}

sl_image_status sl_jpeg_size(const uint8_t *bytes, size_t count, sl_image_size *size, sl_image_fault *fault) {
  jpeg_reader reader;
  open_reader(&reader, bytes, count, fault);
  sl_image_status status = SL_IMAGE_CORRUPT;
  if (setjmp(reader.escape) == 0) {
    status = read_header(&reader);
    *size = (sl_image_size){reader.decompress.image_width, reader.decompress.image_height};
  } else {
    status = SL_IMAGE_CORRUPT;
  }
  jpeg_destroy_decompress(&reader.decompress);
  return status;
}

/// Ink as Adobe stores it, inverted; Pillow takes every four-component file for one of these.
static void put_cmyk_row(uint8_t *rgb, const JSAMPLE *row, size_t width) {
  for (size_t x = 0; x < width; x++, row += 4, rgb += 3) {
    sl_put_cmyk(rgb, (uint8_t)~row[0], (uint8_t)~row[1], (uint8_t)~row[2], (uint8_t)~row[3]);
  }
}

static sl_image_status read_rows(jpeg_reader *reader, sl_image_size size, uint8_t *rgb) {
  struct jpeg_decompress_struct *decompress = &reader->decompress;
  if (decompress->image_width != size.width || decompress->image_height != size.height) {
    return sl_fail_size(reader->fault, decompress->image_width, decompress->image_height, size);
  }
  bool inked = decompress->num_components == 4;
  decompress->out_color_space = inked ? JCS_CMYK : JCS_RGB;
  if (!jpeg_start_decompress(decompress)) {
    return sl_fail(reader->fault, SL_IMAGE_TRUNCATED, "ends inside scan %d of a progressive image", decompress->input_scan_number);
  }
  JSAMPARRAY inks = NULL;
  if (inked) inks = decompress->mem->alloc_sarray((j_common_ptr)decompress, JPOOL_IMAGE, 4 * size.width, 1);
  while (decompress->output_scanline < size.height) {
    JSAMPROW row = inked ? inks[0] : rgb + (size_t)decompress->output_scanline * size.width * 3;
    uint32_t y = decompress->output_scanline;
    if (jpeg_read_scanlines(decompress, &row, 1) != 1) {
      reader->fault->rows = y;
      return sl_fail(reader->fault, SL_IMAGE_TRUNCATED, "ends after %u of %u rows", y, size.height);
    }
    if (inked) put_cmyk_row(rgb + (size_t)y * size.width * 3, row, size.width);
  }
  return SL_IMAGE_OK;
}

sl_image_status sl_jpeg_decode(const uint8_t *bytes, size_t count, sl_image_size size, uint8_t *rgb, sl_image_fault *fault) {
  jpeg_reader reader;
  open_reader(&reader, bytes, count, fault);
  volatile sl_image_status status = SL_IMAGE_CORRUPT;
  if (setjmp(reader.escape) == 0) {
    status = read_header(&reader);
    if (status == SL_IMAGE_OK) status = read_rows(&reader, size, rgb);
  } else {
    status = SL_IMAGE_CORRUPT;
  }
  jpeg_destroy_decompress(&reader.decompress);
  return status;
}
