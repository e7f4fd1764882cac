// Questions every report asks of a finding.
#include "report/select.h"

vd_view vd_finding_weakness(const vd_finding *f) {
  if (f->flaw == NULL || f->flaw->cwe_names.count == 0)
    return (vd_view){"", 0};
  vd_view name = f->flaw->cwe_names.at[0], rest = name;
  while (rest.len != 0) {
    (void)vd_view_cut(&rest, '(');
    if (vd_view_starts(rest, VD_VIEW("'")) && vd_view_ends(name, VD_VIEW("')")))
      return vd_view_first(vd_view_from(rest, 1), rest.len - 3);
  }
  return name;
}
