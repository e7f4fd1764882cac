// PEP 440 version specifiers, with the answers of packaging 23.0.
#include "package/ascii.h"
#include "package/pep508.h"
#include "package/version.h"

typedef struct op_text {
  vd_view text;
  vd_op op;
} op_text;

// Longer ones first where one starts another.
static const op_text ops[] = {
    {VD_VIEW_INIT("==="), VD_OP_ARBITRARY}, {VD_VIEW_INIT("=="), VD_OP_EQ},
    {VD_VIEW_INIT("~="), VD_OP_COMPATIBLE}, {VD_VIEW_INIT("!="), VD_OP_NE},
    {VD_VIEW_INIT("<="), VD_OP_LE},         {VD_VIEW_INIT(">="), VD_OP_GE},
    {VD_VIEW_INIT("<"), VD_OP_LT},          {VD_VIEW_INIT(">"), VD_OP_GT}};

static const op_text *op_at(vd_view v) {
  for (size_t i = 0; i < VD_COUNT(ops); i++)
    if (vd_view_starts(v, ops[i].text))
      return &ops[i];
  return NULL;
}

static vd_view text_of_op(vd_op op) {
  for (size_t i = 0; i < VD_COUNT(ops); i++)
    if (ops[i].op == op)
      return ops[i].text;
  return (vd_view){0};
}

// ---- reading ----

static bool read_arbitrary(vd_clause *c) {
  for (size_t i = 0; i < c->text.len; i++)
    if (vd_is_space(c->text.ptr[i]) || c->text.ptr[i] == ';' || c->text.ptr[i] == ')')
      return false;
  c->version = vd_version_read(c->text);
  return true;
}

// "3" or "3rc1"? packaging cuts the second kind in two before it looks for suffixes.
static size_t number_before_pre(vd_view item) {
  size_t n = 0, m;
  while (n < item.len && vd_is_digit(item.ptr[n]))
    n++;
  m = n;
  if (m + 1 < item.len && item.ptr[m] == 'r' && item.ptr[m + 1] == 'c')
    m += 2;
  else if (m < item.len && item.ptr[m] >= 'a' && item.ptr[m] <= 'c')
    m++;
  bool pre = n != 0 && m != n && m < item.len;
  while (m < item.len && vd_is_digit(item.ptr[m]))
    m++;
  return pre && m == item.len ? n : item.len;
}

static bool is_suffix(vd_view item) {
  static const vd_view starts[] = {VD_VIEW_INIT("dev"), VD_VIEW_INIT("a"), VD_VIEW_INIT("b"),
                                   VD_VIEW_INIT("rc"), VD_VIEW_INIT("post")};
  for (size_t i = 0; i < VD_COUNT(starts); i++)
    if (vd_view_starts(item, starts[i]))
      return true;
  return false;
}

// What "~=" repeats as "==PREFIX.*": the text before its last dotted item, suffixes not counted.
// packaging looks at the text as written, so that "~=1.2.RC1" is "==1.2.*" but "~=1.2.rc1" is
// "==1.*".
static vd_view compatible_prefix(vd_view text) {
  size_t cut = 0, last = 0;              // ends of the last but one and of the last item
  for (size_t at = 0; at <= text.len;) { // "1.2a." ends with an empty item
    vd_view item = vd_view_first(vd_view_from(text, at), vd_view_find(vd_view_from(text, at), '.'));
    size_t head = number_before_pre(item);
    if (is_suffix(item))
      break;
    cut = last;
    last = at + head;
    if (head != item.len) {
      if (is_suffix(vd_view_from(item, head)))
        break;
      cut = last;
      last = at + item.len;
    }
    at += item.len + 1;
  }
  return vd_view_first(text, cut);
}

static bool count_is_two(vd_view release) { return vd_view_has(release, VD_VIEW(".")); }

static bool read_version(vd_clause *c) {
  vd_view text = c->text;
  c->wildcard = vd_view_ends(text, VD_VIEW(".*")) && (c->op == VD_OP_EQ || c->op == VD_OP_NE);
  if (c->wildcard)
    text.len -= 2;
  c->version = vd_version_read(text);
  c->prefix = c->version;
  const vd_version *v = &c->version;
  if (v->legacy || v->text.len != text.len)
    return false;
  if (c->wildcard)
    return v->pre == VD_PRE_NONE && !v->has_post && !v->has_dev && !v->has_local;
  if (c->op == VD_OP_COMPATIBLE)
    c->prefix = vd_version_read(compatible_prefix(text));
  return (!v->has_local || c->op == VD_OP_EQ || c->op == VD_OP_NE) &&
         (c->op != VD_OP_COMPATIBLE || count_is_two(v->release));
}

bool vd_clause_read(vd_view text, vd_clause *out) {
  text = vd_strip(text);
  const op_text *op = op_at(text);
  if (op == NULL)
    return false;
  *out = (vd_clause){.op = op->op, .text = vd_strip(vd_view_from(text, op->text.len))};
  return op->op == VD_OP_ARBITRARY ? read_arbitrary(out) : read_version(out);
}

static size_t release_length(vd_view release) {
  size_t n = 1;
  for (size_t i = 0; i < release.len; i++)
    n += release.ptr[i] == '.';
  return n;
}

// Two clauses say the same when operator and canonical version agree; "~=" keeps trailing zeros.
static bool same_clause(const vd_clause *a, const vd_clause *b) {
  if (a->op != b->op || a->wildcard != b->wildcard)
    return false;
  if (a->wildcard || a->version.legacy || b->version.legacy)
    return vd_view_eq(a->text, b->text);
  if (a->op == VD_OP_COMPATIBLE &&
      release_length(a->version.release) != release_length(b->version.release))
    return false;
  return vd_version_compare(&a->version, &b->version) == 0;
}

static bool repeats(const vd_specifiers *s, const vd_clause *c) {
  for (size_t i = 0; s->at != NULL && i < s->count; i++)
    if (same_clause(&s->at[i], c))
      return true;
  return false;
}

static vd_code add_clause(vd_arena *a, vd_specifiers *s, const vd_clause *c, vd_error *err) {
  if (repeats(s, c))
    return VD_OK;
  if (s->count == VD_CLAUSES_MAX)
    return vd_fail(err, VD_LIMIT, "more than %d clauses in one specifier", VD_CLAUSES_MAX);
  vd_clause *slot = vd_vec_push(a, s);
  if (slot == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the specifier");
  *slot = *c;
  return VD_OK;
}

static vd_code fail_at(vd_view text, vd_view piece, vd_error *err) {
  vd_code code = vd_fail(err, VD_FORMAT, "\"%.*s\" is not a version specifier", VD_ARG(piece));
  if (err != NULL) {
    err->offset = (size_t)(piece.ptr - text.ptr);
    err->line = 1;
    err->column = (uint32_t)err->offset + 1;
  }
  return code;
}

vd_code vd_specifiers_parse(vd_arena *a, vd_view text, vd_specifiers *out, vd_error *err) {
  vd_specifiers s = {0};
  if (text.len > VD_LINE_MAX)
    return vd_fail(err, VD_LIMIT, "a specifier longer than %d bytes", VD_LINE_MAX);
  for (vd_view rest = text; rest.len != 0;) {
    vd_view piece = vd_strip(vd_view_cut(&rest, ','));
    vd_clause clause;
    if (piece.len == 0)
      continue;
    if (!vd_clause_read(piece, &clause))
      return fail_at(text, piece, err);
    VD_TRY(add_clause(a, &s, &clause, err));
  }
  *out = s;
  return VD_OK;
}

// ---- matching ----

static bool equals_spelling(const vd_version *v, vd_view text) {
  char spelled[VD_VERSION_MAX + VD_VERSION_GROWTH];
  if (v->legacy)
    return vd_view_ieq(v->text, text);
  return vd_view_ieq((vd_view){spelled, vd_version_write(v, spelled)}, text);
}

static bool is_equal(const vd_clause *c, const vd_version *v) {
  if (c->wildcard)
    return vd_version_has_prefix(v, &c->prefix);
  return c->version.has_local ? vd_version_compare(v, &c->version) == 0
                              : vd_version_compare_public(v, &c->version) == 0;
}

// Pre-releases of the bound itself are not below it, unless the bound is one.
static bool is_less(const vd_clause *c, const vd_version *v) {
  if (vd_version_compare(v, &c->version) >= 0)
    return false;
  return vd_version_is_prerelease(&c->version) || !vd_version_is_prerelease(v) ||
         !vd_version_same_base(v, &c->version);
}

// Post-releases and local builds of the bound itself are not above it.
static bool is_greater(const vd_clause *c, const vd_version *v) {
  if (vd_version_compare(v, &c->version) <= 0)
    return false;
  bool later_build = (v->has_post && !c->version.has_post) || v->has_local;
  return !later_build || !vd_version_same_base(v, &c->version);
}

bool vd_clause_holds(const vd_clause *c, const vd_version *v) {
  if (c->op == VD_OP_ARBITRARY)
    return equals_spelling(v, c->text);
  if (v->legacy)
    return false;
  switch (c->op) {
  case VD_OP_EQ: return is_equal(c, v);
  case VD_OP_NE: return !is_equal(c, v);
  case VD_OP_LE: return vd_version_compare_public(v, &c->version) <= 0;
  case VD_OP_GE: return vd_version_compare_public(v, &c->version) >= 0;
  case VD_OP_LT: return is_less(c, v);
  case VD_OP_GT: return is_greater(c, v);
  case VD_OP_COMPATIBLE:
    return vd_version_compare_public(v, &c->version) >= 0 && vd_version_has_prefix(v, &c->prefix);
  case VD_OP_ARBITRARY: break;
  }
  return false;
}

static bool names_prerelease(const vd_specifiers *s) {
  for (size_t i = 0; i < s->count; i++) {
    vd_op op = s->at[i].op;
    if (op != VD_OP_NE && op != VD_OP_LT && op != VD_OP_GT &&
        vd_version_is_prerelease(&s->at[i].version))
      return true;
  }
  return false;
}

bool vd_specifiers_contain(const vd_specifiers *s, const vd_version *v, bool prereleases) {
  if (!prereleases && vd_version_is_prerelease(v) && !names_prerelease(s))
    return false;
  for (size_t i = 0; i < s->count; i++)
    if (!vd_clause_holds(&s->at[i], v))
      return false;
  return true;
}

const vd_clause *vd_specifiers_pin(const vd_specifiers *s) {
  for (size_t i = 0; i < s->count; i++) {
    const vd_clause *c = &s->at[i];
    if ((c->op == VD_OP_ARBITRARY || (c->op == VD_OP_EQ && !c->wildcard)) &&
        vd_specifiers_contain(s, &c->version, true))
      return c;
  }
  return NULL;
}

// ---- spelling ----

static int compare_spellings(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

// Not by printf, since the text of "===" may hold NUL bytes.
static vd_view spell_clause(vd_arena *a, const vd_clause *c) {
  vd_view op = text_of_op(c->op);
  char *out = vd_new_array(a, char, op.len + c->text.len + 1);
  if (out == NULL)
    return (vd_view){0};
  memcpy(out, op.ptr, op.len);
  if (c->text.len != 0)
    memcpy(out + op.len, c->text.ptr, c->text.len);
  return (vd_view){out, op.len + c->text.len};
}

static vd_view join(vd_arena *a, const vd_view *clauses, size_t count, size_t size) {
  char *out = vd_new_array(a, char, size + count + 1);
  if (out == NULL)
    return (vd_view){0};
  size_t n = 0;
  for (size_t i = 0; i < count; i++) {
    if (i != 0)
      out[n++] = ',';
    memcpy(out + n, clauses[i].ptr, clauses[i].len);
    n += clauses[i].len;
  }
  return (vd_view){out, n};
}

vd_view vd_specifiers_format(vd_arena *a, const vd_specifiers *s) {
  vd_view *clauses = vd_new_array(a, vd_view, s->count + 1);
  size_t size = 0;
  if (clauses == NULL)
    return (vd_view){0};
  for (size_t i = 0; i < s->count; i++) {
    clauses[i] = spell_clause(a, &s->at[i]);
    if (clauses[i].ptr == NULL)
      return (vd_view){0};
    size += clauses[i].len;
  }
  if (s->count > 1)
    qsort(clauses, s->count, sizeof *clauses, compare_spellings);
  return join(a, clauses, s->count, size);
}
