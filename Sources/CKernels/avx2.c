/// The kernels for AVX2 with FMA: x86 processors from 2013 on.
#if defined(__x86_64__)

#include <math.h>
#include <string.h>

#include "sets.h"

// All functions from here on, which the headers of the system above are not part of, may use these instructions.
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

// 16 registers of 8 numbers: one vector of tokens is 2 of them, so 6 rows are 12 sums.
#define SL_TILE_VECTORS 1
#define SL_TILE_ROWS(vectors) 6

#include "bodies/primitives.h"

#define SL_SET avx2
#include "bodies/kernels.h"

#pragma clang attribute pop

#endif
