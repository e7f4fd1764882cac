// A layer of the ATT&CK Navigator (format 4.5): how many nodes, or how surely, lead to each
// technique of one framework by the kinds of edge asked for.
#include "graph/read.h"
#include "report/export/export.h"

enum { SHOWN = 10 }; // nodes named in the comment of a technique

typedef struct lead { // a node that leads to the technique
  int64_t id;
  vd_view key;
  double confidence;
} lead;

typedef struct layer {
  vd_export_request q; // with defaults filled in
  vd_walk *techniques;
  vd_walk *counted; // the nodes that count
  vd_json_out j;
  double most; // highest score
  vd_arena kept;
  VD_VEC(int64_t) affecting; // flaws of the packages asked for, by id
  vd_arena arena;            // of the technique under way
  VD_VEC(lead) leads;
  vd_views tactics;
} layer;

static void free_layer(layer *l) {
  vd_walk_close(&l->techniques);
  vd_walk_close(&l->counted);
  vd_arena_free(&l->kept);
  vd_arena_free(&l->arena);
}

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the export");
}

// ---- the frameworks ----------------------------------------------------------------------------

typedef struct framework {
  const char *class, *domain, *source, *version; // version: what the layer calls that of the source
} framework;

static const framework frameworks[] = {
    {"attack", "enterprise-attack", "attack", "attack_version"},
    {"atlas", "atlas-atlas", "atlas", "atlas_data_version"},
    {"attack-ics", "ics-attack", "attack_ics", "attack_version"},
    {"attack-mobile", "mobile-attack", "attack_mobile", "attack_version"},
};

static const framework *framework_of(vd_view class) {
  for (size_t i = 0; i < VD_COUNT(frameworks); i++)
    if (vd_view_eq(class, vd_view_of(frameworks[i].class)))
      return &frameworks[i];
  return NULL;
}

// ---- what counts -------------------------------------------------------------------------------

static int by_number(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static vd_code add_affecting(void *ctx, const vd_walk_neighbour *n, vd_error *err) {
  layer *l = ctx;
  if (n->kind != VD_EDGE_AFFECTS || n->outgoing)
    return VD_OK;
  int64_t *slot = vd_vec_push(&l->kept, &l->affecting);
  if (slot == NULL)
    return no_memory(err);
  *slot = n->node.id;
  return VD_OK;
}

static vd_code find_affecting(layer *l, vd_error *err) {
  for (size_t i = 0; i < l->q.packages.count; i++) {
    vd_node package;
    VD_TRY(vd_node_find(l->q.graph, &l->kept, l->q.packages.at[i], &package, err));
    VD_TRY(vd_walk_near(l->counted, package.id, add_affecting, l, err));
  }
  if (l->affecting.count > 1)
    qsort(l->affecting.at, l->affecting.count, sizeof *l->affecting.at, by_number);
  return VD_OK;
}

static bool counts(const layer *l, const vd_walk_neighbour *n) {
  if (n->outgoing || (l->q.edges >> n->kind & 1) == 0 || !vd_walk_has(l->counted, n->node.id))
    return false;
  return l->q.packages.count == 0 ||
         (l->affecting.count != 0 && bsearch(&n->node.id, l->affecting.at, l->affecting.count,
                                             sizeof *l->affecting.at, by_number) != NULL);
}

static vd_code add_tactic(layer *l, const vd_walk_neighbour *n, vd_error *err) {
  vd_view phase = vd_export_phase(&l->arena, n->name.len != 0 ? n->name : n->node.key);
  vd_view *slot = vd_vec_push(&l->arena, &l->tactics);
  if (phase.ptr == NULL || slot == NULL)
    return no_memory(err);
  *slot = phase;
  return VD_OK;
}

static vd_code look_around(void *ctx, const vd_walk_neighbour *n, vd_error *err) {
  layer *l = ctx;
  if (n->outgoing && n->kind == VD_EDGE_ACHIEVES)
    return add_tactic(l, n, err);
  if (!counts(l, n))
    return VD_OK;
  lead *slot = vd_vec_push(&l->arena, &l->leads);
  if (slot == NULL)
    return no_memory(err);
  *slot = (lead){n->node.id, vd_arena_copy(&l->arena, n->node.key), n->confidence};
  return slot->key.ptr == NULL ? no_memory(err) : VD_OK;
}

// ---- one technique -----------------------------------------------------------------------------

static int by_id(const void *pa, const void *pb) {
  const lead *a = pa, *b = pb;
  if (a->id != b->id)
    return a->id < b->id ? -1 : 1;
  return (a->confidence < b->confidence) - (a->confidence > b->confidence);
}

static int by_confidence(const void *pa, const void *pb) {
  const lead *a = pa, *b = pb;
  if (a->confidence != b->confidence)
    return a->confidence > b->confidence ? -1 : 1;
  return vd_view_cmp(a->key, b->key);
}

// Each node once, by its best edge; most confident first.
static void rank_leads(layer *l) {
  size_t kept = 1;
  lead *at = l->leads.at;
  qsort(at, l->leads.count, sizeof *at, by_id);
  for (size_t i = 1; i < l->leads.count; i++)
    if (at[i].id != at[kept - 1].id)
      at[kept++] = at[i];
  l->leads.count = kept;
  qsort(at, kept, sizeof *at, by_confidence);
}

static void put_comment(layer *l) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  for (size_t i = 0; i < l->leads.count && i < SHOWN; i++) {
    vd_buf_put(&b, i == 0 ? VD_VIEW("") : VD_VIEW(", "));
    vd_buf_put(&b, l->leads.at[i].key);
    vd_buf_printf(&b, " (%d %%)", (int)(l->leads.at[i].confidence * 100 + 0.5));
  }
  if (l->leads.count > SHOWN)
    vd_buf_printf(&b, " and %zu more", l->leads.count - SHOWN);
  vd_json_member(&l->j, "comment", vd_buf_view(&b));
}

static void put_technique(layer *l, vd_view id, vd_view tactic) {
  double best = l->leads.at[0].confidence;
  double score = l->q.by_confidence ? (int)(best * 100 + 0.5) : (double)l->leads.count;
  l->most = score > l->most ? score : l->most;
  vd_json_open(&l->j, '{');
  vd_json_member(&l->j, "techniqueID", id);
  if (tactic.len != 0)
    vd_json_member(&l->j, "tactic", tactic);
  vd_json_key(&l->j, "score");
  vd_json_int(&l->j, (int64_t)score);
  put_comment(l);
  vd_json_close(&l->j, '}');
}

static vd_code visit_technique(void *ctx, const vd_walk_node *n, vd_error *err) {
  layer *l = ctx;
  if (!vd_view_eq(n->class, l->q.framework))
    return VD_OK;
  vd_arena_free(&l->arena);
  l->leads.count = l->leads.cap = l->tactics.count = l->tactics.cap = 0;
  VD_TRY(vd_walk_near(l->techniques, n->self.id, look_around, l, err));
  if (l->leads.count == 0)
    return VD_OK;
  rank_leads(l);
  vd_export_unique(&l->tactics);
  if (l->tactics.count == 0)
    put_technique(l, n->self.key, (vd_view){0});
  for (size_t i = 0; i < l->tactics.count; i++)
    put_technique(l, n->self.key, l->tactics.at[i]);
  return vd_export_check(l->j.buf, err);
}

// ---- the layer ---------------------------------------------------------------------------------

static vd_view version_of(const vd_walk_sources *sources, const framework *f) {
  for (size_t i = 0; i < sources->count; i++)
    if (vd_view_eq(sources->at[i].name, vd_view_of(f->source)))
      return sources->at[i].version;
  return (vd_view){0};
}

// ATT&CK's own version decides which matrix the Navigator shows; another's is only said.
static void put_versions(layer *l, const framework *f, vd_view version) {
  vd_json_out *j = &l->j;
  bool attack = strcmp(f->class, "atlas") != 0;
  vd_json_key(j, "versions");
  vd_json_open(j, '{');
  if (attack && version.len != 0) {
    vd_view rest = version;
    vd_json_member(j, "attack", vd_view_cut(&rest, '.'));
  }
  vd_json_member(j, "navigator", VD_VIEW("4.9.0")); // the first that reads 4.5
  vd_json_member(j, "layer", VD_VIEW("4.5"));
  vd_json_close(j, '}');
  if (version.len == 0)
    return;
  vd_json_key(j, "metadata");
  vd_json_open(j, '[');
  vd_json_open(j, '{');
  vd_json_member(j, "name", vd_view_of(f->version));
  vd_json_member(j, "value", version);
  vd_json_close(j, '}');
  vd_json_close(j, ']');
}

static void put_names(vd_buf *b, uint64_t set, bool edges) {
  unsigned count = edges ? VD_EDGE_KIND_COUNT : VD_NODE_KIND_COUNT;
  for (unsigned k = 0, n = 0; k < count; k++)
    if ((set >> k & 1) != 0)
      vd_buf_printf(b, "%s%s", n++ == 0 ? "" : ", ",
                    edges ? vd_edge_kind_text(k) : vd_node_kind_text(k));
}

static void put_description(layer *l) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_buf_put(&b, l->q.by_confidence ? VD_VIEW("Score: best confidence in percent of any ")
                                    : VD_VIEW("Score: number of nodes of the kind "));
  put_names(&b, l->q.part.kinds, false);
  vd_buf_put(&b, VD_VIEW(" that leads to the technique by "));
  put_names(&b, l->q.edges, true);
  for (size_t i = 0; i < l->q.packages.count; i++) {
    vd_buf_put(&b, i == 0 ? VD_VIEW(", and affects ") : VD_VIEW(" or "));
    vd_buf_put(&b, l->q.packages.at[i]);
  }
  vd_json_member(&l->j, "description", vd_buf_view(&b));
}

static void put_gradient(layer *l) {
  static const char *const colours[] = {"#fff3e0", "#fb8c00", "#b71c1c"};
  vd_json_out *j = &l->j;
  vd_json_key(j, "gradient");
  vd_json_open(j, '{');
  vd_json_key(j, "colors");
  vd_json_open(j, '[');
  for (size_t i = 0; i < VD_COUNT(colours); i++)
    vd_json_text(j, vd_view_of(colours[i]));
  vd_json_close(j, ']');
  vd_json_key(j, "minValue");
  vd_json_int(j, 0);
  vd_json_key(j, "maxValue");
  vd_json_int(j, l->most < 1 ? 1 : (int64_t)l->most);
  vd_json_close(j, '}');
}

static void put_layout(vd_json_out *j) {
  vd_json_key(j, "sorting");
  vd_json_int(j, 3); // highest score first
  vd_json_key(j, "layout");
  vd_json_open(j, '{');
  vd_json_member(j, "layout", VD_VIEW("side"));
  vd_json_key(j, "showID");
  vd_json_bool(j, true);
  vd_json_member(j, "expandedSubtechniques", VD_VIEW("annotated"));
  vd_json_close(j, '}');
}

static vd_code put_layer(layer *l, const framework *f, vd_error *err) {
  vd_walk_sources sources;
  VD_TRY(vd_walk_sources_read(l->techniques, &l->kept, &sources, err));
  vd_json_open(&l->j, '{');
  vd_json_member(&l->j, "name", VD_VIEW("vedette"));
  put_versions(l, f, version_of(&sources, f));
  vd_json_member(&l->j, "domain", vd_view_of(f->domain));
  put_description(l);
  put_layout(&l->j);
  vd_json_key(&l->j, "techniques");
  vd_json_open(&l->j, '[');
  VD_TRY(vd_walk_nodes(l->techniques, visit_technique, l, err));
  vd_json_close(&l->j, ']');
  put_gradient(l);
  vd_json_close(&l->j, '}');
  vd_buf_put_c(l->j.buf, '\n');
  return vd_export_check(l->j.buf, err);
}

// Unless the request says otherwise, vulnerabilities count that are mapped to a technique of
// ATT&CK.
static vd_export_request with_defaults(const vd_export_request *given) {
  vd_export_request q = *given;
  if (q.part.kinds == 0)
    q.part.kinds = UINT64_C(1) << VD_NODE_VULNERABILITY;
  if (q.edges == 0)
    q.edges = UINT64_C(1) << VD_EDGE_MAPS_TO;
  if (q.framework.len == 0)
    q.framework = vd_view_of(frameworks[0].class);
  return q;
}

vd_code vd_export_navigator(const vd_export_request *q, const vd_export_files *files,
                            vd_error *err) {
  vd_walk_query every = {.as_of = q->part.as_of, .kinds = UINT64_C(1) << VD_NODE_TECHNIQUE};
  VD_CLEANUP(free_layer)
  layer l = {.q = with_defaults(q),
             .j = {.pretty = true},
             .kept = VD_ARENA(VD_FILE_MEMORY_MAX),
             .arena = VD_ARENA(VD_CLASS_MEMORY_MAX)};
  const framework *f = framework_of(l.q.framework);
  if (f == NULL)
    return vd_fail(err, VD_USAGE,
                   "no framework '%.*s' has a Navigator: attack, atlas, "
                   "attack-ics, attack-mobile have",
                   VD_ARG(vd_view_first(l.q.framework, 40)));
  VD_TRY(vd_walk_open(q->graph, &every, &l.techniques, err));
  VD_TRY(vd_walk_open(q->graph, &l.q.part, &l.counted, err));
  VD_TRY(find_affecting(&l, err));
  VD_TRY(files->open(files->ctx, NULL, &l.j.buf, err));
  return put_layer(&l, f, err);
}
