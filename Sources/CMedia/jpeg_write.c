/// Small JPEG pictures for people to look at.

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "decoding.h"

typedef struct {
  struct jpeg_compress_struct compress;
  struct jpeg_error_mgr errors;
  unsigned char *bytes;
  unsigned long count;
  jmp_buf escape;
} jpeg_writer;

static void on_error(j_common_ptr info) {
  jpeg_writer *writer = info->client_data;
  longjmp(writer->escape, 1);
}

static void on_message(j_common_ptr info) { (void)info; }

bool sl_jpeg_encode(const uint8_t *rgb, sl_image_size size, int quality, uint8_t **bytes, size_t *count) {
  // On the heap: what changes after setjmp must not live in registers.
  jpeg_writer *writer = calloc(1, sizeof *writer);
  if (writer == NULL) return false;
  writer->compress.err = jpeg_std_error(&writer->errors);
  writer->errors.error_exit = on_error;
  writer->errors.output_message = on_message;
  writer->compress.client_data = writer;
  if (setjmp(writer->escape)) {
    jpeg_destroy_compress(&writer->compress);
    free(writer->bytes);
    free(writer);
    return false;
  }
  jpeg_create_compress(&writer->compress);
  jpeg_mem_dest(&writer->compress, &writer->bytes, &writer->count);
  writer->compress.image_width = size.width;
  writer->compress.image_height = size.height;
  writer->compress.input_components = 3;
  writer->compress.in_color_space = JCS_RGB;
  jpeg_set_defaults(&writer->compress);
  jpeg_set_quality(&writer->compress, quality, TRUE);
  jpeg_start_compress(&writer->compress, TRUE);
  while (writer->compress.next_scanline < size.height) {
    JSAMPROW row = (JSAMPROW)(rgb + (size_t)writer->compress.next_scanline * size.width * 3);
    jpeg_write_scanlines(&writer->compress, &row, 1);
  }
  jpeg_finish_compress(&writer->compress);
  jpeg_destroy_compress(&writer->compress);
  *bytes = writer->bytes;
  *count = writer->count;
  free(writer);
  return true;
}
