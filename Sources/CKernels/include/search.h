/// The arithmetic of vector search: one pass over stored rows for several queries.
///
/// Exactness. A result depends on its row, its query and the instruction set, on nothing else: however rows and queries are cut into
/// calls, the bits are the same. An f32 sum has 16 lanes that run along the row in order and meet in a fixed tree. `dot_int8` and
/// `hamming` are exact on every set. Nothing here allocates, blocks or keeps state.
///
/// Alignment. Rows and queries start at any address and are read to their last byte, never past it.
#ifndef SIGHTLINE_SEARCH_H
#define SIGHTLINE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

enum {
  SL_INT8_LENGTH_MAX = 1 << 16,  ///< Longest row of `dot_int8`: its sums stay below 2^31.
};

/// Rows against queries.
typedef struct sl_scan {
  const void *rows;
  size_t row_stride;     ///< Bytes from one row to the next.
  size_t row_count;
  const void *queries;
  size_t query_stride;   ///< Bytes from one query to the next.
  size_t query_count;
  size_t length;         ///< Numbers of a row that count, from its first on; bytes for `hamming`.
  void *out;             ///< [query_count][out_stride], the first `row_count` of each written.
  size_t out_stride;     ///< In numbers.
} sl_scan;

/// The kernels for one instruction set.
typedef struct sl_search_kernels {
  const char *name;  ///< "portable", "avx2", "avx512", "avx512_vnni", "avx512_vpopcntdq", "avx512_vnni_vpopcntdq".

  /// f32 rows, f32 queries, f32 out: the sum of products.
  void (*dot_f32)(const sl_scan *);

  /// f16 rows, f32 queries, f32 out.
  void (*dot_f16)(const sl_scan *);

  /// f32 rows, f32 out: the sum of squares of each row. Queries are not read; `out` is [row_count].
  void (*squares_f32)(const sl_scan *);

  /// As `squares_f32` for f16 rows.
  void (*squares_f16)(const sl_scan *);

  /// int8 rows from -128 to 127, int8 queries from -127 to 127, int32 out. At most SL_INT8_LENGTH_MAX numbers.
  void (*dot_int8)(const sl_scan *);

  /// Bit rows, bit queries, uint32 out: the number of bits that differ.
  void (*hamming)(const sl_scan *);
} sl_search_kernels;

/// The kernels for instruction set `index` that this processor can run, best first; NULL past the last. The last one is "portable".
const sl_search_kernels *sl_search_kernels_at(size_t index);

/// The first of `count` scores from number `first` on that is `threshold` or more; `count` where there is none. NaN is none.
size_t sl_next_at_least(const float *scores, size_t first, size_t count, float threshold);

/// Calls memory that will be read soon.
void sl_call_ahead(const void *bytes, size_t count);

/// f32 numbers as f16, rounded to nearest even; too large ones become infinite. NaN stays NaN.
void sl_narrow_f16(const float *in, uint16_t *out, size_t count);

/// f16 numbers as f32, exactly.
void sl_widen_f16(const uint16_t *in, float *out, size_t count);

/// The sum of squares in double precision, in an order that depends on `count` alone.
double sl_squared_length(const float *in, size_t count);

/// Each number divided in double precision. `out` may be `in`.
void sl_divide(const float *in, float *out, size_t count, double divisor);

/// Widens the range of each dimension to a vector's number. NaN widens nothing.
void sl_extend_ranges(const float *in, float *minimum, float *maximum, size_t count);

/// int8 codes: (number - minimum) / step rounded down, at least 0 and at most 255, less 128.
void sl_encode_int8(const float *in, const float *minimum, const float *steps, int8_t *out, size_t count);

/// Binary codes: a bit for each number, set where it is above zero, the first in the highest bit. `count` is a multiple of 8.
void sl_encode_binary(const float *in, uint8_t *out, size_t count);

/// CRC-32C (Castagnoli) of `count` bytes after those that gave `crc`; 0 to begin with.
uint32_t sl_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same without the instruction: what other processors run.
uint32_t sl_crc32c_portable(uint32_t crc, const void *bytes, size_t count);

#endif
