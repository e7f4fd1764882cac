// Training: the parts in order, and the memory only training needs.
#include "graph/suggest/model.h"

static const double DEFAULT_SHRINK = 2, DEFAULT_FACET_SHARE = 0.4; // docs/mapping.md

const char *vd_suggest_method_text(vd_suggest_method m) {
  static const char *const texts[] = {
#define X(id, name) [VD_SUGGEST_##id] = (name),
      VD_SUGGEST_METHODS(X)
#undef X
  };
  return (size_t)m < VD_COUNT(texts) ? texts[m] : "?";
}

static vd_code fill_options(vd_suggest_options *o, vd_error *err) {
  o->shrink = o->shrink == 0 ? DEFAULT_SHRINK : o->shrink;
  o->facet_share = o->facet_share == 0 ? DEFAULT_FACET_SHARE : o->facet_share;
  if (!(o->shrink > 1e-6 && o->shrink < 1e6))
    return vd_fail(err, VD_USAGE, "the shrinkage is out of range");
  if (!(o->facet_share > 0 && o->facet_share < 1))
    return vd_fail(err, VD_USAGE, "the share of the facets is not between 0 and 1");
  return VD_OK;
}

vd_code vd_suggester_train(vd_arena *a, const vd_suggest_input *in, const vd_suggest_options *o,
                           const vd_suggester **out, vd_error *err) {
  VD_SCOPED_ARENA own = VD_ARENA(VD_SUGGEST_MEMORY_MAX);
  vd_trainer t = {.arena = a, .in = in, .err = err};
  if (o != NULL)
    t.options = *o;
  VD_TRY(fill_options(&t.options, err));
  t.scratch = t.options.scratch != NULL ? t.options.scratch : &own;
  t.s = vd_new(a, vd_suggester);
  if (t.s == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for learning techniques");
  VD_TRY(vd_trainer_index(&t));
  VD_TRY(vd_trainer_learn(&t));
  VD_TRY(vd_trainer_calibrate(&t));
  *out = t.s;
  return VD_OK;
}
