// vedette graph export: settings to a request, texts to a file, a folder or standard output.
#include "cli/export.h"

#include "cli/run.h"
#include "graph/read.h"
#include "graph/table.h"
#include "report/export.h"

#include <errno.h>
#include <sys/stat.h>

// ---- settings ----------------------------------------------------------------------------------

typedef unsigned (*kind_by_name)(vd_view name);

static unsigned node_kind(vd_view name) { return vd_node_kind_by_name(name); }

static unsigned edge_kind(vd_view name) {
  for (unsigned k = 0; k < VD_EDGE_KIND_COUNT; k++)
    if (vd_view_ieq(name, vd_view_of(vd_edge_kind_text(k))))
      return k;
  return VD_EDGE_KIND_COUNT;
}

// "a,b" as a set of kinds, of which there are `count`.
static vd_code parse_kinds(const char *option, const char *text, unsigned count, uint64_t *out,
                           vd_error *err) {
  kind_by_name find = count == VD_NODE_KIND_COUNT ? node_kind : edge_kind;
  vd_view rest = text == NULL ? (vd_view){0} : vd_view_of(text);
  while (rest.len != 0) {
    vd_view name = vd_view_cut(&rest, ',');
    unsigned kind = find(name);
    if (kind >= count)
      return vd_fail(err, VD_USAGE, "%s: no kind '%.*s'; 'vedette graph stats' shows them", option,
                     VD_ARG(vd_view_first(name, 60)));
    *out |= UINT64_C(1) << kind;
  }
  return VD_OK;
}

static vd_code parse_hops(const vd_settings *s, unsigned *out, vd_error *err) {
  uint64_t n = 1;
  if (s->hops != NULL && (!vd_view_u64(vd_view_of(s->hops), &n) || n > VD_AROUND_HOPS_MAX))
    return vd_fail(err, VD_USAGE, "--hops takes a whole number from 0 to %d, not '%.40s'",
                   VD_AROUND_HOPS_MAX, s->hops);
  if (s->hops != NULL && s->around == NULL)
    return vd_fail(err, VD_USAGE, "--hops goes with --around NODE");
  *out = (unsigned)n;
  return VD_OK;
}

static vd_code parse_packages(vd_arena *a, const char *text, vd_views *out, vd_error *err) {
  vd_view rest = text == NULL ? (vd_view){0} : vd_view_of(text);
  while (rest.len != 0) {
    vd_view *slot = vd_vec_push(a, out);
    if (slot == NULL)
      return vd_fail(err, VD_NOMEM, "no memory");
    *slot = vd_view_cut(&rest, ',');
  }
  return VD_OK;
}

static vd_code parse_by(const vd_settings *s, bool *by_confidence, vd_error *err) {
  if (s->by != NULL && strcmp(s->by, "count") != 0 && strcmp(s->by, "confidence") != 0)
    return vd_fail(err, VD_USAGE, "--by takes count or confidence, not '%.40s'", s->by);
  *by_confidence = s->by != NULL && strcmp(s->by, "confidence") == 0;
  return VD_OK;
}

static vd_code parse(const vd_settings *s, vd_arena *a, vd_export_request *q, vd_error *err) {
  q->part.as_of = s->as_of == NULL ? 0 : vd_date_number(vd_view_of(s->as_of));
  if (s->as_of != NULL && q->part.as_of == 0)
    return vd_fail(err, VD_USAGE, "--as-of takes YYYY-MM-DD, not '%.40s'", s->as_of);
  q->standard = s->standard;
  q->framework = s->domain == NULL ? (vd_view){0} : vd_view_of(s->domain);
  VD_TRY(parse_kinds("--kind", s->kind, VD_NODE_KIND_COUNT, &q->part.kinds, err));
  VD_TRY(parse_kinds("--edge", s->edge, VD_EDGE_KIND_COUNT, &q->edges, err));
  VD_TRY(parse_hops(s, &q->part.hops, err));
  VD_TRY(parse_by(s, &q->by_confidence, err));
  return parse_packages(a, s->packages, &q->packages, err);
}

// NULL, with err filled, when the command line asks for none.
static const vd_export *find_format(const vd_settings *s, vd_error *err) {
  const vd_export *e = s->format == NULL ? NULL : vd_export_by_name(vd_view_of(s->format));
  if (s->operand_count != 1)
    (void)vd_fail(err, VD_USAGE, "usage: vedette graph export --format FORMAT");
  else if (e == NULL)
    (void)vd_fail(err, VD_USAGE,
                  "--format takes jsonl, stix, graphml, neo4j or navigator for an export");
  else if (e->place == VD_EXPORT_FOLDER && s->output == NULL)
    (void)vd_fail(err, VD_USAGE, "%s writes several files: give --output FOLDER", e->name);
  else
    return e;
  return NULL;
}

// ---- places ------------------------------------------------------------------------------------

enum { FILES_MAX = VD_NODE_KIND_COUNT + VD_EDGE_KIND_COUNT };

typedef struct place {
  const char *output; // NULL: standard output
  size_t count;
  char names[FILES_MAX][64];   // of the files of a folder
  char paths[FILES_MAX][4096]; // borrowed by outputs
  vd_output outputs[FILES_MAX];
  vd_buf texts[FILES_MAX];
} place;

static void close_place(place *const *p) {
  for (size_t i = 0; *p != NULL && i < (*p)->count; i++) {
    vd_output_discard(&(*p)->outputs[i]);
    vd_buf_free(&(*p)->texts[i]);
  }
}

// A file of its own for each name; a stream is the output itself.
static vd_code open_text(void *ctx, const char *name, vd_buf **out, vd_error *err) {
  place *p = ctx;
  size_t i = p->count;
  if (i == FILES_MAX)
    return vd_fail(err, VD_LIMIT, "too many files in one export");
  const char *path = p->output;
  if (name != NULL) {
    (void)snprintf(p->names[i], sizeof p->names[i], "%s", name);
    if (snprintf(p->paths[i], sizeof p->paths[i], "%s/%s", p->output, name) >=
        (int)sizeof p->paths[i])
      return vd_fail(err, VD_LIMIT, "the path of the folder is too long");
    path = p->paths[i];
  }
  VD_TRY(vd_output_open(&p->outputs[i], path, err));
  p->texts[i] = VD_BUF(VD_REPORT_BYTES_MAX);
  p->texts[i].sink = p->outputs[i].stream;
  p->count++;
  *out = &p->texts[i];
  return VD_OK;
}

static vd_code make_folder(const char *path, vd_error *err) {
  if (mkdir(path, 0777) == 0 || errno == EEXIST)
    return VD_OK;
  return vd_fail(err, VD_IO, "cannot make the folder '%.150s': %s", path, strerror(errno));
}

static vd_code finish(place *p, vd_error *err) {
  for (size_t i = 0; i < p->count; i++) {
    vd_buf_flush(&p->texts[i]);
    if (p->texts[i].failed && ferror(p->outputs[i].stream) == 0)
      return vd_fail(err, VD_NOMEM, "no memory for the export");
  }
  for (size_t i = 0; i < p->count; i++)
    VD_TRY(vd_output_commit(&p->outputs[i], err));
  return VD_OK;
}

// How to read the files; the separator of lists is the one that no value has.
static void say_how(const place *p) {
  fprintf(stderr, "neo4j-admin database import full neo4j --multiline-fields=true "
                  "--array-delimiter=U+001F");
  for (size_t i = 0; i < p->count; i++)
    fprintf(stderr, " \\\n  --%s=%s",
            strncmp(p->names[i], "nodes-", 6) == 0 ? "nodes" : "relationships", p->names[i]);
  fputs("\n", stderr);
}

// ---- the verb ----------------------------------------------------------------------------------

static vd_code open_graph(const vd_settings *s, vd_arena *a, vd_export_request *q, vd_graph **g,
                          vd_error *err) {
  char path[4096];
  VD_TRY(vd_knowledge_path(s->db, path, sizeof path, err));
  VD_TRY(vd_graph_open(path, VD_GRAPH_READ, g, err));
  q->graph = *g;
  if (s->around == NULL)
    return VD_OK;
  vd_node node;
  VD_TRY(vd_node_find(*g, a, vd_view_of(s->around), &node, err));
  q->part.around = node.id;
  return VD_OK;
}

// Asks the format for its texts, then puts every file in its place.
static vd_code deliver(const vd_export *format, const vd_export_request *q, place *p,
                       vd_error *err) {
  vd_export_files files = {p, open_text};
  if (format->place == VD_EXPORT_FOLDER)
    VD_TRY(make_folder(p->output, err));
  VD_TRY(format->write(q, &files, err));
  return finish(p, err);
}

static vd_code export_graph(const vd_settings *s, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  VD_CLEANUP(close_place) place *p = vd_new(&a, place);
  vd_export_request q = {0};
  const vd_export *format = find_format(s, err);
  if (format == NULL)
    return VD_USAGE;
  if (p == NULL)
    return vd_fail(err, VD_NOMEM, "no memory");
  p->output = s->output;
  VD_TRY(parse(s, &a, &q, err));
  VD_TRY(open_graph(s, &a, &q, &g, err));
  VD_TRY(deliver(format, &q, p, err));
  if (format->place == VD_EXPORT_FOLDER && !s->quiet)
    say_how(p);
  return VD_OK;
}

int vd_graph_export(const vd_settings *s) {
  vd_error err = {0};
  return export_graph(s, &err) == VD_OK ? VD_EXIT_CLEAN : vd_die(&err);
}
