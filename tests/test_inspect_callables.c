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
