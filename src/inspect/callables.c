// Looks names up in callables.def.
#include "inspect/callables.h"

static const vd_callable callables[] = {
#define CALLABLE(module, name, reach, framework) {module, name, VD_REACH_##reach, framework},
#include "inspect/callables.def"
#undef CALLABLE
};

// The same names with their lengths, to search by.
static const struct {
  vd_view module, name;
} keys[] = {
#define CALLABLE(module, name, reach, framework) {VD_VIEW_INIT(module), VD_VIEW_INIT(name)},
#include "inspect/callables.def"
#undef CALLABLE
};

static const char *const reaches[] = {
    [VD_REACH_UNKNOWN] = "is not known",
    [VD_REACH_SAFE] = "builds data",
    [VD_REACH_EXECUTE] = "runs code",
    [VD_REACH_IMPORT] = "imports a module",
    [VD_REACH_LOAD] = "loads further code-bearing data",
    [VD_REACH_NETWORK] = "opens a connection",
    [VD_REACH_READ] = "reads files",
    [VD_REACH_WRITE] = "writes or removes files",
    [VD_REACH_ENVIRONMENT] = "reads the environment",
    [VD_REACH_INDIRECT] = "calls or reaches what its arguments name",
};

const char *vd_reach_text(vd_reach r) { return reaches[r]; }

// Modules that Python 3 knows under another name, and those that implement one in C.
// six.moves.NAME is NAME, wherever six was copied to.
static vd_view without_six(vd_view module) {
  static const char prefix[] = "six.moves.";
  const char *at = memmem(module.ptr, module.len, prefix, sizeof prefix - 1);
  return at == NULL ? module : vd_view_from(module, (size_t)(at - module.ptr) + sizeof prefix - 1);
}

vd_view vd_module_canonical(vd_view module) {
  static const struct {
    vd_view old, now;
  } names[] = {
      {VD_VIEW_INIT("__builtin__"), VD_VIEW_INIT("builtins")},
      {VD_VIEW_INIT("__builtins__"), VD_VIEW_INIT("builtins")},
      {VD_VIEW_INIT("posix"), VD_VIEW_INIT("os")},
      {VD_VIEW_INIT("nt"), VD_VIEW_INIT("os")},
      {VD_VIEW_INIT("_io"), VD_VIEW_INIT("io")},
      {VD_VIEW_INIT("_pickle"), VD_VIEW_INIT("pickle")},
      {VD_VIEW_INIT("cPickle"), VD_VIEW_INIT("pickle")},
      {VD_VIEW_INIT("commands"), VD_VIEW_INIT("subprocess")},
      {VD_VIEW_INIT("_socket"), VD_VIEW_INIT("socket")},
      {VD_VIEW_INIT("_operator"), VD_VIEW_INIT("operator")},
      {VD_VIEW_INIT("_functools"), VD_VIEW_INIT("functools")},
      {VD_VIEW_INIT("copy_reg"), VD_VIEW_INIT("copyreg")},
      {VD_VIEW_INIT("urllib2"), VD_VIEW_INIT("urllib")},
      {VD_VIEW_INIT("_posixsubprocess"), VD_VIEW_INIT("subprocess")},
      {VD_VIEW_INIT("exceptions"), VD_VIEW_INIT("builtins")},
      {VD_VIEW_INIT("httplib"), VD_VIEW_INIT("http.client")},
  };
  if (module.len == 0)
    return module;
  module = without_six(module);
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (vd_view_eq(module, names[i].old))
      return names[i].now;
  return module;
}

static int compare(vd_view module, vd_view name, size_t i) {
  int order = vd_view_cmp(module, keys[i].module);
  return order != 0 ? order : vd_view_cmp(name, keys[i].name);
}

static const vd_callable *exact(vd_view module, vd_view name) {
  size_t low = 0, high = VD_COUNT(callables);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare(module, name, middle);
    if (order == 0)
      return &callables[middle];
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

static vd_view parent_of(vd_view module) {
  size_t cut = module.len;
  while (cut != 0 && module.ptr[cut - 1] != '.')
    cut--;
  return vd_view_first(module, cut == 0 ? 0 : cut - 1);
}

// Classes of a framework build data; its functions may do anything.
static bool is_class(vd_view name) {
  while (name.len != 0) {
    vd_view part = vd_view_cut(&name, '.');
    if (vd_view_starts(part, VD_VIEW("__pyx_unpickle_")))
      continue;
    while (part.len != 0 && part.ptr[0] == '_')
      part = vd_view_from(part, 1);
    if (part.len == 0 || part.ptr[0] < 'A' || part.ptr[0] > 'Z')
      return false;
  }
  return true;
}

// The entry "*" of a module or of the nearest package above it.
static const vd_callable *nearest(vd_view module, vd_view name) {
  for (; module.len != 0; module = parent_of(module)) {
    const vd_callable *found = exact(vd_module_canonical(module), VD_VIEW("*"));
    if (found != NULL)
      return found->reach == VD_REACH_SAFE && !is_class(name) ? NULL : found;
  }
  return NULL;
}

// Names that are dangerous wherever they are taken from: every module that imports subprocess can
// give its Popen.
static const vd_callable *anywhere(vd_view name) {
  while (name.len != 0) {
    const vd_callable *found = exact(VD_VIEW("*"), vd_view_cut(&name, '.'));
    if (found != NULL)
      return found;
  }
  return NULL;
}

const vd_callable vd_callable_through = {"", "", VD_REACH_INDIRECT, ""};

static const char *const library[] = {
#define MODULE(name) name,
#include "inspect/stdlib_modules.def"
#undef MODULE
};

static bool is_library(vd_view name) {
  size_t low = 0, high = VD_COUNT(library);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = vd_view_cmp(name, vd_view_of(library[middle]));
    if (order == 0)
      return true;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return false;
}

// "__future__" "_ssl.RAND_bytes". A class may have the name of its module: datetime.datetime.now.
static bool leads_through_module(vd_view module, vd_view name) {
  vd_view last = module;
  while (last.len != 0)
    module = vd_view_cut(&last, '.');
  for (vd_view part = vd_view_cut(&name, '.'); name.len != 0; part = vd_view_cut(&name, '.'))
    if (is_library(part) && !vd_view_eq(part, module))
      return true;
  return false;
}

// "torch.serialization" "os.system": the module is reached through another one that imports it.
static const vd_callable *imported(vd_view name) {
  size_t dot;
  for (vd_view rest = name; (dot = vd_view_find(rest, '.')) < rest.len;
       rest = vd_view_from(rest, dot + 1)) {
    vd_view module = vd_module_canonical(vd_view_first(rest, dot));
    const vd_callable *found = exact(module, vd_view_from(rest, dot + 1));
    if (found == NULL)
      found = exact(module, VD_VIEW("*"));
    if (found != NULL && found->reach != VD_REACH_SAFE)
      return found;
  }
  return NULL;
}

const vd_callable *vd_callable_find(vd_view module, vd_view name) {
  char joined[VD_CALLABLE_NAME_MAX];
  if (module.len + name.len + 2 > sizeof joined)
    return NULL;
  module = vd_module_canonical(module);
  if (vd_view_ends(name, VD_VIEW(".__new__"))) // makes an instance, as calling the class does
    name = vd_view_first(name, name.len - sizeof ".__new__" + 1);
  const vd_callable *found = exact(module, name);
  size_t cut = name.len;
  while (cut != 0 && name.ptr[cut - 1] != '.')
    cut--;
  if (found == NULL && cut != 0) {
    int n = snprintf(joined, sizeof joined, "%.*s.%.*s", VD_ARG(module), (int)cut - 1, name.ptr);
    found = exact(vd_module_canonical((vd_view){joined, (size_t)n}), vd_view_from(name, cut));
  }
  if (found == NULL)
    found = anywhere(name);
  if (found == NULL)
    found = imported(name);
  if (found == NULL && leads_through_module(module, name))
    found = &vd_callable_through;
  return found != NULL ? found : nearest(module, name);
}
