/// How rows and queries are cut into tiles.
#ifndef SIGHTLINE_TILES_H
#define SIGHTLINE_TILES_H

#include "../include/search.h"
#include "lanes.h"

enum {
  ROWS = 2,       ///< Rows of one tile at most.
  QUERIES = 2,    ///< Queries of one tile at most: 4 sums, which is what 16 registers of 8 numbers hold beside their operands.
  AHEAD = 1024,   ///< Bytes by which rows are called ahead of their use.
};

INLINE const char *row_at(const sl_scan *s, size_t row) { return (const char *)s->rows + row * s->row_stride; }

INLINE const char *query_at(const sl_scan *s, size_t query) { return (const char *)s->queries + query * s->query_stride; }

/// Calls `TILE(row, query, rows, queries)` until every pair is done. A single query takes one row after the other: memory is its limit,
/// and is read fastest in one stream.
#define FOR_TILES(s, TILE) \
  size_t query = 0; \
  for (; query + 2 <= (s)->query_count; query += 2) { \
    size_t row = 0; \
    for (; row + 2 <= (s)->row_count; row += 2) { TILE(row, query, 2, 2); } \
    for (; row < (s)->row_count; row++) { TILE(row, query, 1, 2); } \
  } \
  for (; query < (s)->query_count; query++) { \
    for (size_t row = 0; row < (s)->row_count; row++) { TILE(row, query, 1, 1); } \
  }

#endif
