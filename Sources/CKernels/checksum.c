/// CRC-32C, with the processor's instruction where there is one.
#include <string.h>

#include "include/search.h"

#if defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_by_instruction(uint32_t crc, const unsigned char *bytes, size_t count) {
  uint64_t state = crc;
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    state = __builtin_ia32_crc32di(state, word);
  }
  for (; count > 0; bytes++, count--) { state = __builtin_ia32_crc32qi((uint32_t)state, *bytes); }
  return (uint32_t)state;
}
#elif defined(__ARM_FEATURE_CRC32)
static uint32_t crc_by_instruction(uint32_t crc, const unsigned char *bytes, size_t count) {
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    crc = __crc32cd(crc, word);
  }
  for (; count > 0; bytes++, count--) { crc = __crc32cb(crc, *bytes); }
  return crc;
}
#endif

/// Four bits at a time: a table that fits in one line of the cache, for processors without the instruction.
uint32_t sl_crc32c_portable(uint32_t crc, const void *from, size_t count) {
  static const uint32_t table[16] = {0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
                                     0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};
  const unsigned char *bytes = from;
  crc = ~crc;
  for (; count > 0; bytes++, count--) {
    crc ^= *bytes;
    crc = (crc >> 4) ^ table[crc & 15];
    crc = (crc >> 4) ^ table[crc & 15];
  }
  return ~crc;
}

uint32_t sl_crc32c(uint32_t crc, const void *bytes, size_t count) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) { return ~crc_by_instruction(~crc, bytes, count); }
#elif defined(__ARM_FEATURE_CRC32)
  return ~crc_by_instruction(~crc, bytes, count);
#endif
  return sl_crc32c_portable(crc, bytes, count);
}
