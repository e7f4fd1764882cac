// The table of callables: order, and which entry speaks for a name.
#include "inspect/callables.h"

#include <criterion/criterion.h>

static const vd_callable rows[] = {
#define CALLABLE(module, name, reach, framework) {module, name, VD_REACH_##reach, framework},
#include "inspect/callables.def"
#undef CALLABLE
};

Test(callables, rows_are_sorted_and_unique) {
  for (size_t i = 1; i < VD_COUNT(rows); i++) {
    int order = strcmp(rows[i - 1].module, rows[i].module);
    if (order == 0)
      order = strcmp(rows[i - 1].name, rows[i].name);
    cr_expect(order < 0, "%s.%s", rows[i].module, rows[i].name);
  }
}

static vd_reach reach(const char *module, const char *name) {
  const vd_callable *c = vd_callable_find(vd_view_of(module), vd_view_of(name));
  return c == NULL ? VD_REACH_UNKNOWN : c->reach;
}

Test(callables, every_row_is_found) {
  for (size_t i = 0; i < VD_COUNT(rows); i++)
    cr_expect(reach(rows[i].module, rows[i].name) == rows[i].reach, "%s.%s", rows[i].module,
              rows[i].name);
}

Test(callables, the_nearest_entry_speaks) {
  cr_expect(reach("builtins", "eval") == VD_REACH_EXECUTE);
  cr_expect(reach("__builtin__", "eval") == VD_REACH_EXECUTE);
  cr_expect(reach("posix", "system") == VD_REACH_EXECUTE);
  cr_expect(reach("subprocess", "Popen.__init__") == VD_REACH_EXECUTE);
  cr_expect(reach("no.such", "thing") == VD_REACH_UNKNOWN);
  cr_expect(reach("", "") == VD_REACH_UNKNOWN);
}

Test(callables, a_framework_is_safe_for_its_classes_only) {
  cr_expect(reach("sklearn.svm._classes", "SVC") == VD_REACH_SAFE);
  cr_expect(reach("sklearn._loss.loss", "__pyx_unpickle_CyHalfSquaredError") == VD_REACH_SAFE);
  cr_expect(reach("sklearn.utils.fixes", "listdir") == VD_REACH_UNKNOWN);
  cr_expect(reach("sklearn.utils.fixes", "Popen") == VD_REACH_EXECUTE);
  cr_expect(reach("sklearn.datasets._base", "fetch") == VD_REACH_NETWORK);
  cr_expect(reach("sklearn.svm._classes", "SVC.fit") == VD_REACH_UNKNOWN);
}

Test(callables, names_reach_through_other_modules) {
  cr_expect(reach("torch.nn.modules", "os.system") == VD_REACH_EXECUTE);
  cr_expect(reach("torch.nn.modules", "Linear.__init__.__globals__") == VD_REACH_INDIRECT);
  cr_expect(reach("six.moves.builtins", "eval") == VD_REACH_EXECUTE);
  cr_expect(reach("sklearn.externals.six.moves", "getattr") != VD_REACH_SAFE);
  cr_expect(reach("numpy", "ndarray.__new__") == VD_REACH_SAFE);
  cr_expect(reach("pathlib", "PosixPath") == VD_REACH_SAFE);
  cr_expect(reach("pathlib", "PosixPath.unlink") == VD_REACH_WRITE);
}
