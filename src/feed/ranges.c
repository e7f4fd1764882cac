// OSV event lists evaluated into intervals of versions.
// https://ossf.github.io/osv-schema/#evaluation
#include "feed/ranges.h"

typedef struct point { // an event with its version read
  vd_version version;
  bool start; // introduced "0": before every version
  int kind;
  size_t index; // place in the document
} point;

typedef struct evaluation {
  vd_arena *arena;
  vd_ranges *out;
  bool inside; // a version just above the last point is affected
  vd_interval open;
} evaluation;

static int compare_places(const point *a, const point *b) {
  if (a->start != b->start)
    return a->start ? -1 : 1;
  return a->start ? 0 : vd_version_compare(&a->version, &b->version);
}

static int by_place(const void *pa, const void *pb) {
  const point *a = pa, *b = pb;
  int order = compare_places(a, b);
  return order != 0 ? order : (a->index > b->index) - (a->index < b->index);
}

static vd_code close_interval(evaluation *e, const vd_version *high, bool closed) {
  vd_interval *slot = vd_vec_push(e->arena, e->out);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = e->open;
  if (high != NULL) {
    slot->has_high = true;
    slot->high_closed = closed;
    slot->high = *high;
  }
  return VD_OK;
}

// The events at one version decide two things: whether that version itself is affected (there
// last_affected does nothing yet) and whether the versions just above it are.
static vd_code pass_point(evaluation *e, const point *group, size_t n) {
  bool at = e->inside, above = e->inside;
  for (size_t i = 0; i < n; i++) {
    if (group[i].kind == VD_EVENT_INTRODUCED)
      at = above = true;
    else if (group[i].kind == VD_EVENT_FIXED)
      at = above = false;
    else
      above = false;
  }
  if (e->inside && !at)
    VD_TRY(close_interval(e, &group->version, false));
  if (!e->inside && at)
    e->open = (vd_interval){.has_low = !group->start, .low = group->version};
  if (at && !above)
    VD_TRY(close_interval(e, &group->version, true));
  e->inside = above;
  return VD_OK;
}

static vd_code evaluate_points(evaluation *e, const point *points, size_t n) {
  for (size_t i = 0; i < n;) {
    size_t end = i + 1;
    while (end < n && compare_places(&points[i], &points[end]) == 0)
      end++;
    VD_TRY(pass_point(e, points + i, end - i));
    i = end;
  }
  return e->inside ? close_interval(e, NULL, false) : VD_OK;
}

// Cuts the intervals from `first` on at the limit, which is not affected itself.
static void apply_limit(vd_ranges *s, size_t first, const vd_version *limit) {
  size_t kept = first;
  for (size_t i = first; i < s->count; i++) {
    vd_interval v = s->at[i];
    if (v.has_low && vd_version_compare(&v.low, limit) >= 0)
      continue;
    if (!v.has_high || vd_version_compare(&v.high, limit) >= 0) {
      v.has_high = true;
      v.high_closed = false;
      v.high = *limit;
    }
    s->at[kept++] = v;
  }
  s->count = kept;
}

// The largest limit of a range; false when it has none, or "*", which is none.
static bool limit_of(const vd_events *events, vd_version *out) {
  bool found = false;
  for (size_t i = 0; i < events->count; i++) {
    if (events->at[i].kind != VD_EVENT_LIMIT)
      continue;
    if (vd_view_eq(events->at[i].version, VD_VIEW("*")))
      return false;
    vd_version v = vd_version_read(events->at[i].version);
    if (!found || vd_version_compare(&v, out) > 0)
      *out = v;
    found = true;
  }
  return found;
}

static vd_code evaluate_range(vd_arena *a, const vd_events *events, vd_ranges *out) {
  point *points = vd_new_array(a, point, events->count + 1);
  size_t n = 0, first = out->count;
  if (points == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < events->count; i++) {
    const vd_event *e = &events->at[i];
    if (e->kind != VD_EVENT_LIMIT)
      points[n++] = (point){
          .version = vd_version_read(e->version),
          .start = e->kind == VD_EVENT_INTRODUCED && vd_view_eq(e->version, VD_VIEW("0")),
          .kind = (int)e->kind,
          .index = i,
      };
  }
  if (n > 1)
    qsort(points, n, sizeof *points, by_place);
  evaluation e = {.arena = a, .out = out};
  VD_TRY(evaluate_points(&e, points, n));
  vd_version limit;
  if (limit_of(events, &limit))
    apply_limit(out, first, &limit);
  return VD_OK;
}

// ---- union of ranges ------------------------------------------------------------------------

// Equal bounds in different spellings go by their bytes, so that the result does not hang on the
// order in which a feed states them.
static int by_low(const void *pa, const void *pb) {
  const vd_interval *a = pa, *b = pb;
  int order = a->has_low - b->has_low;
  if (order == 0 && a->has_low)
    order = vd_version_compare(&a->low, &b->low);
  if (order == 0)
    order = vd_view_cmp(a->low.text, b->low.text);
  return order != 0 ? order : vd_view_cmp(a->high.text, b->high.text);
}

// Versions between the two: none.
static bool touches(const vd_interval *a, const vd_interval *next) {
  return !a->has_high || !next->has_low || vd_version_compare(&next->low, &a->high) <= 0;
}

static void widen(vd_interval *a, const vd_interval *next) {
  int order = !a->has_high ? 1 : !next->has_high ? -1 : vd_version_compare(&a->high, &next->high);
  if (order < 0 || (order == 0 && next->high_closed && !a->high_closed)) {
    a->has_high = next->has_high;
    a->high_closed = next->high_closed;
    a->high = next->high;
  }
}

static void merge(vd_ranges *s) {
  size_t kept = 0;
  if (s->count > 1)
    qsort(s->at, s->count, sizeof *s->at, by_low);
  for (size_t i = 1; i < s->count; i++) {
    vd_interval *last = &s->at[kept];
    if (touches(last, &s->at[i]))
      widen(last, &s->at[i]);
    else
      s->at[++kept] = s->at[i];
  }
  s->count = s->count == 0 ? 0 : kept + 1;
}

vd_code vd_osv_evaluate(vd_arena *a, const vd_events *ranges, size_t n, vd_ranges *out) {
  vd_ranges s = {0};
  for (size_t i = 0; i < n; i++)
    VD_TRY(evaluate_range(a, &ranges[i], &s));
  merge(&s);
  *out = s;
  return VD_OK;
}

// ---- use -------------------------------------------------------------------------------------

static bool below(const vd_interval *i, const vd_version *v) {
  return i->has_low && vd_version_compare(v, &i->low) < 0;
}

bool vd_osv_contains(const vd_ranges *s, const vd_version *v) {
  size_t low = 0, high = s->count; // the last interval that starts at or before v is below `high`
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    if (below(&s->at[mid], v))
      high = mid;
    else
      low = mid + 1;
  }
  if (low == 0)
    return false;
  const vd_interval *i = &s->at[low - 1];
  int order = !i->has_high ? -1 : vd_version_compare(v, &i->high);
  return order < 0 || (order == 0 && i->high_closed);
}

vd_view vd_osv_format(vd_arena *a, const vd_ranges *s) {
  VD_SCOPED_BUF b = VD_BUF(VD_FEED_BYTES_MAX);
  for (size_t i = 0; i < s->count; i++) {
    const vd_interval *v = &s->at[i];
    vd_buf_put(&b, i > 0 ? VD_VIEW(" [") : VD_VIEW("["));
    if (v->has_low)
      vd_buf_put(&b, v->low.text);
    vd_buf_put_c(&b, ',');
    if (v->has_high)
      vd_buf_put(&b, v->high.text);
    vd_buf_put_c(&b, v->high_closed ? ']' : ')');
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}
