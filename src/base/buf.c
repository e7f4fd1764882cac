// Growable bytes with a maximum.
#include "base/base.h"

#include <stdarg.h>

enum { SINK_BYTES = 256 << 10 };

// Hands the first n bytes to the sink.
static void drain(vd_buf *b, size_t n) {
  if (n == 0)
    return;
  b->failed |= fwrite(b->ptr, 1, n, b->sink) != n;
  memmove(b->ptr, b->ptr + n, b->len - n);
  b->len -= n;
}

// Whole lines only: a writer may still take back the end of the line it is on.
static void drain_lines(vd_buf *b) {
  const char *end = memrchr(b->ptr, '\n', b->len);
  drain(b, end == NULL ? 0 : (size_t)(end - b->ptr) + 1);
}

void vd_buf_flush(vd_buf *b) {
  if (b->sink != NULL)
    drain(b, b->len);
}

static bool reserve(vd_buf *b, size_t more) {
  if (b->sink != NULL && b->len >= SINK_BYTES)
    drain_lines(b);
  if (b->failed || more > b->max - b->len)
    return b->failed = true, false;
  if (more <= b->cap - b->len)
    return true;
  size_t cap = b->cap < 256 ? 256 : b->cap * 2;
  if (cap < b->len + more)
    cap = b->len + more;
  char *p = realloc(b->ptr, cap);
  if (p == NULL)
    return b->failed = true, false;
  b->ptr = p;
  b->cap = cap;
  return true;
}

void vd_buf_put(vd_buf *b, vd_view v) {
  if (v.len == 0 || !reserve(b, v.len))
    return;
  memcpy(b->ptr + b->len, v.ptr, v.len);
  b->len += v.len;
}

void vd_buf_put_c(vd_buf *b, char c) { vd_buf_put(b, (vd_view){&c, 1}); }

void vd_buf_printf(vd_buf *b, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  if (n < 0 || !reserve(b, (size_t)n + 1))
    return;
  va_start(ap, fmt);
  (void)vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
  va_end(ap);
  b->len += (size_t)n;
}

void vd_buf_free(vd_buf *b) {
  free(b->ptr);
  *b = (vd_buf){.max = b->max};
}

vd_view vd_buf_view(const vd_buf *b) { return (vd_view){b->len == 0 ? "" : b->ptr, b->len}; }
