/// The kernels for any processor that clang knows.
#include <math.h>
#include <string.h>

#include "sets.h"

// Registers of 4 numbers: one vector of tokens is 4 of them, so 2 rows fill the half of 16 registers and 4 rows the half of 32.
#define SL_TILE_VECTORS 1
#if defined(__aarch64__)
#define SL_TILE_ROWS(vectors) 4
#else
#define SL_TILE_ROWS(vectors) 2
#endif
#define SL_QUAD_ROWS(vectors) SL_TILE_ROWS(vectors)

#include "bodies/primitives.h"
#include "bodies/quads.h"

#define SL_SET portable
#include "bodies/kernels.h"
