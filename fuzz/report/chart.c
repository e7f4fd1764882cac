// Charts of any texts and numbers: lines of "label TAB value TAB note TAB share", the first line is
// title, subtitle and value name. SVG and terminal come out whole and harmless.
#include "report/chart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static double number(vd_view v) {
  char text[64];
  (void)snprintf(text, sizeof text, "%.*s", VD_ARG(v));
  return strtod(text, NULL);
}

static void check_harmless(vd_view text) {
  size_t bad;
  vd_view line;
  if (!vd_utf8_valid(text, &bad))
    abort();
  while (vd_view_line(&text, &line)) {
    VD_SCOPED_BUF escaped = VD_BUF(1 << 20);
    vd_buf_put_escaped(&escaped, line);
    if (!vd_view_eq(vd_buf_view(&escaped), line))
      abort();
  }
}

static size_t count(vd_view text, const char *tag) {
  size_t n = 0;
  for (size_t i = 0; i < text.len; i++)
    n += vd_view_starts(vd_view_from(text, i), vd_view_of(tag));
  return n;
}

static void draw(const vd_chart *c) {
  VD_SCOPED_BUF svg = VD_BUF(VD_CHART_SVG_MAX), table = VD_BUF(4u << 20);
  vd_error err = {0};
  if (vd_chart_svg(c, &svg, &err) != VD_OK)
    abort();
  check_harmless(vd_buf_view(&svg));
  if (count(vd_buf_view(&svg), "<text") != count(vd_buf_view(&svg), "</text>") ||
      count(vd_buf_view(&svg), "<script") != 0)
    abort();
  vd_chart_terminal(c, &(vd_term){.width = 80}, &table);
  check_harmless(vd_buf_view(&table));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static vd_bar bars[VD_CHART_BARS_MAX];
  static double shares[VD_CHART_BARS_MAX];
  vd_view rest = {(const char *)data, size};
  vd_view head = vd_view_cut(&rest, '\n');
  vd_chart c = {.bars = bars, .cumulative = size % 2 == 0 ? NULL : shares};
  c.title = vd_view_cut(&head, '\t');
  c.subtitle = vd_view_cut(&head, '\t');
  c.value_name = head;
  for (; rest.len != 0 && c.count < VD_CHART_BARS_MAX; c.count++) {
    vd_view line = vd_view_cut(&rest, '\n');
    bars[c.count].label = vd_view_cut(&line, '\t');
    bars[c.count].value = number(vd_view_cut(&line, '\t'));
    bars[c.count].note = vd_view_cut(&line, '\t');
    shares[c.count] = number(line);
  }
  draw(&c);
  return 0;
}
