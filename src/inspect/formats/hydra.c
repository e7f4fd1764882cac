// Hydra and OmegaConf configurations (NeMo's model_config.yaml): "_target_" names what is called.
#include "inspect/text/yaml_objects.h"

static bool has_target(vd_view v) {
  v = vd_view_first(v, VD_CONFIG_BYTES_MAX);
  return vd_view_has(v, VD_VIEW("_target_")) || vd_view_has(v, VD_VIEW("chat_template")) ||
         vd_yaml_has_python(v);
}

// A head may end before the first target, so a cut one is taken for the whole to tell.
static bool recognise(const vd_artefact *a) {
  return vd_artefact_matches(a, "*.yaml *.yml") && (vd_is_cut_head(a) || has_target(a->bytes));
}

// Packages whose own classes are what such a configuration is for.
static bool is_framework(vd_view name) {
  static const char *const frameworks[] = {"nemo.",       "torch.",       "pytorch_lightning.",
                                           "lightning.",  "omegaconf.",   "torchmetrics.",
                                           "torchaudio.", "torchvision.", "transformers.",
                                           "megatron.",   "apex.",        "hydra.utils.get_class"};
  for (size_t i = 0; i < VD_COUNT(frameworks); i++)
    if (vd_view_starts(name, vd_view_of(frameworks[i])))
      return true;
  return false;
}

static vd_code check_target(vd_inspection *in, const vd_value *v) {
  vd_view name = vd_text(v), shown = vd_view_first(name, 160);
  size_t dot = name.len;
  while (dot != 0 && name.ptr[dot - 1] != '.')
    dot--;
  const vd_callable *c =
      vd_callable_find(vd_view_first(name, dot == 0 ? 0 : dot - 1), vd_view_from(name, dot));
  if (c != NULL && c->reach != VD_REACH_SAFE && c->reach != VD_REACH_UNKNOWN)
    return vd_observe(in, VD_CHECK_CONFIG_TARGET, 0, "line %u: _target_: %.*s %s", v->line,
                      VD_ARG(shown), vd_reach_text(c->reach));
  // In a repository such files configure its own code; in a model they travel with the weights.
  if ((c != NULL && c->reach == VD_REACH_SAFE) || is_framework(name) || in->at->depth == 0)
    return VD_OK;
  return vd_observe(in, VD_CHECK_CONFIG_TARGET_UNKNOWN, 0, "line %u: _target_: %.*s", v->line,
                    VD_ARG(shown));
}

// Walks the tree with a stack of its own; documents are at most VD_NEST_MAX deep.
static vd_code walk(vd_inspection *in, const vd_value *root) {
  const vd_value *stack[VD_NEST_MAX + 2];
  unsigned depth = 0;
  stack[0] = vd_first(root);
  for (;;) {
    const vd_value *v = stack[depth];
    if (v == NULL) {
      if (depth-- == 0)
        return VD_OK;
      continue;
    }
    stack[depth] = v->next;
    if (vd_view_eq(v->key, VD_VIEW("_target_")) && vd_is(v, VD_KIND_STRING))
      VD_TRY(check_target(in, v));
    if (vd_view_eq(v->key, VD_VIEW("chat_template")) && vd_text(v).len != 0)
      VD_TRY(vd_inspect_nested(in, v->key, v->text));
    if (vd_first(v) != NULL && depth < VD_NEST_MAX)
      stack[++depth] = vd_first(v);
  }
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  if (!has_target(a->bytes))
    return VD_OK;
  if (a->bytes.len > VD_CONFIG_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a configuration of %zu bytes", a->bytes.len);
  VD_TRY(vd_yaml_check_python(in, &(vd_source){a->bytes, 0}));
  VD_TRY(vd_yaml_parse(in->scratch, a->bytes, &doc, err));
  return walk(in, doc);
}

const vd_format vd_format_hydra = {
    .name = "hydra",
    .description = "Hydra configurations of NeMo and others",
    .patterns = "model_config.yaml",
    .carrier = true,
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
