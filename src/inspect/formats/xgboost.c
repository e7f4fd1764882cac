// XGBoost: JSON models, UBJSON and the old binary format.
// https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
#include "inspect/document.h"

static const char ubjson[] = "{L\0\0\0\0\0\0\0\x07learner";

static bool is_ubjson(vd_view v) {
  return vd_view_starts(v, (vd_view){ubjson, sizeof ubjson - 1}) ||
         (vd_view_starts(v, (vd_view){ubjson, 9}) && v.len > 20 &&
          vd_view_has(vd_view_first(v, 64), VD_VIEW("learner")));
}

static bool is_binary(vd_view v) { return vd_view_starts(v, VD_VIEW("binf")); }

static bool recognise(const vd_artefact *a) {
  return is_ubjson(a->bytes) || is_binary(a->bytes) || vd_sort_of(a) == VD_SORT_XGBOOST;
}

// ---- JSON -------------------------------------------------------------------------------------

static vd_code check_objective(vd_inspection *in, const vd_source *s, const vd_value *learner) {
  static const char *const families[] = {
      "reg:", "binary:", "multi:", "rank:", "survival:", "count:", "gpu:"};
  const vd_value *objective = vd_get(learner, VD_VIEW("objective"));
  vd_view name = vd_text_at(objective, "name");
  for (size_t i = 0; i < VD_COUNT(families); i++)
    if (vd_view_starts(name, vd_view_of(families[i])))
      return vd_model_set(in, "objective", "%.*s", VD_ARG(name));
  if (name.len == 0)
    return VD_OK;
  return vd_observe(in, VD_CHECK_BOOSTER_CUSTOM, vd_source_offset(s, objective), "objective %.*s",
                    VD_ARG(vd_view_first(name, 120)));
}

// A child is the number of a node of the same tree, or -1.
static vd_code check_children(vd_inspection *in, const vd_source *s, const vd_value *tree,
                              const char *key, size_t nodes) {
  for (VD_EACH (v, vd_get(tree, vd_view_of(key))))
    if (v->kind == VD_KIND_INT && (v->integer < -1 || v->integer >= (int64_t)nodes))
      return vd_observe(in, VD_CHECK_TREE_STRUCTURE, vd_source_offset(s, v),
                        "%s: node %lld of a tree of %zu nodes", key, (long long)v->integer, nodes);
  return VD_OK;
}

static vd_code check_tree(vd_inspection *in, const vd_source *s, const vd_value *tree) {
  static const char *const columns[] = {"left_children", "right_children", "split_indices",
                                        "split_conditions", "default_left"};
  const vd_value *left = vd_get(tree, VD_VIEW("left_children"));
  size_t nodes = vd_is(left, VD_KIND_ARRAY) ? left->count : 0;
  for (size_t i = 0; i < VD_COUNT(columns); i++) {
    const vd_value *c = vd_get(tree, vd_view_of(columns[i]));
    if (vd_is(c, VD_KIND_ARRAY) && c->count != nodes)
      return vd_observe(in, VD_CHECK_TREE_STRUCTURE, vd_source_offset(s, c),
                        "%s has %zu entries for %zu nodes", columns[i], c->count, nodes);
  }
  VD_TRY(check_children(in, s, tree, "left_children", nodes));
  return check_children(in, s, tree, "right_children", nodes);
}

// DART holds a tree booster inside its own.
static const vd_value *trees_of(const vd_value *learner) {
  const vd_value *model = vd_path(learner, "gradient_booster", "model");
  if (model == NULL)
    model = vd_path(learner, "gradient_booster", "gbtree", "model");
  return vd_get(model, VD_VIEW("trees"));
}

static vd_code read_json(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  vd_source s = {a->bytes, 0};
  if (a->bytes.len > VD_DOCUMENT_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a model of %zu bytes", a->bytes.len);
  VD_TRY(vd_python_json(in, a->bytes, &doc, err));
  const vd_value *learner = vd_get(doc, VD_VIEW("learner")), *trees = trees_of(learner);
  if (vd_is(trees, VD_KIND_ARRAY))
    VD_TRY(vd_model_set(in, "trees", "%zu", trees->count));
  VD_TRY(check_objective(in, &s, learner));
  for (VD_EACH (t, trees))
    VD_TRY(check_tree(in, &s, t));
  return VD_OK;
}

// ---- UBJSON -----------------------------------------------------------------------------------

// Sizes behind the one-letter types; containers and texts are handled apart.
static int size_of_type(uint8_t type) {
  static const struct {
    char type;
    int size;
  } types[] = {{'i', 1}, {'U', 1}, {'I', 2}, {'l', 4}, {'L', 8}, {'d', 4},
               {'D', 8}, {'C', 1}, {'Z', 0}, {'T', 0}, {'F', 0}, {'N', 0}};
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (type == (uint8_t)types[i].type)
      return types[i].size;
  return -1;
}

static uint64_t read_integer(vd_reader *r) {
  switch (vd_read_u8(r)) {
  case 'i':
  case 'U': return vd_read_u8(r);
  case 'I': return vd_read_u16be(r);
  case 'l': return vd_read_u32be(r);
  case 'L': return vd_read_u64be(r);
  default: r->failed = true; return 0;
  }
}

typedef struct ub {
  vd_reader r;
  char open[VD_NEST_MAX]; // '{' and '['
  unsigned depth;
  uint64_t values;
} ub;

// "[$type#count" states all elements at once: they are skipped, not read.
static void skip_typed(ub *u) {
  (void)vd_read_u8(&u->r);
  int size = size_of_type(vd_read_u8(&u->r));
  uint64_t count = 0, bytes = 0;
  if (vd_read_u8(&u->r) != '#' || size < 0)
    u->r.failed = true;
  else
    count = read_integer(&u->r);
  if (__builtin_mul_overflow(count, (uint64_t)(size < 0 ? 0 : size), &bytes))
    u->r.failed = true;
  (void)vd_read_bytes(&u->r, bytes);
}

static void open_container(ub *u, uint8_t type) {
  if (u->r.at < u->r.end && *u->r.at == '$') {
    skip_typed(u);
    return;
  }
  if (u->depth == VD_NEST_MAX) {
    u->r.failed = true;
    return;
  }
  u->open[u->depth++] = (char)type;
}

static void read_value(ub *u, uint8_t type) {
  if (type == '{' || type == '[')
    open_container(u, type);
  else if (type == 'S' || type == 'H')
    (void)vd_read_bytes(&u->r, read_integer(&u->r));
  else if (size_of_type(type) >= 0)
    (void)vd_read_bytes(&u->r, (uint64_t)size_of_type(type));
  else
    u->r.failed = true;
}

static void read_member(ub *u) {
  char container = u->open[u->depth - 1];
  if (u->r.at < u->r.end && *u->r.at == (container == '{' ? '}' : ']')) {
    u->r.at++;
    u->depth--;
    return;
  }
  if (container == '{')
    (void)vd_read_bytes(&u->r, read_integer(&u->r));
  read_value(u, vd_read_u8(&u->r));
}

static vd_code read_ubjson(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  ub u = {.r = vd_reader_of(a->bytes)};
  read_value(&u, vd_read_u8(&u.r));
  while (u.depth != 0 && !u.r.failed && u.values++ < VD_NODES_MAX)
    read_member(&u);
  uint64_t end = vd_reader_offset(&u.r);
  if (u.r.failed || u.depth != 0) {
    vd_code code = u.r.failed ? VD_FORMAT : VD_LIMIT;
    (void)vd_fail(err, code, "its UBJSON is broken or too large");
    if (err != NULL)
      err->offset = end;
    return code;
  }
  if (end == a->bytes.len)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, end, "%zu bytes follow the model",
                    a->bytes.len - (size_t)end));
  return vd_inspect_nested(in, VD_VIEW("data after the model"), vd_view_from(a->bytes, end));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  if (is_binary(a->bytes))
    return vd_observe(in, VD_CHECK_BOOSTER_OLD, 0, "binary model of XGBoost before 1.0");
  return is_ubjson(a->bytes) ? read_ubjson(in, a, err) : read_json(in, a, err);
}

const vd_format vd_format_xgboost = {
    .name = "xgboost",
    .description = "XGBoost model: JSON, UBJSON, old binary",
    .patterns = "*.ubj",
    .recognise = recognise,
    .inspect = inspect,
};
