// Shared by the graph tests: a scratch folder, and the fixture facts compiled into it.
#pragma once

#include "graph/graph.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIXTURE_FACTS "tests/data/facts"

typedef struct scratch {
  char dir[64];
  char db[96];
} scratch;

__attribute__((unused)) static scratch scratch_new(void) {
  scratch s = {.dir = "/tmp/vd-graph-XXXXXX"};
  cr_assert(mkdtemp(s.dir) != NULL);
  (void)snprintf(s.db, sizeof s.db, "%s/k.db", s.dir);
  return s;
}

__attribute__((unused)) static void scratch_remove(scratch *s) {
  static const char *const names[] = {"k.db", "k.db-wal", "k.db-shm", "k.db-journal", "other.db"};
  for (size_t i = 0; i < VD_COUNT(names); i++) {
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", s->dir, names[i]);
    (void)unlink(path);
  }
  (void)rmdir(s->dir);
}
#define SCRATCH VD_CLEANUP(scratch_remove) scratch

#define SCOPED_GRAPH VD_CLEANUP(vd_graph_close) vd_graph

__attribute__((unused)) static vd_graph *fixture_graph(const scratch *s) {
  vd_error err = {0};
  vd_graph *g = NULL;
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s->db, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_open(s->db, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  return g;
}

// Without the fsync of vd_file_write: tests write thousands of small files.
__attribute__((unused)) static void write_quickly(const char *path, vd_view bytes) {
  VD_SCOPED_FILE *f = fopen(path, "wbe");
  cr_assert(f != NULL && fwrite(bytes.ptr, 1, bytes.len, f) == bytes.len, "%s", path);
}
