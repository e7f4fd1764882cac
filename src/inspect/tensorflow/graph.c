// Walks a GraphDef: finds operators that reach out, and follows their file names to constants.
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/graph.proto
#include "inspect/tensorflow/graph.h"

#include "inspect/protobuf.h"
#include "inspect/tensorflow/node.h"
#include "inspect/tensorflow/ops.h"

enum {
  GRAPH_NODE = 1,
  GRAPH_LIBRARY = 2,
  LIBRARY_FUNCTION = 1,
  FUNCTION_SIGNATURE = 1,
  FUNCTION_NODE = 3,
  SIGNATURE_NAME = 1,
  SIGNATURE_INPUT = 2,
  ATTRIBUTE_FUNCTION = 10,
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
  uint64_t shift; // of the function's arguments among the inputs
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
static const vd_field_rule node_rules[] = {{VD_TF_NODE_NAME, VD_WIRE_BYTES, true},
                                           {VD_TF_NODE_OP, VD_WIRE_BYTES, true},
                                           {VD_TF_NODE_INPUT, VD_WIRE_BYTES, false},
                                           {4, VD_WIRE_BYTES, false},
                                           {5, VD_WIRE_BYTES, false}};

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
         is_identifier(vd_message_bytes(node, VD_TF_NODE_OP)) &&
         is_identifier(vd_message_bytes(node, VD_TF_NODE_NAME));
}

static uint64_t place_of(const graph *g, vd_view v) {
  uintptr_t at = (uintptr_t)v.ptr, start = (uintptr_t)g->a->bytes.ptr;
  return at >= start && at - start <= g->a->bytes.len ? at - start : 0;
}

// ---- from an input to the constant behind it ----------------------------------------------------

static vd_view input_of(vd_view node, uint64_t index) {
  vd_reader r = vd_reader_of(node);
  vd_view input;
  while (vd_message_each(&r, VD_TF_NODE_INPUT, &input))
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
    VD_TRY(vd_map_put(&s->nodes, vd_message_bytes(node, VD_TF_NODE_NAME), kept));
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

typedef struct trail {
  size_t scope;
  vd_view input; // as nodes name it: "node:output:0", "^node"
} trail;

// The trails that are still to be followed: a function may be called from several places.
typedef struct trace {
  trail todo[VD_TF_TRACE_MAX];
  unsigned count;
  vd_view text; // found; {NULL} while not
} trace;

static void follow(trace *t, size_t scope_index, vd_view input) {
  if (input.ptr != NULL && t->count < VD_TF_TRACE_MAX)
    t->todo[t->count++] = (trail){scope_index, input};
}

static void follow_callers(graph *g, trace *t, const scope *s, vd_view name) {
  uint64_t index;
  const call *c = s->signature.ptr == NULL ? NULL : vd_map_get(&g->functions, s->name);
  if (c == NULL || !argument_index(s, name, &index))
    return;
  for (unsigned i = 0; c != &g->none && c != NULL && i < VD_TF_TRACE_MAX; i++, c = c->next)
    follow(t, c->scope, input_of(c->node, index + c->shift));
}

// What passes its input on, or computes a text from it, by the input that matters.
static bool passes_on(vd_view op, uint64_t *input) {
  *input = vd_view_among(op, "Select SelectV2 Fill") ? 1 : 0;
  return *input == 1 ||
         vd_view_among(
             op, "Identity PlaceholderWithDefault StringJoin ShardedFilename Reshape Pack "
                 "ExpandDims Squeeze Concat ConcatV2 Tile ReadVariableOp RefIdentity Snapshot "
                 "StringStrip TensorSliceDataset TensorDataset Gather GatherV2 EnsureShape "
                 "DecodeBase64 StringFormat RegexReplace StaticRegexReplace Substr StringLower "
                 "StringUpper ReduceJoin DecodeCompressed");
}

// One step from an input to what makes it.
static vd_code step(graph *g, trace *t, const trail *at) {
  scope *s = &g->scopes.at[at->scope];
  uint64_t input;
  vd_view rest = at->input, name = vd_view_cut(&rest, ':');
  if (!s->indexed)
    VD_TRY(index_scope(g, s));
  const vd_view *node = vd_map_get(&s->nodes, name);
  uint64_t bytes = node == NULL ? s->signature.len : node->len; // looked at in this step
  if (bytes >= g->in->work)
    return VD_LIMIT;
  g->in->work -= bytes + 1;
  if (node == NULL) {
    follow_callers(g, t, s, name);
    return VD_OK;
  }
  vd_view op = vd_message_bytes(*node, VD_TF_NODE_OP);
  if (!vd_view_eq(op, VD_VIEW("Const"))) {
    if (passes_on(op, &input))
      follow(t, at->scope, input_of(*node, input));
    return VD_OK;
  }
  if (g->assets == NULL || vd_map_get(g->assets, name) == NULL)
    t->text = vd_tf_constant_text(*node);
  return VD_OK;
}

static vd_code trace_input(graph *g, size_t scope_index, vd_view input, vd_view *text) {
  trace t = {0};
  follow(&t, scope_index, input);
  for (unsigned i = 0; t.count != 0 && t.text.len == 0 && i < VD_TF_TRACE_MAX; i++) {
    trail next = t.todo[--t.count];
    VD_TRY(step(g, &t, &next));
  }
  *text = t.text;
  return VD_OK;
}

// ---- nodes --------------------------------------------------------------------------------------

static vd_code check_reach(graph *g, size_t at, vd_view node, const vd_tf_op *op) {
  char where[VD_QUOTE_MAX + 16] = "";
  vd_view text = {0}, function = vd_view_first(g->scopes.at[at].name, VD_QUOTE_MAX);
  if (op->place[0] == '@')
    text = vd_tf_attribute_text(node, op->place + 1);
  else if (op->place[0] != 0)
    VD_TRY(trace_input(g, at, input_of(node, (uint64_t)(op->place[0] - '0')), &text));
  if (function.len != 0)
    (void)snprintf(where, sizeof where, " in function %.*s", VD_ARG(function));
  return vd_tf_op_report(g->in, op, place_of(g, node), text, vd_view_of(where));
}

static vd_code read_constant(graph *g, vd_view node) {
  vd_tensor t;
  if (!vd_tf_constant_tensor(node, &t))
    return VD_OK;
  t.offset = place_of(g, t.bytes);
  return vd_model_tensor(g->in, &t);
}

static vd_code check_node(graph *g, size_t at, vd_view node) {
  vd_view name = vd_message_bytes(node, VD_TF_NODE_OP);
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

static vd_code add_call_to(graph *g, const call *from, vd_view name) {
  call *first = vd_map_get(&g->functions, name);
  if (first == NULL)
    return VD_OK;
  call *c = vd_new(g->in->scratch, call);
  if (c == NULL)
    return VD_NOMEM;
  *c = *from;
  c->next = first;
  return vd_map_put(&g->functions, name, c);
}

// A function is called by an attribute, or, in old graphs, by an operator of its name.
static vd_code add_call(graph *g, size_t at, vd_view node) {
  static const struct {
    const char *ops, *attribute;
    uint64_t shift;
  } forms[] = {{"PartitionedCall StatefulPartitionedCall", "f", 0},
               {"If StatelessIf", "then_branch", 1},
               {"If StatelessIf", "else_branch", 1},
               {"While StatelessWhile", "body", 0},
               {"While StatelessWhile", "cond", 0}};
  vd_view op = vd_message_bytes(node, VD_TF_NODE_OP);
  call from = {.scope = at, .node = node};
  for (size_t i = 0; i < VD_COUNT(forms); i++) {
    if (!vd_view_among(op, forms[i].ops))
      continue;
    vd_view function =
        vd_message_bytes(vd_tf_attribute(node, forms[i].attribute), ATTRIBUTE_FUNCTION);
    from.shift = forms[i].shift;
    VD_TRY(add_call_to(g, &from, vd_message_bytes(function, 1)));
  }
  return add_call_to(g, &from, op);
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
    if (checked == VD_LIMIT)
      return vd_fail(err, VD_LIMIT, "following its file names takes too long");
    code = checked == VD_OK ? code : checked;
  }
  VD_TRY(vd_model_set(in, "nodes", "%llu", (unsigned long long)g.nodes));
  VD_TRY(vd_model_set(in, "functions", "%zu", g.scopes.count - 1));
  return code;
}
