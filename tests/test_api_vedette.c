#include "graph_writer.h"
#include "vedette.h"

static void close_handle(vedette_graph **g) { vedette_close(*g); }
#define SCOPED_HANDLE VD_CLEANUP(close_handle) vedette_graph

static void free_node(vedette_node **n) { vedette_node_free(*n); }
#define SCOPED_NODE VD_CLEANUP(free_node) vedette_node

static vedette_graph *fixture_handle(const scratch *s) {
  vedette_graph *g = NULL;
  vedette_error err = {0};
  cr_assert(vd_facts_compile(FIXTURE_FACTS, s->db, NULL) == VD_OK);
  cr_assert(vedette_open(s->db, &g, &err) == VEDETTE_OK, "%s", err.text);
  return g;
}

static vedette_node *found(vedette_graph *g, const char *id) {
  vedette_node *n = NULL;
  vedette_error err = {0};
  cr_assert(vedette_find(g, id, &n, &err) == VEDETTE_OK, "%s: %s", id, err.text);
  return n;
}

// What callbacks saw; stops after `most` of them.
typedef struct seen {
  size_t count, most;
  char text[512]; // of the first ones, for looking at
} seen;

static int note(seen *s, const char *text) {
  size_t used = strlen(s->text);
  (void)snprintf(s->text + used, sizeof s->text - used, "%s|", text == NULL ? "-" : text);
  return ++s->count >= s->most;
}

static int note_edge(void *ctx, const vedette_edge *e) {
  char line[128];
  cr_assert(e->source != NULL && e->method != NULL && e->document != NULL && e->alike > 0);
  cr_assert(e->confidence > 0 && e->confidence <= 1 && e->since > 0 && e->until == 0);
  (void)snprintf(line, sizeof line, "%s%s %s", e->outgoing ? ">" : "<", e->kind, e->node.key);
  return note(ctx, line);
}

static int note_property(void *ctx, const vedette_property *p) {
  cr_assert(p->value != NULL && p->source != NULL && p->since > 0);
  return note(ctx, p->name);
}

static int note_hit(void *ctx, const vedette_hit *h) {
  cr_assert(h->snippet != NULL);
  return note(ctx, h->node.key);
}

static int note_path(void *ctx, const vedette_path *p) {
  cr_assert(p->complete && p->confidence > 0 && p->cost > 0 && p->step_count > 0);
  note(ctx, p->from.key);
  for (size_t i = 0; i + 1 < p->step_count; i++)
    note(ctx, p->steps[i].node.key);
  return note(ctx, p->steps[p->step_count - 1].node.key);
}

static int note_count(void *ctx, const vedette_count *c) {
  seen *s = ctx;
  cr_assert(c->count > 0 && (c->is_edge ? c->source != NULL : c->defined <= c->count));
  s->count += c->is_edge ? 0 : c->count;
  return 0;
}

Test(api, codes_are_those_of_the_program) {
  static const int public[] = {VEDETTE_OK,       VEDETTE_NOMEM, VEDETTE_LIMIT, VEDETTE_FORMAT,
                               VEDETTE_NOTFOUND, VEDETTE_IO,    VEDETTE_USAGE, VEDETTE_UNSUPPORTED};
  static const vd_code own[] = {VD_OK,       VD_NOMEM, VD_LIMIT, VD_FORMAT,
                                VD_NOTFOUND, VD_IO,    VD_USAGE, VD_UNSUPPORTED};
  for (size_t i = 0; i < VD_COUNT(own); i++)
    cr_assert(public[i] == (int)own[i]);
  cr_assert_str_eq(vedette_version(), VD_VERSION);
}

Test(api, what_cannot_be_opened_says_why) {
  SCRATCH s = scratch_new();
  vedette_graph *g = NULL;
  vedette_error err = {0};
  cr_assert(vedette_open(s.db, &g, &err) == VEDETTE_NOTFOUND && err.code == VEDETTE_NOTFOUND);
  cr_assert(strstr(err.text, "no knowledge base at") != NULL && g == NULL);
  write_quickly(s.db, VD_VIEW("something else entirely, and longer than a header"));
  cr_assert(vedette_open(s.db, &g, &err) == VEDETTE_FORMAT && g == NULL);
  cr_assert(vedette_open(s.dir, &g, &err) == VEDETTE_UNSUPPORTED && g == NULL);
  cr_assert(vedette_open(NULL, &g, &err) == VEDETTE_USAGE);
  cr_assert(vedette_open(s.db, &g, NULL) == VEDETTE_FORMAT, "err may be NULL");
  vedette_close(NULL);
  vedette_node_free(NULL);
}

Test(api, a_node_answers_to_all_its_ids) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s);
  SCOPED_NODE *a = found(g, "CVE-2099-0001"), *b = found(g, "pysec-2099-1"),
              *p = found(g, "Torch_Like");
  cr_assert(a->id == b->id && strcmp(b->key, "CVE-2099-0001") == 0 && a->defined);
  cr_assert_str_eq(a->kind, "vulnerability");
  cr_assert_str_eq(p->key, "pypi/torch-like");
  vedette_node *none = NULL;
  vedette_error err = {0};
  cr_assert(vedette_find(g, "CVE-1999-1", &none, &err) == VEDETTE_NOTFOUND && none == NULL);
  cr_assert_str_eq(err.text, "nothing is known of 'CVE-1999-1'");
  cr_assert(vedette_find(g, NULL, &none, &err) == VEDETTE_USAGE);
  cr_assert(vedette_find(g, "", &none, NULL) == VEDETTE_NOTFOUND);
}

Test(api, neighbours_come_with_who_says_so) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s);
  SCOPED_NODE *n = found(g, "CVE-2099-0001");
  vedette_query q = {.node = n->id, .limit = 10};
  seen all = {.most = 100}, first = {.most = 1}, past = {.most = 100};
  cr_assert(vedette_neighbours(g, &q, note_edge, &all, NULL) == VEDETTE_OK);
  cr_assert(strstr(all.text, ">affects pypi/torch-like|") != NULL, "%s", all.text);
  cr_assert(strstr(all.text, ">has_weakness CWE-502|") != NULL, "%s", all.text);
  cr_assert(vedette_neighbours(g, &q, note_edge, &first, NULL) == VEDETTE_OK && first.count == 1);
  q.limit = 1;
  seen few = {.most = 100};
  cr_assert(vedette_neighbours(g, &q, note_edge, &few, NULL) == VEDETTE_OK);
  cr_assert(few.count > 1 && few.count < all.count, "one of each kind and direction");
  q.as_of = 19990101;
  cr_assert(vedette_neighbours(g, &q, note_edge, &past, NULL) == VEDETTE_OK && past.count == 0);
}

Test(api, queries_are_checked) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s);
  SCOPED_NODE *n = found(g, "CWE-502");
  vedette_error err = {0};
  seen none = {.most = 100};
  vedette_query q = {.node = n->id};
  cr_assert(vedette_neighbours(g, &q, note_edge, &none, &err) == VEDETTE_USAGE);
  q.limit = 1000001;
  cr_assert(vedette_properties(g, &q, note_property, &none, &err) == VEDETTE_USAGE);
  q = (vedette_query){.node = 987654321, .limit = 1};
  cr_assert(vedette_neighbours(g, &q, note_edge, &none, &err) == VEDETTE_NOTFOUND);
  cr_assert(strstr(err.text, "987654321") != NULL);
  cr_assert(vedette_properties(g, &q, NULL, NULL, &err) == VEDETTE_USAGE);
  vedette_path_query way = {.from = n->id, .to = n->id};
  cr_assert(vedette_paths(g, &way, note_path, &none, &err) == VEDETTE_USAGE);
  way = (vedette_path_query){.from = n->id, .to = 987654321, .count = 1};
  cr_assert(vedette_paths(g, &way, note_path, &none, &err) == VEDETTE_NOTFOUND);
  vedette_search_query words = {"...", 5};
  cr_assert(vedette_search(g, &words, note_hit, &none, &err) == VEDETTE_USAGE);
  cr_assert(none.count == 0);
}

Test(api, paths_explain_how_two_nodes_are_related) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s);
  SCOPED_NODE *a = found(g, "pypi/torch-like"), *b = found(g, "CWE-502");
  vedette_path_query q = {.from = a->id, .to = b->id, .count = 1};
  for (unsigned i = 0; i < 2; i++) { // with the graph read, and with the graph kept
    seen way = {.most = 100};
    cr_assert(vedette_paths(g, &q, note_path, &way, NULL) == VEDETTE_OK);
    cr_assert_str_eq(way.text, "pypi/torch-like|CVE-2099-0001|CWE-502|");
  }
  seen past = {.most = 100};
  q.as_of = 19990101;
  cr_assert(vedette_paths(g, &q, note_path, &past, NULL) == VEDETTE_OK && past.count == 0);
}

Test(api, search_and_counts) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s);
  seen hits = {.most = 100}, nodes = {0};
  vedette_search_query q = {"deserialization untrusted", 5};
  cr_assert(vedette_search(g, &q, note_hit, &hits, NULL) == VEDETTE_OK);
  cr_assert(strncmp(hits.text, "CWE-502|", 8) == 0, "%s", hits.text);
  cr_assert(vedette_counts(g, note_count, &nodes, NULL) == VEDETTE_OK);
  SCOPED_GRAPH *own = NULL;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_graph_info info = {0};
  cr_assert(vd_graph_open(s.db, VD_GRAPH_READ, &own, NULL) == VD_OK);
  cr_assert(vd_graph_about(own, &a, &info, NULL) == VD_OK && info.nodes == nodes.count);
}

// ---- beside an updater -------------------------------------------------------------------------

// Opens the file as an updater does and states a value of the flaw in an edition of one record.
static vd_writer *begin_value(vd_graph *g, const char *value) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  vd_record r = vd_record_of(&a, VD_VIEW("one"), (vd_view){0});
  (void)vd_record_define(&r, VUL("CVE-2099-0001"), VD_VIEW("a flaw"));
  vd_record_property(&r, VUL("CVE-2099-0001"), "status", vd_view_of(value));
  vd_writer *w = edition_begin(g, "s", 20990101);
  edition_record(w, &r);
  return w;
}

static void write_value(const scratch *s, const char *value) {
  vd_error err = {0};
  SCOPED_GRAPH *g = NULL;
  cr_assert(vd_graph_open(s->db, VD_GRAPH_UPDATE, &g, &err) == VD_OK, "%s", err.text);
  vd_writer *w = begin_value(g, value);
  (void)edition_end(&w);
}

static int note_status(void *ctx, const vedette_property *p) {
  return strcmp(p->name, "status") == 0 ? note(ctx, p->value) : 0;
}

static void assert_status(vedette_graph *g, int64_t node, const char *expected) {
  vedette_query q = {.node = node, .limit = 100};
  seen s = {.most = 100};
  vedette_error err = {0};
  cr_assert(vedette_properties(g, &q, note_status, &s, &err) == VEDETTE_OK, "%s", err.text);
  cr_assert_str_eq(s.text, expected);
}

Test(api, an_idle_handle_keeps_no_updater_waiting_and_sees_what_it_wrote) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s); // the file is in rollback mode
  SCOPED_NODE *n = found(g, "CVE-2099-0001");
  assert_status(g, n->id, "");
  write_value(&s, "first");
  assert_status(g, n->id, "first|");
  SCOPED_GRAPH *updater = NULL;
  cr_assert(vd_graph_open(s.db, VD_GRAPH_UPDATE, &updater, NULL) == VD_OK);
  vd_writer *w = begin_value(updater, "second");
  assert_status(g, n->id, "first|");
  (void)edition_end(&w);
  assert_status(g, n->id, "second|");
}

typedef struct update_within {
  const scratch *s;
  unsigned calls;
} update_within;

static int update_once(void *ctx, const vedette_edge *e) {
  update_within *u = ctx;
  cr_assert(e->source != NULL);
  if (u->calls++ == 0)
    write_value(u->s, "within");
  return 0;
}

Test(api, a_callback_holds_no_lock) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s);
  SCOPED_NODE *n = found(g, "CVE-2099-0001");
  vedette_query q = {.node = n->id, .limit = 100};
  update_within u = {.s = &s};
  cr_assert(vedette_neighbours(g, &q, update_once, &u, NULL) == VEDETTE_OK && u.calls > 1);
  assert_status(g, n->id, "within|");
}

Test(api, the_graph_kept_for_paths_follows_the_file) {
  SCRATCH s = scratch_new();
  SCOPED_HANDLE *g = fixture_handle(&s);
  SCOPED_NODE *a = found(g, "pypi/torch-like"), *b = found(g, "CWE-79");
  vedette_path_query q = {.from = a->id, .to = b->id, .count = 1};
  seen before = {.most = 100}, after = {.most = 100};
  cr_assert(vedette_paths(g, &q, note_path, &before, NULL) == VEDETTE_OK);
  {
    VD_SCOPED_ARENA arena = VD_ARENA(1 << 16);
    SCOPED_GRAPH *updater = NULL;
    cr_assert(vd_graph_open(s.db, VD_GRAPH_UPDATE, &updater, NULL) == VD_OK);
    vd_record r = vd_record_of(&arena, VD_VIEW("link"), (vd_view){0});
    (void)vd_record_link(&r, PKG("pypi/torch-like"), VD_EDGE_REFERENCES,
                         vd_ref_of(VD_NODE_WEAKNESS, VD_VIEW("CWE-79")));
    vd_writer *w = edition_begin(updater, "s", 20990101);
    edition_record(w, &r);
    (void)edition_end(&w);
  }
  cr_assert(vedette_paths(g, &q, note_path, &after, NULL) == VEDETTE_OK);
  cr_assert_str_eq(after.text, "pypi/torch-like|CWE-79|");
  cr_assert(strcmp(before.text, after.text) != 0);
}
