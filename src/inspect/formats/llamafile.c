// llamafile: a program for any system with a zip of weights and arguments at its end.
// https://github.com/Mozilla-Ocho/llamafile
#include "inspect/archive/zip.h"
#include "inspect/program.h"

static bool recognise(const vd_artefact *a) {
  return vd_view_starts(a->bytes, VD_VIEW("MZqFpD='"));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  if (!recognise(a))
    return vd_fail(err, VD_FORMAT, "it does not begin as a llamafile does");
  VD_TRY(vd_observe(in, VD_CHECK_RUNS_ITSELF, 0, "%.*s runs when it is started",
                    VD_ARG(vd_view_first(vd_artefact_name(a), 120))));
  VD_TRY(vd_model_set(in, "producer", "llamafile"));
  return vd_zip_inspect(in, a->bytes, err);
}

const vd_format vd_format_llamafile = {
    .name = "llamafile",
    .description = "llamafile: weights inside a program",
    .patterns = "*.llamafile",
    .recognise = recognise,
    .inspect = inspect,
};
