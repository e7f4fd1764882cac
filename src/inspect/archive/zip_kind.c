// What wrote a zip archive, by the names of its members.
#include "inspect/archive/zip.h"

enum {
  HAS_DATA_PKL = 1 << 0,
  HAS_CONSTANTS = 1 << 1,
  HAS_CODE = 1 << 2,
  HAS_KERAS = 1 << 3,
  HAS_CONFIG = 1 << 4,
  HAS_SCHEMA = 1 << 5,
  HAS_MAR = 1 << 6,
  HAS_SOFTWARE = 1 << 7,
  HAS_DOCUMENT = 1 << 8,
  HAS_NPY = 1 << 9,
  HAS_OTHER = 1 << 10,
};

static const struct {
  const char *name; // a whole name, or its end when it begins with '/'
  unsigned what;
} marks[] = {
    {"config.json", HAS_CONFIG},           {"metadata.json", HAS_KERAS},
    {"model.weights.h5", HAS_KERAS},       {"schema.json", HAS_SCHEMA},
    {"MAR-INF/MANIFEST.json", HAS_MAR},    {"META-INF/MANIFEST.MF", HAS_SOFTWARE},
    {"AndroidManifest.xml", HAS_SOFTWARE}, {"EGG-INFO/PKG-INFO", HAS_SOFTWARE},
    {"[Content_Types].xml", HAS_DOCUMENT}, {"META-INF/manifest.xml", HAS_DOCUMENT},
    {".dist-info/WHEEL", HAS_SOFTWARE},    {".dist-info/METADATA", HAS_SOFTWARE},
};

// The part of a PyTorch name behind the folder that all members share.
static vd_view behind_folder(vd_view name) {
  size_t slash = vd_view_find(name, '/');
  return slash == name.len ? name : vd_view_from(name, slash + 1);
}

static unsigned what_of(vd_view name) {
  vd_view inner = behind_folder(name);
  for (size_t i = 0; i < VD_COUNT(marks); i++)
    if (vd_view_eq(name, vd_view_of(marks[i].name)) ||
        (marks[i].name[0] == '.' && vd_view_ends(name, vd_view_of(marks[i].name))))
      return marks[i].what;
  if (vd_view_eq(inner, VD_VIEW("data.pkl")))
    return HAS_DATA_PKL;
  if (vd_view_eq(inner, VD_VIEW("constants.pkl")))
    return HAS_CONSTANTS;
  if (vd_view_starts(inner, VD_VIEW("code/")))
    return HAS_CODE;
  return vd_view_ends(name, VD_VIEW(".npy")) ? HAS_NPY : HAS_OTHER;
}

static vd_zip_kind kind_of(unsigned has) {
  static const struct {
    unsigned all;
    vd_zip_kind kind;
  } kinds[] = {
      {HAS_DATA_PKL | HAS_CONSTANTS, VD_ZIP_TORCHSCRIPT},
      {HAS_DATA_PKL | HAS_CODE, VD_ZIP_TORCHSCRIPT},
      {HAS_CODE | HAS_CONSTANTS, VD_ZIP_TORCHSCRIPT},
      {HAS_MAR, VD_ZIP_MAR},
      {HAS_SOFTWARE, VD_ZIP_SOFTWARE},
      {HAS_DOCUMENT, VD_ZIP_DOCUMENT},
      {HAS_DATA_PKL, VD_ZIP_TORCH},
      {HAS_KERAS | HAS_CONFIG, VD_ZIP_KERAS},
      {HAS_SCHEMA, VD_ZIP_SKOPS},
  };
  for (size_t i = 0; i < VD_COUNT(kinds); i++)
    if ((has & kinds[i].all) == kinds[i].all)
      return kinds[i].kind;
  return has == HAS_NPY ? VD_ZIP_NPZ : VD_ZIP_PLAIN;
}

vd_zip_nature vd_zip_nature_of(const vd_zip *z) {
  vd_zip_nature n = {.kind = VD_ZIP_PLAIN, .prefix = VD_VIEW("")};
  unsigned has = 0;
  for (size_t i = 0; i < z->entries.count; i++) {
    vd_view name = z->entries.at[i].name;
    unsigned what = what_of(name);
    if (what == HAS_DATA_PKL && (has & HAS_DATA_PKL) == 0)
      n.prefix = vd_view_first(name, name.len - sizeof "data.pkl" + 1);
    has |= what;
  }
  n.kind = kind_of(has);
  return n;
}

bool vd_zip_is_model(vd_zip_kind kind) {
  return kind != VD_ZIP_PLAIN && kind != VD_ZIP_SOFTWARE && kind != VD_ZIP_DOCUMENT;
}

const char *vd_zip_kind_text(vd_zip_kind kind) {
  static const char *const texts[] = {
      [VD_ZIP_PLAIN] = "zip",
      [VD_ZIP_TORCH] = "PyTorch (zip)",
      [VD_ZIP_KERAS] = "Keras",
      [VD_ZIP_TORCHSCRIPT] = "TorchScript",
      [VD_ZIP_NPZ] = "NumPy (npz)",
      [VD_ZIP_SKOPS] = "skops",
      [VD_ZIP_MAR] = "TorchServe",
      [VD_ZIP_SOFTWARE] = "software package",
      [VD_ZIP_DOCUMENT] = "office document",
  };
  return texts[kind];
}

bool vd_zip_is_storage(const vd_zip_nature *n, const vd_zip_entry *e) {
  if ((n->kind != VD_ZIP_TORCH && n->kind != VD_ZIP_TORCHSCRIPT) || e->method != 0 ||
      e->packed != e->size || (e->flags & VD_ZIP_ENCRYPTED) != 0 ||
      !vd_view_starts(e->name, n->prefix))
    return false;
  vd_view inner = vd_view_from(e->name, n->prefix.len);
  vd_view folder = vd_view_cut(&inner, '/');
  bool known = vd_view_eq(folder, VD_VIEW("data")) || vd_view_eq(folder, VD_VIEW("constants"));
  for (size_t i = 0; i < inner.len; i++)
    known = known && inner.ptr[i] >= '0' && inner.ptr[i] <= '9';
  return known && inner.len != 0;
}
