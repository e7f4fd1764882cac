// JSON lines: a head, the sources, every node and edge as documents state them, and the documents
// these come from. docs/export.md describes each line.
#include "report/export/export.h"
#include "report/graph/view.h"

typedef struct writer {
  vd_buf *out;
  vd_json_out j;
} writer;

static vd_json_out *begin_line(writer *w, const char *line) {
  w->j = (vd_json_out){.buf = w->out};
  vd_json_open(&w->j, '{');
  vd_json_member(&w->j, "line", vd_view_of(line));
  return &w->j;
}

static vd_code end_line(writer *w, vd_error *err) {
  vd_json_close(&w->j, '}');
  vd_buf_put_c(w->out, '\n');
  return vd_export_check(w->out, err);
}

static void put_some(vd_json_out *j, const char *key, vd_view text) {
  if (text.len != 0)
    vd_json_member(j, key, text);
}

static void put_id(vd_json_out *j, const vd_walk_id *id) {
  vd_json_member(j, "kind", vd_view_of(vd_node_kind_text(id->kind)));
  vd_json_member(j, "key", id->key);
}

static void put_end(vd_json_out *j, const char *key, const vd_walk_id *id) {
  vd_json_key(j, key);
  vd_json_open(j, '{');
  put_id(j, id);
  vd_json_close(j, '}');
}

// ---- head --------------------------------------------------------------------------------------

static vd_code put_head(writer *w, const vd_export_request *q, vd_error *err) {
  vd_json_out *j = begin_line(w, "graph");
  vd_json_key(j, "version");
  vd_json_int(j, 1);
  vd_view_date_json(j, "as_of", q->part.as_of);
  vd_json_key(j, "whole");
  vd_json_bool(j, q->part.around == 0 && q->part.kinds == 0);
  return end_line(w, err);
}

static vd_code put_sources(writer *w, vd_walk *walk, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_walk_sources sources;
  VD_TRY(vd_walk_sources_read(walk, &a, &sources, err));
  for (size_t i = 0; i < sources.count; i++) {
    const vd_walk_source *s = &sources.at[i];
    vd_json_out *j = begin_line(w, "source");
    vd_json_member(j, "source", s->name);
    vd_json_key(j, "rank");
    vd_json_int(j, s->rank);
    put_some(j, "version", s->version);
    put_some(j, "date", s->date);
    put_some(j, "licence", s->licence);
    put_some(j, "url", s->url);
    VD_TRY(end_line(w, err));
  }
  return VD_OK;
}

// ---- nodes -------------------------------------------------------------------------------------

static void put_definition(vd_json_out *j, const vd_walk_definition *d) {
  vd_json_open(j, '{');
  put_some(j, "name", d->name);
  put_some(j, "class", d->class);
  if (d->position != 0) {
    vd_json_key(j, "position");
    vd_json_int(j, d->position);
  }
  put_some(j, "text", d->text);
  vd_export_put_origin(j, &d->origin);
  vd_json_close(j, '}');
}

static void put_property(vd_json_out *j, const vd_walk_property *p) {
  vd_json_open(j, '{');
  vd_json_member(j, "name", p->name);
  vd_json_member(j, "value", p->value);
  vd_export_put_origin(j, &p->origin);
  vd_json_close(j, '}');
}

static void put_statements(vd_json_out *j, const vd_walk_node *n) {
  vd_json_key(j, "definitions");
  vd_json_open(j, '[');
  for (size_t i = 0; i < n->definitions.count; i++)
    put_definition(j, &n->definitions.at[i]);
  vd_json_close(j, ']');
  vd_json_key(j, "properties");
  vd_json_open(j, '[');
  for (size_t i = 0; i < n->properties.count; i++)
    put_property(j, &n->properties.at[i]);
  vd_json_close(j, ']');
}

static vd_code put_node(void *ctx, const vd_walk_node *n, vd_error *err) {
  writer *w = ctx;
  vd_json_out *j = begin_line(w, "node");
  put_id(j, &n->self);
  if (n->canon.id != n->self.id)
    put_end(j, "stands_for", &n->canon);
  put_some(j, "name", n->name);
  put_some(j, "class", n->class);
  if (n->epss >= 0) {
    vd_json_key(j, "epss");
    vd_json_real(j, (double)n->epss / 1e5, 5);
    vd_json_key(j, "epss_percentile");
    vd_json_real(j, (double)n->percentile / 1e5, 5);
  }
  put_statements(j, n);
  return end_line(w, err);
}

// ---- edges and documents -----------------------------------------------------------------------

static vd_code put_edge(void *ctx, const vd_walk_edge *e, vd_error *err) {
  writer *w = ctx;
  vd_json_out *j = begin_line(w, "edge");
  vd_json_member(j, "kind", vd_view_of(vd_edge_kind_text(e->kind)));
  put_end(j, "src", &e->src);
  put_end(j, "dst", &e->dst);
  if (e->context.id != 0)
    put_end(j, "context", &e->context);
  vd_json_member(j, "method", e->method);
  vd_json_key(j, "confidence");
  vd_export_put_real(j, e->confidence);
  put_some(j, "evidence", e->evidence);
  vd_export_put_origin(j, &e->origin);
  return end_line(w, err);
}

static vd_code put_record(void *ctx, const vd_walk_record *r, vd_error *err) {
  writer *w = ctx;
  vd_json_out *j = begin_line(w, "document");
  vd_json_member(j, "source", r->source);
  vd_json_member(j, "document", r->document);
  put_some(j, "place", r->place);
  if (r->date != 0)
    vd_view_date_json(j, "date", r->date);
  vd_view_date_json(j, "since", r->since);
  return end_line(w, err);
}

static vd_code put_all(writer *w, vd_walk *walk, vd_error *err) {
  VD_TRY(put_sources(w, walk, err));
  VD_TRY(vd_walk_nodes(walk, put_node, w, err));
  VD_TRY(vd_walk_edges(walk, put_edge, w, err));
  return vd_walk_records(walk, put_record, w, err);
}

vd_code vd_export_jsonl(const vd_export_request *q, const vd_export_files *files, vd_error *err) {
  VD_CLEANUP(vd_walk_close) vd_walk *walk = NULL;
  writer w = {0};
  vd_walk_query part = q->part;
  part.stated = true;
  VD_TRY(vd_walk_open(q->graph, &part, &walk, err));
  VD_TRY(files->open(files->ctx, NULL, &w.out, err));
  VD_TRY(put_head(&w, q, err));
  return put_all(&w, walk, err);
}
