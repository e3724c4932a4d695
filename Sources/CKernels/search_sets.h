/// The instruction sets of vector search, each from a file of its own.
#ifndef SIGHTLINE_SEARCH_SETS_H
#define SIGHTLINE_SEARCH_SETS_H

#include "include/search.h"

extern const sl_search_kernels sl_search_portable;
#if defined(__x86_64__)
extern const sl_search_kernels sl_search_avx2;
extern const sl_search_kernels sl_search_avx512;
extern const sl_search_kernels sl_search_avx512_vnni;
extern const sl_search_kernels sl_search_avx512_vpopcntdq;
extern const sl_search_kernels sl_search_avx512_vnni_vpopcntdq;

/// From `search_vnni.c`.
void sl_dot_int8_vnni(const sl_scan *);
#endif

#endif
