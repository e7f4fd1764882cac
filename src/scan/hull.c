// Specifier sets as intervals, for requirements that no known version satisfies.
#include "scan/match.h"

static void narrow_low(vd_hull *h, const vd_version *v) {
  if (h->low == NULL || vd_version_compare(v, h->low) > 0)
    h->low = v;
}

static void narrow_high(vd_hull *h, const vd_version *v, bool closed) {
  int order = h->high == NULL ? -1 : vd_version_compare(v, h->high);
  if (order < 0 || (order == 0 && !closed)) {
    h->high = v;
    h->high_closed = closed;
  }
}

vd_hull vd_hull_of(const vd_specifiers *set) {
  vd_hull h = {0};
  for (size_t i = 0; i < set->count; i++) {
    const vd_clause *c = &set->at[i];
    bool equal = c->op == VD_OP_EQ;
    if (c->op == VD_OP_GE || c->op == VD_OP_GT || c->op == VD_OP_COMPATIBLE || equal)
      narrow_low(&h, &c->version);
    if (c->op == VD_OP_LE || c->op == VD_OP_LT || (equal && !c->wildcard))
      narrow_high(&h, &c->version, c->op != VD_OP_LT);
  }
  return h;
}

bool vd_hull_meets(const vd_hull *h, const vd_interval *in) {
  if (h->high != NULL && in->has_low) {
    int order = vd_version_compare(&in->low, h->high);
    if (order > 0 || (order == 0 && !h->high_closed))
      return false;
  }
  if (h->low != NULL && in->has_high) {
    int order = vd_version_compare(h->low, &in->high);
    if (order > 0 || (order == 0 && !in->high_closed))
      return false;
  }
  return true;
}

bool vd_hull_within(const vd_hull *h, const vd_interval *in) {
  bool low = !in->has_low || (h->low != NULL && vd_version_compare(&in->low, h->low) <= 0);
  if (!in->has_high)
    return low;
  int order = h->high == NULL ? 1 : vd_version_compare(h->high, &in->high);
  return low && (order < 0 || (order == 0 && (in->high_closed || !h->high_closed)));
}
