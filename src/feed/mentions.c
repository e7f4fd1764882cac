// Finding ids in prose: one table of prefixes, each with the measure of what must follow.
#include "feed/mentions.h"

typedef struct form {
  vd_view prefix; // upper case
  vd_node_kind kind;
  bool any_case;
  // Length of the rest of an id at the start of what follows the prefix; 0 when it is none.
  size_t (*measure)(vd_view rest);
} form;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static char upper(char c) { return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); }

static bool is_word(char c) { return is_digit(c) || (upper(c) >= 'A' && upper(c) <= 'Z'); }

static size_t digits(vd_view v) {
  size_t n = 0;
  while (n < v.len && is_digit(v.ptr[n]))
    n++;
  return n;
}

// ---- measures -----------------------------------------------------------------------------------

static size_t measure_cve(vd_view rest) {
  bool year = digits(rest) == 4 && rest.len > 4 && rest.ptr[4] == '-' &&
              (vd_view_starts(rest, VD_VIEW("20")) || vd_view_starts(rest, VD_VIEW("1999")));
  size_t number = year ? digits(vd_view_from(rest, 5)) : 0;
  return number >= 4 && number <= 7 ? 5 + number : 0;
}

// A number of at most five digits that is not zero.
static size_t measure_number(vd_view rest) {
  size_t n = digits(rest), zeros = 0;
  while (zeros < n && rest.ptr[zeros] == '0')
    zeros++;
  return n <= 5 && zeros < n ? n : 0;
}

// Four digits, and perhaps a sub-technique. A dot that ends a sentence is not part of it.
static size_t measure_technique(vd_view rest) {
  if (digits(rest) != 4)
    return 0;
  size_t sub = rest.len > 4 && rest.ptr[4] == '.' ? digits(vd_view_from(rest, 5)) : 0;
  return sub == 0 ? 4 : sub == 3 ? 8 : 0;
}

// ATT&CK counts from T1001, its ICS matrix from T0800; other numbers after a T are something else.
static size_t measure_attack(vd_view rest) {
  bool ours = vd_view_starts(rest, VD_VIEW("1")) || vd_view_starts(rest, VD_VIEW("08"));
  return ours ? measure_technique(rest) : 0;
}

static const form forms[] = {
    {VD_VIEW_INIT("CVE-"), VD_NODE_VULNERABILITY, true, measure_cve},
    {VD_VIEW_INIT("CWE-"), VD_NODE_WEAKNESS, true, measure_number},
    {VD_VIEW_INIT("CAPEC-"), VD_NODE_PATTERN, true, measure_number},
    {VD_VIEW_INIT("AML.T"), VD_NODE_TECHNIQUE, true, measure_technique},
    {VD_VIEW_INIT("T"), VD_NODE_TECHNIQUE, false, measure_attack},
};

// ---- scanning -----------------------------------------------------------------------------------

static bool has_prefix(vd_view at, const form *f) {
  vd_view start = vd_view_first(at, f->prefix.len);
  return f->any_case ? vd_view_ieq(start, f->prefix) : vd_view_eq(start, f->prefix);
}

// Length of the id of that form at the start of `at`; 0 when there is none.
static size_t length_of(vd_view at, const form *f) {
  size_t rest = has_prefix(at, f) ? f->measure(vd_view_from(at, f->prefix.len)) : 0;
  size_t n = f->prefix.len + rest;
  return rest == 0 || (n < at.len && is_word(at.ptr[n])) ? 0 : n;
}

// An id may follow a dash or an underscore ("poc_CVE-2021-44228"), but a bare T may not, nor a dot:
// there it is the end of another id.
static bool may_start(vd_view text, size_t at) {
  char before = (char)(at == 0 ? ' ' : text.ptr[at - 1]);
  bool joined = before == '-' || before == '_' || before == '.';
  return !is_word(before) && !(text.ptr[at] == 'T' && joined);
}

bool vd_mention_next(vd_view text, size_t *at, vd_mention *out) {
  for (size_t i = *at; i < text.len; i++) {
    char c = upper(text.ptr[i]);
    if ((c != 'C' && c != 'A' && c != 'T') || !may_start(text, i))
      continue;
    for (size_t k = 0; k < VD_COUNT(forms); k++) {
      size_t n = length_of(vd_view_from(text, i), &forms[k]);
      if (n == 0)
        continue;
      *out = (vd_mention){forms[k].kind, {text.ptr + i, n}, i};
      *at = i + n;
      return true;
    }
  }
  *at = text.len;
  return false;
}

bool vd_mention_whole(vd_view text, vd_mention *out) {
  size_t at = 0;
  vd_mention m;
  if (!vd_mention_next(text, &at, &m) || m.id.len != text.len)
    return false;
  *out = m;
  return true;
}

vd_view vd_mention_key(vd_arena *a, const vd_mention *m) {
  char *key = vd_new_array(a, char, m->id.len + 1);
  if (key == NULL)
    return (vd_view){0};
  bool numbered = m->kind == VD_NODE_WEAKNESS || m->kind == VD_NODE_PATTERN;
  size_t n = 0;
  for (size_t i = 0; i < m->id.len; i++)
    if (!(numbered && m->id.ptr[i] == '0' && key[n > 0 ? n - 1 : 0] == '-'))
      key[n++] = upper(m->id.ptr[i]);
  return (vd_view){key, n};
}

vd_code vd_mentions_list(vd_arena *a, vd_view text, vd_nameds *out) {
  vd_map seen = VD_MAP(a);
  vd_nameds list = {0};
  vd_mention m;
  for (size_t at = 0; vd_mention_next(text, &at, &m);) {
    vd_view key = vd_mention_key(a, &m);
    if (key.ptr == NULL)
      return VD_NOMEM;
    if (vd_map_get(&seen, key) != NULL)
      continue;
    vd_named *named = vd_vec_push(a, &list);
    if (named == NULL)
      return VD_NOMEM;
    *named = (vd_named){{m.kind, key}, m.offset};
    VD_TRY(vd_map_put(&seen, key, seen.arena));
  }
  *out = list;
  return VD_OK;
}
