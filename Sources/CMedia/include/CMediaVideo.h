/// FFmpeg's demuxers and video decoders behind one small interface: how many frames, and the pixels of any one of them.
///
/// Nothing but the given descriptor or bytes is read: the container is named by the caller, not guessed, no file or address that it
/// mentions is opened, and codecs outside a short list are refused. Frames are counted by reading every packet, not by believing a header.
///
/// Two settings of FFmpeg that the whole process shares are made at the first open: it prints nothing, and no single allocation is above
/// 512 MiB. A video is used by one thread at a time; different videos do not meet.
#ifndef SIGHTLINE_CMEDIA_VIDEO_H
#define SIGHTLINE_CMEDIA_VIDEO_H

#include "CMedia.h"

typedef enum sl_video_container {
  SL_VIDEO_MP4 = 0,       ///< MP4, MOV and their relatives.
  SL_VIDEO_MATROSKA = 1,  ///< Matroska and WebM.
  SL_VIDEO_AVI = 2,
  SL_VIDEO_GIF = 3,
} sl_video_container;

/// Asked between packets and reads: true to go on, false to stop with SL_IMAGE_STOPPED.
typedef bool sl_video_go_on(void *context);

typedef struct sl_video_limits {
  uint64_t pixels;   ///< Most pixels a frame may have; more is SL_IMAGE_TOO_LARGE.
  uint64_t packets;  ///< Most packets the file may have, of all its streams; more is SL_IMAGE_TOO_LARGE.
  sl_video_go_on *go_on;
  void *context;
} sl_video_limits;

typedef struct sl_video_facts {
  sl_image_size size;  ///< As shown: after a rotation by quarter turns.
  uint32_t frames;     ///< Frames shown; those that an edit list hides are not counted.
  double rate;         ///< Frames a second on average, as the container states it, else as the packets' times show it.
} sl_video_facts;

typedef struct sl_video sl_video;

/// Opens the best video stream of the regular file behind `descriptor`, or, where that is negative, of `bytes`, and counts its frames.
/// Both are borrowed until `sl_video_close`.
sl_image_status sl_video_open(
    int descriptor, const uint8_t *bytes, size_t count, sl_video_container container, const sl_video_limits *limits, sl_video **video,
    sl_video_facts *facts, sl_image_fault *fault);

/// Decodes frame `index`, in the order of presentation, into `rgb`, [height][width][3].
///
/// Goes on from the frame before, or from the nearest keyframe where that is shorter or needed. `replaced` becomes true where the stream
/// has no such frame after all and the one before it, or else the one after it, was taken.
sl_image_status sl_video_frame(sl_video *video, uint32_t index, uint8_t *rgb, bool *replaced, sl_image_fault *fault);

/// Frees everything; NULL is allowed.
void sl_video_close(sl_video *video);

/// An animated WebP, whose frames can be had in order only.
typedef struct sl_webp_animation sl_webp_animation;

/// Opens an animation. `bytes` are borrowed until it is closed. `milliseconds` is its whole length.
sl_image_status sl_webp_animation_open(
    const uint8_t *bytes, size_t count, uint64_t most_pixels, sl_webp_animation **animation, sl_image_size *size, uint32_t *frames,
    uint64_t *milliseconds, sl_image_fault *fault);

/// Decodes the next frame on its canvas, over white, into `rgb`; NULL skips the copy.
sl_image_status sl_webp_animation_next(sl_webp_animation *animation, uint8_t *rgb, sl_image_fault *fault);

/// Begins again at the first frame.
void sl_webp_animation_rewind(sl_webp_animation *animation);

/// Frees everything; NULL is allowed.
void sl_webp_animation_close(sl_webp_animation *animation);

#endif
