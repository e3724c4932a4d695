/// Finding, decoding and converting one frame of a video.

#include <string.h>

#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>

#include "video.h"

enum {
  /// Frames ahead up to which decoding on is no dearer than seeking.
  SHORT_WAY = 8,
  /// Room at the end of a row, where vector code may write.
  ROW_ROOM = 64,
};

/// The nearest keyframe at or before a frame, in the order of presentation.
static uint32_t keyframe_before(const sl_video *video, uint32_t index) {
  while (index > 0 && !video->entries[index].is_key) index--;
  return index;
}

/// Goes to a frame, or before it. Packets that follow belong to it or to earlier frames.
static bool seek_to(sl_video *video, uint32_t index) {
  const video_entry *entry = &video->entries[index];
  // MP4 looks frames up by the time of decoding, Matroska by that of presentation.
  int64_t time = video->container == SL_VIDEO_MATROSKA || entry->decoded == AV_NOPTS_VALUE ? entry->shown : entry->decoded;
  if (time == AV_NOPTS_VALUE) time = 0;
  bool found = av_seek_frame(video->format, video->stream->index, time, AVSEEK_FLAG_BACKWARD) >= 0 ||
               av_seek_frame(video->format, video->stream->index, 0, AVSEEK_FLAG_BACKWARD | AVSEEK_FLAG_BYTE) >= 0;
  avcodec_flush_buffers(video->decoder);
  av_frame_unref(video->current);
  av_frame_unref(video->previous);
  video->is_drained = false;
  video->next = 0;
  return found;
}

/// Decodes the next frame into `current`; the one that was there becomes `previous`. SL_IMAGE_EMPTY at the end.
static sl_image_status advance(sl_video *video, sl_image_fault *fault) {
  av_frame_unref(video->previous);
  av_frame_move_ref(video->previous, video->current);
  for (;;) {
    int error = avcodec_receive_frame(video->decoder, video->current);
    if (error >= 0) {
      video->next++;
      return SL_IMAGE_OK;
    }
    if (error == AVERROR(ENOMEM)) return SL_IMAGE_NO_MEMORY;
    // Other errors concern one frame; the next packets may be whole.
    if (error == AVERROR_EOF || video->is_drained) return SL_IMAGE_EMPTY;
    do {
      av_packet_unref(video->packet);
      error = av_read_frame(video->format, video->packet);
      if (video_is_stopped(video)) return SL_IMAGE_STOPPED;
    } while (error >= 0 && video->packet->stream_index != video->stream->index);
    if (error == AVERROR(ENOMEM)) return SL_IMAGE_NO_MEMORY;
    video->is_drained = error < 0;
    // Wanted frames rise and seeks lead to keyframes, so that an honest file is never decoded this often.
    if (++video->sent > 64 * (uint64_t)video->count + 4096) return sl_fail(fault, SL_IMAGE_CORRUPT, "its keyframes are not where it says");
    error = avcodec_send_packet(video->decoder, error < 0 ? NULL : video->packet);
    av_packet_unref(video->packet);
    if (error == AVERROR(ENOMEM)) return SL_IMAGE_NO_MEMORY;
  }
}

static int64_t time_of(const AVFrame *frame) { return frame->pts != AV_NOPTS_VALUE ? frame->pts : frame->best_effort_timestamp; }

/// Whether `current` is the frame, or lies behind it.
static bool has_reached(const sl_video *video, uint32_t index) {
  if (!video->has_times) return video->next > (int64_t)index;
  int64_t time = time_of(video->current);
  return time != AV_NOPTS_VALUE && time >= video->entries[index].shown;
}

static bool is_at(const sl_video *video, uint32_t index) {
  if (!video->has_times) return video->next == (int64_t)index + 1;
  return time_of(video->current) == video->entries[index].shown;
}

/// The entry of `current`, or -1.
static int64_t position(const sl_video *video) {
  if (!video->has_times) return video->next - 1;
  int64_t time = time_of(video->current);
  uint32_t low = 0, high = video->count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (video->entries[middle].shown < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/// Moves so that decoding on from here meets the frame.
static bool approach(sl_video *video, uint32_t index) {
  bool has_current = video->current->data[0] != NULL;
  if (!video->has_times) return (video->next >= 0 && video->next <= index) || (has_current && is_at(video, index)) || seek_to(video, 0);
  uint32_t key = keyframe_before(video, index);
  if (!has_current || has_reached(video, index)) return seek_to(video, key);
  return key <= position(video) + SHORT_WAY || seek_to(video, key);
}

/// Decodes on until the frame is there, or cannot be. On success `*found` is the frame to show.
static sl_image_status decode_until(sl_video *video, uint32_t index, const AVFrame **found, sl_image_fault *fault) {
  for (;;) {
    sl_image_status status = advance(video, fault);
    if (status == SL_IMAGE_EMPTY) {
      // The stream ended early: its last frame stays on the screen.
      *found = video->previous->data[0] != NULL ? video->previous : NULL;
      return SL_IMAGE_OK;
    }
    if (status != SL_IMAGE_OK) return status;
    if (!has_reached(video, index)) continue;
    *found = is_at(video, index) || video->previous->data[0] == NULL ? video->current : video->previous;
    return SL_IMAGE_OK;
  }
}

sl_image_status sl_video_frame(sl_video *video, uint32_t index, uint8_t *rgb, bool *replaced, sl_image_fault *fault) {
  *replaced = false;
  if (index >= video->count) return sl_fail(fault, SL_IMAGE_EMPTY, "has no frame %u", index);
  const AVFrame *found = NULL;
  if (video->current->data[0] != NULL && is_at(video, index)) {
    found = video->current;
  } else {
    if (!approach(video, index)) return sl_fail(fault, SL_IMAGE_CORRUPT, "frame %u cannot be sought", index);
    sl_image_status status = decode_until(video, index, &found, fault);
    // A seek that led too far, or to where nothing can be decoded: everything from the start on.
    bool is_late = found != NULL && video->has_times && time_of(found) > video->entries[index].shown;
    if (status == SL_IMAGE_OK && (found == NULL || is_late) && video->has_times && index > 0 && seek_to(video, 0)) {
      found = NULL;
      status = decode_until(video, index, &found, fault);
    }
    if (status != SL_IMAGE_OK) return status;
  }
  if (found == NULL) return sl_fail(fault, SL_IMAGE_CORRUPT, "no frame can be decoded");
  *replaced = found != video->current || !is_at(video, index);
  return sl_video_convert(video, found, rgb, fault);
}

/// A scaler set up as FFmpeg 4.1's `scale` filter does without options, which is how the reference's reader converts.
static sl_image_status prepare_scaler(sl_video *video, const AVFrame *frame, sl_image_fault *fault) {
  int key[4] = {frame->width, frame->height, frame->format, (int)frame->colorspace << 8 | (int)frame->color_range};
  if (video->scaler != NULL && memcmp(key, video->scaler_key, sizeof key) == 0) return SL_IMAGE_OK;
  sws_freeContext(video->scaler);
  video->scaler = sws_alloc_context();
  if (video->scaler == NULL) return SL_IMAGE_NO_MEMORY;
  memcpy(video->scaler_key, key, sizeof key);
  av_opt_set_int(video->scaler, "srcw", frame->width, 0);
  av_opt_set_int(video->scaler, "srch", frame->height, 0);
  av_opt_set_int(video->scaler, "src_format", frame->format, 0);
  av_opt_set_int(video->scaler, "dstw", (int)video->coded.width, 0);
  av_opt_set_int(video->scaler, "dsth", (int)video->coded.height, 0);
  av_opt_set_int(video->scaler, "dst_format", AV_PIX_FMT_RGB24, 0);
  av_opt_set_int(video->scaler, "sws_flags", SWS_BILINEAR, 0);
  if (frame->format == AV_PIX_FMT_YUV420P) av_opt_set_int(video->scaler, "src_v_chr_pos", 128, 0);
  int error = sws_init_context(video->scaler, NULL, NULL);
  if (error == AVERROR(ENOMEM)) return SL_IMAGE_NO_MEMORY;
  if (error < 0) {
    const char *name = av_get_pix_fmt_name(frame->format);
    return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "has pixels in %s, which are not converted", name == NULL ? "an unknown format" : name);
  }
  int *matrix, *out_matrix, in_full, out_full, brightness, contrast, saturation;
  if (sws_getColorspaceDetails(video->scaler, &matrix, &in_full, &out_matrix, &out_full, &brightness, &contrast, &saturation) >= 0) {
    // BT.601 and limited range where the stream says nothing, whatever its size.
    if (frame->color_range != AVCOL_RANGE_UNSPECIFIED) in_full = frame->color_range == AVCOL_RANGE_JPEG;
    int space = frame->colorspace < 1 || frame->colorspace > 10 || frame->colorspace == 8 ? AVCOL_SPC_UNSPECIFIED : frame->colorspace;
    const int *coefficients = sws_getCoefficients(space);
    sws_setColorspaceDetails(video->scaler, coefficients, in_full, coefficients, out_full, brightness, contrast, saturation);
  }
  return SL_IMAGE_OK;
}

/// Copies a picture with a quarter turn clockwise for each of `turns`.
static void put_turned(const uint8_t *picture, int stride, sl_image_size size, int turns, uint8_t *rgb) {
  if (turns == 0) {
    for (uint32_t y = 0; y < size.height; y++) memcpy(rgb + (size_t)y * size.width * 3, picture + (ptrdiff_t)y * stride, (size_t)size.width * 3);
    return;
  }
  uint32_t width = turns == 2 ? size.width : size.height, height = turns == 2 ? size.height : size.width;
  for (uint32_t y = 0; y < height; y++) {
    for (uint32_t x = 0; x < width; x++, rgb += 3) {
      uint32_t from_y = turns == 1 ? size.height - 1 - x : turns == 2 ? size.height - 1 - y : x;
      uint32_t from_x = turns == 1 ? y : turns == 2 ? size.width - 1 - x : size.width - 1 - y;
      memcpy(rgb, picture + (ptrdiff_t)from_y * stride + 3 * (ptrdiff_t)from_x, 3);
    }
  }
}

sl_image_status sl_video_convert(sl_video *video, const AVFrame *frame, uint8_t *rgb, sl_image_fault *fault) {
  if (frame->width < 1 || frame->height < 1 || (uint64_t)frame->width * (uint64_t)frame->height > video->limits.pixels) {
    return sl_fail(
        fault, SL_IMAGE_TOO_LARGE, "has a frame of %dx%d pixels; at most %llu pixels are read (maximumPixels)", frame->width,
        frame->height, (unsigned long long)video->limits.pixels);
  }
  sl_image_status status = prepare_scaler(video, frame, fault);
  if (status != SL_IMAGE_OK) return status;
  if (video->picture == NULL) {
    video->picture_stride = (int)((video->coded.width * 3 + 2 * ROW_ROOM - 1) / ROW_ROOM * ROW_ROOM);
    video->picture = av_malloc((size_t)video->picture_stride * (video->coded.height + 1));
    if (video->picture == NULL) return SL_IMAGE_NO_MEMORY;
  }
  uint8_t *planes[4] = {video->picture};
  int strides[4] = {video->picture_stride};
  int rows = sws_scale(video->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height, planes, strides);
  if (rows != (int)video->coded.height) return sl_fail(fault, SL_IMAGE_CORRUPT, "a frame could not be converted to RGB");
  put_turned(video->picture, video->picture_stride, video->coded, video->turns, rgb);
  return SL_IMAGE_OK;
}
