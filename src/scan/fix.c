// The smallest change of a version or requirement that excludes every known flaw of a package.
// docs/matching.md states the cost that "smallest" means.
#include "scan/match.h"

// Excluding one version costs as much as giving up this many safe ones: a requirement with a list
// of exceptions is harder to keep than one with a higher floor.
enum { EXCLUSION_COST = 5, EXCLUSIONS_MAX = 3 };

typedef struct fixing {
  const vd_known_package *package;
  const unsigned char *bad; // [known version]: has a flaw that counts
  vd_arena *arena;
  bool *allowed; // known versions the requirement lets through
  size_t count;  // known versions
} fixing;

static bool is_safe_final(const fixing *f, size_t i) {
  return f->bad[i] == 0 && !vd_version_is_prerelease(&f->package->versions[i]);
}

static const vd_version *fix_version(const fixing *f, const vd_version *v) {
  const vd_version *below = NULL;
  for (size_t i = 0; i < f->count; i++) {
    const vd_version *known = &f->package->versions[i];
    int order = is_safe_final(f, i) ? vd_version_compare(known, v) : 0;
    if (order > 0)
      return known;
    if (order < 0)
      below = known; // a downgrade, when nothing newer is safe
  }
  return below;
}

static vd_code push_clause(vd_arena *a, vd_specifiers *set, vd_op op, const vd_version *v) {
  vd_clause *c = vd_vec_push(a, set);
  if (c == NULL)
    return VD_NOMEM;
  *c = (vd_clause){.op = op, .text = v->text, .version = *v};
  return VD_OK;
}

// Copies the clauses that still say something once the floor is `low`.
static vd_code keep_clauses(vd_arena *a, const vd_specifiers *set, const vd_version *low,
                            vd_specifiers *out) {
  for (size_t i = 0; i < set->count; i++) {
    const vd_clause *c = &set->at[i];
    bool floor = c->op == VD_OP_GE || c->op == VD_OP_GT;
    bool below = c->op == VD_OP_NE && !c->wildcard && vd_version_compare(&c->version, low) < 0;
    if (floor || below)
      continue;
    vd_clause *kept = vd_vec_push(a, out);
    if (kept == NULL)
      return VD_NOMEM;
    *kept = *c;
  }
  return VD_OK;
}

// The first allowed version above every affected allowed one; count when the newest is affected.
static size_t safe_floor(const fixing *f, size_t *lost, size_t *affected) {
  size_t floor = f->count, safe = 0;
  *lost = *affected = 0;
  for (size_t i = 0; i < f->count; i++) {
    if (!f->allowed[i])
      continue;
    if (f->bad[i] != 0) {
      floor = f->count;
      *lost = safe;
      ++*affected;
    } else {
      safe++;
      if (floor == f->count)
        floor = i;
    }
  }
  return floor;
}

static vd_code raise_floor(const fixing *f, const vd_specifiers *set, size_t floor,
                           vd_specifiers *out) {
  const vd_version *low = &f->package->versions[floor];
  VD_TRY(push_clause(f->arena, out, VD_OP_GE, low));
  return keep_clauses(f->arena, set, low, out);
}

static vd_code exclude(const fixing *f, const vd_specifiers *set, vd_specifiers *out) {
  for (size_t i = 0; i < set->count; i++) {
    vd_clause *c = vd_vec_push(f->arena, out);
    if (c == NULL)
      return VD_NOMEM;
    *c = set->at[i];
  }
  for (size_t i = 0; i < f->count; i++)
    if (f->allowed[i] && f->bad[i] != 0)
      VD_TRY(push_clause(f->arena, out, VD_OP_NE, &f->package->versions[i]));
  return VD_OK;
}

// The first final release from which on every known final release is safe; count when there is
// none.
static size_t safe_tail(const fixing *f) {
  size_t tail = f->count;
  for (size_t i = f->count; i-- > 0;) {
    if (vd_version_is_prerelease(&f->package->versions[i]))
      continue;
    if (f->bad[i] != 0)
      break;
    tail = i;
  }
  return tail;
}

// The newest the requirement allows is affected: leave its ceiling behind when everything from some
// release on is safe, else stay below the flaw.
static vd_code leave_range(const fixing *f, vd_specifiers *out) {
  const vd_known_package *p = f->package;
  size_t tail = safe_tail(f), last = f->count;
  if (tail != f->count)
    return push_clause(f->arena, out, VD_OP_GE, &p->versions[tail]);
  while (last != 0 && !(f->allowed[last - 1] && is_safe_final(f, last - 1)))
    last--;
  if (last == 0)
    return VD_OK;
  size_t first = last - 1;
  for (size_t i = first; i-- > 0 && f->bad[i] == 0;)
    if (f->allowed[i])
      first = i;
  VD_TRY(push_clause(f->arena, out, VD_OP_GE, &p->versions[first]));
  return push_clause(f->arena, out, VD_OP_LE, &p->versions[last - 1]);
}

static vd_code fix_range(const fixing *f, const vd_specifiers *set, vd_specifiers *out) {
  size_t lost, affected;
  size_t floor = safe_floor(f, &lost, &affected);
  if (affected == 0)
    return VD_OK; // nothing that counts is left to exclude
  if (floor == f->count)
    return leave_range(f, out);
  return affected <= EXCLUSIONS_MAX && lost > affected * EXCLUSION_COST
             ? exclude(f, set, out)
             : raise_floor(f, set, floor, out);
}

// The entries of `bad` that count for one version: whether any does.
static bool has_counted_flaw(const fixing *f, const vd_version *v) {
  const vd_known_package *p = f->package;
  for (size_t e = 0; e < p->entry_count; e++) {
    bool counts =
        f->bad == p->any || p->newest == f->count || p->affects[e * f->count + p->newest] == 0;
    if (counts && vd_entry_affects(&p->entries[e], v))
      return true;
  }
  return false;
}

static vd_code try_version(const fixing *f, vd_view text, vd_fix *out) {
  vd_version current = vd_version_read(text);
  const vd_version *v = has_counted_flaw(f, &current) ? fix_version(f, &current) : NULL;
  if (v != NULL)
    *out = (vd_fix){.text = v->text, .downgrade = vd_version_compare(v, &current) < 0};
  return VD_OK;
}

static vd_code try_range(const fixing *f, vd_view clauses, vd_arena *a, vd_fix *out,
                         vd_error *err) {
  vd_specifiers set = {0}, fixed = {0};
  VD_TRY(vd_specifiers_parse(f->arena, clauses, &set, err));
  (void)vd_allowed_versions(f->package, &set, f->allowed);
  VD_TRY(fix_range(f, &set, &fixed));
  if (fixed.count == 0)
    return VD_OK;
  out->text = vd_specifiers_format(a, &fixed);
  return out->text.ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_matcher_fix(vd_matcher *m, const vd_match_query *q, vd_arena *a, vd_fix *out,
                       vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_known_package *p;
  vd_fix fix = {0};
  VD_TRY(vd_matcher_package(m, q->name, true, &p, err));
  fixing f = {.package = p, .arena = &scratch, .count = p->facts.versions.count};
  f.allowed = vd_new_array(&scratch, bool, f.count + 1);
  if (f.allowed == NULL)
    return VD_NOMEM;
  const unsigned char *const targets[] = {p->any, p->fixable};
  for (size_t i = 0; i < VD_COUNT(targets) && fix.text.ptr == NULL; i++) {
    f.bad = targets[i];
    VD_TRY(q->version.ptr != NULL ? try_version(&f, q->version, &fix)
                                  : try_range(&f, q->specifiers, a, &fix, err));
    fix.partial = i != 0;
  }
  *out = fix;
  return VD_OK;
}
