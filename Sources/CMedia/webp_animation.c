/// Animated WebP through libwebpdemux: every frame on its canvas, in order. FFmpeg's decoder of Debian 12 knows still pictures only.

#include <stdlib.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "decoding.h"

struct sl_webp_animation {
  WebPAnimDecoder *decoder;
  size_t pixels;
};

sl_image_status sl_webp_animation_open(
    const uint8_t *bytes, size_t count, uint64_t most_pixels, sl_webp_animation **animation, sl_image_size *size, uint32_t *frames,
    uint64_t *milliseconds, sl_image_fault *fault) {
  *animation = NULL;
  WebPData data = {bytes, count};
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
  if (demuxer == NULL || state != WEBP_DEMUX_DONE) {
    WebPDemuxDelete(demuxer);
    if (state == WEBP_DEMUX_PARSE_ERROR) return sl_fail(fault, SL_IMAGE_CORRUPT, "has a broken RIFF structure");
    return sl_fail(fault, SL_IMAGE_TRUNCATED, "ends before its last frame does");
  }
  *size = (sl_image_size){WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH), WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT)};
  *frames = 0;
  *milliseconds = 0;
  WebPIterator frame;
  if (WebPDemuxGetFrame(demuxer, 1, &frame)) {
    do {
      ++*frames;
      *milliseconds += (uint64_t)(frame.duration > 0 ? frame.duration : 0);
    } while (WebPDemuxNextFrame(&frame));
    WebPDemuxReleaseIterator(&frame);
  }
  WebPDemuxDelete(demuxer);
  if (*frames == 0) return sl_fail(fault, SL_IMAGE_EMPTY, "has no frame");
  size_t pixels = (size_t)size->width * size->height;
  if (pixels > most_pixels) {
    return sl_fail(
        fault, SL_IMAGE_TOO_LARGE, "has frames of %ux%u pixels; at most %llu pixels are read (maximumPixels)", size->width, size->height,
        (unsigned long long)most_pixels);
  }
  sl_webp_animation *opened = calloc(1, sizeof *opened);
  if (opened == NULL) return SL_IMAGE_NO_MEMORY;
  opened->decoder = WebPAnimDecoderNew(&data, NULL);
  opened->pixels = pixels;
  if (opened->decoder == NULL) {
    free(opened);
    return sl_fail(fault, SL_IMAGE_CORRUPT, "has no readable frame");
  }
  *animation = opened;
  return SL_IMAGE_OK;
}

sl_image_status sl_webp_animation_next(sl_webp_animation *animation, uint8_t *rgb, sl_image_fault *fault) {
  uint8_t *canvas = NULL;
  int timestamp = 0;
  if (!WebPAnimDecoderHasMoreFrames(animation->decoder) || !WebPAnimDecoderGetNext(animation->decoder, &canvas, &timestamp)) {
    return sl_fail(fault, SL_IMAGE_CORRUPT, "has a frame that cannot be decoded");
  }
  if (rgb == NULL) return SL_IMAGE_OK;
  // A canvas without transparency has an alpha of 255 everywhere.
  for (size_t i = 0; i < animation->pixels; i++, rgb += 3, canvas += 4) sl_put_over_white(rgb, canvas[0], canvas[1], canvas[2], canvas[3]);
  return SL_IMAGE_OK;
}

void sl_webp_animation_rewind(sl_webp_animation *animation) { WebPAnimDecoderReset(animation->decoder); }

void sl_webp_animation_close(sl_webp_animation *animation) {
  if (animation == NULL) return;
  WebPAnimDecoderDelete(animation->decoder);
  free(animation);
}
