// What is known of a model, as JSON.
#include "report/model.h"

static void put_u64(vd_json_out *j, const char *key, uint64_t n) {
  vd_json_key(j, key);
  vd_json_int(j, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

static void put_tensor(vd_json_out *j, const vd_tensor *t) {
  vd_json_open(j, '{');
  vd_json_member(j, "name", t->name);
  vd_json_member(j, "dtype", vd_view_of(vd_dtype_text(t->dtype)));
  vd_json_key(j, "shape");
  vd_json_open(j, '[');
  for (unsigned i = 0; i < t->rank; i++)
    vd_json_int(j, t->shape[i] > INT64_MAX ? INT64_MAX : (int64_t)t->shape[i]);
  vd_json_close(j, ']');
  put_u64(j, "offset", t->offset);
  put_u64(j, "bytes", t->bytes.len);
  vd_json_close(j, '}');
}

void vd_report_json_model(vd_json_out *j, const vd_model *m) {
  vd_json_key(j, "formats");
  vd_json_open(j, '[');
  for (size_t i = 0; i < m->formats.count; i++)
    vd_json_text(j, vd_view_of(m->formats.at[i]));
  vd_json_close(j, ']');
  vd_json_key(j, "properties");
  vd_json_open(j, '{');
  for (size_t i = 0; i < m->properties.count; i++) {
    vd_json_name(j, m->properties.at[i].name);
    vd_json_text(j, m->properties.at[i].value);
  }
  vd_json_close(j, '}');
  put_u64(j, "tensor_count", m->tensor_count);
  put_u64(j, "parameters", m->parameters);
  if (m->tensors.count == 0)
    return;
  vd_json_key(j, "tensors");
  vd_json_open(j, '[');
  for (size_t i = 0; i < m->tensors.count; i++)
    put_tensor(j, &m->tensors.at[i]);
  vd_json_close(j, ']');
}
