// From advisories to flaws: the alias graph's connected classes, and what their advisories agree
// on.
#include "feed/collect.h"
#include "feed/sources/sources.h"

// ---- dates ------------------------------------------------------------------------------------

// Days since 1970-01-01 of a valid date, by Howard Hinnant's civil-days algorithm.
static long day_number(vd_view date) {
  long n[3] = {0};
  static const size_t start[] = {0, 5, 8}, length[] = {4, 2, 2};
  for (size_t k = 0; k < 3; k++)
    for (size_t i = 0; i < length[k]; i++)
      n[k] = n[k] * 10 + date.ptr[start[k] + i] - '0';
  long year = n[0] - (n[1] <= 2), era = year / 400, of_era = year - era * 400;
  long of_year = (153 * (n[1] + (n[1] > 2 ? -3 : 9)) + 2) / 5 + n[2] - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

// Both databases publish daily, so a `modified` far past the newest `published` is a typing error.
enum { MODIFIED_LAG_DAYS = 31 };

static bool credible(vd_view modified, vd_view newest_published) {
  return newest_published.len == 0 ||
         day_number(modified) - day_number(newest_published) <= MODIFIED_LAG_DAYS;
}

static void refuse_date(vd_collection *f, vd_statement *s, vd_view newest) {
  vd_error e;
  (void)vd_fail(&e, VD_FORMAT,
                "modified %.*s lies far after the newest publication (%.*s): ignored",
                VD_ARG(s->modified), VD_ARG(newest));
  vd_collect_notice(f, s->id, &e);
  s->modified = (vd_view){0};
}

void vd_collect_dates(vd_collection *f, size_t first) {
  vd_view published = {0}, date = f->source->date;
  for (size_t i = first; i < f->statements.count; i++)
    published = vd_date_later(f->statements.at[i].published, published);
  for (size_t i = first; i < f->statements.count; i++) {
    vd_statement *s = &f->statements.at[i];
    if (s->modified.len != 0 && !credible(s->modified, published))
      refuse_date(f, s, published);
    date = vd_date_later(s->modified, date);
  }
  f->source->date = vd_date_later(published, date);
}

// ---- alias classes ----------------------------------------------------------------------------

static vd_named *named(vd_collection *f, vd_view id) {
  vd_named *n = vd_map_get(&f->name_by_id, id);
  if (n != NULL)
    return n;
  n = vd_new(f->arena, vd_named);
  if (n == NULL || vd_map_put(&f->name_by_id, id, n) != VD_OK)
    return NULL;
  *n = (vd_named){.id = id, .parent = n, .next = f->names};
  return f->names = n;
}

static vd_named *root_of(vd_named *n) {
  while (n->parent != n)
    n = n->parent = n->parent->parent; // path halving
  return n;
}

// The root's address decides nothing visible: a flaw is made of the sorted ids of its class.
static void unite(vd_named *a, vd_named *b) {
  a = root_of(a);
  b = root_of(b);
  if (a != b)
    b->parent = a;
}

static vd_code unite_aliases(vd_collection *f, vd_statement *s) {
  s->name = named(f, s->id);
  if (s->name == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < s->aliases.count; i++) {
    vd_named *alias = named(f, s->aliases.at[i]);
    if (alias == NULL)
      return VD_NOMEM;
    unite(s->name, alias);
  }
  return VD_OK;
}

// ---- flaws ------------------------------------------------------------------------------------

static int family(vd_view id) {
  if (vd_view_starts(id, VD_VIEW("CVE-")))
    return 0;
  return vd_view_starts(id, VD_VIEW("GHSA-")) ? 1 : 2;
}

static int by_primary(const void *pa, const void *pb) {
  vd_view a = *(const vd_view *)pa, b = *(const vd_view *)pb;
  int order = family(a) - family(b);
  return order != 0 ? order : vd_view_cmp(a, b);
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

static int by_number(const void *a, const void *b) {
  return vd_id_compare(*(const vd_view *)a, *(const vd_view *)b);
}

// "CVSS:4.0/..." before "CVSS:3.1/..."; version 2 vectors carry no prefix and come last.
static int by_cvss(const void *pa, const void *pb) {
  vd_view a = *(const vd_view *)pa, b = *(const vd_view *)pb;
  bool modern_a = vd_view_starts(a, VD_VIEW("CVSS:")),
       modern_b = vd_view_starts(b, VD_VIEW("CVSS:"));
  if (modern_a != modern_b)
    return modern_a ? -1 : 1;
  int order = vd_view_cmp(vd_view_first(b, modern_a ? 8 : 0), vd_view_first(a, modern_a ? 8 : 0));
  return order != 0 ? order : vd_view_cmp(a, b);
}

static void sort_unique(vd_views *list, int (*order)(const void *, const void *)) {
  size_t kept = 0;
  if (list->count > 1)
    qsort(list->at, list->count, sizeof *list->at, order);
  for (size_t i = 0; i < list->count; i++)
    if (i == 0 || !vd_view_eq(list->at[i], list->at[i - 1]))
      list->at[kept++] = list->at[i];
  list->count = kept;
}

static vd_code append(vd_arena *a, vd_views *list, const vd_views *more) {
  for (size_t i = 0; i < more->count; i++) {
    vd_view *slot = vd_vec_push(a, list);
    if (slot == NULL)
      return VD_NOMEM;
    *slot = more->at[i];
  }
  return VD_OK;
}

static vd_code give_flaw(vd_collection *f, vd_named *n) {
  vd_named *root = root_of(n);
  if (root->flaw == NULL) {
    root->flaw = vd_new(f->arena, vd_flaw_row);
    if (root->flaw == NULL)
      return VD_NOMEM;
    root->flaw->next = f->flaws;
    f->flaws = root->flaw;
  }
  n->flaw = root->flaw;
  vd_view *id = vd_vec_push(f->arena, &root->flaw->ids);
  if (id == NULL)
    return VD_NOMEM;
  *id = n->id;
  return VD_OK;
}

// Published: the earliest, modified: the latest date; label: the most severe one.
static vd_code merge_statement(vd_collection *f, const vd_statement *s) {
  vd_flaw_row *flaw = s->name->flaw;
  bool first = flaw->published.len == 0;
  bool earlier = s->published.len != 0 && vd_view_cmp(s->published, flaw->published) < 0;
  if (first || earlier)
    flaw->published = s->published;
  flaw->modified = vd_date_later(flaw->modified, s->modified);
  if (s->severity > flaw->severity)
    flaw->severity = s->severity;
  VD_TRY(append(f->arena, &flaw->cvss, &s->cvss));
  return append(f->arena, &flaw->cwe, &s->cwe);
}

void vd_flaw_settle(vd_flaw_row *flaw) {
  size_t n = flaw->ids.count;
  qsort(flaw->ids.at, n, sizeof *flaw->ids.at, by_primary);
  if (n > 2)
    qsort(flaw->ids.at + 1, n - 1, sizeof *flaw->ids.at, by_bytes);
  sort_unique(&flaw->cvss, by_cvss);
  sort_unique(&flaw->cwe, by_number);
}

vd_code vd_collect_merge(vd_collection *f) {
  for (size_t i = 0; i < f->statements.count; i++)
    VD_TRY(unite_aliases(f, &f->statements.at[i]));
  for (vd_named *n = f->names; n != NULL; n = n->next)
    VD_TRY(give_flaw(f, n));
  for (size_t i = 0; i < f->statements.count; i++)
    VD_TRY(merge_statement(f, &f->statements.at[i]));
  for (vd_flaw_row *flaw = f->flaws; flaw != NULL; flaw = flaw->next)
    vd_flaw_settle(flaw);
  return VD_OK;
}
