// Walking the graph: what is shown of the sample, of its parts, of its past, and of damaged files.
#include "graph/read.h"
#include "graph/walk.h"
#include "graph_fixture.h"
#include "graph_sample.h"

#define SCOPED_WALK VD_CLEANUP(vd_walk_close) vd_walk

static vd_graph *sample_open(const scratch *s) {
  vd_error err = {0};
  vd_graph *g = NULL;
  cr_assert(sample_build(s->db, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_graph_open(s->db, VD_GRAPH_READ, &g, &err) == VD_OK, "%s", err.text);
  return g;
}

// What a walk showed: its nodes and edges as lines, and one node looked for by key.
typedef struct seen {
  vd_buf nodes, edges;
  size_t node_count, edge_count, record_count;
  vd_arena arena;
  const char *wanted; // key of the node whose parts are kept below
  size_t aliases, definitions, properties;
  vd_view name, class, first_text, first_severity;
  int64_t epss;
} seen;

static void free_seen(seen *s) {
  vd_buf_free(&s->nodes);
  vd_buf_free(&s->edges);
  vd_arena_free(&s->arena);
}

static void keep_parts(seen *s, const vd_walk_node *n) {
  s->aliases = n->aliases.count;
  s->definitions = n->definitions.count;
  s->properties = n->properties.count;
  s->name = vd_arena_copy(&s->arena, n->name);
  s->class = vd_arena_copy(&s->arena, n->class);
  s->epss = n->epss;
  if (n->definitions.count != 0)
    s->first_text = vd_arena_copy(&s->arena, n->definitions.at[0].text);
  for (size_t i = n->properties.count; i-- > 0;)
    if (vd_view_eq(n->properties.at[i].name, VD_VIEW("severity")))
      s->first_severity = vd_arena_copy(&s->arena, n->properties.at[i].value);
}

static vd_code see_node(void *ctx, const vd_walk_node *n, vd_error *err) {
  seen *s = ctx;
  (void)err;
  s->node_count++;
  vd_buf_printf(&s->nodes, "\n%s:", vd_node_kind_text(n->self.kind));
  vd_buf_put(&s->nodes, n->self.key);
  if (s->wanted != NULL && vd_view_eq(n->self.key, vd_view_of(s->wanted)))
    keep_parts(s, n);
  return VD_OK;
}

static vd_code see_edge(void *ctx, const vd_walk_edge *e, vd_error *err) {
  seen *s = ctx;
  (void)err;
  s->edge_count++;
  vd_buf_put_c(&s->edges, '\n');
  vd_buf_put(&s->edges, e->src.key);
  vd_buf_printf(&s->edges, " %s ", vd_edge_kind_text(e->kind));
  vd_buf_put(&s->edges, e->dst.key);
  vd_buf_printf(&s->edges, " %.*s", VD_ARG(e->origin.source));
  return VD_OK;
}

static vd_code see_record(void *ctx, const vd_walk_record *r, vd_error *err) {
  seen *s = ctx;
  (void)err;
  s->record_count += r->document.len != 0;
  return VD_OK;
}

static vd_code walk_all(vd_graph *g, const vd_walk_query *q, seen *s, vd_error *err) {
  SCOPED_WALK *w = NULL;
  s->nodes = s->edges = VD_BUF(1 << 24);
  s->arena = VD_ARENA(1 << 20);
  VD_TRY(vd_walk_open(g, q, &w, err));
  VD_TRY(vd_walk_nodes(w, see_node, s, err));
  VD_TRY(vd_walk_edges(w, see_edge, s, err));
  return vd_walk_records(w, see_record, s, err);
}

static void walk(vd_graph *g, const vd_walk_query *q, seen *s) {
  vd_error err = {0};
  cr_assert(walk_all(g, q, s, &err) == VD_OK, "%s", err.text);
}

static bool has_line(const vd_buf *b, const char *line) {
  return vd_view_has(vd_buf_view(b), vd_view_of(line));
}

#define SCOPED_SEEN VD_CLEANUP(free_seen) seen

static int64_t canon_of(vd_graph *g, const char *id) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_node n;
  cr_assert(vd_node_find(g, &a, vd_view_of(id), &n, NULL) == VD_OK, "%s", id);
  return n.id;
}

// ---- one node a class --------------------------------------------------------------------------

Test(walk, a_class_is_one_node_with_all_that_is_said_of_it) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_SEEN s = {.wanted = "CVE-2099-0001"};
  walk(g, &(vd_walk_query){0}, &s);
  cr_assert(has_line(&s.nodes, "\nvulnerability:CVE-2099-0001"));
  cr_assert(!has_line(&s.nodes, "\nvulnerability:GHSA-aaaa-bbbb-cccc"));
  cr_assert(s.aliases == 1 && s.definitions == 3 && s.properties == 11);
  cr_assert(vd_view_eq(s.name, VD_VIEW("Unsafe loading")) && vd_view_eq(s.class, VD_VIEW("cve")));
  cr_assert(vd_view_eq(s.first_text, VD_VIEW("Loading runs code.")));
  cr_assert(vd_view_eq(s.first_severity, VD_VIEW("critical")), "the better source goes first");
  cr_assert(s.epss == 94358);
}

Test(walk, edges_join_classes_and_leave_out_what_makes_them) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_SEEN s = {0};
  walk(g, &(vd_walk_query){0}, &s);
  cr_assert(has_line(&s.edges, "\nCVE-2099-0001 affects pypi/torch-like alpha"));
  cr_assert(has_line(&s.edges, "\nCVE-2099-0001 affects pypi/torch-like beta"));
  cr_assert(!has_line(&s.edges, " alias_of ") && !has_line(&s.edges, "GHSA-"));
}

Test(walk, a_stated_walk_shows_every_id) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_SEEN joined = {0};
  SCOPED_SEEN s = {.wanted = "GHSA-aaaa-bbbb-cccc"};
  walk(g, &(vd_walk_query){0}, &joined);
  walk(g, &(vd_walk_query){.stated = true}, &s);
  cr_assert(s.node_count == joined.node_count + 3, "one GHSA id and two products more");
  cr_assert(s.edge_count == joined.edge_count + 3, "and what says that they are aliases");
  cr_assert(has_line(&s.edges, "\nGHSA-aaaa-bbbb-cccc affects pypi/torch-like alpha"));
  cr_assert(has_line(&s.edges, "\nGHSA-aaaa-bbbb-cccc alias_of CVE-2099-0001 alpha"));
  cr_assert(s.aliases == 0 && s.definitions == 1 && s.properties == 0 && s.epss == -1);
  cr_assert(vd_view_eq(s.name, VD_VIEW("Code execution in torch-like")));
}

Test(walk, what_is_named_only_by_edges_is_a_node_too) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_SEEN s = {.wanted = "T9777", .definitions = 99};
  walk(g, &(vd_walk_query){0}, &s);
  cr_assert(has_line(&s.nodes, "\ntechnique:T9777") && s.definitions == 0);
}

// ---- the past ----------------------------------------------------------------------------------

Test(walk, what_no_longer_holds_is_shown_for_its_day_only) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_SEEN now = {0}, then = {0}, before = {0};
  walk(g, &(vd_walk_query){0}, &now);
  walk(g, &(vd_walk_query){.as_of = SAMPLE_FIRST_DAY}, &then);
  walk(g, &(vd_walk_query){.as_of = 20990104}, &before);
  cr_assert(!has_line(&now.nodes, "CVE-2099-0003"), "a node nothing is said of is not shown");
  cr_assert(!has_line(&now.edges, "CVE-2099-0003"));
  cr_assert(has_line(&then.nodes, "CVE-2099-0003"));
  cr_assert(has_line(&then.edges, "\nCVE-2099-0003 affects npm/@scope/torch-like alpha"));
  cr_assert(then.node_count == now.node_count + 1 && then.edge_count == now.edge_count + 1);
  cr_assert(then.record_count == now.record_count + 1);
  cr_assert(has_line(&before.nodes, "CVE-2099-0001") && !has_line(&before.nodes, "CVE-2099-0003"),
            "since the record's own day, not since it was read");
}

// ---- parts -------------------------------------------------------------------------------------

Test(walk, around_a_node) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  vd_walk_query q = {.around = canon_of(g, "issue:github/o/n#1")};
  SCOPED_SEEN none = {0}, one = {0}, two = {0};
  walk(g, &q, &none);
  q.hops = 1;
  walk(g, &q, &one);
  q.hops = 2;
  walk(g, &q, &two);
  cr_assert(none.node_count == 1 && none.edge_count == 0);
  cr_assert(one.node_count == 3 && one.edge_count == 2, "its repository and the flaw reported");
  cr_assert(has_line(&two.nodes, "pypi/torch-like") && has_line(&two.nodes, "T9900"));
  cr_assert(!has_line(&two.nodes, "model-loading"), "three edges away");
  cr_assert(has_line(&two.edges, "github/o/n depends_on pypi/torch-like"));
}

Test(walk, one_kind_and_what_joins_it) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  vd_walk_query q = {.kinds = UINT64_C(1) << VD_NODE_TECHNIQUE};
  SCOPED_SEEN all = {0}, near = {0};
  walk(g, &q, &all);
  cr_assert(all.node_count == 5 && all.edge_count == 2, "child_of and refers_to");
  q.around = canon_of(g, "CVE-2099-0001");
  q.hops = 1;
  walk(g, &q, &near);
  cr_assert(near.node_count == 3 && near.edge_count == 1, "T9001, AML.T9001 and T9777");
}

Test(walk, hops_are_bounded) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_WALK *w = NULL;
  vd_walk_query q = {.around = 1, .hops = VD_AROUND_HOPS_MAX + 1};
  cr_assert(vd_walk_open(g, &q, &w, NULL) == VD_USAGE && w == NULL);
}

// ---- lists -------------------------------------------------------------------------------------

Test(walk, sources_and_names_of_properties) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_WALK *w = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_walk_sources sources = {0};
  vd_walk_names names = {0};
  cr_assert(vd_walk_open(g, &(vd_walk_query){0}, &w, NULL) == VD_OK);
  cr_assert(vd_walk_sources_read(w, &a, &sources, NULL) == VD_OK && sources.count == 2);
  cr_assert(vd_view_eq(sources.at[0].name, VD_VIEW("alpha")));
  cr_assert(vd_view_eq(sources.at[0].version, VD_VIEW("9.1")));
  cr_assert(vd_walk_names_read(w, &a, &names, NULL) == VD_OK && names.count == 13);
  cr_assert(vd_view_eq(names.at[0].name, VD_VIEW("cvss")));
  cr_assert(names.at[1].kind == VD_NODE_DOCUMENT && vd_view_eq(names.at[1].name, VD_VIEW("date")));
}

Test(walk, every_allocation_of_a_list_may_fail) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_WALK *w = NULL;
  vd_code code = VD_NOMEM;
  cr_assert(vd_walk_open(g, &(vd_walk_query){0}, &w, NULL) == VD_OK);
  for (unsigned nth = 1; code != VD_OK; nth++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_walk_sources sources = {0};
    vd_walk_names names = {0};
    a.fail_at = nth;
    code = vd_walk_sources_read(w, &a, &sources, NULL);
    if (code == VD_OK)
      code = vd_walk_names_read(w, &a, &names, NULL);
    cr_assert((code == VD_OK || code == VD_NOMEM) && nth < 1000);
  }
}

// ---- visitors and damaged files ----------------------------------------------------------------

static vd_code refuse(void *ctx, const vd_walk_node *n, vd_error *err) {
  size_t *calls = ctx;
  (void)n;
  return ++*calls == 3 ? vd_fail(err, VD_LIMIT, "enough") : VD_OK;
}

Test(walk, a_visitor_may_end_it) {
  SCRATCH dir = scratch_new();
  SCOPED_GRAPH *g = sample_open(&dir);
  SCOPED_WALK *w = NULL;
  size_t calls = 0;
  vd_error err = {0};
  cr_assert(vd_walk_open(g, &(vd_walk_query){0}, &w, NULL) == VD_OK);
  cr_assert(vd_walk_nodes(w, refuse, &calls, &err) == VD_LIMIT && calls == 3);
  calls = 3;
  cr_assert(vd_walk_nodes(w, refuse, &calls, &err) == VD_OK, "and then walk again");
}

Test(walk, flipped_bytes_are_an_error_or_harmless) {
  SCRATCH dir = scratch_new();
  VD_SCOPED_ARENA a = VD_ARENA(1 << 24);
  vd_view whole = {0};
  unsigned seed = 7;
  cr_assert(sample_build(dir.db, NULL) == VD_OK);
  cr_assert(vd_file_read(&a, dir.db, 1 << 22, &whole, NULL) == VD_OK);
  uint8_t *bytes = vd_new_array(&a, uint8_t, whole.len);
  for (unsigned round = 0; round < 600; round++) {
    SCOPED_GRAPH *g = NULL;
    SCOPED_SEEN s = {0};
    vd_error err = {0};
    memcpy(bytes, whole.ptr, whole.len);
    for (unsigned k = 0; k < 1 + round % 8; k++) {
      seed = seed * 1664525u + 1013904223u;
      bytes[100 + (seed >> 8) % (whole.len - 100)] ^= (uint8_t)(1u << (seed % 8));
    }
    write_quickly(dir.db, (vd_view){(const char *)bytes, whole.len});
    vd_code code = vd_graph_open(dir.db, VD_GRAPH_READ, &g, &err);
    if (code == VD_OK)
      code = walk_all(g, &(vd_walk_query){.stated = round % 2 == 0}, &s, &err);
    cr_assert(code == VD_OK || err.text[0] != '\0', "an error says what is wrong");
  }
}
