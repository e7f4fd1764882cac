// LightGBM: a text of "key=value" lines, one block a tree.
// https://lightgbm.readthedocs.io/en/stable/Python-API.html (Booster.save_model)
#include "inspect/inspect.h"

static bool recognise(const vd_artefact *a) {
  return vd_view_starts(a->bytes, VD_VIEW("tree\nversion=")) ||
         vd_view_starts(a->bytes, VD_VIEW("tree\r\nversion="));
}

typedef struct booster {
  vd_inspection *in;
  const vd_artefact *a;
  uint64_t trees, leaves; // leaves of the tree in hand
} booster;

static bool is_inner(int64_t child, uint64_t leaves) {
  return child >= 0 && (uint64_t)child + 1 < leaves;
}

// Children are the numbers of inner nodes, or ~leaf.
static bool is_child(vd_view v, uint64_t leaves) {
  bool negative = vd_view_starts(v, VD_VIEW("-"));
  uint64_t n = 0;
  if (!vd_view_u64(negative ? vd_view_from(v, 1) : v, &n) || n > INT32_MAX)
    return false;
  return negative ? n >= 1 && n <= leaves : is_inner((int64_t)n, leaves);
}

static vd_code check_children(booster *b, vd_view key, vd_view values) {
  while (values.len != 0) {
    vd_view v = vd_view_trim(vd_view_cut(&values, ' '));
    if (v.len != 0 && !is_child(v, b->leaves))
      return vd_observe(b->in, VD_CHECK_TREE_STRUCTURE, (uint64_t)(v.ptr - b->a->bytes.ptr),
                        "%.*s: %.*s in a tree of %llu leaves", VD_ARG(key),
                        VD_ARG(vd_view_first(v, 30)), (unsigned long long)b->leaves);
  }
  return VD_OK;
}

static vd_code check_objective(booster *b, vd_view value) {
  static const char *const known[] = {"regression",  "huber",      "fair",          "poisson",
                                      "quantile",    "mape",       "gamma",         "tweedie",
                                      "binary",      "multiclass", "cross_entropy", "lambdarank",
                                      "rank_xendcg", "none",       "custom",        "xentropy"};
  for (size_t i = 0; i < VD_COUNT(known); i++)
    if (vd_view_starts(value, vd_view_of(known[i])))
      return vd_model_set(b->in, "objective", "%.*s", VD_ARG(value));
  return vd_observe(b->in, VD_CHECK_BOOSTER_CUSTOM, (uint64_t)(value.ptr - b->a->bytes.ptr),
                    "objective %.*s", VD_ARG(vd_view_first(value, 120)));
}

static vd_code read_line(booster *b, vd_view line) {
  vd_view value = line, key = vd_view_cut(&value, '=');
  if (vd_view_eq(key, VD_VIEW("Tree"))) {
    b->trees++;
    b->leaves = 0;
  } else if (vd_view_eq(key, VD_VIEW("num_leaves"))) {
    if (!vd_view_u64(value, &b->leaves) || b->leaves > INT32_MAX)
      return vd_observe(b->in, VD_CHECK_TREE_STRUCTURE, (uint64_t)(key.ptr - b->a->bytes.ptr),
                        "num_leaves=%.*s", VD_ARG(vd_view_first(value, 40)));
  } else if (vd_view_eq(key, VD_VIEW("left_child")) || vd_view_eq(key, VD_VIEW("right_child"))) {
    return check_children(b, key, value);
  } else if (vd_view_eq(key, VD_VIEW("version"))) {
    return vd_model_set(b->in, "lightgbm_format", "%.*s", VD_ARG(value));
  } else if (vd_view_eq(key, VD_VIEW("objective"))) {
    return check_objective(b, value);
  }
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  booster b = {.in = in, .a = a};
  vd_view rest = a->bytes, line;
  while (vd_view_line(&rest, &line) && b.trees <= VD_TREES_MAX)
    VD_TRY(read_line(&b, line));
  if (b.trees > VD_TREES_MAX)
    return vd_fail(err, VD_LIMIT, "more than %d trees", VD_TREES_MAX);
  return vd_model_set(in, "trees", "%llu", (unsigned long long)b.trees);
}

const vd_format vd_format_lightgbm = {
    .name = "lightgbm",
    .description = "LightGBM model in text",
    .patterns = "",
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
