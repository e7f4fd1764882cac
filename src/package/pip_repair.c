// Requirement spellings that older tools took and PEP 508 does not, rewritten as they were meant.
#include "package/pip_repair.h"

#include "package/ascii.h"
#include "package/package.h"

static bool op_char(char c) { return c != '\0' && strchr("<>=!~", c) != NULL; }
static bool blank(char c) { return c == ' ' || c == '\t'; }

typedef struct repair {
  vd_arena *arena;
  vd_view rest;
  vd_buf out;
} repair;

static void skip_blanks(repair *r) {
  while (r->rest.len != 0 && (blank(r->rest.ptr[0]) || r->rest.ptr[0] == ','))
    r->rest = vd_view_from(r->rest, 1);
}

static vd_view take_operator(repair *r) {
  size_t n = 0;
  while (n < r->rest.len && op_char(r->rest.ptr[n]))
    n++;
  vd_view op = vd_view_first(r->rest, n);
  r->rest = vd_view_from(r->rest, n);
  return op;
}

static bool version_char(char c) { return vd_is_alnum(c) || (c != '\0' && strchr(".-_+!*", c)); }

static vd_view take_version(repair *r) {
  size_t n = 0;
  while (n < r->rest.len && version_char(r->rest.ptr[n]))
    n++;
  vd_view version = vd_view_first(r->rest, n);
  r->rest = vd_view_from(r->rest, n);
  return version;
}

// One clause as meant: "=" and "=>" for "==" and ">=", no ".*" where PEP 440 has none, and an old
// free-form version by arbitrary equality.
static void put_clause(repair *r, vd_view op, vd_view version) {
  vd_version parsed;
  bool equal = vd_view_eq(op, VD_VIEW("==")) || vd_view_eq(op, VD_VIEW("="));
  bool wild = vd_view_ends(version, VD_VIEW(".*"));
  vd_view bare = wild ? vd_view_first(version, version.len - 2) : version;
  bool legacy = vd_version_parse(bare, &parsed, NULL) != VD_OK;
  if (equal)
    op = legacy && !wild ? VD_VIEW("===") : VD_VIEW("==");
  else if (vd_view_eq(op, VD_VIEW("=>")))
    op = VD_VIEW(">=");
  else if (vd_view_eq(op, VD_VIEW("=<")))
    op = VD_VIEW("<=");
  else if (!vd_view_eq(op, VD_VIEW("!=")))
    version = bare;
  if (r->out.len != 0)
    vd_buf_put_c(&r->out, ',');
  vd_buf_put(&r->out, op);
  vd_buf_put(&r->out, version);
}

// The clauses between name and marker; false when they make no sense at all.
static bool put_clauses(repair *r) {
  for (skip_blanks(r); r->rest.len != 0; skip_blanks(r)) {
    vd_view op = take_operator(r);
    while (r->rest.len != 0 && blank(r->rest.ptr[0]))
      r->rest = vd_view_from(r->rest, 1);
    vd_view version = take_version(r);
    if (op.len == 0 || version.len == 0)
      return false;
    put_clause(r, op, version);
  }
  return true;
}

// Name with extras: everything before the first operator or stray comma.
static size_t name_end(vd_view text) {
  size_t n = 0, bracket = vd_view_find(text, ']');
  if (bracket < vd_view_find(text, '=') && bracket < vd_view_find(text, '<'))
    n = bracket + 1;
  while (n < text.len && !op_char(text.ptr[n]) && text.ptr[n] != ',')
    n++;
  return n;
}

vd_view vd_pip_repair(vd_arena *a, vd_view text) {
  size_t semicolon = vd_view_find(text, ';');
  vd_view body = vd_view_first(text, semicolon), marker = vd_view_from(text, semicolon);
  size_t end = name_end(body);
  repair r = {.arena = a, .rest = vd_view_from(body, end), .out = VD_BUF(VD_LINE_MAX)};
  bool good = text.len <= VD_LINE_MAX && end != 0 && put_clauses(&r) && !r.out.failed;
  vd_view name = vd_view_trim(vd_view_first(body, end)), clauses = vd_buf_view(&r.out);
  vd_view fixed = {0};
  if (good)
    fixed = vd_arena_printf(a, "%.*s%.*s%s%.*s", (int)name.len, name.ptr, (int)clauses.len,
                            clauses.ptr, marker.len == 0 ? "" : " ", (int)marker.len, marker.ptr);
  vd_buf_free(&r.out);
  return fixed;
}
