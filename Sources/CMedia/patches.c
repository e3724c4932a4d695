/// Pixels to patches: normalised in the reference's order of operations (subtract, then divide, each rounded to f32) and laid out in the
/// order in which the model's merger takes them.

#include <string.h>

#include "CMedia.h"

/// One channel of one patch of one frame.
static inline void put_patch(const uint8_t *corner, size_t stride, size_t patch, const float *level, float *out) {
  for (size_t y = 0; y < patch; y++, corner += stride, out += patch) {
    for (size_t x = 0; x < patch; x++) out[x] = level[corner[3 * x]];
  }
}

void sl_cut_patches(const uint8_t *rgb, const sl_patch_layout *layout, float *out) {
  size_t patch = layout->patch, area = patch * patch, stride = (size_t)layout->size.width * 3;
  size_t block = patch * layout->merge;
  float levels[3][256];
  for (int c = 0; c < 3; c++) {
    for (int value = 0; value < 256; value++) levels[c][value] = ((float)value - layout->mean[c]) / layout->deviation[c];
  }
  for (size_t block_y = 0; block_y < layout->size.height; block_y += block) {
    for (size_t block_x = 0; block_x < layout->size.width; block_x += block) {
      for (size_t in_y = 0; in_y < block; in_y += patch) {
        for (size_t in_x = 0; in_x < block; in_x += patch) {
          const uint8_t *corner = rgb + (block_y + in_y) * stride + (block_x + in_x) * 3;
          for (size_t c = 0; c < 3; c++) {
            const float *level = levels[c];
            float *frame = out + c * layout->temporal * area;
            put_patch(corner + c, stride, patch, level, frame);
            for (size_t t = 1; t < layout->temporal; t++) {
              if (layout->next_frame == 0) {
                memcpy(frame + t * area, frame, area * sizeof *frame);
              } else {
                put_patch(corner + c + t * layout->next_frame, stride, patch, level, frame + t * area);
              }
            }
          }
          out += 3 * layout->temporal * area;
        }
      }
    }
  }
}
