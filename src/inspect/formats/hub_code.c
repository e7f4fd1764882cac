// Python files and notebooks that download models or data sets from a hub.
#include "inspect/text/hub_code.h"

#include "inspect/text/document.h"

static bool recognise(const vd_artefact *a) {
  if (!vd_artefact_matches(a, "*.py *.ipynb"))
    return false;
  return vd_is_cut_head(a) || vd_hub_code_named(vd_view_first(a->bytes, VD_HUB_CODE_BYTES_MAX));
}

// The lines of a cell as one text.
static vd_code check_cell(vd_inspection *in, const vd_source *s, const vd_value *cell) {
  VD_SCOPED_BUF text = VD_BUF(VD_TEMPLATE_BYTES_MAX);
  const vd_value *source = vd_get(cell, VD_VIEW("source"));
  if (!vd_view_eq(vd_text_at(cell, "cell_type"), VD_VIEW("code")))
    return VD_OK;
  if (vd_is(source, VD_KIND_STRING))
    vd_buf_put(&text, source->text);
  for (VD_EACH (line, source))
    vd_buf_put(&text, vd_text(line));
  vd_view v = vd_buf_view(&text);
  return v.len == 0 || !vd_hub_code_named(v)
             ? VD_OK
             : vd_hub_code_check(in, v, vd_source_offset(s, source));
}

static vd_code check_notebook(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const vd_value *doc;
  vd_source s = {a->bytes, 0};
  VD_TRY(vd_python_json(in, a->bytes, &doc, err));
  for (VD_EACH (cell, vd_get(doc, VD_VIEW("cells"))))
    VD_TRY(check_cell(in, &s, cell));
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  if (a->bytes.len > VD_HUB_CODE_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "code of %zu bytes", a->bytes.len);
  return vd_artefact_matches(a, "*.ipynb") ? check_notebook(in, a, err)
                                           : vd_hub_code_check(in, a->bytes, 0);
}

const vd_format vd_format_hub_code = {
    .name = "hub_code",
    .description = "Python code that downloads from a model hub",
    .patterns = "",
    .carrier = true,
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
