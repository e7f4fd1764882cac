// Shared by the tests of written graphs: an edition of small records in one call.
#pragma once

#include "graph/read.h"
#include "graph/verify.h"
#include "graph/write.h"
#include "graph_fixture.h"

#include <sqlite3.h>

#define VUL(key)  vd_ref_of(VD_NODE_VULNERABILITY, VD_VIEW(key))
#define PKG(key)  vd_ref_of(VD_NODE_PACKAGE, VD_VIEW(key))
#define TECH(key) vd_ref_of(VD_NODE_TECHNIQUE, VD_VIEW(key))

__attribute__((unused)) static vd_graph *graph_create(const scratch *s) {
  vd_error err = {0};
  vd_graph *g = NULL;
  cr_assert(vd_graph_open(s->db, VD_GRAPH_CREATE, &g, &err) == VD_OK, "%s", err.text);
  return g;
}

// Begins an edition of `source` on a day; the rank follows the name's first letter.
__attribute__((unused)) static vd_writer *edition_begin(vd_graph *g, const char *source,
                                                        int64_t today) {
  vd_edition e = {
      .source = source, .licence = "CC0-1.0", .url = "test", .rank = source[0], .today = today};
  vd_writer *w = NULL;
  vd_error err = {0};
  cr_assert(vd_writer_begin(g, &e, &w, &err) == VD_OK, "%s", err.text);
  return w;
}

__attribute__((unused)) static void edition_record(vd_writer *w, const vd_record *r) {
  vd_error err = {0};
  cr_assert(vd_writer_record(w, r, &err) == VD_OK, "%s", err.text);
}

__attribute__((unused)) static vd_write_counts edition_end(vd_writer **w) {
  vd_edition_end end = {.content = 1};
  vd_write_counts counts = {0};
  vd_error err = {0};
  cr_assert(vd_writer_commit(*w, &end, &counts, &err) == VD_OK, "%s", err.text);
  vd_writer_free(w);
  return counts;
}

// Every check but the last two of the updater's own numbers must hold.
__attribute__((unused)) static void verify_all(vd_graph *g) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_checks checks = {0};
  vd_error err = {0};
  cr_assert(vd_graph_verify(g, &a, &checks, &err) == VD_OK, "%s", err.text);
  for (size_t i = 0; i < checks.count; i++) {
    bool derived = vd_view_has(vd_view_of(checks.at[i].name), VD_VIEW("follows from the feeds"));
    cr_assert(derived || checks.at[i].violations == 0, "%s: %.*s", checks.at[i].name,
              VD_ARG(checks.at[i].example));
  }
}
