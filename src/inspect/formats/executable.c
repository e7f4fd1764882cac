// Programs where a model should be: under a model's name, or in a place no program belongs.
#include "inspect/program.h"

// Another format has such names.
static bool is_model_name(const vd_artefact *a) {
  for (size_t i = 0; vd_formats[i] != NULL; i++)
    if (vd_formats[i]->patterns[0] != '\0' && vd_artefact_matches(a, vd_formats[i]->patterns))
      return true;
  return false;
}

// Containers name data that belongs to nothing in words: "data after the tensors".
static bool is_stray(const vd_artefact *a) {
  vd_artefact file = {.path = a->path, .member = VD_VIEW("")};
  vd_view name = vd_artefact_name(a);
  return a->depth != 0 && vd_view_has(name, VD_VIEW(" ")) && !vd_view_has(name, VD_VIEW(".")) &&
         !vd_artefact_matches(&file, "*.exe *.dll *.so *.run *.sh *.appimage *.llamafile");
}

// Programs under names of their own are none of this module's business; packages may begin with a
// script that starts them.
static bool recognise(const vd_artefact *a) {
  if (vd_view_starts(a->bytes, VD_VIEW("MZqFpD='"))) // llamafile.c
    return false;
  if (vd_program_of(a->bytes) != NULL)
    return is_model_name(a) || is_stray(a);
  return vd_script_of(a->bytes) != NULL && is_model_name(a) &&
         !vd_artefact_matches(a, "*.jar *.egg *.whl *.zip");
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  const char *what = vd_program_of(a->bytes);
  what = what == NULL ? vd_script_of(a->bytes) : what;
  if (what == NULL)
    return vd_fail(err, VD_FORMAT, "it is no program");
  vd_view line = vd_view_first(a->bytes, vd_view_find(vd_view_first(a->bytes, 80), '\n'));
  if (!vd_view_starts(line, VD_VIEW("#!")))
    return vd_observe(in, VD_CHECK_EXECUTABLE, 0, "%.*s is %s", VD_ARG(vd_artefact_name(a)), what);
  return vd_observe(in, VD_CHECK_EXECUTABLE, 0, "%.*s is %s: %.*s", VD_ARG(vd_artefact_name(a)),
                    what, VD_ARG(line));
}

const vd_format vd_format_executable = {
    .name = "executable",
    .description = "programs under a model's name, or hidden in a model",
    .patterns = "",
    .carrier = true,
    .recognise = recognise,
    .inspect = inspect,
};
