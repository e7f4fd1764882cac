// GraphML: one directed graph, every datum typed by a key. Ids of nodes are those of their rows, so
// that they are names as XML wants them; kind and key are data.
#include "report/export/export.h"
#include "report/graph/view.h"

typedef struct writer {
  vd_buf *out;
  vd_arena arena; // of the node being written
} writer;

static void free_writer(writer *w) { vd_arena_free(&w->arena); }

// ---- XML ---------------------------------------------------------------------------------------

// Code points that XML 1.0 cannot hold, not even as a reference.
static bool is_forbidden(uint32_t cp) {
  return (cp < 0x20 && cp != '\t' && cp != '\n' && cp != '\r') || cp == 0xFFFE || cp == 0xFFFF;
}

// Written as a reference: markup, what a parser would normalise, and what reorders or hides text.
static bool is_referred(uint32_t cp) {
  return cp == '&' || cp == '<' || cp == '>' || cp == '"' || cp == '\r' ||
         (cp >= 0x7F && cp < 0xA0) || cp == 0x61C || (cp >= 0x200B && cp <= 0x200F) ||
         (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

static void put_xml(vd_buf *b, vd_view text) {
  while (text.len != 0) {
    uint32_t cp = 0;
    size_t n = vd_utf8_decode(text, &cp);
    if (n == 0 || is_forbidden(cp))
      vd_buf_put(b, VD_VIEW("\xEF\xBF\xBD"));
    else if (is_referred(cp))
      vd_buf_printf(b, "&#%u;", (unsigned)cp);
    else
      vd_buf_put(b, vd_view_first(text, n));
    text = vd_view_from(text, n == 0 ? 1 : n);
  }
}

static void put_data(writer *w, const char *key, vd_view text) {
  if (text.len == 0)
    return;
  vd_buf_printf(w->out, "<data key=\"%s\">", key);
  put_xml(w->out, text);
  vd_buf_put(w->out, VD_VIEW("</data>"));
}

// Like a JSON number: no locale, and nothing else is to be escaped.
static void put_real(writer *w, const char *key, double x, bool all_digits) {
  vd_json_out j = {.buf = w->out};
  vd_buf_printf(w->out, "<data key=\"%s\">", key);
  if (all_digits)
    vd_export_put_real(&j, x);
  else
    vd_json_real(&j, x, 5);
  vd_buf_put(w->out, VD_VIEW("</data>"));
}

// ---- keys --------------------------------------------------------------------------------------

static void put_key(writer *w, const char *of, const char *name, const char *type) {
  vd_buf_printf(w->out, "<key id=\"%s_%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n", of,
                name, of, name, type);
}

static void put_property_key(writer *w, vd_view name) {
  vd_buf_put(w->out, VD_VIEW("<key id=\"p_"));
  put_xml(w->out, name);
  vd_buf_printf(w->out, "\" for=\"node\" attr.name=\"%s", vd_export_prefix(name));
  put_xml(w->out, name);
  vd_buf_put(w->out, VD_VIEW("\" attr.type=\"string\"/>\n"));
}

static vd_code put_keys(writer *w, vd_walk *walk, vd_error *err) {
  static const char *const node[] = {"kind", "key", "name", "class", "aliases", "description"};
  static const char *const edge[] = {"kind",  "method",  "source",  "document",
                                     "since", "context", "evidence"};
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_walk_names names;
  VD_TRY(vd_walk_names_read(walk, &a, &names, err));
  for (size_t i = 0; i < VD_COUNT(node); i++)
    put_key(w, "node", node[i], "string");
  put_key(w, "node", "defined", "boolean");
  put_key(w, "node", "epss", "double");
  put_key(w, "node", "epss_percentile", "double");
  for (size_t i = 0; i < names.count; i++)
    if (i == 0 || !vd_view_eq(names.at[i].name, names.at[i - 1].name))
      put_property_key(w, names.at[i].name);
  for (size_t i = 0; i < VD_COUNT(edge); i++)
    put_key(w, "edge", edge[i], "string");
  put_key(w, "edge", "confidence", "double");
  return vd_export_check(w->out, err);
}

// ---- nodes -------------------------------------------------------------------------------------

// Several values of one datum stand on lines of their own.
static void put_line(writer *w, size_t at, vd_view value) {
  if (at != 0)
    vd_buf_put_c(w->out, '\n');
  put_xml(w->out, value);
}

static vd_code put_properties(writer *w, const vd_walk_node *n, vd_error *err) {
  vd_views values;
  vd_view name;
  for (size_t at = 0; vd_export_values(&w->arena, n, &at, &name, &values);) {
    if (values.at == NULL)
      return vd_fail(err, VD_NOMEM, "no memory for the export");
    vd_buf_put(w->out, VD_VIEW("<data key=\"p_"));
    put_xml(w->out, name);
    vd_buf_put(w->out, VD_VIEW("\">"));
    for (size_t i = 0; i < values.count; i++)
      put_line(w, i, values.at[i]);
    vd_buf_put(w->out, VD_VIEW("</data>"));
  }
  return VD_OK;
}

static void put_aliases(writer *w, const vd_walk_node *n) {
  if (n->aliases.count == 0)
    return;
  vd_buf_put(w->out, VD_VIEW("<data key=\"node_aliases\">"));
  for (size_t i = 0; i < n->aliases.count; i++)
    put_line(w, i, n->aliases.at[i].key);
  vd_buf_put(w->out, VD_VIEW("</data>"));
}

static vd_code put_node(void *ctx, const vd_walk_node *n, vd_error *err) {
  writer *w = ctx;
  vd_arena_free(&w->arena);
  vd_buf_printf(w->out, "<node id=\"n%lld\">", (long long)n->self.id);
  put_data(w, "node_kind", vd_view_of(vd_node_kind_text(n->self.kind)));
  put_data(w, "node_key", n->self.key);
  put_data(w, "node_name", n->name);
  put_data(w, "node_class", n->class);
  put_aliases(w, n);
  put_data(w, "node_defined", n->definitions.count != 0 ? VD_VIEW("true") : VD_VIEW("false"));
  if (n->epss >= 0) {
    put_real(w, "node_epss", (double)n->epss / 1e5, false);
    put_real(w, "node_epss_percentile", (double)n->percentile / 1e5, false);
  }
  VD_TRY(put_properties(w, n, err));
  put_data(w, "node_description", vd_export_text(n));
  vd_buf_put(w->out, VD_VIEW("</node>\n"));
  return vd_export_check(w->out, err);
}

// ---- edges -------------------------------------------------------------------------------------

static vd_code put_edge(void *ctx, const vd_walk_edge *e, vd_error *err) {
  writer *w = ctx;
  char day[16];
  vd_buf_printf(w->out, "<edge id=\"e%lld\" source=\"n%lld\" target=\"n%lld\">",
                (long long)e->statement, (long long)e->src.id, (long long)e->dst.id);
  put_data(w, "edge_kind", vd_view_of(vd_edge_kind_text(e->kind)));
  put_data(w, "edge_method", e->method);
  put_data(w, "edge_source", e->origin.source);
  put_data(w, "edge_document", e->origin.document);
  put_data(w, "edge_since", vd_view_date(day, e->origin.since));
  put_data(w, "edge_context", e->context.key);
  put_data(w, "edge_evidence", e->evidence);
  put_real(w, "edge_confidence", e->confidence, true);
  vd_buf_put(w->out, VD_VIEW("</edge>\n"));
  return vd_export_check(w->out, err);
}

vd_code vd_export_graphml(const vd_export_request *q, const vd_export_files *files, vd_error *err) {
  VD_CLEANUP(vd_walk_close) vd_walk *walk = NULL;
  VD_CLEANUP(free_writer) writer w = {.arena = VD_ARENA(VD_CLASS_MEMORY_MAX)};
  VD_TRY(vd_walk_open(q->graph, &q->part, &walk, err));
  VD_TRY(files->open(files->ctx, NULL, &w.out, err));
  vd_buf_put(w.out, VD_VIEW("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                            "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"));
  VD_TRY(put_keys(&w, walk, err));
  vd_buf_put(w.out, VD_VIEW("<graph id=\"vedette\" edgedefault=\"directed\">\n"));
  VD_TRY(vd_walk_nodes(walk, put_node, &w, err));
  VD_TRY(vd_walk_edges(walk, put_edge, &w, err));
  vd_buf_put(w.out, VD_VIEW("</graph>\n</graphml>\n"));
  return vd_export_check(w.out, err);
}
