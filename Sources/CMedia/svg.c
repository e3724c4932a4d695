/// SVG through librsvg, drawn at its own size on white.
///
/// The library is loaded when the first drawing is met, not when the program starts: it brings 33 other libraries, 5 ms of every start,
/// and headers whose build flags SwiftPM complains about. Where it is missing, only drawings are refused. Hence its few functions are
/// declared here instead of included.
///
/// A document parsed from memory has no base address, so librsvg loads nothing that it refers to: no file, no network, only `data:`
/// images. librsvg itself bounds the number of elements and of references (entity and `use` bombs).

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "decoding.h"

enum {
  DOTS_PER_INCH = 96,     ///< What CSS takes a pixel for.
  MAXIMUM_SIDE = 32767,   ///< Cairo's limit.
  CAIRO_FORMAT_RGB24 = 1,
};

typedef struct svg_document svg_document;  // RsvgHandle
typedef struct svg_surface svg_surface;    // cairo_surface_t
typedef struct svg_context svg_context;    // cairo_t

typedef struct {
  uint32_t domain;
  int code;
  char *message;
} svg_error;  // GError

typedef struct {
  double x, y, width, height;
} svg_rectangle;  // RsvgRectangle

typedef struct {
  double length;
  int unit;
} svg_length;  // RsvgLength

static struct {
  bool loaded;
  svg_document *(*rsvg_handle_new_from_data)(const uint8_t *, size_t, svg_error **);
  void (*rsvg_handle_set_dpi)(svg_document *, double);
  int (*rsvg_handle_get_intrinsic_size_in_pixels)(svg_document *, double *, double *);
  void (*rsvg_handle_get_intrinsic_dimensions)(svg_document *, int *, svg_length *, int *, svg_length *, int *, svg_rectangle *);
  int (*rsvg_handle_render_document)(svg_document *, svg_context *, const svg_rectangle *, svg_error **);
  void (*g_object_unref)(void *);
  void (*g_clear_error)(svg_error **);
  svg_surface *(*cairo_image_surface_create)(int, int, int);
  int (*cairo_surface_status)(svg_surface *);
  void (*cairo_surface_flush)(svg_surface *);
  uint8_t *(*cairo_image_surface_get_data)(svg_surface *);
  int (*cairo_image_surface_get_stride)(svg_surface *);
  void (*cairo_surface_destroy)(svg_surface *);
  svg_context *(*cairo_create)(svg_surface *);
  int (*cairo_status)(svg_context *);
  void (*cairo_set_source_rgb)(svg_context *, double, double, double);
  void (*cairo_paint)(svg_context *);
  void (*cairo_destroy)(svg_context *);
} library;

static void load_library(void) {
  static const char *const names[] = {
      "librsvg-2.so.2", "librsvg-2.2.dylib", "/opt/homebrew/lib/librsvg-2.2.dylib", "/usr/local/lib/librsvg-2.2.dylib"};
  void *handle = NULL;
  for (size_t i = 0; i < sizeof names / sizeof *names && handle == NULL; i++) handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) return;
  library.loaded = true;
#define LOAD(name)                                           \
  do {                                                       \
    void *address = dlsym(handle, #name);                    \
    if (address == NULL) library.loaded = false;             \
    memcpy(&library.name, &address, sizeof address);         \
  } while (0)
  LOAD(rsvg_handle_new_from_data);
  LOAD(rsvg_handle_set_dpi);
  LOAD(rsvg_handle_get_intrinsic_size_in_pixels);
  LOAD(rsvg_handle_get_intrinsic_dimensions);
  LOAD(rsvg_handle_render_document);
  LOAD(g_object_unref);
  LOAD(g_clear_error);
  LOAD(cairo_image_surface_create);
  LOAD(cairo_surface_status);
  LOAD(cairo_surface_flush);
  LOAD(cairo_image_surface_get_data);
  LOAD(cairo_image_surface_get_stride);
  LOAD(cairo_surface_destroy);
  LOAD(cairo_create);
  LOAD(cairo_status);
  LOAD(cairo_set_source_rgb);
  LOAD(cairo_paint);
  LOAD(cairo_destroy);
#undef LOAD
}

/// Hands an error's text on and frees it.
static sl_image_status refused(const char *what, svg_error *error, sl_image_fault *fault) {
  sl_image_status status = sl_fail(fault, SL_IMAGE_CORRUPT, "%s: %.180s", what, error != NULL ? error->message : "no reason given");
  library.g_clear_error(&error);
  return status;
}

static sl_image_status open_document(const uint8_t *bytes, size_t count, svg_document **document, sl_image_fault *fault) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load_library);
  if (!library.loaded) {
    return sl_fail(
        fault, SL_IMAGE_UNSUPPORTED, "needs librsvg 2.52 or later, which is not installed (Debian: librsvg2-2; Homebrew: librsvg)");
  }
  svg_error *error = NULL;
  *document = library.rsvg_handle_new_from_data(bytes, count, &error);
  if (*document == NULL) return refused("cannot be parsed", error, fault);
  library.rsvg_handle_set_dpi(*document, DOTS_PER_INCH);
  return SL_IMAGE_OK;
}

/// Width and height where both are lengths, else those of the view box.
static sl_image_status find_size(svg_document *document, sl_image_size *size, sl_image_fault *fault) {
  double width = 0, height = 0;
  if (!library.rsvg_handle_get_intrinsic_size_in_pixels(document, &width, &height)) {
    int has_width = 0, has_height = 0, has_box = 0;
    svg_length ignored_width, ignored_height;
    svg_rectangle box = {0};
    library.rsvg_handle_get_intrinsic_dimensions(document, &has_width, &ignored_width, &has_height, &ignored_height, &has_box, &box);
    if (!has_box) return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "has neither a width and height nor a view box");
    width = box.width;
    height = box.height;
  }
  width = ceil(width);
  height = ceil(height);
  if (!(width >= 1 && height >= 1)) {
    *size = (sl_image_size){0, 0};
    return SL_IMAGE_OK;
  }
  if (!(width <= MAXIMUM_SIDE && height <= MAXIMUM_SIDE)) {
    return sl_fail(fault, SL_IMAGE_UNSUPPORTED, "is %.0fx%.0f pixels; a drawing may have %d on a side", width, height, MAXIMUM_SIDE);
  }
  *size = (sl_image_size){(uint32_t)width, (uint32_t)height};
  return SL_IMAGE_OK;
}

sl_image_status sl_svg_size(const uint8_t *bytes, size_t count, sl_image_size *size, sl_image_fault *fault) {
  svg_document *document;
  sl_image_status status = open_document(bytes, count, &document, fault);
  if (status != SL_IMAGE_OK) return status;
  status = find_size(document, size, fault);
  library.g_object_unref(document);
  return status;
}

static sl_image_status draw(svg_document *document, svg_surface *surface, sl_image_size size, sl_image_fault *fault) {
  svg_context *context = library.cairo_create(surface);
  library.cairo_set_source_rgb(context, 1, 1, 1);
  library.cairo_paint(context);
  svg_rectangle viewport = {0, 0, size.width, size.height};
  svg_error *error = NULL;
  bool drawn = library.rsvg_handle_render_document(document, context, &viewport, &error) && library.cairo_status(context) == 0;
  library.cairo_destroy(context);
  library.cairo_surface_flush(surface);
  return drawn ? SL_IMAGE_OK : refused("cannot be drawn", error, fault);
}

/// Cairo's pixels are 32-bit numbers 0x??RRGGBB in the host's order.
static void put_rows(svg_surface *surface, sl_image_size size, uint8_t *rgb) {
  const uint8_t *pixels = library.cairo_image_surface_get_data(surface);
  size_t stride = (size_t)library.cairo_image_surface_get_stride(surface);
  for (size_t y = 0; y < size.height; y++) {
    const uint32_t *row = (const uint32_t *)(const void *)(pixels + y * stride);
    for (size_t x = 0; x < size.width; x++, rgb += 3) {
      rgb[0] = (uint8_t)(row[x] >> 16);
      rgb[1] = (uint8_t)(row[x] >> 8);
      rgb[2] = (uint8_t)row[x];
    }
  }
}

static sl_image_status decode_document(svg_document *document, sl_image_size size, uint8_t *rgb, sl_image_fault *fault) {
  sl_image_size found;
  sl_image_status status = find_size(document, &found, fault);
  if (status != SL_IMAGE_OK) return status;
  if (found.width != size.width || found.height != size.height) return sl_fail_size(fault, found.width, found.height, size);
  svg_surface *surface = library.cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)size.width, (int)size.height);
  status = library.cairo_surface_status(surface) == 0 ? draw(document, surface, size, fault) : SL_IMAGE_NO_MEMORY;
  if (status == SL_IMAGE_OK) put_rows(surface, size, rgb);
  library.cairo_surface_destroy(surface);
  return status;
}

sl_image_status sl_svg_decode(const uint8_t *bytes, size_t count, sl_image_size size, uint8_t *rgb, sl_image_fault *fault) {
  svg_document *document;
  sl_image_status status = open_document(bytes, count, &document, fault);
  if (status != SL_IMAGE_OK) return status;
  status = decode_document(document, size, rgb, fault);
  library.g_object_unref(document);
  return status;
}
