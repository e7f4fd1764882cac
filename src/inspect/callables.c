// Looks names up in callables.def.
#include "inspect/callables.h"

static const vd_callable callables[] = {
#define CALLABLE(module, name, reach, framework) {module, name, VD_REACH_##reach, framework},
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
vd_view vd_module_canonical(vd_view module) {
  static const struct {
    const char *old, *now;
  } names[] = {
      {"__builtin__", "builtins"},
      {"__builtins__", "builtins"},
      {"posix", "os"},
      {"nt", "os"},
      {"_io", "io"},
      {"_pickle", "pickle"},
      {"cPickle", "pickle"},
      {"commands", "subprocess"},
      {"_socket", "socket"},
      {"_operator", "operator"},
      {"_functools", "functools"},
      {"copy_reg", "copyreg"},
      {"urllib2", "urllib"},
      {"_posixsubprocess", "subprocess"},
  };
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (vd_view_eq(module, vd_view_of(names[i].old)))
      return vd_view_of(names[i].now);
  return module;
}

static int compare(vd_view module, vd_view name, const vd_callable *c) {
  int order = vd_view_cmp(module, vd_view_of(c->module));
  return order != 0 ? order : vd_view_cmp(name, vd_view_of(c->name));
}

static const vd_callable *exact(vd_view module, vd_view name) {
  size_t low = 0, high = VD_COUNT(callables);
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare(module, name, &callables[middle]);
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

const vd_callable *vd_callable_find(vd_view module, vd_view name) {
  char joined[VD_CALLABLE_NAME_MAX];
  if (module.len + name.len + 2 > sizeof joined)
    return NULL;
  module = vd_module_canonical(module);
  int n = snprintf(joined, sizeof joined, "%.*s.%.*s", VD_ARG(module), VD_ARG(name));
  vd_view whole = {joined, (size_t)n}, last = name;
  for (size_t i = name.len; i != 0; i--)
    if (name.ptr[i - 1] == '.') {
      last = vd_view_from(name, i);
      break;
    }
  const vd_callable *found = exact(module, name);
  vd_view owner = parent_of(whole);
  if (found == NULL && owner.len != module.len)
    found = exact(vd_module_canonical(owner), last);
  for (; found == NULL && owner.len != 0; owner = parent_of(owner))
    found = exact(vd_module_canonical(owner), VD_VIEW("*"));
  return found;
}
