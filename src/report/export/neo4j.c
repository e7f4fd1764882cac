// CSV files of `neo4j-admin database import`: one for each kind of node and of edge. Cells are data
// whatever they begin with; lists are separated by U+001F, which no value keeps.
#include "report/export/export.h"
#include "report/graph/view.h"

typedef struct writer {
  const vd_export_files *files;
  vd_buf *nodes[VD_NODE_KIND_COUNT]; // NULL while there is none of the kind
  vd_buf *edges[VD_EDGE_KIND_COUNT];
  vd_walk_names names; // columns, by name
  vd_arena kept;       // names
  vd_arena arena;      // of the node being written
} writer;

static void free_writer(writer *w) {
  vd_arena_free(&w->kept);
  vd_arena_free(&w->arena);
}

// ---- cells -------------------------------------------------------------------------------------

static void put_raw(vd_buf *b, vd_view text) {
  while (text.len != 0) {
    uint32_t cp = 0;
    size_t n = vd_utf8_decode(text, &cp);
    if (n == 0 || cp == 0 || cp == 0x1F)
      vd_buf_put(b, VD_VIEW("\xEF\xBF\xBD"));
    else if (cp == '"')
      vd_buf_put(b, VD_VIEW("\"\""));
    else
      vd_buf_put(b, vd_view_first(text, n));
    text = vd_view_from(text, n == 0 ? 1 : n);
  }
}

// An empty cell is nothing at all: quoted, it would be an empty text.
static void put_cell(vd_buf *b, vd_view text) {
  if (text.len != 0) {
    vd_buf_put_c(b, '"');
    put_raw(b, text);
    vd_buf_put_c(b, '"');
  }
  vd_buf_put_c(b, ',');
}

static void put_list_item(vd_buf *b, size_t at, vd_view text) {
  vd_buf_put_c(b, at == 0 ? '"' : '\x1F');
  put_raw(b, text);
}

static void end_list(vd_buf *b, size_t count) {
  vd_buf_put(b, count == 0 ? VD_VIEW(",") : VD_VIEW("\","));
}

static void put_id(vd_buf *b, const vd_walk_id *id) {
  vd_buf_printf(b, "\"%s:", vd_node_kind_text(id->kind));
  put_raw(b, id->key);
  vd_buf_put(b, VD_VIEW("\","));
}

static void put_score(vd_buf *b, int64_t units) {
  vd_json_out j = {.buf = b};
  if (units >= 0)
    vd_json_real(&j, (double)units / 1e5, 5);
  vd_buf_put_c(b, ',');
}

// The last comma of a line becomes its end.
static vd_code end_line(vd_buf *b, vd_error *err) {
  if (!b->failed)
    b->ptr[b->len - 1] = '\n';
  return vd_export_check(b, err);
}

// ---- files -------------------------------------------------------------------------------------

// Neo4j's custom: labels are "Vulnerability", types "HAS_WEAKNESS".
static void put_label(vd_buf *b, const char *kind, bool type) {
  for (size_t i = 0; kind[i] != '\0'; i++) {
    bool upper = (type || i == 0) && kind[i] >= 'a' && kind[i] <= 'z';
    vd_buf_put_c(b, (char)(upper ? kind[i] ^ 0x20 : kind[i]));
  }
  vd_buf_put_c(b, ',');
}

static vd_code open_file(writer *w, const char *what, const char *kind, vd_buf **out,
                         vd_error *err) {
  char name[64];
  (void)snprintf(name, sizeof name, "%s-%s.csv", what, kind);
  return w->files->open(w->files->ctx, name, out, err);
}

// A column's name ends where Neo4j would read a type.
static void put_column(vd_buf *b, vd_view name) {
  vd_buf_put(b, vd_view_of(vd_export_prefix(name)));
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    vd_buf_put_c(b, (char)(plain ? c : '_'));
  }
  vd_buf_put(b, VD_VIEW(":string[],"));
}

static vd_code nodes_file(writer *w, vd_node_kind kind, vd_error *err) {
  if (w->nodes[kind] != NULL)
    return VD_OK;
  VD_TRY(open_file(w, "nodes", vd_node_kind_text(kind), &w->nodes[kind], err));
  vd_buf *b = w->nodes[kind];
  vd_buf_put(b, VD_VIEW(":ID,:LABEL,key,name,class,aliases:string[],defined:boolean,"
                        "epss:double,epss_percentile:double,description,"));
  for (size_t i = 0; i < w->names.count; i++)
    if (w->names.at[i].kind == kind)
      put_column(b, w->names.at[i].name);
  return end_line(b, err);
}

static vd_code edges_file(writer *w, vd_edge_kind kind, vd_error *err) {
  if (w->edges[kind] != NULL)
    return VD_OK;
  VD_TRY(open_file(w, "edges", vd_edge_kind_text(kind), &w->edges[kind], err));
  vd_buf_put(w->edges[kind], VD_VIEW(":START_ID,:END_ID,:TYPE,confidence:double,method,source,"
                                     "document,since:date,context,evidence,"));
  return end_line(w->edges[kind], err);
}

// ---- rows --------------------------------------------------------------------------------------

// Properties come in the order of the columns; each column takes the values of its name.
static vd_code put_properties(writer *w, const vd_walk_node *n, vd_error *err) {
  vd_buf *b = w->nodes[n->self.kind];
  vd_view name = {0};
  vd_views values = {0};
  size_t at = 0;
  bool more = vd_export_values(&w->arena, n, &at, &name, &values);
  for (size_t i = 0; i < w->names.count; i++) {
    if (w->names.at[i].kind != n->self.kind)
      continue;
    bool here = more && vd_view_eq(name, w->names.at[i].name);
    if (here && values.at == NULL)
      return vd_fail(err, VD_NOMEM, "no memory for the export");
    for (size_t v = 0; here && v < values.count; v++)
      put_list_item(b, v, values.at[v]);
    end_list(b, here ? values.count : 0);
    if (here)
      more = vd_export_values(&w->arena, n, &at, &name, &values);
  }
  return VD_OK;
}

static vd_code put_node(void *ctx, const vd_walk_node *n, vd_error *err) {
  writer *w = ctx;
  vd_arena_free(&w->arena);
  VD_TRY(nodes_file(w, n->self.kind, err));
  vd_buf *b = w->nodes[n->self.kind];
  put_id(b, &n->self);
  put_label(b, vd_node_kind_text(n->self.kind), false);
  put_cell(b, n->self.key);
  put_cell(b, n->name);
  put_cell(b, n->class);
  for (size_t i = 0; i < n->aliases.count; i++)
    put_list_item(b, i, n->aliases.at[i].key);
  end_list(b, n->aliases.count);
  vd_buf_put(b, n->definitions.count != 0 ? VD_VIEW("true,") : VD_VIEW("false,"));
  put_score(b, n->epss);
  put_score(b, n->percentile);
  put_cell(b, vd_export_text(n));
  VD_TRY(put_properties(w, n, err));
  return end_line(b, err);
}

static vd_code put_edge(void *ctx, const vd_walk_edge *e, vd_error *err) {
  writer *w = ctx;
  char day[16];
  VD_TRY(edges_file(w, e->kind, err));
  vd_buf *b = w->edges[e->kind];
  vd_json_out j = {.buf = b};
  put_id(b, &e->src);
  put_id(b, &e->dst);
  put_label(b, vd_edge_kind_text(e->kind), true);
  vd_export_put_real(&j, e->confidence);
  vd_buf_put_c(b, ',');
  put_cell(b, e->method);
  put_cell(b, e->origin.source);
  put_cell(b, e->origin.document);
  put_cell(b, vd_view_date(day, e->origin.since));
  put_cell(b, e->context.key);
  put_cell(b, e->evidence);
  return end_line(b, err);
}

vd_code vd_export_neo4j(const vd_export_request *q, const vd_export_files *files, vd_error *err) {
  VD_CLEANUP(vd_walk_close) vd_walk *walk = NULL;
  VD_CLEANUP(free_writer)
  writer w = {
      .files = files, .kept = VD_ARENA(VD_FILE_MEMORY_MAX), .arena = VD_ARENA(VD_CLASS_MEMORY_MAX)};
  VD_TRY(vd_walk_open(q->graph, &q->part, &walk, err));
  VD_TRY(vd_walk_names_read(walk, &w.kept, &w.names, err));
  VD_TRY(vd_walk_nodes(walk, put_node, &w, err));
  return vd_walk_edges(walk, put_edge, &w, err);
}
