// The whole graph in compressed rows: made from the tables, kept in the file, and read back.
#include "graph/snapshot.h"

#include "graph/store.h"
#include "graph/write.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the graph");
}

// ---- from the tables ---------------------------------------------------------------------------

typedef struct row_edge {
  uint32_t src, dst;
  uint8_t kind;
  float weight;
} row_edge;

typedef struct maker {
  vd_graph *g;
  vd_arena *arena; // of the result
  vd_arena scratch;
  uint32_t *canon; // by node id; 0 = no such node
  uint8_t *kind;   // by node id
  uint32_t *index; // by node id: place among the snapshot's nodes
  uint32_t ids;    // one above the highest id
  VD_VEC(row_edge) edges;
  vd_error *err;
} maker;

static void free_maker(maker *m) { vd_arena_free(&m->scratch); }

static vd_code measure(maker *m) {
  VD_SCOPED_SQL *s = vd_store_sql(m->g, VD_SQL_LAST_NODE);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(m->g, "read nodes", m->err);
  VD_TRY(vd_sql_next(m->g, s, &row, m->err));
  int64_t last = row ? sqlite3_column_int64(s, 0) : 0;
  if (last < 0 || last >= VD_NETWORK_NODES_MAX)
    return vd_fail(m->err, VD_LIMIT, "the knowledge base has too many nodes");
  m->ids = (uint32_t)last + 1;
  m->canon = vd_new_array(&m->scratch, uint32_t, m->ids);
  m->kind = vd_new_array(&m->scratch, uint8_t, m->ids);
  m->index = vd_new_array(&m->scratch, uint32_t, m->ids);
  return m->canon == NULL || m->kind == NULL || m->index == NULL ? no_memory(m->err) : VD_OK;
}

static vd_code read_nodes(maker *m) {
  VD_SCOPED_SQL *s = vd_store_sql(m->g, VD_SQL_ALL_NODES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(m->g, "read nodes", m->err);
  while (row) {
    VD_TRY(vd_sql_next(m->g, s, &row, m->err));
    int64_t id = row ? sqlite3_column_int64(s, 0) : 0, canon = row ? sqlite3_column_int64(s, 1) : 0;
    if (id <= 0 || canon <= 0 || id >= m->ids || canon >= m->ids)
      continue;
    m->canon[id] = (uint32_t)canon;
    m->kind[id] = (uint8_t)vd_node_kind_of(m->g, sqlite3_column_int64(s, 2));
  }
  return VD_OK;
}

static vd_code keep_edge(maker *m, sqlite3_stmt *s) {
  int64_t src = sqlite3_column_int64(s, 0), dst = sqlite3_column_int64(s, 2);
  vd_edge_kind kind = vd_edge_kind_of(m->g, sqlite3_column_int64(s, 1));
  double confidence = sqlite3_column_double(s, 3);
  if (src <= 0 || dst <= 0 || src >= m->ids || dst >= m->ids || kind == VD_EDGE_KIND_COUNT)
    return VD_OK;
  row_edge e = {m->canon[src], m->canon[dst], (uint8_t)kind, (float)confidence};
  if (e.src == 0 || e.dst == 0 || e.src == e.dst || !(e.weight > 0) || e.weight > 1)
    return VD_OK;
  row_edge *slot = vd_vec_push(&m->scratch, &m->edges);
  if (slot == NULL)
    return no_memory(m->err);
  *slot = e;
  return VD_OK;
}

static vd_code read_edges(maker *m, int64_t as_of) {
  VD_SCOPED_SQL *s = vd_store_sql(m->g, VD_SQL_ALL_EDGES);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(m->g, "read edges", m->err);
  (void)sqlite3_bind_int64(s, 1, as_of);
  while (row) {
    VD_TRY(vd_sql_next(m->g, s, &row, m->err));
    if (row)
      VD_TRY(keep_edge(m, s));
  }
  return VD_OK;
}

static int by_place(const void *pa, const void *pb) {
  const row_edge *a = pa, *b = pb;
  if (a->src != b->src)
    return a->src < b->src ? -1 : 1;
  if (a->kind != b->kind)
    return a->kind < b->kind ? -1 : 1;
  if (a->dst != b->dst)
    return a->dst < b->dst ? -1 : 1;
  return (a->weight < b->weight) - (a->weight > b->weight);
}

static bool same_place(const row_edge *a, const row_edge *b) {
  return a->src == b->src && a->kind == b->kind && a->dst == b->dst;
}

// The best of those at one place comes first and stays.
static void unite(maker *m) {
  size_t kept = 0;
  if (m->edges.count > 1)
    qsort(m->edges.at, m->edges.count, sizeof *m->edges.at, by_place);
  for (size_t i = 0; i < m->edges.count; i++)
    if (kept == 0 || !same_place(&m->edges.at[i], &m->edges.at[kept - 1]))
      m->edges.at[kept++] = m->edges.at[i];
  m->edges.count = kept;
}

// The snapshot's nodes are the classes, in the order of their ids.
static vd_code number_nodes(maker *m, vd_snapshot *out) {
  uint32_t count = 0;
  for (uint32_t id = 1; id < m->ids; id++)
    if (m->canon[id] == id)
      m->index[id] = count++;
  uint32_t *node = vd_new_array(m->arena, uint32_t, count + 1);
  uint8_t *kind = vd_new_array(m->arena, uint8_t, count + 1);
  if (node == NULL || kind == NULL)
    return no_memory(m->err);
  for (uint32_t id = 1; id < m->ids; id++)
    if (m->canon[id] == id) {
      node[m->index[id]] = id;
      kind[m->index[id]] = m->kind[id];
    }
  out->network.nodes = count;
  out->node = node;
  out->node_kind = kind;
  return VD_OK;
}

static vd_code build_rows(maker *m, vd_snapshot *out) {
  size_t n = m->edges.count;
  uint32_t *src = vd_new_array(m->arena, uint32_t, n + 1);
  uint32_t *dst = vd_new_array(&m->scratch, uint32_t, n + 1);
  uint8_t *kind = vd_new_array(m->arena, uint8_t, n + 1);
  float *weight = vd_new_array(&m->scratch, float, n + 1);
  if (src == NULL || dst == NULL || kind == NULL || weight == NULL)
    return no_memory(m->err);
  for (size_t i = 0; i < n; i++) {
    src[i] = m->index[m->edges.at[i].src];
    dst[i] = m->index[m->edges.at[i].dst];
    kind[i] = m->edges.at[i].kind;
    weight[i] = m->edges.at[i].weight;
  }
  vd_edge_list list = {out->network.nodes, (uint32_t)n, src, dst, weight};
  out->src = src;
  out->edge_kind = kind;
  VD_TRY(vd_network_build(m->arena, &list, &out->network, m->err));
  out->network.out.edge = NULL; // edges come by src, so a row's are where they were
  return VD_OK;
}

static vd_code make(vd_graph *g, vd_arena *a, int64_t as_of, vd_snapshot *out, vd_error *err) {
  VD_CLEANUP(free_maker)
  maker m = {.g = g, .arena = a, .scratch = VD_ARENA(VD_GRAPH_MEMORY_MAX), .err = err};
  vd_snapshot snapshot = {0};
  VD_TRY(measure(&m));
  VD_TRY(read_nodes(&m));
  VD_TRY(read_edges(&m, as_of));
  unite(&m);
  VD_TRY(number_nodes(&m, &snapshot));
  VD_TRY(build_rows(&m, &snapshot));
  *out = snapshot;
  return VD_OK;
}

// ---- in the file -------------------------------------------------------------------------------

// The arrays of a snapshot, as they are kept: name, place and size of an item, whether it counts by
// nodes or edges, and how many more it has. Numbers are little-endian, as on every machine we run
// on.
typedef struct part {
  const char *name;
  size_t offset, size;
  bool edges;
  unsigned more;
} part;

static const part parts[] = {
    {"node", offsetof(vd_snapshot, node), sizeof(uint32_t), false, 0},
    {"node_kind", offsetof(vd_snapshot, node_kind), sizeof(uint8_t), false, 0},
    {"src", offsetof(vd_snapshot, src), sizeof(uint32_t), true, 0},
    {"edge_kind", offsetof(vd_snapshot, edge_kind), sizeof(uint8_t), true, 0},
    {"out_offset", offsetof(vd_snapshot, network.out.offset), sizeof(uint32_t), false, 1},
    {"out_target", offsetof(vd_snapshot, network.out.target), sizeof(uint32_t), true, 0},
    {"out_weight", offsetof(vd_snapshot, network.out.weight), sizeof(float), true, 0},
    {"in_offset", offsetof(vd_snapshot, network.in.offset), sizeof(uint32_t), false, 1},
    {"in_target", offsetof(vd_snapshot, network.in.target), sizeof(uint32_t), true, 0},
    {"in_weight", offsetof(vd_snapshot, network.in.weight), sizeof(float), true, 0},
    {"in_edge", offsetof(vd_snapshot, network.in.edge), sizeof(uint32_t), true, 0},
};

static const void **place_of(vd_snapshot *s, const part *p) {
  return (const void **)((char *)s + p->offset);
}

static size_t bytes_of(const vd_snapshot *s, const part *p) {
  return ((size_t)(p->edges ? s->network.edges : s->network.nodes) + p->more) * p->size;
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
vd_code vd_snapshot_keep(vd_graph *g, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  vd_snapshot snapshot;
  int64_t generation = 0;
  VD_TRY(make(g, &a, 0, &snapshot, err));
  for (size_t i = 0; i < VD_COUNT(parts); i++) {
    VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_SET_PART);
    const void *data = *place_of(&snapshot, &parts[i]);
    bool row;
    if (s == NULL)
      return vd_store_fail(g, "write", err);
    vd_sql_text(s, 1, vd_view_of(parts[i].name));
    (void)sqlite3_bind_blob64(s, 2, data == NULL ? "" : data,
                              data == NULL ? 0 : bytes_of(&snapshot, &parts[i]), SQLITE_STATIC);
    VD_TRY(vd_sql_next(g, s, &row, err));
  }
  VD_TRY(vd_meta_set(g, "snapshot_nodes", snapshot.network.nodes, err));
  VD_TRY(vd_meta_set(g, "snapshot_edges", snapshot.network.edges, err));
  VD_TRY(vd_meta_get(g, "generation", &generation, err));
  return vd_meta_set(g, "snapshot", generation, err);
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
static vd_code read_part(vd_graph *g, vd_arena *a, vd_snapshot *out, const part *p, bool *ok,
                         vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_PART);
  bool row = false;
  size_t size = bytes_of(out, p);
  if (s == NULL)
    return vd_store_fail(g, "read the graph", err);
  vd_sql_text(s, 1, vd_view_of(p->name));
  VD_TRY(vd_sql_next(g, s, &row, err));
  size_t got = row ? (size_t)sqlite3_column_bytes(s, 0) : 0;
  *ok = row && got == size;
  if (!*ok || got == 0)
    return VD_OK;
  void *copy = vd_arena_alloc(a, size / p->size, p->size);
  if (copy == NULL)
    return no_memory(err);
  memcpy(copy, sqlite3_column_blob(s, 0), size);
  *place_of(out, p) = copy;
  return VD_OK;
}

static bool rows_hold(const vd_network *n, const vd_rows *r) {
  bool ok = n->edges == 0 || r->target != NULL;
  if (r->offset == NULL || r->offset[0] != 0 || r->offset[n->nodes] != n->edges)
    return false;
  for (uint32_t v = 0; v < n->nodes; v++)
    ok &= r->offset[v] <= r->offset[v + 1];
  for (uint32_t e = 0; ok && e < n->edges; e++)
    ok = r->target[e] < n->nodes && (r->edge == NULL || r->edge[e] < n->edges) &&
         (r->weight == NULL || (r->weight[e] > 0 && r->weight[e] <= 1));
  return ok;
}

// The file may come from anyone: every number is checked before it is used as an index.
static bool holds(const vd_snapshot *s) {
  const vd_network *n = &s->network;
  bool ok = rows_hold(n, &n->out) && rows_hold(n, &n->in);
  for (uint32_t v = 0; ok && v < n->nodes; v++)
    ok = s->node_kind[v] < VD_NODE_KIND_COUNT && (v == 0 || s->node[v - 1] < s->node[v]);
  for (uint32_t e = 0; ok && e < n->edges; e++)
    ok = s->src[e] < n->nodes && s->edge_kind[e] < VD_EDGE_KIND_COUNT;
  return ok;
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
static vd_code read_back(vd_graph *g, vd_arena *a, vd_snapshot *out, bool *ok, vd_error *err) {
  int64_t nodes = 0, edges = 0, made = 0, generation = 0;
  VD_TRY(vd_meta_get(g, "snapshot_nodes", &nodes, err));
  VD_TRY(vd_meta_get(g, "snapshot_edges", &edges, err));
  VD_TRY(vd_meta_get(g, "snapshot", &made, err));
  VD_TRY(vd_meta_get(g, "generation", &generation, err));
  *ok = made != 0 && made == generation && nodes > 0 && nodes < VD_NETWORK_NODES_MAX && edges > 0 &&
        edges < VD_NETWORK_EDGES_MAX;
  if (!*ok)
    return VD_OK;
  vd_snapshot s = {.network = {.nodes = (uint32_t)nodes, .edges = (uint32_t)edges}};
  for (size_t i = 0; i < VD_COUNT(parts) && *ok; i++)
    VD_TRY(read_part(g, a, &s, &parts[i], ok, err));
  *ok = *ok && holds(&s);
  if (*ok)
    *out = s;
  return VD_OK;
}

vd_code vd_snapshot_load(vd_graph *g, vd_arena *a, int64_t as_of, vd_snapshot *out, vd_error *err) {
  bool ok = false;
  if (as_of == 0)
    VD_TRY(read_back(g, a, out, &ok, err));
  return ok ? VD_OK : make(g, a, as_of, out, err);
}

uint32_t vd_snapshot_index(const vd_snapshot *s, int64_t node) {
  uint32_t low = 0, high = s->network.nodes;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (s->node[middle] < node)
      low = middle + 1;
    else
      high = middle;
  }
  return low < s->network.nodes && s->node[low] == node ? low : VD_SNAPSHOT_NONE;
}
