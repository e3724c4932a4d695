/// The instruction sets, each from a file of its own.
#ifndef SIGHTLINE_SETS_H
#define SIGHTLINE_SETS_H

#include "include/CKernels.h"

extern const sl_kernels sl_kernels_portable;
#if defined(__x86_64__)
extern const sl_kernels sl_kernels_avx2;
extern const sl_kernels sl_kernels_avx512_bf16;
#endif

#endif
