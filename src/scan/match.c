// Which flaws a version or a requirement meets. docs/matching.md explains the rules.
#include "scan/match.h"

struct vd_matcher {
  vd_graph *graph;
  vd_arena *arena;
  vd_map packages; // name -> vd_known_package
};

vd_matcher *vd_matcher_new(vd_graph *graph, vd_arena *arena) {
  vd_matcher *m = vd_new(arena, vd_matcher);
  if (m != NULL)
    *m = (vd_matcher){.graph = graph, .arena = arena, .packages = VD_MAP(arena)};
  return m;
}

static vd_code read_versions(vd_arena *a, const vd_views *texts, vd_version **out) {
  *out = vd_new_array(a, vd_version, texts->count + 1);
  if (*out == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < texts->count; i++)
    (*out)[i] = vd_version_read(texts->at[i]);
  return VD_OK;
}

static bool lists(const vd_known_entry *e, const vd_version *v) {
  for (size_t i = 0; i < e->affected->versions.count; i++) {
    bool legacy = v->legacy || e->listed[i].legacy;
    if (legacy ? vd_view_eq(v->text, e->listed[i].text) : vd_version_compare(v, &e->listed[i]) == 0)
      return true;
  }
  return false;
}

bool vd_entry_affects(const vd_known_entry *e, const vd_version *v) {
  return vd_ranges_contain(&e->ranges, v) || lists(e, v);
}

static size_t newest_final(const vd_known_package *p) {
  for (size_t i = p->facts.versions.count; i-- > 0;)
    if (!vd_version_is_prerelease(&p->versions[i]))
      return i;
  return p->facts.versions.count;
}

// A byte for every (entry, known version): computed once a package, used by every requirement on
// it.
static vd_code fill_matrix(vd_arena *a, vd_known_package *p) {
  size_t n = p->facts.versions.count;
  p->affects = vd_new_array(a, unsigned char, p->entry_count *n + 1);
  p->any = vd_new_array(a, unsigned char, n + 1);
  p->fixable = vd_new_array(a, unsigned char, n + 1);
  if (p->affects == NULL || p->any == NULL || p->fixable == NULL)
    return VD_NOMEM;
  p->newest = newest_final(p);
  for (size_t e = 0; e < p->entry_count; e++) {
    unsigned char *row = &p->affects[e * n];
    for (size_t v = 0; v < n; v++)
      row[v] = vd_entry_affects(&p->entries[e], &p->versions[v]);
    bool fixed = p->newest == n || row[p->newest] == 0;
    for (size_t v = 0; v < n; v++) {
      p->any[v] |= row[v];
      p->fixable[v] |= fixed && row[v] != 0;
    }
  }
  p->filled = true;
  return VD_OK;
}

// Copies matches out of a scratch arena; ids borrowed from the facts need no copy.
static vd_code keep_matches(vd_arena *a, const vd_matches *found, vd_matches *out) {
  vd_match *at = vd_new_array(a, vd_match, found->count + 1);
  if (at == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < found->count; i++) {
    at[i] = found->at[i];
    if (at[i].advisories.at == at[i].affected->advisories.at)
      continue;
    size_t n = at[i].advisories.count;
    vd_view *ids = vd_new_array(a, vd_view, n);
    if (ids == NULL)
      return VD_NOMEM;
    memcpy(ids, at[i].advisories.at, n * sizeof *ids);
    at[i].advisories.at = ids;
  }
  *out = (vd_matches){.at = at, .count = found->count, .cap = found->count};
  return VD_OK;
}

static vd_code read_entries(vd_arena *a, vd_known_package *p, vd_error *err) {
  p->entry_count = p->facts.affected.count;
  p->entries = vd_new_array(a, vd_known_entry, p->entry_count + 1);
  if (p->entries == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < p->entry_count; i++) {
    vd_known_entry *e = &p->entries[i];
    e->affected = &p->facts.affected.at[i];
    VD_TRY(vd_ranges_parse(a, e->affected->ranges, &e->ranges, err));
    VD_TRY(read_versions(a, &e->affected->versions, &e->listed));
  }
  return VD_OK;
}

static vd_code load(vd_matcher *m, vd_view name, vd_known_package *p, vd_error *err) {
  vd_arena *a = m->arena;
  vd_code code = vd_graph_package(m->graph, a, name, &p->facts, err);
  if (code == VD_NOTFOUND)
    return VD_OK; // remembered as a package without flaws
  VD_TRY(code);
  VD_TRY(read_versions(a, &p->facts.versions, &p->versions));
  return read_entries(a, p, err);
}

vd_code vd_matcher_package(vd_matcher *m, vd_view name, bool matrix, vd_known_package **out,
                           vd_error *err) {
  vd_known_package *p = vd_map_get(&m->packages, name);
  if (p == NULL) {
    p = vd_new(m->arena, vd_known_package);
    vd_view key = vd_arena_copy(m->arena, name);
    if (p == NULL || key.ptr == NULL)
      return VD_NOMEM;
    VD_TRY(load(m, key, p, err));
    VD_TRY(vd_map_put(&m->packages, key, p));
  }
  if (matrix && !p->filled)
    VD_TRY(fill_matrix(m->arena, p));
  *out = p;
  return VD_OK;
}

// ---- collecting matches ------------------------------------------------------------------------

typedef struct collector {
  vd_arena *arena;
  vd_matches *out;
} collector;

// Adds the entry to its flaw's match; entries of one flaw follow each other. The ids of a single
// entry are borrowed, so the common case costs nothing.
static vd_code add_match(const collector *c, const vd_known_entry *e, vd_verdict verdict) {
  vd_match *last = c->out->count == 0 ? NULL : &c->out->at[c->out->count - 1];
  const vd_views *ids = &e->affected->advisories;
  if (last == NULL || !vd_view_eq(last->affected->flaw->id, e->affected->flaw->id)) {
    last = vd_vec_push(c->arena, c->out);
    if (last == NULL)
      return VD_NOMEM;
    *last = (vd_match){.affected = e->affected, .verdict = verdict, .advisories = *ids};
    return VD_OK;
  }
  size_t n = last->advisories.count;
  vd_view *joined = vd_new_array(c->arena, vd_view, n + ids->count);
  if (joined == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < n + ids->count; i++)
    joined[i] = i < n ? last->advisories.at[i] : ids->at[i - n];
  last->advisories = (vd_views){.at = joined, .count = n + ids->count, .cap = n + ids->count};
  return VD_OK;
}

static vd_code match_version(const vd_known_package *p, vd_view text, const collector *c) {
  vd_version v = vd_version_read(text);
  for (size_t i = 0; i < p->entry_count; i++)
    if (vd_entry_affects(&p->entries[i], &v))
      VD_TRY(add_match(c, &p->entries[i], VD_VERDICT_EXACT));
  return VD_OK;
}

// ---- a range ---------------------------------------------------------------------------------

size_t vd_allowed_versions(const vd_known_package *p, const vd_specifiers *set, bool *allowed) {
  size_t n = p->facts.versions.count, count = 0;
  for (size_t i = 0; i < n; i++)
    count += allowed[i] = vd_specifiers_contain(set, &p->versions[i], false);
  if (count != 0)
    return count;
  for (size_t i = 0; i < n; i++) // as pip does when no final release fits
    count += allowed[i] = vd_specifiers_contain(set, &p->versions[i], true);
  return count;
}

// The entries [first, end) of one flaw.
typedef struct flaw_entries {
  const vd_known_package *package;
  size_t first, end;
} flaw_entries;

static bool affects_known(const flaw_entries *f, size_t version) {
  size_t n = f->package->facts.versions.count;
  for (size_t e = f->first; e < f->end; e++)
    if (f->package->affects[e * n + version] != 0)
      return true;
  return false;
}

// False when no allowed known version is affected.
static bool judge_known(const flaw_entries *f, const bool *allowed, vd_verdict *verdict) {
  size_t hit = 0, all = 0;
  bool newest = false;
  for (size_t v = 0; v < f->package->facts.versions.count; v++) {
    if (!allowed[v])
      continue;
    newest = affects_known(f, v);
    hit += newest;
    all++;
  }
  *verdict = hit == all ? VD_VERDICT_ALWAYS
             : newest   ? VD_VERDICT_NEWEST_VULNERABLE
                        : VD_VERDICT_NEWEST_SAFE;
  return hit != 0;
}

// No known version is allowed, so only the intervals can speak: VD_VERDICT_ALWAYS when one of them
// encloses everything the clauses let through, unknown when one is merely met.
static bool judge_intervals(const flaw_entries *f, const vd_hull *hull, vd_verdict *verdict) {
  bool met = false;
  *verdict = VD_VERDICT_UNKNOWN;
  for (size_t e = f->first; e < f->end; e++)
    for (size_t i = 0; i < f->package->entries[e].ranges.count; i++) {
      const vd_interval *in = &f->package->entries[e].ranges.at[i];
      met |= vd_hull_meets(hull, in);
      if (vd_hull_within(hull, in))
        *verdict = VD_VERDICT_ALWAYS;
    }
  return met;
}

static bool entry_meets(const vd_known_package *p, size_t e, const bool *allowed) {
  size_t n = p->facts.versions.count;
  for (size_t v = 0; v < n; v++)
    if (allowed[v] && p->affects[e * n + v] != 0)
      return true;
  return false;
}

static bool any_affected(const vd_known_package *p, const bool *allowed) {
  for (size_t v = 0; v < p->facts.versions.count; v++)
    if (allowed[v] && p->any[v] != 0)
      return true;
  return false;
}

static size_t end_of_flaw(const vd_known_package *p, size_t first) {
  vd_view id = p->entries[first].affected->flaw->id;
  size_t end = first + 1;
  while (end < p->entry_count && vd_view_eq(p->entries[end].affected->flaw->id, id))
    end++;
  return end;
}

static vd_code match_known(const vd_known_package *p, const bool *allowed, const collector *c) {
  flaw_entries f = {.package = p};
  vd_verdict verdict;
  for (; f.first < p->entry_count; f.first = f.end) {
    f.end = end_of_flaw(p, f.first);
    if (!judge_known(&f, allowed, &verdict))
      continue;
    for (size_t e = f.first; e < f.end; e++)
      if (entry_meets(p, e, allowed))
        VD_TRY(add_match(c, &p->entries[e], verdict));
  }
  return VD_OK;
}

static vd_code match_intervals(const vd_known_package *p, const vd_specifiers *set,
                               const collector *c) {
  vd_hull hull = vd_hull_of(set);
  flaw_entries f = {.package = p};
  vd_verdict verdict;
  for (; f.first < p->entry_count; f.first = f.end) {
    f.end = end_of_flaw(p, f.first);
    if (!judge_intervals(&f, &hull, &verdict))
      continue;
    for (size_t e = f.first; e < f.end; e++)
      VD_TRY(add_match(c, &p->entries[e], verdict));
  }
  return VD_OK;
}

static vd_code match_range(const vd_known_package *p, vd_view clauses, const collector *c,
                           vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_specifiers set = {0};
  VD_TRY(vd_specifiers_parse(&scratch, clauses, &set, err));
  bool *allowed = vd_new_array(&scratch, bool, p->facts.versions.count + 1);
  if (allowed == NULL)
    return VD_NOMEM;
  if (vd_allowed_versions(p, &set, allowed) == 0)
    return match_intervals(p, &set, c);
  return any_affected(p, allowed) ? match_known(p, allowed, c) : VD_OK;
}

vd_code vd_matcher_match(vd_matcher *m, const vd_match_query *q, vd_arena *a, vd_matches *out,
                         vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_known_package *p;
  vd_matches found = {0};
  collector c = {.arena = &scratch, .out = &found};
  VD_TRY(vd_matcher_package(m, q->name, q->version.ptr == NULL, &p, err));
  VD_TRY(q->version.ptr != NULL ? match_version(p, q->version, &c)
                                : match_range(p, q->specifiers, &c, err));
  return keep_matches(a, &found, out);
}
