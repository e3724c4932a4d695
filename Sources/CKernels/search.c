/// Which kernels of vector search this processor can run.
#include <stdbool.h>

#include "search_sets.h"

const sl_search_kernels *sl_search_kernels_at(size_t index) {
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c") &&
                    __builtin_cpu_supports("popcnt");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  const bool vnni = avx512 && __builtin_cpu_supports("avx512vnni");
  const bool vpopcntdq = avx512 && __builtin_cpu_supports("avx512vpopcntdq");
  const struct {
    bool runs;
    const sl_search_kernels *kernels;
  } sets[] = {
    {vnni && vpopcntdq, &sl_search_avx512_vnni_vpopcntdq},
    {vnni, &sl_search_avx512_vnni},
    {vpopcntdq, &sl_search_avx512_vpopcntdq},
    {avx512, &sl_search_avx512},
    {avx2, &sl_search_avx2},
    {true, &sl_search_portable},
  };
  for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
    if (sets[i].runs && index-- == 0) { return sets[i].kernels; }
  }
  return NULL;
#else
  return index == 0 ? &sl_search_portable : NULL;
#endif
}
