// Questions every report asks of a finding.
#include "report/select.h"

#include "report/report.h"

vd_view vd_finding_weakness(const vd_finding *f) {
  if (strcmp(f->rule, "malicious-package") == 0)
    return VD_VIEW("malicious package");
  if (f->cwe_names.count == 0)
    return (vd_view){"", 0};
  vd_view name = f->cwe_names.at[0], rest = name;
  while (rest.len != 0) {
    (void)vd_view_cut(&rest, '(');
    if (vd_view_starts(rest, VD_VIEW("'")) && vd_view_ends(name, VD_VIEW("')")))
      return vd_view_first(vd_view_from(rest, 1), rest.len - 3);
  }
  return name;
}

bool vd_report_is_named(const vd_finding *f, vd_view id) {
  if (vd_view_ieq(f->id, id))
    return true;
  for (size_t i = 0; f->flaw != NULL && i < f->flaw->ids.count; i++)
    if (vd_view_ieq(f->flaw->ids.at[i], id))
      return true;
  return false;
}
