// Poetry's version constraints, said as PEP 440 clauses.
#include "package/document.h"

#include <inttypes.h>

enum { PARTS_MAX = 3 };

// The first numbers of a release segment.
typedef struct parts {
  uint64_t at[PARTS_MAX];
  size_t count;
  vd_view epoch;
} parts;

static bool parts_of(vd_view text, parts *out, vd_error *err) {
  vd_version v;
  if (vd_version_parse(text, &v, err) != VD_OK)
    return false;
  *out = (parts){.epoch = v.epoch};
  vd_view rest = v.release;
  while (rest.len != 0 && out->count < PARTS_MAX)
    if (!vd_view_u64(vd_view_cut(&rest, '.'), &out->at[out->count++]))
      return false;
  for (size_t i = 0; i < out->count; i++)
    if (out->at[i] == UINT64_MAX)
      return false;
  return out->count != 0;
}

// The release whose part `bumped` is one higher, without what follows.
static void put_next(vd_buf *b, const parts *p, size_t bumped) {
  vd_buf_put(b, VD_VIEW(",<"));
  if (!vd_view_eq(p->epoch, VD_VIEW("0")))
    vd_buf_printf(b, "%.*s!", VD_ARG(p->epoch));
  for (size_t i = 0; i < bumped; i++)
    vd_buf_printf(b, "%" PRIu64 ".", p->at[i]);
  vd_buf_printf(b, "%" PRIu64, p->at[bumped] + 1);
}

// '^' allows what keeps the first part that is not zero; '~' what keeps major and minor.
static bool put_range(vd_buf *b, char op, vd_view version, vd_error *err) {
  parts p;
  if (!parts_of(version, &p, err))
    return false;
  size_t bumped = p.count == 1 ? 0 : 1;
  if (op == '^') {
    bumped = 0;
    while (bumped + 1 < p.count && p.at[bumped] == 0)
      bumped++;
  }
  vd_buf_put(b, VD_VIEW(">="));
  vd_buf_put(b, version);
  put_next(b, &p, bumped);
  return true;
}

static bool is_operator(char c) {
  return c == '<' || c == '>' || c == '=' || c == '!' || c == '~' || c == '^';
}

static bool is_break(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ','; }

// "1!2.0" has an epoch, "1!=2.0" is two constraints.
static bool ends_version(vd_view v, size_t i) {
  bool epoch = v.ptr[i] == '!' && i + 1 < v.len && v.ptr[i + 1] != '=';
  return is_break(v.ptr[i]) || (is_operator(v.ptr[i]) && !epoch);
}

// Cuts ".*" (also ".x") off the end, as often as it stands there.
static bool cut_wildcard(vd_view *v) {
  bool found = false;
  while (v->len >= 2 && v->ptr[v->len - 2] == '.' &&
         (v->ptr[v->len - 1] == '*' || (v->ptr[v->len - 1] | 0x20) == 'x')) {
    v->len -= 2;
    found = true;
  }
  return found;
}

static bool put_constraint(vd_buf *b, vd_view op, vd_view version, vd_error *err) {
  bool any = vd_view_eq(version, VD_VIEW("*")), equal = op.len == 0 || vd_view_eq(op, VD_VIEW("="));
  if (any)
    return op.len == 0 || vd_view_eq(op, VD_VIEW("==")) || vd_view_eq(op, VD_VIEW(">="));
  bool wildcard = cut_wildcard(&version);
  if (b->len != 0)
    vd_buf_put_c(b, ',');
  if (vd_view_eq(op, VD_VIEW("^")) || vd_view_eq(op, VD_VIEW("~")))
    return put_range(b, op.ptr[0], version, err);
  vd_view said = equal ? VD_VIEW("==") : vd_view_eq(op, VD_VIEW("<>")) ? VD_VIEW("!=") : op;
  bool keeps = vd_view_eq(said, VD_VIEW("==")) || vd_view_eq(said, VD_VIEW("!="));
  vd_buf_put(b, said);
  vd_buf_put(b, version);
  vd_buf_put(b, wildcard && keeps ? VD_VIEW(".*") : VD_VIEW(""));
  return true;
}

// One operator and version off *rest; both may be apart.
static void cut_constraint(vd_view *rest, vd_view *op, vd_view *version) {
  size_t n = 0;
  while (n < rest->len && is_operator(rest->ptr[n]))
    n++;
  *op = vd_view_first(*rest, n);
  *rest = vd_view_trim(vd_view_from(*rest, n));
  for (n = 0; n < rest->len && !ends_version(*rest, n);)
    n++;
  *version = vd_view_first(*rest, n);
  *rest = vd_view_from(*rest, n);
}

static vd_code bad(vd_view text, vd_error *err) {
  return vd_fail(err, VD_FORMAT, "not a version constraint: \"%.*s\"",
                 VD_ARG(vd_view_first(text, 80)));
}

vd_code vd_poetry_specifiers(vd_arena *a, vd_view text, vd_specifiers *out, vd_error *err) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  vd_view rest = vd_view_trim(text), op, version;
  if (vd_view_find(rest, '|') != rest.len)
    return vd_fail(err, VD_UNSUPPORTED, "a union cannot be said as version clauses: \"%.*s\"",
                   VD_ARG(vd_view_first(text, 80)));
  while (rest.len != 0) {
    if (is_break(rest.ptr[0])) {
      rest = vd_view_from(rest, 1);
      continue;
    }
    cut_constraint(&rest, &op, &version);
    if (version.len == 0 || version.len > VD_VERSION_MAX || !put_constraint(&b, op, version, err))
      return bad(text, err);
  }
  vd_view clauses = b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
  if (clauses.ptr == NULL)
    return vd_fail(err, b.failed ? VD_LIMIT : VD_NOMEM, "a constraint is too long");
  vd_code code = vd_specifiers_parse(a, clauses, out, err);
  return code == VD_FORMAT ? bad(text, err) : code;
}
