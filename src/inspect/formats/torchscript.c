// TorchScript code: text in a Python-like language that torch.jit.load compiles and models run.
// https://github.com/pytorch/pytorch/blob/main/torch/csrc/jit/docs/serialization.md
#include "inspect/inspect.h"

typedef struct scan {
  vd_view text;
  size_t at;
  vd_view name; // the last one found,
  size_t start; // and where it begins
} scan;

static vd_view place_of(const vd_artefact *a) { return a->member.len != 0 ? a->member : a->path; }

static bool recognise(const vd_artefact *a) {
  vd_view place = place_of(a);
  return vd_view_ends(place, VD_VIEW(".py")) && (vd_view_has(place, VD_VIEW("code/__torch__/")) ||
                                                 vd_view_has(place, VD_VIEW("code/__torch__.py")));
}

// Operators that leave the tensor world. PyTorch writes those of aten as torch.NAME.
static const struct {
  const char *name, *what;
} reaching[] = {
    {"save", "writes a file"},
    {"from_file", "maps a file"},
    {"rpc_sync", "calls another machine"},
    {"rpc_async", "calls another machine"},
    {"rpc_remote", "calls another machine"},
    {"PythonOp", "calls Python"},
};

static const struct {
  const char *name, *what;
} reaching_libraries[] = {
    {"image.read_file", "reads a file"},
    {"image.write_file", "writes a file"},
    {"video.read_video_from_file", "reads a file"},
    {"video.probe_video_from_file", "reads a file"},
};

// Namespaces of PyTorch and of the libraries that are released with it.
static const char *const known_operators[] = {
    "aten",
    "prim",
    "prims",
    "quantized",
    "quantized_decomposed",
    "prepacked",
    "mkldnn",
    "mkl",
    "torchvision",
    "image",
    "torchaudio",
    "torchtext",
    "xnnpack",
    "metal",
    "vulkan",
    "sparse",
    "profiler",
    "mkldnn_prepacked",
    "_caffe2",
    "video",
    "c10d",
    "inductor",
    "tensorexpr",
    "metal_prepack",
    "torch_scatter",
    "torch_sparse",
    "torch_cluster",
    "_quantized",
    "internal",
    "cuda",
    "vulkan_prepack",
    "onednn",
    "rngprims",
    "fb",
    "dist_autograd",
    "_c10d_functional",
};
static const char *const known_classes[] = {
    "quantized", "xnnpack",    "mkldnn",    "metal", "vulkan",    "sparse",
    "rnn",       "torchaudio", "torchtext", "c10d",  "profiling", "cuda",
};

static bool in_list(vd_view name, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (vd_view_eq(name, vd_view_of(list[i])))
      return true;
  return false;
}

static bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

static void skip_string(scan *s) {
  char quote = s->text.ptr[s->at++];
  while (s->at < s->text.len && s->text.ptr[s->at] != quote && s->text.ptr[s->at] != '\n')
    s->at += s->text.ptr[s->at] == '\\' ? 2 : 1;
  s->at++;
}

// The next dotted name. "^name" is how calls of Python are written.
static bool next_name(scan *s) {
  while (s->at < s->text.len) {
    char c = s->text.ptr[s->at];
    if (c == '"' || c == '\'') {
      skip_string(s);
    } else if (c == '#') {
      s->at += vd_view_find(vd_view_from(s->text, s->at), '\n');
    } else if (is_name_char(c) || c == '^') {
      s->start = s->at++;
      while (s->at < s->text.len && is_name_char(s->text.ptr[s->at]))
        s->at++;
      s->name = vd_view_first(vd_view_from(s->text, s->start), s->at - s->start);
      return true;
    } else {
      s->at++;
    }
  }
  return false;
}

static vd_view line_at(vd_view text, size_t at) {
  size_t from = at;
  while (from != 0 && text.ptr[from - 1] != '\n' && at - from < 200)
    from--;
  vd_view rest = vd_view_from(text, from);
  return vd_view_trim(vd_view_first(rest, vd_view_find(vd_view_first(rest, 300), '\n')));
}

static vd_code say(vd_inspection *in, const scan *s, vd_check_id check, const char *what) {
  return vd_observe(in, check, s->start, "%.*s %s: %.*s", VD_ARG(vd_view_first(s->name, 100)), what,
                    VD_ARG(line_at(s->text, s->start)));
}

static const char *what_operator_does(vd_view name) {
  for (size_t i = 0; i < VD_COUNT(reaching); i++)
    if (vd_view_eq(name, vd_view_of(reaching[i].name)))
      return reaching[i].what;
  return NULL;
}

static vd_code check_library(vd_inspection *in, const scan *s) {
  vd_view rest = vd_view_from(s->name, sizeof "ops." - 1), whole = rest;
  vd_view space = vd_view_cut(&rest, '.');
  const char *what = vd_view_eq(space, VD_VIEW("aten")) || vd_view_eq(space, VD_VIEW("prim"))
                         ? what_operator_does(rest)
                         : NULL;
  for (size_t i = 0; i < VD_COUNT(reaching_libraries); i++)
    if (vd_view_eq(whole, vd_view_of(reaching_libraries[i].name)))
      what = reaching_libraries[i].what;
  if (what != NULL)
    return say(in, s, VD_CHECK_TORCHSCRIPT_REACH, what);
  return in_list(space, known_operators, VD_COUNT(known_operators))
             ? VD_OK
             : say(in, s, VD_CHECK_TORCHSCRIPT_CUSTOM, "is not PyTorch's");
}

static vd_code check_name(vd_inspection *in, const scan *s) {
  static const char classes[] = "__torch__.torch.classes.";
  vd_view name = s->name;
  if (vd_view_starts(name, VD_VIEW("^")))
    return name.len == 1 ? VD_OK : say(in, s, VD_CHECK_TORCHSCRIPT_REACH, "calls Python");
  if (vd_view_starts(name, VD_VIEW("ops.")))
    return check_library(in, s);
  if (vd_view_starts(name, VD_VIEW("torch."))) {
    const char *what = what_operator_does(vd_view_from(name, sizeof "torch." - 1));
    return what == NULL ? VD_OK : say(in, s, VD_CHECK_TORCHSCRIPT_REACH, what);
  }
  if (!vd_view_starts(name, vd_view_of(classes)))
    return VD_OK;
  vd_view rest = vd_view_from(name, sizeof classes - 1);
  return in_list(vd_view_cut(&rest, '.'), known_classes, VD_COUNT(known_classes))
             ? VD_OK
             : say(in, s, VD_CHECK_TORCHSCRIPT_CUSTOM, "is a class of a library");
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  scan s = {.text = a->bytes};
  size_t bad;
  if (!vd_utf8_valid(a->bytes, &bad))
    return vd_fail(err, VD_FORMAT, "its code is no text");
  while (next_name(&s))
    VD_TRY(check_name(in, &s));
  return VD_OK;
}

// No name of a file matches the pattern: the folder decides.
const vd_format vd_format_torchscript = {
    .name = "torchscript",
    .description = "TorchScript code",
    .patterns = "code/__torch__/*.py",
    .recognise = recognise,
    .inspect = inspect,
};
