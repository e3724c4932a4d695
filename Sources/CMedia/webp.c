/// WebP through libwebp: lossy, lossless, with alpha; of an animation the first frame on its canvas.

#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "decoding.h"

typedef struct {
  WebPDemuxer *demuxer;
  sl_image_size size;
  bool animated;
  bool alpha;  ///< Pillow calls the image RGBA.
} webp_reader;

static sl_image_status cut_off(const uint8_t *bytes, size_t count, sl_image_fault *fault) {
  if (count < 12) return sl_fail(fault, SL_IMAGE_TRUNCATED, "ends inside its header");
  uint64_t whole = 8 + ((uint64_t)bytes[4] | (uint64_t)bytes[5] << 8 | (uint64_t)bytes[6] << 16 | (uint64_t)bytes[7] << 24);
  return sl_fail(fault, SL_IMAGE_TRUNCATED, "ends after %zu of %llu bytes", count, (unsigned long long)whole);
}

/// Parses the container. On success `reader->demuxer` is to be deleted.
static sl_image_status open_reader(webp_reader *reader, const uint8_t *bytes, size_t count, sl_image_fault *fault) {
  memset(reader, 0, sizeof *reader);
  WebPData data = {bytes, count};
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
  if (demuxer == NULL || state != WEBP_DEMUX_DONE) {
    WebPDemuxDelete(demuxer);
    if (state == WEBP_DEMUX_PARSE_ERROR) return sl_fail(fault, SL_IMAGE_CORRUPT, "has a broken RIFF structure");
    return cut_off(bytes, count, fault);
  }
  WebPBitstreamFeatures features;
  if (WebPDemuxGetI(demuxer, WEBP_FF_FRAME_COUNT) == 0 || WebPGetFeatures(bytes, count, &features) != VP8_STATUS_OK) {
    WebPDemuxDelete(demuxer);
    return sl_fail(fault, SL_IMAGE_CORRUPT, "has no readable frame");
  }
  reader->demuxer = demuxer;
  reader->size = (sl_image_size){WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH), WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT)};
  reader->animated = (WebPDemuxGetI(demuxer, WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG) != 0;
  reader->alpha = features.has_alpha != 0;
  return SL_IMAGE_OK;
}

sl_image_status sl_webp_size(const uint8_t *bytes, size_t count, sl_image_size *size, sl_image_fault *fault) {
  webp_reader reader;
  sl_image_status status = open_reader(&reader, bytes, count, fault);
  if (status != SL_IMAGE_OK) return status;
  *size = reader.size;
  WebPDemuxDelete(reader.demuxer);
  return SL_IMAGE_OK;
}

static void put_rgba(uint8_t *rgb, const uint8_t *rgba, size_t pixels, bool alpha) {
  for (size_t i = 0; i < pixels; i++, rgb += 3, rgba += 4) {
    if (alpha) {
      sl_put_over_white(rgb, rgba[0], rgba[1], rgba[2], rgba[3]);
    } else {
      memcpy(rgb, rgba, 3);
    }
  }
}

static sl_image_status refused(VP8StatusCode code, const uint8_t *bytes, size_t count, sl_image_fault *fault) {
  switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return SL_IMAGE_NO_MEMORY;
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      return cut_off(bytes, count, fault);
    default:
      return sl_fail(fault, SL_IMAGE_CORRUPT, "has a broken picture (libwebp status %d)", (int)code);
  }
}

static sl_image_status decode_still(const webp_reader *reader, const uint8_t *bytes, size_t count, uint8_t *rgb, sl_image_fault *fault) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "cannot be read: libwebp has another version");
  VP8StatusCode code = WebPGetFeatures(bytes, count, &config.input);
  if (code != VP8_STATUS_OK) return refused(code, bytes, count, fault);
  if ((uint32_t)config.input.width != reader->size.width || (uint32_t)config.input.height != reader->size.height) {
    return sl_fail_size(fault, (uint32_t)config.input.width, (uint32_t)config.input.height, reader->size);
  }
  size_t pixels = (size_t)reader->size.width * reader->size.height;
  if (!reader->alpha) {
    config.output.colorspace = MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = rgb;
    config.output.u.RGBA.stride = (int)(reader->size.width * 3);
    config.output.u.RGBA.size = pixels * 3;
  } else {
    config.output.colorspace = MODE_RGBA;
  }
  code = WebPDecode(bytes, count, &config);
  if (code == VP8_STATUS_OK && reader->alpha) put_rgba(rgb, config.output.u.RGBA.rgba, pixels, true);
  WebPFreeDecBuffer(&config.output);
  return code == VP8_STATUS_OK ? SL_IMAGE_OK : refused(code, bytes, count, fault);
}

static sl_image_status decode_animation(
    const webp_reader *reader, const uint8_t *bytes, size_t count, uint8_t *rgb, sl_image_fault *fault) {
  WebPData data = {bytes, count};
  WebPAnimDecoder *decoder = WebPAnimDecoderNew(&data, NULL);
  if (decoder == NULL) return SL_IMAGE_NO_MEMORY;
  uint8_t *canvas = NULL;
  int timestamp = 0;
  bool found = WebPAnimDecoderGetNext(decoder, &canvas, &timestamp);
  if (found) put_rgba(rgb, canvas, (size_t)reader->size.width * reader->size.height, reader->alpha);
  WebPAnimDecoderDelete(decoder);
  return found ? SL_IMAGE_OK : sl_fail(fault, SL_IMAGE_CORRUPT, "has a broken first frame");
}

sl_image_status sl_webp_decode(const uint8_t *bytes, size_t count, sl_image_size size, uint8_t *rgb, sl_image_fault *fault) {
  webp_reader reader;
  sl_image_status status = open_reader(&reader, bytes, count, fault);
  if (status != SL_IMAGE_OK) return status;
  WebPDemuxDelete(reader.demuxer);
  if (reader.size.width != size.width || reader.size.height != size.height) {
    return sl_fail_size(fault, reader.size.width, reader.size.height, size);
  }
  return reader.animated ? decode_animation(&reader, bytes, count, rgb, fault) : decode_still(&reader, bytes, count, rgb, fault);
}
