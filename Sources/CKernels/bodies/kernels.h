/// Every kernel for one instruction set: the last thing that a set includes, after its primitives. It has defined SL_SET, its name.
#include "attention.h"
#include "heads.h"
#include "limit.h"
#include "norm.h"
#include "pack.h"
#include "product.h"
#include "quantize.h"
#include "tokens.h"

#define SL_JOIN(a, b) a##b
#define SL_TABLE(set) SL_JOIN(sl_kernels_, set)
#define SL_QUOTE(set) #set
#define SL_TEXT(set) SL_QUOTE(set)

const sl_kernels SL_TABLE(SL_SET) = {
  .name = SL_TEXT(SL_SET),
  .product = product,
  .norm = norm,
  .heads = heads,
  .attention = attention,
  .gather = gather,
  .copy = copy,
  .merge = merge,
  .pack = pack,
  .pack_rows = pack_rows,
  .unpack_row = unpack_row,
  .quantize = quantize,
  .quantize_row = quantize_row,
  .convert = convert,
  .limit = limit,
};
