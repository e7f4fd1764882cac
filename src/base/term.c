// What the terminal can do, and a progress line on it.
#include "base/base.h"

#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

vd_term vd_term_of(FILE *stream, bool no_color) {
  vd_term t = {.tty = isatty(fileno(stream)) == 1, .width = 80};
  const char *term = getenv("TERM"), *off = getenv("NO_COLOR");
  t.colour = t.tty && !no_color && (off == NULL || *off == '\0') &&
             (term == NULL || !vd_view_eq(vd_view_of(term), VD_VIEW("dumb")));
  struct winsize size;
  if (t.tty && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
    t.width = size.ws_col;
  return t;
}

static uint64_t now_ns(void) {
  struct timespec t;
  return clock_gettime(CLOCK_MONOTONIC, &t) != 0
             ? 0
             : (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

vd_progress vd_progress_start(FILE *out, const char *label, bool quiet) {
  return (vd_progress){.out = out,
                       .label = label,
                       .started_ns = now_ns(),
                       .enabled = !quiet && isatty(fileno(out)) == 1};
}

void vd_progress_step(vd_progress *p, size_t done, size_t total) {
  enum { BAR = 24, QUIET_NS = 300000000, EVERY_NS = 50000000 };
  static const char bar[] = "========================";
  uint64_t now = p->enabled ? now_ns() : 0;
  if (!p->enabled || total == 0 || now - p->started_ns < QUIET_NS || now - p->shown_ns < EVERY_NS)
    return;
  int filled = (int)(done * BAR / total);
  p->shown_ns = now;
  p->visible = true;
  (void)fprintf(p->out, "\r%s [%.*s%*s] %zu/%zu", p->label, filled, bar, BAR - filled, "", done,
                total);
  (void)fflush(p->out);
}

void vd_progress_end(vd_progress *p) {
  if (p->visible)
    (void)fputs("\r\x1b[K", p->out);
  p->visible = false;
}
