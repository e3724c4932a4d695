/// An open video, shared by the file that opens and counts (video.c) and the one that decodes (video_frames.c).
#ifndef SIGHTLINE_CMEDIA_VIDEO_PRIVATE_H
#define SIGHTLINE_CMEDIA_VIDEO_PRIVATE_H

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>

#include "CMedia.h"
#include "decoding.h"

/// A frame as its packet announces it.
typedef struct {
  int64_t shown;    ///< Presentation time, in units of the stream.
  int64_t decoded;  ///< Decoding time, or AV_NOPTS_VALUE.
  bool is_key;
} video_entry;

/// Where the bytes come from.
typedef struct {
  int descriptor;
  const uint8_t *bytes;
  int64_t count;
  int64_t position;
  bool failed;  ///< The file could not be read.
} video_source;

struct sl_video {
  sl_video_limits limits;
  sl_video_container container;
  video_source source;
  AVFormatContext *format;
  AVStream *stream;
  AVCodecContext *decoder;
  AVPacket *packet;

  /// In the order of presentation; in the order of the file where times are missing or not unique.
  video_entry *entries;
  uint32_t count;
  /// Whether the times of `entries` tell frames apart.
  bool has_times;
  int turns;            ///< Quarter turns clockwise before a frame is shown.
  sl_image_size coded;  ///< Before turning.

  AVFrame *current;   ///< The frame decoded last.
  AVFrame *previous;  ///< The one before it, since the last seek.
  int64_t next;       ///< Index that follows `current` where times do not tell; -1 before the first seek.
  bool is_drained;    ///< The decoder was told that no packet follows.
  uint64_t sent;      ///< Packets given to the decoder in all.

  struct SwsContext *scaler;
  int scaler_key[4];  ///< Width, height, pixel format, colour space and range of the frames that `scaler` takes.
  uint8_t *picture;   ///< A converted frame, with room at the end of each row.
  int picture_stride;
};

/// True where the caller wants no more.
static inline bool video_is_stopped(const sl_video *video) {
  return video->limits.go_on != NULL && !video->limits.go_on(video->limits.context);
}

/// Converts `video->current` to RGB8 as shown.
sl_image_status sl_video_convert(sl_video *video, const AVFrame *frame, uint8_t *rgb, sl_image_fault *fault);

#endif
