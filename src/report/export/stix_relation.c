// Edges as STIX relationships: one for each kind of edge, pair of objects and source, with every
// statement of it inside.
#include "report/export/stix.h"

typedef struct statement {
  vd_edge_kind kind;
  int64_t id, other_id; // of the edge; of the node at its other end
  char other[VD_STIX_ID];
  bool reversed;    // the object at the other end is the source of the relationship
  const char *type; // of the relationship
  vd_view source, method, document, evidence, context;
  double confidence;
  int64_t since;
} statement;

typedef struct collector { // statements of the edges that leave one node
  vd_stix *s;
  vd_arena arena;
  int64_t src;
  char src_id[VD_STIX_ID];
  VD_VEC(statement) statements;
} collector;

static void free_collector(collector *c) { vd_arena_free(&c->arena); }

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the export");
}

// ---- vocabulary --------------------------------------------------------------------------------

typedef struct rule {
  vd_edge_kind kind;
  vd_node_kind from; // COUNT: any
  const char *type;
  bool reversed;
} rule;

// Edges that STIX has a word for; the first that fits. All others are "related-to".
static const rule rules[] = {
    {VD_EDGE_AFFECTS, VD_NODE_VULNERABILITY, "has", true},
    {VD_EDGE_MAPS_TO, VD_NODE_VULNERABILITY, "targets", true},
    {VD_EDGE_EXPLOITS, VD_NODE_EXPLOIT, "targets", false},
    {VD_EDGE_TARGETS, VD_NODE_KIND_COUNT, "targets", false},
    {VD_EDGE_USES, VD_NODE_ACTOR, "uses", false},
    {VD_EDGE_USES, VD_NODE_SOFTWARE, "uses", false},
    {VD_EDGE_USES, VD_NODE_CAMPAIGN, "uses", false},
    {VD_EDGE_MITIGATES, VD_NODE_MITIGATION, "mitigates", false},
    {VD_EDGE_ATTRIBUTED_TO, VD_NODE_KIND_COUNT, "attributed-to", false},
    {VD_EDGE_CHILD_OF, VD_NODE_TECHNIQUE, "subtechnique-of", false},
};

static rule rule_of(const vd_walk_edge *e) {
  for (size_t i = 0; i < VD_COUNT(rules); i++)
    if (rules[i].kind == e->kind &&
        (rules[i].from == e->src.kind || rules[i].from == VD_NODE_KIND_COUNT))
      return rules[i];
  return (rule){.type = "related-to"};
}

// False for what objects hold themselves: phases, and what reports are about.
static bool is_relation(const vd_stix *s, const vd_walk_edge *e) {
  const char *from = vd_stix_type(s, &e->src), *to = vd_stix_type(s, &e->dst);
  return from != NULL && to != NULL && strcmp(from, "report") != 0 && strcmp(to, "report") != 0;
}

// ---- writing -----------------------------------------------------------------------------------

static int by_pair(const void *pa, const void *pb) {
  const statement *a = pa, *b = pb;
  if (a->kind != b->kind)
    return a->kind < b->kind ? -1 : 1;
  if (a->other_id != b->other_id)
    return a->other_id < b->other_id ? -1 : 1;
  int order = vd_view_cmp(a->source, b->source);
  return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

static bool same_relation(const statement *a, const statement *b) {
  return a->kind == b->kind && a->other_id == b->other_id && vd_view_eq(a->source, b->source);
}

static void put_statement(vd_json_out *j, const statement *t) {
  vd_json_open(j, '{');
  vd_json_member(j, "document", t->document);
  vd_json_member(j, "method", t->method);
  vd_json_key(j, "confidence");
  vd_export_put_real(j, t->confidence);
  if (t->evidence.len != 0)
    vd_json_member(j, "evidence", t->evidence);
  if (t->context.len != 0)
    vd_json_member(j, "context", t->context);
  vd_json_close(j, '}');
}

static void put_extension(vd_json_out *j, const statement *t, size_t count) {
  char id[VD_STIX_ID];
  vd_stix_extension_id(false, id);
  vd_json_key(j, "extensions");
  vd_json_open(j, '{');
  vd_json_key(j, id);
  vd_json_open(j, '{');
  vd_json_member(j, "extension_type", VD_VIEW("property-extension"));
  vd_json_member(j, "edge", vd_view_of(vd_edge_kind_text(t->kind)));
  vd_json_member(j, "source", t->source);
  vd_json_key(j, "statements");
  vd_json_open(j, '[');
  for (size_t i = 0; i < count; i++)
    put_statement(j, &t[i]);
  vd_json_close(j, ']');
  vd_json_close(j, '}');
  vd_json_close(j, '}');
}

static int percent(double confidence) {
  if (!(confidence > 0))
    return 0;
  return confidence >= 1 ? 100 : (int)(confidence * 100 + 0.5);
}

// The relationship of `count` statements that agree on kind, ends and source.
static vd_code put_relation(collector *c, const statement *t, size_t count, vd_error *err) {
  VD_SCOPED_BUF name = VD_BUF(VD_LINE_MAX);
  char id[VD_STIX_ID], by[VD_STIX_ID];
  int64_t first = t->since, last = t->since;
  double best = t->confidence;
  for (size_t i = 1; i < count; i++) {
    first = t[i].since < first ? t[i].since : first;
    last = t[i].since > last ? t[i].since : last;
    best = t[i].confidence > best ? t[i].confidence : best;
  }
  vd_buf_printf(&name, "relationship/%s/%s/%s/", vd_edge_kind_text(t->kind), c->src_id, t->other);
  vd_buf_put(&name, t->source);
  vd_stix_id("relationship", vd_buf_view(&name), id);
  vd_stix_source_id(t->source, by);
  vd_json_out *j = vd_stix_begin(c->s, "relationship", id);
  vd_json_member(j, "created_by_ref", vd_view_of(by));
  vd_stix_put_time(j, "created", first);
  vd_stix_put_time(j, "modified", last);
  vd_json_member(j, "relationship_type", vd_view_of(t->type));
  vd_json_member(j, "source_ref", vd_view_of(t->reversed ? t->other : c->src_id));
  vd_json_member(j, "target_ref", vd_view_of(t->reversed ? c->src_id : t->other));
  vd_json_key(j, "confidence");
  vd_json_int(j, percent(best));
  put_extension(j, t, count);
  return vd_stix_end(c->s, err);
}

static vd_code put_relations(collector *c, vd_error *err) {
  statement *at = c->statements.at;
  size_t n = c->statements.count;
  if (n > 1)
    qsort(at, n, sizeof *at, by_pair);
  for (size_t i = 0, count; i < n; i += count) {
    for (count = 1; i + count < n && same_relation(&at[i], &at[i + count]);)
      count++;
    VD_TRY(put_relation(c, &at[i], count, err));
  }
  vd_arena_free(&c->arena);
  c->statements.at = NULL;
  c->statements.count = c->statements.cap = 0;
  return VD_OK;
}

// ---- collecting --------------------------------------------------------------------------------

static bool copy_texts(collector *c, const vd_walk_edge *e, statement *t) {
  const vd_view from[] = {e->origin.source, e->method, e->origin.document, e->evidence,
                          e->context.key};
  vd_view *const to[] = {&t->source, &t->method, &t->document, &t->evidence, &t->context};
  for (size_t i = 0; i < VD_COUNT(from); i++) {
    *to[i] = vd_arena_copy(&c->arena, from[i]);
    if (to[i]->ptr == NULL)
      return false;
  }
  return true;
}

static vd_code visit_edge(void *ctx, const vd_walk_edge *e, vd_error *err) {
  collector *c = ctx;
  if (e->src.id != c->src) {
    VD_TRY(put_relations(c, err));
    c->src = e->src.id;
  }
  if (!is_relation(c->s, e))
    return VD_OK;
  statement *t = vd_vec_push(&c->arena, &c->statements);
  if (t == NULL)
    return no_memory(err);
  rule r = rule_of(e);
  *t = (statement){.kind = e->kind,
                   .id = e->statement,
                   .other_id = e->dst.id,
                   .reversed = r.reversed,
                   .type = r.type,
                   .confidence = e->confidence,
                   .since = e->origin.since};
  vd_stix_node_id(c->s, &e->dst, t->other);
  vd_stix_node_id(c->s, &e->src, c->src_id);
  return copy_texts(c, e, t) ? VD_OK : no_memory(err);
}

vd_code vd_stix_relations(vd_stix *s, vd_error *err) {
  VD_CLEANUP(free_collector) collector c = {.s = s, .arena = VD_ARENA(VD_CLASS_MEMORY_MAX)};
  VD_TRY(vd_walk_edges(s->walk, visit_edge, &c, err));
  return put_relations(&c, err);
}
