// Charts: nothing overlaps or leaves the picture, lengths tell the values, hostile texts stay
// texts, and SVG and terminal fail cleanly.
#include "chart_fixture.h"

// Runs check on every sample and on long tails of 1 to the most bars.
static void each_chart(void (*check)(const vd_chart *c)) {
  static sample_tail tail;
  for (size_t i = 0; i < VD_COUNT(chart_samples); i++)
    check(&chart_samples[i].chart);
  for (size_t n = 1; n <= VD_CHART_BARS_MAX; n += n < 35 ? 1 : 13) {
    sample_tail_make(&tail, n);
    check(&tail.chart);
    tail.chart.cumulative = NULL;
    check(&tail.chart);
  }
}

// ---- layout ---------------------------------------------------------------------------------

static area area_of_box(const vd_chart_box *b) {
  return (area){b->x, b->y, b->x + b->width, b->y + b->height};
}

static bool overlap(area a, area b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

static bool inside(area a, const vd_chart_layout *l) {
  return a.left >= 0 && a.top >= 0 && a.right <= l->width && a.bottom <= l->height;
}

static void check_places(const vd_chart *c) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_chart_layout l = layout(&a, c);
  for (size_t i = 0; i < l.texts.count; i++) {
    const vd_chart_text *t = &l.texts.at[i];
    cr_assert(inside(area_of_text(t), &l), "outside: %.*s", VD_ARG(t->text));
    for (size_t k = 0; k < i; k++)
      cr_assert(!overlap(area_of_text(t), area_of_text(&l.texts.at[k])), "'%.*s' over '%.*s'",
                VD_ARG(t->text), VD_ARG(l.texts.at[k].text));
    for (size_t k = 0; k < l.bars.count; k++)
      cr_assert(!overlap(area_of_text(t), area_of_box(&l.bars.at[k])), "'%.*s' over bar %zu",
                VD_ARG(t->text), k);
  }
  for (size_t i = 0; i < l.grid.count; i++)
    cr_assert(inside(area_of_box(&l.grid.at[i]), &l));
  for (size_t i = 1; i < l.bars.count; i++)
    cr_assert(!overlap(area_of_box(&l.bars.at[i]), area_of_box(&l.bars.at[i - 1])));
}

Test(chart, nothing_overlaps_and_all_is_inside) { each_chart(check_places); }

static void check_lengths(const vd_chart *c) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_chart_layout l = layout(&a, c);
  double most = 0, span = 0;
  cr_assert(l.bars.count == c->count);
  for (size_t i = 0; i < c->count; i++) {
    most = isfinite(c->bars[i].value) ? fmax(most, c->bars[i].value) : most;
    span = fmax(span, l.bars.at[i].width);
  }
  cr_assert((most > 1e-290) == (span > 0) && (span == 0 || span >= 140), "span %g", span);
  for (size_t i = 0; i < c->count; i++) {
    const vd_chart_box *b = &l.bars.at[i];
    bool counts = span > 0 && isfinite(c->bars[i].value) && c->bars[i].value > 0;
    double exact = counts ? span * (c->bars[i].value / most) : 0;
    cr_assert(fabs(b->width - exact) <= 0.5 && (b->width > 0) == counts, "%g for %g", b->width,
              exact);
    cr_assert(inside(area_of_box(b), &l) && b->x == l.bars.at[0].x && b->height >= 12);
    cr_assert(fmod(b->x, 0.5) == 0 && fmod(b->y, 0.5) == 0 && fmod(b->width, 0.5) == 0);
  }
}

Test(chart, lengths_tell_the_values) { each_chart(check_lengths); }

static void check_line(const vd_chart *c) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_chart_layout l = layout(&a, c);
  cr_assert(l.points == (c->cumulative != NULL ? c->count : 0));
  for (size_t i = 0; i < l.points; i++) {
    const vd_chart_box *b = &l.bars.at[i];
    cr_assert(l.line[i].y == b->y + b->height / 2 && l.line[i].x > b->x + b->width);
    cr_assert(l.line[i].x <= l.width - VD_CHART_DOT_RADIUS - VD_CHART_DOT_HALO);
    double step = l.line[i].x - l.line[0].x;
    double share = vd_chart_cumulative(c, i) - vd_chart_cumulative(c, 0);
    cr_assert(fabs(step - share * 190) < 1e-6, "%g for a share of %g", step, share);
  }
}

Test(chart, line_tells_the_shares) { each_chart(check_line); }

static bool has_text(const vd_chart_layout *l, const char *text) {
  for (size_t i = 0; i < l->texts.count; i++)
    if (vd_view_eq(l->texts.at[i].text, vd_view_of(text)))
      return true;
  return false;
}

Test(chart, says_what_it_must) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_chart_layout l = layout(&a, sample("empty"));
  cr_assert(has_text(&l, "nothing to show") && has_text(&l, "Occurrences by package"));
  l = layout(&a, sample("pareto"));
  static const char *const expected[] = {
      "Denial of service", "951", "occurrences", "800",
      "cumulative share",  "20",  "100 %",       "first 5: 84 %"};
  for (size_t i = 0; i < VD_COUNT(expected); i++)
    cr_assert(has_text(&l, expected[i]), "%s", expected[i]);
  l = layout(&a, sample("ten"));
  cr_assert(has_text(&l, "184 CVEs in 7 repositories") && has_text(&l, "pythoncode-tutorials"));
  cr_assert(vd_view_eq(l.bars.at[1].hint, VD_VIEW("tensorflow: 412, 184 CVEs in 7 repositories")));
}

Test(chart, too_many_bars_are_refused) {
  static sample_tail tail;
  VD_SCOPED_BUF out = VD_BUF(1 << 20);
  vd_error err = {0};
  sample_tail_make(&tail, VD_CHART_BARS_MAX + 1);
  cr_assert(vd_chart_svg(&tail.chart, &out, &err) == VD_LIMIT && err.code == VD_LIMIT);
  cr_assert(vd_chart_png(&tail.chart, &out, &err) == VD_LIMIT && out.len == 0);
}

// ---- scale and numbers ------------------------------------------------------------------------

Test(chart, ticks_are_one_two_five) {
  static const struct {
    double top;
    unsigned most;
    double step;
    unsigned ticks;
  } table[] = {{951, 5, 200, 4},   {951, 10, 100, 9}, {1, 5, 1, 1},          {3, 8, 1, 3},
               {10, 5, 2, 5},      {11, 5, 5, 2},     {0.975, 10, 0.1, 9},   {0.3, 3, 0.1, 3},
               {2.5e9, 5, 5e8, 5}, {0, 5, 0, 0},      {DBL_MAX, 3, 1e308, 1}};
  for (size_t i = 0; i < VD_COUNT(table); i++) {
    vd_bar bar = {.value = table[i].top};
    vd_chart_scale s = vd_chart_scale_of(&(vd_chart){.bars = &bar, .count = 1}, table[i].most);
    cr_assert(s.top == table[i].top && s.ticks == table[i].ticks, "%g: %u ticks", s.top, s.ticks);
    cr_assert(fabs(s.step - table[i].step) <= 1e-9 * table[i].step, "%g: %g", s.top, s.step);
  }
}

static void expect_digits(vd_chart_digits got, const char *expected) {
  cr_assert(strcmp(got.text, expected) == 0, "%s, not %s", got.text, expected);
}

Test(chart, numbers) {
  expect_digits(vd_chart_number(0), "0");
  expect_digits(vd_chart_number(-0.0), "0");
  expect_digits(vd_chart_number(999), "999");
  expect_digits(vd_chart_number(2183), "2,183");
  expect_digits(vd_chart_number(-1234567), "-1,234,567");
  expect_digits(vd_chart_number(999999999999999), "999,999,999,999,999");
  expect_digits(vd_chart_number(1e15), "1e+15");
  expect_digits(vd_chart_number(12345.6), "12,346");
  expect_digits(vd_chart_number(123.45), "123.5");
  expect_digits(vd_chart_number(9.87654), "9.88");
  expect_digits(vd_chart_number(0.25), "0.25");
  expect_digits(vd_chart_number(0.000123456), "0.000123");
  expect_digits(vd_chart_number(NAN), "n/a");
  expect_digits(vd_chart_number(-INFINITY), "n/a");
  expect_digits(vd_chart_tick(200, 951), "200");
  expect_digits(vd_chart_tick(2000, 8000), "2,000");
  expect_digits(vd_chart_tick(2000, 12000), "2k");
  expect_digits(vd_chart_tick(500000, 2183000), "0.5M");
  expect_digits(vd_chart_tick(3 * 0.1, 0.9), "0.3");
  expect_digits(vd_chart_tick(0, 1e300), "0");
  expect_digits(vd_chart_tick(5e300, 1e301), "5e+300");
}

// ---- text -----------------------------------------------------------------------------------

static void check_texts(const vd_chart *c) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  vd_chart_layout l = layout(&a, c);
  for (size_t i = 0; i < l.texts.count; i++) {
    vd_view text = l.texts.at[i].text;
    size_t bad;
    VD_SCOPED_BUF escaped = VD_BUF(1 << 16);
    vd_buf_put_escaped(&escaped, text);
    cr_assert(vd_utf8_valid(text, &bad) && vd_view_eq(vd_buf_view(&escaped), text), "%.*s",
              VD_ARG(text));
  }
}

Test(chart, texts_are_harmless) { each_chart(check_texts); }

static vd_view clean(vd_arena *a, vd_view v) {
  vd_view out = vd_chart_clean(a, v);
  cr_assert(out.ptr != NULL);
  return out;
}

Test(chart, long_and_stacked_texts_are_bounded) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  VD_SCOPED_BUF wide = VD_BUF(1 << 16), stacked = VD_BUF(1 << 16), bytes = VD_BUF(1 << 16);
  for (int i = 0; i < 10000; i++) {
    vd_buf_put(&wide, VD_VIEW("\xE6\xBC\xA2"));
    vd_buf_put(&stacked, i == 0 ? VD_VIEW("a") : VD_VIEW("\xCC\x81"));
    vd_buf_put_c(&bytes, '\xFF');
  }
  vd_view text = clean(&a, vd_buf_view(&wide));
  cr_assert(text.len == VD_CHART_TEXT_MAX / 3 * 3 + 3 &&
            vd_view_ends(text, VD_VIEW("\xE2\x80\xA6")));
  text = clean(&a, vd_buf_view(&stacked));
  cr_assert(text.len == 1 + 2 * VD_CHART_MARKS_MAX + 3, "%zu", text.len);
  text = clean(&a, vd_buf_view(&bytes));
  cr_assert(text.len == 4 * VD_CHART_TEXT_MAX + 3 && vd_view_starts(text, VD_VIEW("\\xff\\xff")));
  vd_bar bars[3] = {{.label = vd_buf_view(&wide), .value = 3, .note = vd_buf_view(&bytes)},
                    {.label = vd_buf_view(&stacked), .value = 2, .note = vd_buf_view(&wide)},
                    {.label = vd_buf_view(&bytes), .value = 1, .note = vd_buf_view(&stacked)}};
  vd_chart chart = {.title = vd_buf_view(&wide),
                    .subtitle = vd_buf_view(&bytes),
                    .value_name = vd_buf_view(&wide),
                    .bars = bars,
                    .count = VD_COUNT(bars),
                    .cumulative = (const double[]){0.5, 0.8, 1}};
  check_places(&chart);
  check_texts(&chart);
  VD_SCOPED_BUF svg = VD_BUF(1 << 20), table = VD_BUF(1 << 20);
  cr_assert(vd_chart_svg(&chart, &svg, NULL) == VD_OK && svg.len < 20 << 10, "%zu", svg.len);
  vd_chart_terminal(&chart, &(vd_term){.width = 80}, &table);
  cr_assert(table.len < 12 << 10, "%zu", table.len);
}

Test(chart, cuts_keep_letters_whole) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  // Each is one letter with what belongs to it, so what is kept is a multiple of its bytes.
  static const char *const letters[] = {
      "e\xCC\x81\xCC\x80", "\xE0\xA4\x95\xE0\xA4\xBF", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB",
      "\xE6\xBC\xA2",      "\xE3\x82\xAB\xE3\x82\x99", "\xE0\xB8\x81\xE0\xB9\x89"};
  for (size_t i = 0; i < VD_COUNT(letters); i++) {
    vd_view one = vd_view_of(letters[i]);
    vd_view text = vd_arena_printf(&a, "%s%s%s%s", letters[i], letters[i], letters[i], letters[i]);
    double whole = vd_chart_width(text, 10, false);
    for (int quarters = 40; quarters < whole * 4; quarters++) {
      double most = quarters / 4.0;
      vd_view cut = vd_chart_fit(&a, text, 10, most);
      cr_assert(vd_view_ends(cut, VD_VIEW("\xE2\x80\xA6")) && (cut.len - 3) % one.len == 0,
                "%g: %.*s", most, VD_ARG(cut));
      cr_assert(vd_chart_width(cut, 10, false) <= most);
    }
    cr_assert(vd_view_eq(vd_chart_fit(&a, text, 10, whole), text));
  }
}

Test(chart, no_character_that_xml_forbids) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view text = clean(&a, VD_VIEW("a\xEF\xBF\xBE\xEF\xBF\xBF"));
  cr_assert(vd_view_eq(text, VD_VIEW("a\xEF\xBF\xBD\xEF\xBF\xBD")));
}

// ---- SVG ------------------------------------------------------------------------------------

static void check_svg(const vd_chart *c) {
  VD_SCOPED_BUF out = VD_BUF(1 << 20);
  cr_assert(vd_chart_svg(c, &out, NULL) == VD_OK);
  for (size_t max = 0; max < out.len; max += 1 + out.len / 50) {
    VD_SCOPED_BUF small = VD_BUF(max);
    vd_error err = {0};
    cr_assert(vd_chart_svg(c, &small, &err) == VD_LIMIT && err.code == VD_LIMIT);
    cr_assert(small.len == 0);
  }
  VD_SCOPED_BUF exact = VD_BUF(out.len);
  cr_assert(vd_chart_svg(c, &exact, NULL) == VD_OK);
  cr_assert(vd_view_eq(vd_buf_view(&exact), vd_buf_view(&out)));
}

Test(chart, the_longest_svg_is_within_its_bound) {
  static char text[10000];
  static vd_bar bars[VD_CHART_BARS_MAX];
  VD_SCOPED_BUF out = VD_BUF(VD_CHART_SVG_MAX);
  memset(text, '&', sizeof text);
  vd_view all = {text, sizeof text};
  for (size_t i = 0; i < VD_COUNT(bars); i++)
    bars[i] = (vd_bar){all, 1, all};
  vd_chart chart = {all, all, all, bars, VD_COUNT(bars), NULL};
  cr_assert(vd_chart_svg(&chart, &out, NULL) == VD_OK && out.len < VD_CHART_SVG_MAX / 4, "%zu",
            out.len);
}

Test(chart, svg_fits_or_is_not_written) { each_chart(check_svg); }

// ---- memory ---------------------------------------------------------------------------------

Test(chart, every_allocation_of_the_layout_may_fail) {
  const vd_chart *c = sample("pareto");
  vd_code code = VD_NOMEM;
  unsigned n = 1;
  for (; code != VD_OK; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
    a.fail_at = n;
    vd_chart_layout l = {.width = -1};
    vd_error err = {0};
    code = vd_chart_layout_of(&a, c, &l, &err);
    cr_assert(code == VD_OK || (code == VD_NOMEM && err.code == VD_NOMEM && l.width < 0));
    cr_assert(code != VD_OK || a.fail_at != 0, "allocation %u failed and nobody saw it", n);
  }
  cr_assert(n > 60, "%u", n);
}

// ---- terminal -------------------------------------------------------------------------------

static void check_terminal(const vd_chart *c) {
  for (unsigned width = 40; width <= 160; width += 8) {
    VD_SCOPED_BUF out = VD_BUF(1 << 20);
    vd_chart_terminal(c, &(vd_term){.width = width}, &out);
    cr_assert(!out.failed && out.len != 0);
    vd_view rest = vd_buf_view(&out), line;
    size_t bad;
    cr_assert(vd_utf8_valid(rest, &bad));
    while (vd_view_line(&rest, &line)) {
      VD_SCOPED_BUF escaped = VD_BUF(1 << 20);
      vd_buf_put_escaped(&escaped, line);
      cr_assert(vd_view_eq(vd_buf_view(&escaped), line), "%.*s", VD_ARG(line));
      cr_assert(vd_text_columns(line) <= width, "%zu columns of %u: %.*s", vd_text_columns(line),
                width, VD_ARG(line));
    }
  }
}

Test(chart, terminal_fits_and_is_harmless) { each_chart(check_terminal); }

// Full blocks of the line that starts with label.
static size_t blocks(vd_view text, const char *label) {
  vd_view line;
  size_t n = 0;
  while (vd_view_line(&text, &line))
    if (vd_view_starts(line, vd_view_of(label)))
      for (size_t i = 0; i < line.len; i++)
        n += vd_view_starts(vd_view_from(line, i), VD_VIEW("\xE2\x96\x88"));
  return n;
}

Test(chart, terminal_bars_tell_the_values) {
  VD_SCOPED_BUF out = VD_BUF(1 << 20), coloured = VD_BUF(1 << 20), empty = VD_BUF(1 << 20);
  vd_chart_terminal(sample("pareto"), &(vd_term){.width = 120}, &out);
  vd_view text = vd_buf_view(&out);
  cr_assert(blocks(text, "Denial") == 50 && blocks(text, "Improper") == 50 * 317 / 951);
  cr_assert(blocks(text, "Server-side") == 0);
  cr_assert(vd_view_has(text, VD_VIEW("  84 %")) && vd_view_find(text, '\x1b') == text.len);
  vd_chart_terminal(sample("pareto"), &(vd_term){.width = 120, .colour = true}, &coloured);
  cr_assert(vd_view_has(vd_buf_view(&coloured), VD_VIEW("\x1b[36m\xE2\x96\x88")));
  vd_chart_terminal(sample("empty"), &(vd_term){.width = 80}, &empty);
  cr_assert(vd_view_ends(vd_buf_view(&empty), VD_VIEW("\nnothing to show\n")));
}
