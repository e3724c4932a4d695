/// The int8 primitive in plain vector arithmetic, for sets that have no instruction for it.
#ifndef SIGHTLINE_QUADS_H
#define SIGHTLINE_QUADS_H

#include "lanes.h"

/// What `dot_quads` adds to every weight: nothing.
#define SL_WEIGHT_OFFSET 0

/// sum + the four products of a quad of every token with one quad of weights.
INLINE words dot_quads(words sum, words quads, uint32_t weights) {
  UNROLL
  for (int shift = 24; shift >= 0; shift -= 8) {
    sum += (words)((integers)(quads << shift) >> 24) * (uint32_t)((int32_t)(weights << shift) >> 24);
  }
  return sum;
}

#endif
