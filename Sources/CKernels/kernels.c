/// Which kernels this processor can run.
#include "sets.h"

const sl_kernels *sl_kernels_at(size_t index) {
#if defined(__x86_64__)
  const bool fma = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool bf16 = fma && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
  const sl_kernels *const sets[] = {&sl_kernels_avx512_bf16, &sl_kernels_avx2, &sl_kernels_portable};
  const size_t first = bf16 ? 0 : fma ? 1 : 2;
#else
  const sl_kernels *const sets[] = {&sl_kernels_portable};
  const size_t first = 0;
#endif
  const size_t count = sizeof sets / sizeof *sets - first;
  return index < count ? sets[first + index] : NULL;
}
