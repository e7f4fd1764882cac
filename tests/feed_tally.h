// A feed sink that counts what a real feed hands over, and sees that record keys are unique.
#pragma once

#include "feed/feed.h"

#include <criterion/criterion.h>
#include <unistd.h>

typedef struct tally {
  vd_arena arena;
  vd_map counts; // "node TABLE", "record", "define KIND CLASS", "property KIND NAME",
                 // "link KIND EDGE KIND METHOD", "bad" -> size_t *
  vd_map keys, defined, stated;
  size_t duplicates, redefined, restated, unnamed;
  char first_bad[300];
} tally;

static inline size_t *tally_slot(tally *t, vd_view name) {
  size_t *slot = vd_map_get(&t->counts, name);
  if (slot != NULL)
    return slot;
  slot = vd_new(&t->arena, size_t);
  vd_view kept = vd_arena_copy(&t->arena, name);
  cr_assert(slot != NULL && kept.ptr != NULL && vd_map_put(&t->counts, kept, slot) == VD_OK);
  return slot;
}

static inline void tally_add(tally *t, const char *name) { ++*tally_slot(t, vd_view_of(name)); }
static inline size_t tally_of(tally *t, const char *name) {
  return *tally_slot(t, vd_view_of(name));
}

// Remembers text in a set; true when it is there already.
static inline bool tally_again(tally *t, vd_map *set, vd_view text) {
  if (vd_map_get(set, text) != NULL)
    return true;
  vd_view kept = vd_arena_copy(&t->arena, text);
  cr_assert(kept.ptr != NULL && vd_map_put(set, kept, t) == VD_OK);
  return false;
}

static vd_code tally_node(void *ctx, const vd_fact_node *n) {
  char name[80];
  (void)snprintf(name, sizeof name, "node %s", n->table);
  tally_add(ctx, name);
  (void)snprintf(name, sizeof name, "text %s", n->table);
  if (n->text.len > 0)
    tally_add(ctx, name);
  return VD_OK;
}

static inline void tally_definition(tally *t, const vd_definition *d) {
  char name[200];
  const char *kind = vd_node_kind_text(d->node.kind);
  (void)snprintf(name, sizeof name, "define %s %.*s", kind, VD_ARG(d->class));
  tally_add(t, name);
  (void)snprintf(name, sizeof name, "%s %.*s", kind, VD_ARG(d->node.key));
  t->redefined += tally_again(t, &t->defined, vd_view_of(name));
  t->unnamed += d->name.len == 0;
}

static inline void tally_link(tally *t, const vd_record *r, const vd_link *l) {
  char name[600];
  const char *src = vd_node_kind_text(l->src.kind), *dst = vd_node_kind_text(l->dst.kind);
  const char *edge = vd_edge_kind_text(l->kind);
  (void)snprintf(name, sizeof name, "link %s %s %s %s", src, edge, dst, l->method);
  tally_add(t, name);
  (void)snprintf(name, sizeof name, "%.*s|%.*s|%s|%.*s|%.*s", VD_ARG(r->key), VD_ARG(l->src.key),
                 edge, VD_ARG(l->dst.key), VD_ARG(l->evidence));
  t->restated += tally_again(t, &t->stated, vd_view_of(name));
}

static vd_code tally_record(void *ctx, const vd_record *r) {
  tally *t = ctx;
  char name[80];
  tally_add(t, "record");
  if (r->date.len > 0)
    tally_add(t, "date");
  t->duplicates += tally_again(t, &t->keys, r->key);
  for (size_t i = 0; i < r->definitions.count; i++)
    tally_definition(t, &r->definitions.at[i]);
  for (size_t i = 0; i < r->properties.count; i++) {
    const vd_property *p = &r->properties.at[i];
    (void)snprintf(name, sizeof name, "property %s %s", vd_node_kind_text(p->node.kind), p->name);
    tally_add(t, name);
  }
  for (size_t i = 0; i < r->links.count; i++)
    tally_link(t, r, &r->links.at[i]);
  return VD_OK;
}

static vd_code tally_snapshot(void *ctx, vd_view version, vd_view date) {
  tally_add(ctx, "snapshot");
  (void)version, (void)date;
  return VD_OK;
}

static void tally_bad(void *ctx, vd_view place, const vd_error *err) {
  tally *t = ctx;
  if (t->first_bad[0] == '\0')
    (void)snprintf(t->first_bad, sizeof t->first_bad, "%.*s: %.200s", VD_ARG(place), err->text);
  tally_add(t, "bad");
}

static vd_code tally_nothing(void *ctx, const vd_kev *k) {
  (void)ctx, (void)k;
  return VD_OK;
}

static vd_code tally_score(void *ctx, const vd_score *s) {
  (void)ctx, (void)s;
  return VD_OK;
}

static vd_code tally_advisory(void *ctx, const vd_advisory *a) {
  (void)a;
  tally_add(ctx, "advisory");
  return VD_OK;
}

// The folder of real feeds; the test is skipped where that is not.
static inline const char *tally_mirror(void) {
  static char mirror[4096];
  const char *shared = getenv("VD_SHARED");
  (void)snprintf(mirror, sizeof mirror, "%s/feeds", shared == NULL ? "../shared" : shared);
  if (access(mirror, R_OK) != 0)
    cr_skip_test("no $VD_SHARED/feeds here");
  return mirror;
}

// Runs the feed over a mirror. Free t->arena.
static inline void tally_run(tally *t, const char *feed, const char *mirror) {
  *t = (tally){.arena = VD_ARENA((size_t)1 << 30)};
  t->counts = t->keys = t->defined = t->stated = VD_MAP(&t->arena);
  vd_feed_sink sink = {.ctx = t,
                       .advisory = tally_advisory,
                       .node = tally_node,
                       .kev = tally_nothing,
                       .epss = tally_score,
                       .record = tally_record,
                       .snapshot = tally_snapshot,
                       .bad = tally_bad};
  vd_error err = {0};
  vd_code code = vd_feed_run(vd_feed_by_name(vd_view_of(feed)), mirror, &sink, &err);
  cr_assert(code == VD_OK, "%s", err.text);
  cr_assert(t->duplicates == 0, "%zu record keys stand twice", t->duplicates);
  cr_assert(t->redefined == 0, "%zu nodes are defined twice", t->redefined);
  cr_assert(t->restated == 0, "%zu links stand twice in a record", t->restated);
  cr_assert(t->unnamed == 0, "%zu definitions without a name", t->unnamed);
}

static inline void tally_feed(tally *t, const char *feed) { tally_run(t, feed, tally_mirror()); }

typedef struct tally_row {
  const char *name;
  size_t count;
} tally_row;

static inline void tally_expect(tally *t, const tally_row *rows, size_t n) {
  for (size_t i = 0; i < n; i++)
    cr_expect(tally_of(t, rows[i].name) == rows[i].count, "%s: %zu, not %zu", rows[i].name,
              tally_of(t, rows[i].name), rows[i].count);
}
