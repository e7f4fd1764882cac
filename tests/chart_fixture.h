// What the tests of charts share.
#pragma once

#include "chart_sample.h"
#include "report/chart_layout.h"

#include <criterion/criterion.h>

static inline vd_chart_layout layout(vd_arena *a, const vd_chart *c) {
  vd_chart_layout l;
  vd_error err = {0};
  cr_assert(vd_chart_layout_of(a, c, &l, &err) == VD_OK, "%s", err.text);
  return l;
}

static inline const vd_chart *sample(const char *name) {
  for (size_t i = 0; i < VD_COUNT(chart_samples); i++)
    if (strcmp(chart_samples[i].name, name) == 0)
      return &chart_samples[i].chart;
  cr_assert_fail("no sample %s", name);
  return NULL;
}

typedef struct area {
  double left, top, right, bottom;
} area;

static inline area area_of_text(const vd_chart_text *t) {
  double back = t->anchor == VD_CHART_START ? 0 : t->anchor == VD_CHART_END ? 1 : 0.5;
  double left = t->x - t->width * back;
  return (area){left, t->y - 0.76 * t->size, left + t->width, t->y + 0.24 * t->size};
}
