// Counts occurrences of flaws in issues by type, package, repository or severity.
#include "graph/prevalence.h"

#include "graph/store.h"

// A set of texts, and how many it holds.
typedef struct text_set {
  vd_map map;
  uint64_t count;
} text_set;

typedef struct group { // one row under construction
  vd_prevalence_row row;
  text_set cves, issues, repositories;
} group;

typedef struct counter {
  vd_graph *g;
  vd_arena *arena;
  vd_arena scratch;
  const vd_prevalence_query *query;
  vd_map groups; // key -> group *
  VD_VEC(group *) list;
  text_set cves, issues, repositories, dependencies;
  text_set completed; // "CVE repository" pairs that were looked up
  bool labelled;      // some of them have completed labels
  uint64_t occurrences;
  vd_error *err;
} counter;

static void free_counter(counter *c) { vd_arena_free(&c->scratch); }

static vd_code no_memory(const counter *c) {
  return vd_fail(c->err, VD_NOMEM, "no memory to count occurrences");
}

// text must live in the scratch arena.
static vd_code set_add(counter *c, text_set *set, vd_view text) {
  if (text.len == 0)
    return VD_OK;
  if (set->map.arena == NULL)
    set->map = VD_MAP(&c->scratch);
  if (vd_map_get(&set->map, text) != NULL)
    return VD_OK;
  set->count++;
  return vd_map_put(&set->map, text, c) == VD_OK ? VD_OK : no_memory(c);
}

// ---- one occurrence -----------------------------------------------------------------------------

typedef struct occurrence {
  int64_t document, flaw; // flaw: node id
  vd_view cve, issue, repository, evidence, severity;
} occurrence;

static group *add_group(counter *c, vd_view key, vd_view name) {
  // NOLINTNEXTLINE(bugprone-sizeof-expression): a vector of pointers
  group *fresh = vd_new(&c->scratch, group), **slot = vd_vec_push(&c->scratch, &c->list);
  if (fresh == NULL || slot == NULL)
    return NULL;
  fresh->row.key = vd_arena_copy(c->arena, key);
  fresh->row.name = vd_arena_copy(c->arena, name);
  if (fresh->row.key.ptr == NULL || fresh->row.name.ptr == NULL ||
      vd_map_put(&c->groups, fresh->row.key, fresh) != VD_OK)
    return NULL;
  return *slot = fresh;
}

static vd_code count_rows(counter *c, const occurrence *o, vd_view key, vd_view name,
                          uint64_t rows) {
  group *g = vd_map_get(&c->groups, key);
  if (g == NULL)
    g = add_group(c, key, name);
  if (g == NULL)
    return no_memory(c);
  g->row.occurrences += rows;
  VD_TRY(set_add(c, &g->cves, o->cve));
  VD_TRY(set_add(c, &g->issues, o->issue));
  return set_add(c, &g->repositories, o->repository);
}

static vd_code count_in(counter *c, const occurrence *o, vd_view key, vd_view name) {
  return count_rows(c, o, key, name, 1);
}

// What stands behind "NAME=" in evidence of the form "a=x; b=y"; {NULL} when it is not there.
static vd_view field_of(vd_view evidence, vd_view name) {
  while (evidence.len > 0) {
    vd_view part = vd_view_trim(vd_view_cut(&evidence, ';'));
    vd_view key = vd_view_cut(&part, '=');
    if (vd_view_eq(key, name))
      return vd_view_trim(part);
  }
  return (vd_view){0};
}

static vd_code count_named(counter *c, const occurrence *o, vd_statement which, vd_edge_kind kind) {
  VD_SCOPED_SQL *s = vd_store_sql(c->g, which);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(c->g, "read edges", c->err);
  (void)sqlite3_bind_int64(s, 1, which == VD_SQL_NAMED_BY ? o->document : o->flaw);
  (void)sqlite3_bind_int64(s, 2, c->g->edge_kind[kind]);
  while (row) {
    VD_TRY(vd_sql_next(c->g, s, &row, c->err));
    vd_view key = row ? vd_sql_view(s, 0) : (vd_view){0};
    vd_view name = row ? vd_sql_view(s, 1) : (vd_view){0};
    if (row)
      VD_TRY(count_in(c, o, key, name.len != 0 ? name : key));
  }
  return VD_OK;
}

// The study's completed labels of a flaw in a repository. The curated table says how many rows an
// attack has there, not in which issue, so the rows count once, with the pair's first occurrence.
static vd_code count_completed(counter *c, const occurrence *o, bool *known) {
  VD_SCOPED_SQL *s = vd_store_sql(c->g, VD_SQL_ATTACKS_OF);
  vd_view pair = vd_arena_printf(&c->scratch, "%.*s %.*s", VD_ARG(o->cve), VD_ARG(o->repository));
  bool row = true;
  *known = false;
  if (s == NULL)
    return vd_store_fail(c->g, "read attacks", c->err);
  if (pair.ptr == NULL)
    return no_memory(c);
  uint64_t before = c->completed.count;
  VD_TRY(set_add(c, &c->completed, pair));
  bool first = c->completed.count != before;
  vd_sql_text(s, 1, o->cve);
  vd_sql_text(s, 2, o->repository);
  while (row) {
    VD_TRY(vd_sql_next(c->g, s, &row, c->err));
    if (!row)
      break;
    vd_view attack = vd_sql_view(s, 0);
    *known = c->labelled = true;
    VD_TRY(count_rows(c, o, attack, attack, first ? (uint64_t)sqlite3_column_int64(s, 1) : 0));
  }
  return VD_OK;
}

// Several attacks of one record are occurrences of each.
static vd_code count_type(counter *c, const occurrence *o) {
  vd_view attacks = field_of(o->evidence, VD_VIEW("attack"));
  bool completed = false;
  if (!vd_view_has(o->evidence, VD_VIEW("attack=")))
    return count_named(c, o, VD_SQL_OUT_OF, VD_EDGE_HAS_WEAKNESS);
  VD_TRY(count_completed(c, o, &completed));
  if (completed)
    return VD_OK;
  if (attacks.len == 0)
    return count_in(c, o, VD_VIEW(""), VD_VIEW("not stated"));
  while (attacks.len > 0) {
    vd_view one = vd_view_trim(vd_view_cut(&attacks, ','));
    if (one.len != 0)
      VD_TRY(count_in(c, o, one, one));
  }
  return VD_OK;
}

static vd_code dependency_count(counter *c, const occurrence *o, uint64_t *out) {
  VD_SCOPED_SQL *s = vd_store_sql(c->g, VD_SQL_NAMED_BY);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(c->g, "read edges", c->err);
  (void)sqlite3_bind_int64(s, 1, o->document);
  (void)sqlite3_bind_int64(s, 2, c->g->edge_kind[VD_EDGE_DEPENDS_ON]);
  while (row) {
    VD_TRY(vd_sql_next(c->g, s, &row, c->err));
    if (!row)
      break;
    vd_view key = vd_arena_copy(&c->scratch, vd_sql_view(s, 0));
    if (key.ptr == NULL)
      return no_memory(c);
    ++*out;
    VD_TRY(set_add(c, &c->dependencies, key));
  }
  return VD_OK;
}

static vd_code count_group(counter *c, const occurrence *o, uint64_t dependencies) {
  switch (c->query->by) {
  case VD_BY_TYPE: return count_type(c, o);
  case VD_BY_PACKAGE:
    return dependencies != 0 ? count_named(c, o, VD_SQL_NAMED_BY, VD_EDGE_DEPENDS_ON)
                             : count_named(c, o, VD_SQL_OUT_OF, VD_EDGE_AFFECTS);
  case VD_BY_REPOSITORY: return count_in(c, o, o->repository, o->repository);
  case VD_BY_SEVERITY:
    return count_in(c, o, o->severity, o->severity.len != 0 ? o->severity : VD_VIEW("not stated"));
  }
  return VD_OK;
}

static vd_code count_occurrence(counter *c, const occurrence *o) {
  uint64_t dependencies = 0;
  c->occurrences++;
  VD_TRY(set_add(c, &c->cves, o->cve));
  VD_TRY(set_add(c, &c->issues, o->issue));
  VD_TRY(set_add(c, &c->repositories, o->repository));
  VD_TRY(dependency_count(c, o, &dependencies));
  return count_group(c, o, dependencies);
}

// ---- all of them --------------------------------------------------------------------------------

static vd_code read_occurrence(counter *c, sqlite3_stmt *s, occurrence *out) {
  *out = (occurrence){.document = sqlite3_column_int64(s, 0), .flaw = sqlite3_column_int64(s, 1)};
  bool ok = vd_sql_copy(&c->scratch, s, 2, &out->cve) &&
            vd_sql_copy(&c->scratch, s, 3, &out->issue) &&
            vd_sql_copy(&c->scratch, s, 4, &out->evidence) &&
            vd_sql_copy(&c->scratch, s, 5, &out->repository) &&
            vd_sql_copy(&c->scratch, s, 6, &out->severity);
  return ok ? VD_OK : no_memory(c);
}

static vd_code count_all(counter *c) {
  VD_SCOPED_SQL *s = vd_store_sql(c->g, VD_SQL_OCCURRENCES);
  const vd_graph *g = c->g;
  bool row = true;
  if (s == NULL)
    return vd_store_fail(c->g, "read occurrences", c->err);
  (void)sqlite3_bind_int64(s, 1, g->edge_kind[VD_EDGE_REPORTED_IN]);
  (void)sqlite3_bind_int64(s, 2, g->node_kind[VD_NODE_ISSUE]);
  vd_sql_text(s, 3, c->query->source);
  (void)sqlite3_bind_int64(s, 4, g->edge_kind[VD_EDGE_MEMBER_OF]);
  while (row) {
    occurrence o;
    VD_TRY(vd_sql_next(c->g, s, &row, c->err));
    if (!row)
      break;
    VD_TRY(read_occurrence(c, s, &o));
    VD_TRY(count_occurrence(c, &o));
  }
  return VD_OK;
}

static int by_occurrences(const void *pa, const void *pb) {
  const vd_prevalence_row *a = pa, *b = pb;
  if (a->occurrences != b->occurrences)
    return a->occurrences > b->occurrences ? -1 : 1;
  return vd_view_cmp(a->key, b->key);
}

static int by_cves(const void *pa, const void *pb) {
  const vd_prevalence_row *a = pa, *b = pb;
  if (a->cves != b->cves)
    return a->cves > b->cves ? -1 : 1;
  return by_occurrences(pa, pb);
}

vd_code vd_prevalence_read(vd_graph *g, vd_arena *a, const vd_prevalence_query *q,
                           vd_prevalence *out, vd_error *err) {
  VD_CLEANUP(free_counter)
  counter c = {
      .g = g, .arena = a, .scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX), .query = q, .err = err};
  c.groups = VD_MAP(&c.scratch);
  VD_TRY(count_all(&c));
  vd_prevalence p = {.occurrences = c.occurrences,
                     .cves = c.cves.count,
                     .issues = c.issues.count,
                     .repositories = c.repositories.count,
                     .dependencies = c.dependencies.count};
  if (c.labelled)
    p.labels =
        VD_VIEW("types by the study's completed labels (its table has 25 occurrences twice)");
  for (size_t i = 0; i < c.list.count; i++) {
    vd_prevalence_row *slot = vd_vec_push(a, &p.rows);
    group *one = c.list.at[i];
    if (slot == NULL)
      return no_memory(&c);
    *slot = one->row;
    slot->cves = one->cves.count;
    slot->issues = one->issues.count;
    slot->repositories = one->repositories.count;
    p.sum_of_cves += slot->cves;
    p.sum_of_occurrences += slot->occurrences;
  }
  if (p.rows.count > 1)
    qsort(p.rows.at, p.rows.count, sizeof *p.rows.at, q->rank_by_cves ? by_cves : by_occurrences);
  *out = p;
  return VD_OK;
}
