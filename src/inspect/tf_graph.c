// Walks a GraphDef: finds operators that reach out, and follows their file names to constants.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto
#include "inspect/tf_graph.h"

#include "inspect/protobuf.h"
#include "inspect/tf_ops.h"

enum {
  GRAPH_NODE = 1,
  GRAPH_LIBRARY = 2,
  LIBRARY_FUNCTION = 1,
  FUNCTION_SIGNATURE = 1,
  FUNCTION_NODE = 3,
  SIGNATURE_NAME = 1,
  SIGNATURE_INPUT = 2,
  NODE_NAME = 1,
  NODE_OP = 2,
  NODE_INPUT = 3,
  NODE_ATTRIBUTE = 5,
  ATTRIBUTE_LIST = 1,
  ATTRIBUTE_TEXT = 2,
  ATTRIBUTE_TYPE = 6,
  ATTRIBUTE_TENSOR = 8,
  ATTRIBUTE_FUNCTION = 10,
  LIST_TEXT = 2,
  TENSOR_TYPE = 1,
  TENSOR_SHAPE = 2,
  TENSOR_CONTENT = 4,
  TENSOR_TEXT = 8,
  TYPE_TEXT = 7,
};

// The graph, or the body of a function.
typedef struct scope {
  vd_view bytes, name, signature; // name and signature: of functions
  uint32_t node_field;
  vd_map nodes; // by name; made when the first name is looked for
  bool indexed;
} scope;

// A node of a scope; where a function is called from.
typedef struct call {
  size_t scope;
  vd_view node;
  struct call *next;
} call;

typedef struct graph {
  vd_inspection *in;
  const vd_artefact *a;
  const vd_map *assets;
  VD_VEC(scope) scopes;
  vd_map functions; // name to the first call of it, or to &none
  call none;
  uint64_t nodes;
} graph;

static const vd_field_rule graph_rules[] = {{GRAPH_NODE, VD_WIRE_BYTES, true},
                                            {GRAPH_LIBRARY, VD_WIRE_BYTES, false},
                                            {3, VD_WIRE_VARINT, false},
                                            {4, VD_WIRE_BYTES, false}};
static const vd_field_rule node_rules[] = {{NODE_NAME, VD_WIRE_BYTES, true},
                                           {NODE_OP, VD_WIRE_BYTES, true},
                                           {NODE_INPUT, VD_WIRE_BYTES, false},
                                           {4, VD_WIRE_BYTES, false},
                                           {NODE_ATTRIBUTE, VD_WIRE_BYTES, false}};

static bool is_identifier(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] < '!' || v.ptr[i] > '~')
      return false;
  return v.len != 0;
}

bool vd_tf_graph_is(vd_view bytes) {
  if (!vd_message_is(bytes, graph_rules, VD_COUNT(graph_rules), true))
    return false;
  vd_reader r = vd_reader_of(bytes);
  vd_view node;
  return vd_message_each(&r, GRAPH_NODE, &node) &&
         vd_message_is(node, node_rules, VD_COUNT(node_rules), false) &&
         is_identifier(vd_message_bytes(node, NODE_OP)) &&
         is_identifier(vd_message_bytes(node, NODE_NAME));
}

static uint64_t place_of(const graph *g, vd_view v) {
  uintptr_t at = (uintptr_t)v.ptr, start = (uintptr_t)g->a->bytes.ptr;
  return at >= start && at - start <= g->a->bytes.len ? at - start : 0;
}

static vd_view attribute_of(vd_view node, const char *name) {
  vd_reader r = vd_reader_of(node);
  vd_view entry;
  while (vd_message_each(&r, NODE_ATTRIBUTE, &entry))
    if (vd_view_eq(vd_message_bytes(entry, 1), vd_view_of(name)))
      return vd_message_bytes(entry, 2);
  return (vd_view){0};
}

// ---- constants ----------------------------------------------------------------------------------

static vd_dtype dtype_of(uint64_t type) {
  static const vd_dtype types[] = {
      [1] = VD_DTYPE_F32,   [2] = VD_DTYPE_F64,   [3] = VD_DTYPE_I32,  [4] = VD_DTYPE_U8,
      [5] = VD_DTYPE_I16,   [6] = VD_DTYPE_I8,    [8] = VD_DTYPE_C64,  [9] = VD_DTYPE_I64,
      [10] = VD_DTYPE_BOOL, [14] = VD_DTYPE_BF16, [17] = VD_DTYPE_U16, [18] = VD_DTYPE_C128,
      [19] = VD_DTYPE_F16,  [22] = VD_DTYPE_U32,  [23] = VD_DTYPE_U64};
  return type < VD_COUNT(types) ? types[type] : VD_DTYPE_OTHER;
}

static vd_code read_constant(graph *g, vd_view node) {
  vd_view tensor = vd_message_bytes(attribute_of(node, "value"), ATTRIBUTE_TENSOR), dim;
  if (tensor.ptr == NULL || vd_message_int(tensor, TENSOR_TYPE) == TYPE_TEXT ||
      vd_message_bytes(tensor, TENSOR_TEXT).ptr != NULL)
    return VD_OK;
  vd_tensor t = {.name = vd_message_bytes(node, NODE_NAME),
                 .dtype = dtype_of(vd_message_int(tensor, TENSOR_TYPE)),
                 .bytes = vd_message_bytes(tensor, TENSOR_CONTENT)};
  vd_reader r = vd_reader_of(vd_message_bytes(tensor, TENSOR_SHAPE));
  while (vd_message_each(&r, 2, &dim) && t.rank < VD_TENSOR_RANK_MAX) {
    uint64_t n = vd_message_int(dim, 1);
    t.shape[t.rank++] = n > INT64_MAX ? 0 : n;
  }
  t.offset = place_of(g, t.bytes);
  return vd_model_tensor(g->in, &t);
}

static vd_view constant_text(vd_view node) {
  vd_view tensor = vd_message_bytes(attribute_of(node, "value"), ATTRIBUTE_TENSOR), text;
  vd_reader r = vd_reader_of(tensor);
  return vd_message_each(&r, TENSOR_TEXT, &text) ? text : (vd_view){0};
}

static vd_view attribute_text(vd_view node, const char *name) {
  vd_view attribute = attribute_of(node, name);
  vd_view text = vd_message_bytes(attribute, ATTRIBUTE_TEXT);
  if (text.ptr == NULL)
    text = vd_message_bytes(vd_message_bytes(attribute, ATTRIBUTE_LIST), LIST_TEXT);
  return text;
}

// ---- from an input to the constant behind it ----------------------------------------------------

static vd_view input_of(vd_view node, uint64_t index) {
  vd_reader r = vd_reader_of(node);
  vd_view input;
  while (vd_message_each(&r, NODE_INPUT, &input))
    if (index-- == 0)
      return input;
  return (vd_view){0};
}

static vd_code index_scope(graph *g, scope *s) {
  vd_reader r = vd_reader_of(s->bytes);
  vd_view node;
  s->indexed = true;
  s->nodes = VD_MAP(g->in->scratch);
  while (vd_message_each(&r, s->node_field, &node)) {
    vd_view *kept = vd_new(g->in->scratch, vd_view);
    if (kept == NULL)
      return VD_NOMEM;
    *kept = node;
    VD_TRY(vd_map_put(&s->nodes, vd_message_bytes(node, NODE_NAME), kept));
  }
  return VD_OK;
}

// Which argument of the function an input is; false for what is none.
static bool argument_index(const scope *s, vd_view name, uint64_t *index) {
  vd_reader r = vd_reader_of(s->signature);
  vd_view argument;
  for (*index = 0; vd_message_each(&r, SIGNATURE_INPUT, &argument); ++*index)
    if (vd_view_eq(vd_message_bytes(argument, 1), name))
      return true;
  return false;
}

static bool is_one_of(vd_view op, const char *names) {
  vd_view rest = vd_view_of(names);
  while (rest.len != 0)
    if (vd_view_eq(op, vd_view_cut(&rest, ' ')))
      return true;
  return false;
}

typedef struct trace {
  size_t scope;
  vd_view input; // as nodes name it: "node:output:0", "^node"
  vd_view text;  // found; {NULL} while not
} trace;

// One step from an input to what makes it; false where the trail ends.
static vd_code step(graph *g, trace *t, bool *on) {
  scope *s = &g->scopes.at[t->scope];
  uint64_t index;
  vd_view name = t->input;
  name = vd_view_cut(&name, ':');
  *on = false;
  if (!s->indexed)
    VD_TRY(index_scope(g, s));
  const vd_view *node = vd_map_get(&s->nodes, name);
  if (node == NULL) {
    const call *c = s->signature.ptr == NULL ? NULL : vd_map_get(&g->functions, s->name);
    if (c == NULL || c == &g->none || !argument_index(s, name, &index))
      return VD_OK;
    *t = (trace){.scope = c->scope, .input = input_of(c->node, index)};
    *on = t->input.ptr != NULL;
    return VD_OK;
  }
  vd_view op = vd_message_bytes(*node, NODE_OP);
  if (vd_view_eq(op, VD_VIEW("Const"))) {
    bool asset = g->assets != NULL && vd_map_get(g->assets, name) != NULL;
    t->text = asset ? (vd_view){0} : constant_text(*node);
    return VD_OK;
  }
  bool chosen = is_one_of(op, "Select SelectV2 Fill");
  if (!chosen &&
      !is_one_of(op, "Identity PlaceholderWithDefault StringJoin ShardedFilename Reshape "
                     "Pack ExpandDims Squeeze Concat ConcatV2 Tile ReadVariableOp "
                     "RefIdentity Snapshot StringStrip TensorSliceDataset "
                     "TensorDataset Gather GatherV2 EnsureShape"))
    return VD_OK;
  t->input = input_of(*node, chosen ? 1 : 0);
  *on = t->input.ptr != NULL;
  return VD_OK;
}

static vd_code trace_input(graph *g, size_t scope_index, vd_view input, vd_view *text) {
  trace t = {.scope = scope_index, .input = input};
  bool on = input.ptr != NULL;
  for (unsigned i = 0; on && i < VD_TF_TRACE_MAX; i++)
    VD_TRY(step(g, &t, &on));
  *text = t.text;
  return VD_OK;
}

// ---- nodes --------------------------------------------------------------------------------------

static vd_code check_reach(graph *g, size_t at, vd_view node, const vd_tf_op *op) {
  char where[VD_QUOTE_MAX + 16] = "";
  vd_view text = {0}, function = vd_view_first(g->scopes.at[at].name, VD_QUOTE_MAX);
  if (op->place[0] == '@')
    text = attribute_text(node, op->place + 1);
  else if (op->place[0] != 0)
    VD_TRY(trace_input(g, at, input_of(node, (uint64_t)(op->place[0] - '0')), &text));
  if (function.len != 0)
    (void)snprintf(where, sizeof where, " in function %.*s", VD_ARG(function));
  return vd_tf_op_report(g->in, op, place_of(g, node), text, vd_view_of(where));
}

static vd_code check_node(graph *g, size_t at, vd_view node) {
  vd_view name = vd_message_bytes(node, NODE_OP);
  const vd_tf_op *op = vd_tf_op_find(name);
  g->nodes++;
  if (vd_view_eq(name, VD_VIEW("Const")))
    return read_constant(g, node);
  if (op != NULL)
    return check_reach(g, at, node, op);
  if (vd_tf_op_known(name) || vd_map_get(&g->functions, name) != NULL)
    return VD_OK;
  return vd_observe(g->in, VD_CHECK_TF_CUSTOM, place_of(g, node), "%.*s",
                    VD_ARG(vd_view_first(name, VD_QUOTE_MAX)));
}

static vd_code check_scope(graph *g, size_t at, vd_error *err) {
  vd_view bytes = g->scopes.at[at].bytes, node;
  vd_reader r = vd_reader_of(bytes);
  while (vd_message_each(&r, g->scopes.at[at].node_field, &node))
    VD_TRY(check_node(g, at, node));
  if (!r.failed)
    return VD_OK;
  (void)vd_fail(err, VD_FORMAT, "a graph of it is cut or damaged");
  err->offset = place_of(g, bytes) + vd_reader_offset(&r);
  return VD_FORMAT;
}

// ---- scopes and calls ---------------------------------------------------------------------------

static vd_code add_scope(graph *g, vd_view bytes, uint32_t node_field) {
  scope *s = vd_vec_push(g->in->scratch, &g->scopes);
  if (s == NULL)
    return VD_NOMEM;
  *s = (scope){.bytes = bytes, .node_field = node_field};
  if (node_field == GRAPH_NODE)
    return VD_OK;
  s->signature = vd_message_bytes(bytes, FUNCTION_SIGNATURE);
  s->name = vd_message_bytes(s->signature, SIGNATURE_NAME);
  return vd_map_put(&g->functions, s->name, &g->none);
}

// A function is called by an attribute, or, in old graphs, by an operator of its name.
static vd_code add_call(graph *g, size_t at, vd_view node) {
  vd_view op = vd_message_bytes(node, NODE_OP), name = op;
  if (is_one_of(op, "PartitionedCall StatefulPartitionedCall"))
    name = vd_message_bytes(vd_message_bytes(attribute_of(node, "f"), ATTRIBUTE_FUNCTION), 1);
  if (vd_map_get(&g->functions, name) != &g->none)
    return VD_OK;
  call *c = vd_new(g->in->scratch, call);
  if (c == NULL)
    return VD_NOMEM;
  *c = (call){.scope = at, .node = node};
  return vd_map_put(&g->functions, name, c);
}

static vd_code add_scopes(graph *g, vd_view bytes) {
  vd_reader r = vd_reader_of(bytes);
  vd_view library, function, node;
  VD_TRY(add_scope(g, bytes, GRAPH_NODE));
  while (vd_message_each(&r, GRAPH_LIBRARY, &library)) {
    vd_reader l = vd_reader_of(library);
    while (vd_message_each(&l, LIBRARY_FUNCTION, &function))
      VD_TRY(add_scope(g, function, FUNCTION_NODE));
  }
  for (size_t i = 0; i < g->scopes.count; i++) {
    vd_reader n = vd_reader_of(g->scopes.at[i].bytes);
    while (vd_message_each(&n, g->scopes.at[i].node_field, &node))
      VD_TRY(add_call(g, i, node));
  }
  return VD_OK;
}

vd_code vd_tf_graph_inspect(vd_inspection *in, const vd_artefact *a, const vd_tf_graph *of,
                            vd_error *err) {
  graph g = {.in = in, .a = a, .assets = of->assets, .functions = VD_MAP(in->scratch)};
  vd_code code = VD_OK;
  VD_TRY(add_scopes(&g, of->bytes));
  for (size_t i = 0; i < g.scopes.count; i++) {
    vd_code checked = check_scope(&g, i, err);
    if (checked == VD_NOMEM)
      return checked;
    code = checked == VD_OK ? code : checked;
  }
  VD_TRY(vd_model_set(in, "nodes", "%llu", (unsigned long long)g.nodes));
  VD_TRY(vd_model_set(in, "functions", "%zu", g.scopes.count - 1));
  return code;
}
