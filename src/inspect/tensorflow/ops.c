// The tables of TensorFlow's operators, and what is said of those that reach out.
#include "inspect/tensorflow/ops.h"

#include "inspect/outside.h"

static const vd_tf_op ops[] = {
#define TF_OP(name, check, when, place) {name, VD_CHECK_##check, VD_TF_##when, place},
#include "inspect/tensorflow/ops.def"
#undef TF_OP
};

static const char *const known[] = {
#define TF_KNOWN(name) name,
#include "inspect/tensorflow/known.def"
#undef TF_KNOWN
};

static int by_op_name(const void *key, const void *op) {
  return vd_view_cmp(*(const vd_view *)key, vd_view_of(((const vd_tf_op *)op)->name));
}

static int by_name(const void *key, const void *name) {
  return vd_view_cmp(*(const vd_view *)key, vd_view_of(*(const char *const *)name));
}

const vd_tf_op *vd_tf_op_find(vd_view name) {
  return bsearch(&name, ops, VD_COUNT(ops), sizeof *ops, by_op_name);
}

static bool is_known(vd_view name) {
  return bsearch(&name, known, VD_COUNT(known), sizeof *known, by_name) != NULL;
}

bool vd_tf_op_known(vd_view name) {
  if (is_known(name) || vd_tf_op_find(name) != NULL)
    return true;
  vd_view base = name;
  if (base.len > 2 && base.ptr[base.len - 1] >= '2' && base.ptr[base.len - 1] <= '9' &&
      base.ptr[base.len - 2] == 'V')
    base.len -= 2;
  if (vd_view_starts(base, VD_VIEW("Experimental")))
    base = vd_view_from(base, sizeof "Experimental" - 1);
  return is_known(base);
}

// The savers' own default, below the folder that is saved to or restored from.
static bool is_default(vd_view text) {
  return text.len == 0 || vd_view_eq(text, VD_VIEW("model")) ||
         vd_view_starts(text, VD_VIEW("_temp"));
}

static bool is_url(vd_view text) { return vd_view_has(text, VD_VIEW("://")); }

vd_code vd_tf_op_report(vd_inspection *in, const vd_tf_op *op, uint64_t offset, vd_view text,
                        vd_view where) {
  char evidence[VD_EVIDENCE_TEXT_MAX];
  vd_check_id check = op->check;
  const char *outside = text.ptr == NULL ? NULL : vd_path_outside(text);
  if (op->when == VD_TF_URL && !is_url(text))
    return VD_OK;
  if (op->when == VD_TF_PATH && (text.ptr == NULL || (outside == NULL && is_default(text)) ||
                                 vd_view_starts(text, VD_VIEW("memmapped_package://"))))
    return VD_OK;
  if (op->when == VD_TF_URL && !vd_view_starts(text, VD_VIEW("file:")))
    check = VD_CHECK_TF_NETWORK;
  vd_view shown = vd_view_first(text, VD_QUOTE_MAX);
  if (text.ptr == NULL)
    (void)snprintf(evidence, sizeof evidence, "%s(...)%.*s", op->name, VD_ARG(where));
  else
    (void)snprintf(evidence, sizeof evidence, "%s(\"%.*s\")%.*s", op->name, VD_ARG(shown),
                   VD_ARG(where));
  bool inside = op->when == VD_TF_PATH && outside == NULL;
  return vd_observe_as(in, check, inside ? VD_SEVERITY_MEDIUM : vd_checks[check].severity, offset,
                       vd_view_of(evidence));
}
