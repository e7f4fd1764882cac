// XGBoost: JSON models, UBJSON and the old binary format.
// https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
#include "inspect/text/document.h"
#include "inspect/text/ubjson.h"

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

vd_code vd_booster_objective(vd_inspection *in, vd_view name, uint64_t offset) {
  static const char *const families[] = {
      "reg:", "binary:", "multi:", "rank:", "survival:", "count:", "gpu:"};
  for (size_t i = 0; i < VD_COUNT(families); i++)
    if (vd_view_starts(name, vd_view_of(families[i])))
      return vd_model_set(in, "objective", "%.*s", VD_ARG(name));
  if (name.len == 0)
    return VD_OK;
  return vd_observe(in, VD_CHECK_BOOSTER_CUSTOM, offset, "objective %.*s",
                    VD_ARG(vd_view_first(name, 120)));
}

static vd_code check_objective(vd_inspection *in, const vd_source *s, const vd_value *learner) {
  const vd_value *objective = vd_get(learner, VD_VIEW("objective"));
  return vd_booster_objective(in, vd_text_at(objective, "name"), vd_source_offset(s, objective));
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

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  if (is_binary(a->bytes))
    return vd_observe(in, VD_CHECK_BOOSTER_OLD, 0, "binary model of XGBoost before 1.0");
  return is_ubjson(a->bytes) ? vd_ubjson_read(in, a, err) : read_json(in, a, err);
}

const vd_format vd_format_xgboost = {
    .name = "xgboost",
    .description = "XGBoost model: JSON, UBJSON, old binary",
    .patterns = "*.ubj",
    .recognise = recognise,
    .inspect = inspect,
};
