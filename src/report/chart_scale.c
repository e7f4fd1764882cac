// The scale of a chart: what its bars are measured against, its ticks, and how numbers are written.
#include "report/chart_layout.h"

#include <math.h>

// Below this a division by the number of ticks may leave the range of normal numbers.
static const double SMALLEST = 1e-290;
// From here on a double has no digit to spare for a decimal.
static const double WRITTEN_OUT = 1e15;

static double largest(const vd_chart *c, bool *whole) {
  double top = 0;
  *whole = true;
  for (size_t i = 0; i < c->count; i++) {
    double v = c->bars[i].value;
    if (!isfinite(v))
      continue;
    top = v > top ? v : top;
    *whole = *whole && v == floor(v);
  }
  return top < SMALLEST ? 0 : top;
}

// The smallest of 1, 2 and 5 times a power of ten that is not below least.
static double nice(double least) {
  static const double steps[] = {1, 2, 5};
  double power = pow(10, floor(log10(least)));
  for (size_t i = 0; i < VD_COUNT(steps); i++)
    if (steps[i] * power >= least * (1 - 1e-9))
      return steps[i] * power;
  return 10 * power;
}

vd_chart_scale vd_chart_scale_of(const vd_chart *c, unsigned most) {
  bool whole;
  vd_chart_scale s = {.top = largest(c, &whole)};
  if (s.top == 0)
    return s;
  s.step = nice(s.top / most);
  if (whole && s.step < 1)
    s.step = 1;
  s.ticks = (unsigned)floor(s.top / s.step + 1e-9);
  return s;
}

double vd_chart_share(const vd_chart_scale *s, double value) {
  return s->top == 0 || !(value > 0) || isinf(value) ? 0 : value / s->top;
}

double vd_chart_cumulative(const vd_chart *c, size_t i) {
  double share = c->cumulative[i];
  return share > 1 ? 1 : share > 0 ? share : 0;
}

// "-1234567" becomes "-1,234,567".
static vd_chart_digits grouped(double whole) {
  char plain[24];
  vd_chart_digits out = {0};
  int n = snprintf(plain, sizeof plain, "%.0f", fabs(whole));
  size_t to = 0;
  if (whole < 0)
    out.text[to++] = '-';
  for (int i = 0; i < n; i++) {
    if (i != 0 && (n - i) % 3 == 0)
      out.text[to++] = ',';
    out.text[to++] = plain[i];
  }
  return out;
}

vd_chart_digits vd_chart_number(double value) {
  vd_chart_digits out = {0};
  double size = fabs(value);
  if (!isfinite(value))
    return (vd_chart_digits){"n/a"};
  if (size < WRITTEN_OUT && (value == floor(value) || size >= 1000))
    return grouped(round(value) + 0.0); // not "-0"
  if (size >= WRITTEN_OUT || size < 1)
    (void)snprintf(out.text, sizeof out.text, "%.3g", value);
  else
    (void)snprintf(out.text, sizeof out.text, "%.*f", size >= 100 ? 1 : 2, value);
  return out;
}

vd_chart_digits vd_chart_tick(double value, double top) {
  static const struct {
    double from, unit;
    const char *suffix;
  } units[] = {{1e12, 1e12, "T"}, {1e9, 1e9, "B"}, {1e6, 1e6, "M"}, {1e4, 1e3, "k"}};
  vd_chart_digits out = {"0"};
  if (value == 0)
    return out;
  if (top < WRITTEN_OUT)
    for (size_t i = 0; i < VD_COUNT(units); i++)
      if (top >= units[i].from) {
        (void)snprintf(out.text, sizeof out.text, "%.6g%s", value / units[i].unit, units[i].suffix);
        return out;
      }
  if (value >= 1000 && top < WRITTEN_OUT)
    return grouped(value);
  (void)snprintf(out.text, sizeof out.text, top < WRITTEN_OUT ? "%.6g" : "%.3g", value);
  return out;
}
