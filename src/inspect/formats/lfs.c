// Pointers of Git LFS and git-annex: text in the place of a model.
// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
#include "inspect/inspect.h"

static bool recognise(const vd_artefact *a) {
  vd_view v = a->bytes;
  if (v.len > VD_POINTER_BYTES_MAX)
    return false;
  return vd_view_starts(v, VD_VIEW("version https://git-lfs.github.com/spec/v1\n")) ||
         vd_view_starts(v, VD_VIEW("version https://hawser.github.com/spec/v1\n")) ||
         vd_view_starts(v, VD_VIEW("/annex/objects/"));
}

// Names that others read; a file that is none of a pointer is theirs.
static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_view rest = a->bytes, line;
  if (!recognise(a))
    return vd_fail(err, VD_FORMAT, "it is no pointer");
  bool annex = vd_view_starts(rest, VD_VIEW("/"));
  while (!annex && vd_view_line(&rest, &line))
    if (vd_view_starts(line, VD_VIEW("oid ")))
      return vd_observe(in, VD_CHECK_ABSENT, 0, "Git LFS pointer to %.*s: not inspected",
                        VD_ARG(vd_view_first(vd_view_from(line, 4), 100)));
  return vd_observe(in, VD_CHECK_ABSENT, 0, "%s pointer: the content was not inspected",
                    annex ? "git-annex" : "Git LFS");
}

const vd_format vd_format_lfs = {
    .name = "lfs",
    .description = "pointers of Git LFS and git-annex",
    .patterns = "*.safetensors *.pt *.pth *.ckpt *.pkl *.pickle *.joblib *.onnx *.gguf *.h5 *.hdf5 "
                "*.keras *.npy *.npz *.tflite *.nemo *.mar *.zip *.tar *.7z *.llamafile "
                "*.msgpack *.ptl *.skops",
    .carrier = true,
    .recognise = recognise,
    .inspect = inspect,
};
