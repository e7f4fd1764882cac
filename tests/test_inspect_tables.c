// What checks.def and loaders.def name exists in the facts that ship: weaknesses, techniques,
// flaws.
#include "inspect/inspect.h"

#include <criterion/criterion.h>

static vd_view table(vd_arena *a, const char *name) {
  vd_view path = vd_arena_printf(a, "facts/%s.tsv", name), bytes = {0};
  cr_assert(vd_file_read(a, path.ptr, VD_TABLE_BYTES_MAX, &bytes, NULL) == VD_OK, "%s", path.ptr);
  return bytes;
}

// Whether some row of the table begins with these cells.
static bool has_row(vd_view rows, const char *first, const char *second) {
  vd_view line;
  while (vd_view_line(&rows, &line))
    if (vd_view_eq(vd_view_cut(&line, '\t'), vd_view_of(first)) &&
        (second == NULL || vd_view_eq(vd_view_cut(&line, '\t'), vd_view_of(second))))
      return true;
  return false;
}

Test(tables, every_check_names_a_weakness_and_techniques_that_exist) {
  VD_SCOPED_ARENA a = VD_ARENA(32 << 20);
  vd_view weaknesses = table(&a, "weaknesses"), techniques = table(&a, "techniques");
  for (size_t i = 0; i < VD_CHECK_COUNT; i++) {
    const vd_check *c = &vd_checks[i];
    vd_view rest = vd_view_of(c->techniques);
    cr_expect(has_row(weaknesses, c->cwe, NULL), "%s: %s", c->name, c->cwe);
    cr_expect(rest.len != 0, "%s has no technique", c->name);
    while (rest.len != 0) {
      vd_view id = vd_arena_copy(&a, vd_view_cut(&rest, ' '));
      cr_expect(has_row(techniques, id.ptr, NULL), "%s: %s", c->name, id.ptr);
    }
    cr_expect(c->title[0] != '\0' && c->fix[0] != '\0' && c->confidence > 0 && c->confidence <= 1);
  }
}

Test(tables, every_check_has_a_name_of_its_own) {
  for (size_t i = 0; i < VD_CHECK_COUNT; i++)
    for (size_t k = 0; k < i; k++)
      cr_expect(strcmp(vd_checks[i].name, vd_checks[k].name) != 0, "%s", vd_checks[i].name);
}

// The one that is missing is known to advisories that came after the facts.
Test(tables, every_flaw_of_a_loader_is_one_of_its_package) {
  VD_SCOPED_ARENA a = VD_ARENA(32 << 20);
  vd_view affected = table(&a, "affected");
  for (const vd_loader_flaw *l = vd_loader_flaws; l->package != NULL; l++)
    cr_expect(has_row(affected, l->package, l->cve) != (strcmp(l->cve, "CVE-2025-23304") == 0),
              "%s %s", l->package, l->cve);
}
