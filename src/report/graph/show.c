// graph show, graph neighbours: what is stated of one node and around it.
#include "report/graph/view.h"

enum {
  EDGES_SHOWN = 12,     // of each kind, for people
  EDGES_TOLD = 1000,    // of each kind, as JSON
  PROPERTIES_MAX = 500, // read of one node
  MEMBERS_MAX = 100,    // aliases read
  LABEL_WIDTH = 15,     // of the first column
  TEXT_SHOWN = 600,     // bytes of a description
};

typedef struct shown {
  vd_node node;
  vd_nodes members;
  vd_node_texts texts;
  vd_node_properties properties;
  vd_edge_groups groups;
} shown;

static vd_code look(const vd_graph_request *q, vd_arena *a, shown *out, vd_error *err) {
  VD_TRY(vd_node_find(q->g, a, vd_view_of(q->operands[0]), &out->node, err));
  vd_read_query query = {.node = out->node.id, .as_of = q->as_of, .limit = PROPERTIES_MAX};
  VD_TRY(vd_node_members(q->g, a, out->node.id, MEMBERS_MAX, &out->members, err));
  VD_TRY(vd_node_texts_read(q->g, a, &query, &out->texts, err));
  VD_TRY(vd_node_properties_read(q->g, a, &query, &out->properties, err));
  query.limit = q->limit != 0 ? q->limit : EDGES_TOLD;
  for (size_t i = 0; i < out->texts.count && out->node.name.len == 0; i++)
    out->node.name = out->texts.at[i].name; // an alias may be the one that is defined
  return vd_node_edges_read(q->g, a, &query, &out->groups, err);
}

// ---- for people ---------------------------------------------------------------------------------

static void put_members(vd_page *p, const vd_nodes *members) {
  for (size_t i = 1; i < members->count; i++) {
    vd_page_say(p, VD_INK_DIM, "%-19s", i == 1 ? "also" : "");
    vd_view_node(p, &members->at[i], LABEL_WIDTH);
    vd_page_end_line(p);
  }
}

static void put_text(vd_page *p, const vd_node_texts *texts) {
  for (size_t i = 0; i < texts->count; i++) {
    const vd_node_text *t = &texts->at[i];
    if (t->body.len == 0)
      continue;
    vd_view rest = vd_view_first(t->body, TEXT_SHOWN);
    vd_page_say(p, VD_INK_DIM, "%-19s", "described by");
    (void)vd_page_put(p, VD_INK_DIM, t->source, p->width - LABEL_WIDTH);
    vd_page_end_line(p);
    (void)vd_page_put(p, VD_INK_PLAIN, rest, 4 * p->width);
    vd_page_end_line(p);
    return;
  }
}

// One line a distinct value, with the sources that state it.
static void put_properties(vd_page *p, const vd_node_properties *list) {
  for (size_t i = 0; i < list->count; i++) {
    const vd_node_property *one = &list->at[i];
    bool before = false;
    for (size_t k = 0; k < i && !before; k++)
      before = vd_view_eq(list->at[k].name, one->name) && vd_view_eq(list->at[k].value, one->value);
    if (before)
      continue;
    vd_page_cell(p, VD_INK_DIM, one->name, LABEL_WIDTH);
    size_t used = vd_page_put(p, VD_INK_PLAIN, one->value, p->width - LABEL_WIDTH - 20);
    vd_page_spaces(p, 2);
    for (size_t k = i; k < list->count && used < p->width - LABEL_WIDTH - 8; k++)
      if (vd_view_eq(list->at[k].name, one->name) && vd_view_eq(list->at[k].value, one->value)) {
        used += vd_page_put(p, VD_INK_DIM, list->at[k].source, 12) + 1;
        vd_page_spaces(p, 1);
      }
    vd_page_end_line(p);
  }
}

static void put_edge(vd_page *p, const vd_neighbour *e) {
  char since[16];
  vd_page_spaces(p, 2);
  vd_page_say(p, VD_INK_DIM, "%.2f ", e->confidence);
  vd_page_cell(p, VD_INK_DIM, e->source, 14);
  vd_page_cell(p, VD_INK_DIM, e->method, 8);
  (void)vd_page_put(p, VD_INK_DIM, vd_view_date(since, e->since), 10);
  vd_page_spaces(p, 2);
  vd_view_node(p, &e->node, 42);
  vd_page_end_line(p);
}

static bool same_edge(const vd_neighbour *a, const vd_neighbour *b) {
  return a->node.id == b->node.id && vd_view_eq(a->source, b->source) &&
         vd_view_eq(a->method, b->method);
}

static void put_group(vd_page *p, const vd_edge_group *g, size_t most) {
  size_t put = 0;
  vd_page_end_line(p);
  vd_page_say(p, VD_INK_BOLD, "%s%s%s", g->outgoing ? "" : "<- ", vd_edge_kind_text(g->kind),
              g->outgoing ? " ->" : "");
  vd_page_say(p, VD_INK_DIM, "  %llu", (unsigned long long)g->count);
  vd_page_end_line(p);
  for (size_t i = 0; i < g->edges.count && put < most; i++) {
    if (i > 0 && same_edge(&g->edges.at[i], &g->edges.at[i - 1]))
      continue;
    put_edge(p, &g->edges.at[i]);
    put++;
  }
  if (g->count > most && put == most) {
    vd_page_say(p, VD_INK_DIM, "  … --limit N and --format json show more");
    vd_page_end_line(p);
  }
}

// The edges that make the class are told by "also".
static bool within_class(const vd_edge_group *g, int64_t node) {
  for (size_t i = 0; i < g->edges.count; i++)
    if (g->edges.at[i].node.id != node)
      return false;
  return true;
}

static void put_shown(const vd_graph_request *q, const shown *s, bool all, vd_buf *out) {
  vd_page page = vd_view_page(q, out);
  vd_page *p = &page;
  vd_view_node(p, &s->node, 0);
  vd_page_end_line(p);
  vd_page_say(p, VD_INK_DIM, "%-19s%s", "kind", vd_node_kind_text(s->node.kind));
  if (s->node.class.len != 0) {
    vd_page_say(p, VD_INK_DIM, ", ");
    (void)vd_page_put(p, VD_INK_DIM, s->node.class, 40);
  }
  if (s->node.stub)
    vd_page_say(p, VD_INK_DIM, ", named by others only");
  vd_page_end_line(p);
  put_members(p, &s->members);
  if (all) {
    put_properties(p, &s->properties);
    put_text(p, &s->texts);
  }
  for (size_t i = 0; i < s->groups.count; i++)
    if (!within_class(&s->groups.at[i], s->node.id))
      put_group(p, &s->groups.at[i], q->limit != 0 ? q->limit : EDGES_SHOWN);
}

// ---- as JSON ------------------------------------------------------------------------------------

static void put_properties_json(vd_json_out *j, const vd_node_properties *list) {
  vd_json_key(j, "properties");
  vd_json_open(j, '[');
  for (size_t i = 0; i < list->count; i++) {
    const vd_node_property *p = &list->at[i];
    vd_json_open(j, '{');
    vd_json_member(j, "name", p->name);
    vd_json_member(j, "value", p->value);
    vd_json_member(j, "source", p->source);
    vd_json_member(j, "document", p->document);
    vd_view_date_json(j, "since", p->since);
    vd_view_date_json(j, "until", p->until);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

static void put_texts_json(vd_json_out *j, const vd_node_texts *list) {
  vd_json_key(j, "definitions");
  vd_json_open(j, '[');
  for (size_t i = 0; i < list->count; i++) {
    const vd_node_text *t = &list->at[i];
    vd_json_open(j, '{');
    vd_json_member(j, "name", t->name);
    vd_json_member(j, "text", t->body);
    vd_json_member(j, "source", t->source);
    vd_json_member(j, "document", t->document);
    vd_json_member(j, "place", t->place);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

static void put_groups_json(vd_json_out *j, const vd_edge_groups *groups) {
  vd_json_key(j, "edges");
  vd_json_open(j, '[');
  for (size_t i = 0; i < groups->count; i++)
    for (size_t k = 0; k < groups->at[i].edges.count; k++) {
      const vd_neighbour *e = &groups->at[i].edges.at[k];
      vd_json_open(j, '{');
      vd_json_member(j, "edge", vd_view_of(vd_edge_kind_text(e->kind)));
      vd_json_member(j, "direction", e->outgoing ? VD_VIEW("out") : VD_VIEW("in"));
      vd_json_key(j, "node");
      vd_json_open(j, '{');
      vd_view_node_json(j, &e->node);
      vd_json_close(j, '}');
      vd_view_edge_json(j, e);
      vd_json_close(j, '}');
    }
  vd_json_close(j, ']');
}

static void put_shown_json(const shown *s, bool all, vd_buf *out) {
  vd_json_out json = vd_view_json(out), *j = &json;
  vd_json_open(j, '{');
  vd_view_node_json(j, &s->node);
  vd_json_key(j, "aliases");
  vd_json_open(j, '[');
  for (size_t i = 1; i < s->members.count; i++)
    vd_json_text(j, s->members.at[i].key);
  vd_json_close(j, ']');
  if (all) {
    put_texts_json(j, &s->texts);
    put_properties_json(j, &s->properties);
  }
  put_groups_json(j, &s->groups);
  vd_json_close(j, '}');
  vd_buf_put_c(out, '\n');
}

// Keeps the edges to nodes of one kind, and the groups that have any.
static void keep_kind(vd_edge_groups *groups, vd_node_kind kind) {
  size_t kept = 0;
  for (size_t i = 0; i < groups->count; i++) {
    vd_edge_group g = groups->at[i];
    size_t edges = 0;
    for (size_t k = 0; k < g.edges.count; k++)
      if (g.edges.at[k].node.kind == kind)
        g.edges.at[edges++] = g.edges.at[k];
    g.edges.count = g.count = edges;
    if (edges != 0)
      groups->at[kept++] = g;
  }
  groups->count = kept;
}

static vd_code show(const vd_graph_request *q, bool all, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  shown s = {0};
  vd_node_kind kind;
  VD_TRY(vd_view_kind(q, &kind, err));
  VD_TRY(look(q, &a, &s, err));
  if (kind != VD_NODE_KIND_COUNT)
    keep_kind(&s.groups, kind);
  if (q->json)
    put_shown_json(&s, all, out);
  else
    put_shown(q, &s, all, out);
  return vd_view_finish(out, err);
}

vd_code vd_show_show(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  return show(q, true, out, err);
}

vd_code vd_show_neighbours(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  return show(q, false, out, err);
}
