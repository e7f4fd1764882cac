// Strongly connected components, without recursion.
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
