// Strongly connected components and a cycle as evidence, without recursion.
#include "graph/network.h"

typedef struct walk {
  const vd_rows *out;
  uint32_t *number; // in order of discovery, from 1; 0 = not seen
  uint32_t *low;    // lowest number known to be reachable
  uint32_t *next;   // where in its row a node goes on
  uint32_t *path, *open;
  uint32_t depth, opened, seen;
  vd_components found;
} walk;

static void enter(walk *w, uint32_t v) {
  w->number[v] = w->low[v] = ++w->seen;
  w->next[v] = w->out->offset[v];
  w->path[w->depth++] = v;
  w->open[w->opened++] = v;
}

// Takes the component of v, which is complete, off the open nodes.
static void close_component(walk *w, uint32_t v) {
  uint32_t member;
  do {
    member = w->open[--w->opened];
    w->found.component[member] = w->found.count;
    w->low[member] = UINT32_MAX; // edges from later nodes to here say nothing about those
  } while (member != v);
  w->found.count++;
}

static void leave(walk *w, uint32_t v) {
  w->depth--;
  uint32_t low = w->low[v];
  if (low == w->number[v])
    close_component(w, v);
  else if (low < w->low[w->path[w->depth - 1]])
    w->low[w->path[w->depth - 1]] = low;
}

static void walk_from(walk *w, uint32_t root) {
  enter(w, root);
  while (w->depth != 0) {
    uint32_t v = w->path[w->depth - 1];
    if (w->next[v] == w->out->offset[v + 1]) {
      leave(w, v);
      continue;
    }
    uint32_t to = w->out->target[w->next[v]++];
    if (w->number[to] == 0)
      enter(w, to);
    else if (w->low[to] != UINT32_MAX && w->number[to] < w->low[v])
      w->low[v] = w->number[to];
  }
}

vd_code vd_network_components(vd_arena *a, const vd_network *n, vd_components *out, vd_error *err) {
  uint32_t *room = vd_new_array(a, uint32_t, (size_t)n->nodes * 6);
  if (room == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the components of %u nodes", n->nodes);
  size_t size = n->nodes;
  walk w = {.out = &n->out,
            .number = room,
            .low = room + size,
            .next = room + 2 * size,
            .path = room + 3 * size,
            .open = room + 4 * size,
            .found = {.component = room + 5 * size}};
  for (uint32_t v = 0; v < n->nodes; v++)
    if (w.number[v] == 0)
      walk_from(&w, v);
  *out = w.found;
  return VD_OK;
}

// The lowest node with a loop or in a component of several; nodes when there is none.
static uint32_t first_cyclic(const vd_network *n, const vd_components *c, uint32_t *size) {
  for (uint32_t v = 0; v < n->nodes; v++)
    size[c->component[v]]++;
  for (uint32_t v = 0; v < n->nodes; v++) {
    if (size[c->component[v]] > 1)
      return v;
    for (uint32_t i = n->out.offset[v]; i < n->out.offset[v + 1]; i++)
      if (n->out.target[i] == v)
        return v;
  }
  return n->nodes;
}

typedef struct tracks {
  uint32_t *queue, *parent, *edge; // parent + 1 and edge of each node reached
  uint32_t filled;
} tracks;

// Goes through the row of v; true when it leads back to start. Nodes outside the component need not
// be left out: they lead nowhere near start.
static bool follow(const vd_rows *out, tracks *t, uint32_t v, uint32_t start) {
  for (uint32_t i = out->offset[v]; i < out->offset[v + 1]; i++) {
    uint32_t to = out->target[i];
    if (t->parent[to] != 0)
      continue;
    t->parent[to] = v + 1;
    t->edge[to] = vd_rows_edge(out, i);
    t->queue[t->filled++] = to;
    if (to == start)
      return true;
  }
  return false;
}

static vd_code trace(vd_arena *a, const tracks *t, uint32_t start, vd_cycle *out) {
  uint32_t length = 1;
  for (uint32_t v = t->parent[start] - 1; v != start; v = t->parent[v] - 1)
    length++;
  uint32_t *node = vd_new_array(a, uint32_t, length), *edge = vd_new_array(a, uint32_t, length);
  if (node == NULL || edge == NULL)
    return VD_NOMEM;
  uint32_t v = start;
  for (uint32_t i = length; i-- != 0;) {
    edge[i] = t->edge[v];
    v = node[i] = t->parent[v] - 1;
  }
  *out = (vd_cycle){length, node, edge};
  return VD_OK;
}

static vd_code cycle_at(vd_arena *a, const vd_network *n, uint32_t start, vd_cycle *out) {
  tracks t = {.filled = 0};
  t.queue = vd_new_array(a, uint32_t, n->nodes);
  t.parent = vd_new_array(a, uint32_t, n->nodes);
  t.edge = vd_new_array(a, uint32_t, n->nodes);
  if (t.queue == NULL || t.parent == NULL || t.edge == NULL)
    return VD_NOMEM;
  bool closed = follow(&n->out, &t, start, start);
  for (uint32_t at = 0; !closed && at < t.filled; at++)
    closed = follow(&n->out, &t, t.queue[at], start);
  return trace(a, &t, start, out);
}

vd_code vd_network_cycle(vd_arena *a, const vd_network *n, vd_cycle *out, vd_error *err) {
  vd_components c;
  VD_TRY(vd_network_components(a, n, &c, err));
  uint32_t *size = vd_new_array(a, uint32_t, n->nodes);
  if (size == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the components of %u nodes", n->nodes);
  uint32_t start = first_cyclic(n, &c, size);
  vd_cycle found = {0};
  if (start != n->nodes && cycle_at(a, n, start, &found) != VD_OK)
    return vd_fail(err, VD_NOMEM, "no memory for a cycle");
  *out = found;
  return VD_OK;
}
