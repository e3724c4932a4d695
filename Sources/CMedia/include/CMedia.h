/// The system's image decoders behind one small interface, and the two inner loops that turn their pixels into model input.
///
/// Every decoder comes as two calls. `sl_<format>_size` reads headers only; the caller checks the size against its limit and takes the
/// memory; `sl_<format>_decode` then fills it with interleaved RGB8, converted as Pillow's `convert("RGB")` does, or composited on white
/// where Pillow calls the image RGBA. Input is borrowed for the call. Nothing is kept between calls, nothing is printed, no handler that
/// the process shares is changed, and calls on different threads do not meet.
///
/// A failure never leaves memory behind. Decoders that report errors by `longjmp` do so inside this target only.
#ifndef SIGHTLINE_CMEDIA_H
#define SIGHTLINE_CMEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum sl_image_status {
  SL_IMAGE_OK = 0,
  SL_IMAGE_TRUNCATED = 1,    ///< The bytes end before the image does.
  SL_IMAGE_CORRUPT = 2,      ///< The bytes contradict their format.
  SL_IMAGE_UNSUPPORTED = 3,  ///< A variant of the format that is not decoded here.
  SL_IMAGE_NO_MEMORY = 4,
  SL_IMAGE_TOO_LARGE = 5,  ///< Videos: beyond a limit of the caller.
  SL_IMAGE_STOPPED = 6,    ///< Videos: the caller said so.
  SL_IMAGE_EMPTY = 7,      ///< Videos: nothing to show.
} sl_image_status;

typedef struct sl_image_size {
  uint32_t width;
  uint32_t height;
} sl_image_size;

/// What was wrong, for a person. `message` ends in NUL and may be empty.
typedef struct sl_image_fault {
  uint32_t rows;  ///< SL_IMAGE_TRUNCATED: rows complete before the end, where the decoder knows.
  char message[232];
} sl_image_fault;

/// Reads the size of the image, after the rotation that Pillow applies (TIFF only).
typedef sl_image_status sl_size_function(const uint8_t *bytes, size_t count, sl_image_size *size, sl_image_fault *fault);

/// Decodes into `rgb`, [height][width][3]. `size` is what the size function gave; another size is SL_IMAGE_CORRUPT.
typedef sl_image_status sl_decode_function(const uint8_t *bytes, size_t count, sl_image_size size, uint8_t *rgb, sl_image_fault *fault);

sl_size_function sl_jpeg_size, sl_png_size, sl_webp_size, sl_tiff_size, sl_svg_size;
sl_decode_function sl_jpeg_decode, sl_png_decode, sl_webp_decode, sl_tiff_decode, sl_svg_decode;

/// Writes RGB8 as JPEG. Sides from 1 to 65,500, `quality` from 1 to 100. `bytes` is to be freed. False where memory is missing.
bool sl_jpeg_encode(const uint8_t *rgb, sl_image_size size, int quality, uint8_t **bytes, size_t *count);

/// Pillow's bicubic resize of RGB8, bit for bit. All sizes at least 1. False where memory is missing.
bool sl_resize_bicubic(const uint8_t *in, sl_image_size in_size, uint8_t *out, sl_image_size out_size);

/// torch's antialiased bicubic resize of RGB8, bit for bit, as torchvision calls it for frames. All sizes at least 1, the new width at
/// least 3. False where memory is missing.
bool sl_resize_bicubic_float(const uint8_t *in, sl_image_size in_size, uint8_t *out, sl_image_size out_size);

/// How an image, or the frames of one step in time, are cut into patches.
typedef struct sl_patch_layout {
  sl_image_size size;  ///< Multiples of patch * merge.
  uint32_t patch;      ///< Side of a patch, in pixels.
  uint32_t merge;      ///< Side of a merge block, in patches.
  uint32_t temporal;   ///< Frames in a patch.
  size_t next_frame;   ///< Bytes from a frame to the next; 0 repeats one image as every frame.
  float mean[3];       ///< Per channel, in units of 0 to 255.
  float deviation[3];  ///< As `mean`; not zero.
} sl_patch_layout;

/// (value - mean) / deviation in f32, as rows of [channel][frame][y][x], one row a patch, the patches of a merge block side by side.
/// `out` holds width * height * 3 * temporal numbers.
void sl_cut_patches(const uint8_t *rgb, const sl_patch_layout *layout, float *out);

/// How a run of a program ended.
typedef enum sl_child_end {
  SL_CHILD_EXITED = 0,     ///< By itself; `code` is its exit status.
  SL_CHILD_SIGNALLED = 1,  ///< By a signal that was not ours; `code` is its number.
  SL_CHILD_CANCELLED = 2,  ///< Killed, because there was something to read from `cancellation`.
  SL_CHILD_TIMED_OUT = 3,  ///< Killed, because its time was over.
  SL_CHILD_TOO_LONG = 4,   ///< Killed, because it wrote more than there was room for.
  SL_CHILD_FAILED = 5,     ///< It could not be started, or its end could not be learnt; `code` is the errno.
} sl_child_end;

typedef struct sl_child_result {
  sl_child_end end;
  int code;
  double processor_seconds;
  size_t output_count;
  size_t message_count;
  char message[4096];  ///< The last part of what the program wrote to its standard error; no NUL at the end.
} sl_child_result;

/// The descriptor under which a child finds its document.
#define SL_CHILD_DOCUMENT 3

/// Runs a program to its end: `arguments[0]` is its path, the last is NULL. It inherits the environment and no descriptors but its
/// document. Its standard output goes to `output`. The call blocks; when it returns the process is gone and reaped.
void sl_child_run(char *const *arguments, int document, int cancellation, double seconds, uint8_t *output, size_t capacity,
    sl_child_result *result);

#include "CMediaVideo.h"

#endif
