// PEP 508 requirements: "name[extras] specifiers ; marker" and "name[extras] @ url ; marker".
#include "package/pep508.h"

vd_code vd_pep508_fail(vd_pep508 *p, const char *expected) {
  vd_code code = vd_fail(p->err, VD_FORMAT, "expected %s", expected);
  if (p->err != NULL) {
    p->err->offset = p->at;
    p->err->line = 1;
    p->err->column = (uint32_t)p->at + 1;
  }
  return code;
}

static vd_code fail_memory(vd_pep508 *p) {
  return vd_fail(p->err, VD_NOMEM, "no memory for the requirement");
}

// packaging lets an identifier end with '_', which PEP 508 does not.
static vd_code read_identifier(vd_pep508 *p, vd_view *out) {
  vd_view rest = vd_pep508_rest(p);
  size_t n = 0;
  while (n < rest.len && (vd_is_alnum(rest.ptr[n]) || rest.ptr[n] == '-' || rest.ptr[n] == '_' ||
                          rest.ptr[n] == '.'))
    n++;
  if (n == 0 || !vd_is_alnum(rest.ptr[0]) || rest.ptr[n - 1] == '-' || rest.ptr[n - 1] == '.')
    return vd_pep508_fail(p, "a name of letters, digits, '-', '_' and '.'");
  *out = vd_view_first(rest, n);
  p->at += n;
  return VD_OK;
}

static vd_code read_extras(vd_pep508 *p, vd_views *extras) {
  if (!vd_pep508_take(p, '['))
    return VD_OK;
  vd_pep508_white(p);
  while (!vd_pep508_is(p, ']')) {
    vd_view *extra = vd_vec_push(p->arena, extras);
    if (extra == NULL)
      return fail_memory(p);
    VD_TRY(read_identifier(p, extra));
    vd_pep508_white(p);
    if (!vd_pep508_take(p, ','))
      break;
    vd_pep508_white(p);
    if (vd_pep508_is(p, ']'))
      return vd_pep508_fail(p, "an extra after ','");
  }
  return vd_pep508_take(p, ']') ? VD_OK : vd_pep508_fail(p, "',' or ']' in the extras");
}

// Moves over one clause; false, and not moved, when none starts here.
static bool skip_clause(vd_pep508 *p) {
  vd_view rest = vd_pep508_rest(p);
  size_t n = 0;
  while (n < rest.len && n < 3 &&
         vd_view_has(VD_VIEW("=<>!~"), vd_view_first(vd_view_from(rest, n), 1)))
    n++;
  if (n == 0)
    return false;
  bool arbitrary = vd_view_starts(rest, VD_VIEW("==="));
  while (n < rest.len && vd_is_space(rest.ptr[n]))
    n++;
  while (n < rest.len && !vd_is_space(rest.ptr[n]) && rest.ptr[n] != ';' && rest.ptr[n] != ')' &&
         (arbitrary || rest.ptr[n] != ','))
    n++;
  p->at += n;
  return true;
}

static vd_code read_specifiers(vd_pep508 *p, vd_specifiers *out) {
  bool enclosed = vd_pep508_take(p, '(');
  vd_pep508_white(p);
  size_t start = p->at;
  while (skip_clause(p)) {
    vd_pep508_white(p);
    if (!vd_pep508_take(p, ','))
      break;
    vd_pep508_white(p);
  }
  vd_view text = {p->text.ptr + start, p->at - start};
  vd_code code = vd_specifiers_parse(p->arena, text, out, p->err);
  if (code == VD_FORMAT && p->err != NULL) {
    p->err->offset += start;
    p->err->column += (uint32_t)start;
  }
  VD_TRY(code);
  if (enclosed && !vd_pep508_take(p, ')'))
    return vd_pep508_fail(p, "')' after the version specifiers");
  return VD_OK;
}

static bool is_scheme(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (!vd_is_alnum(v.ptr[i]) && v.ptr[i] != '+' && v.ptr[i] != '-' && v.ptr[i] != '.')
      return false;
  return v.len != 0 && vd_is_alnum(v.ptr[0]) && !vd_is_digit(v.ptr[0]);
}

// Everything up to the first of the stops, cut off *rest.
static vd_view cut_before(vd_view *rest, const char *stops) {
  size_t n = 0;
  while (n < rest->len && (rest->ptr[n] == '\0' || strchr(stops, rest->ptr[n]) == NULL))
    n++;
  vd_view head = vd_view_first(*rest, n);
  *rest = vd_view_from(*rest, n);
  return head;
}

// packaging asks that a file URL is spelled as urllib.parse would write it again.
static bool is_file_url(vd_view url, vd_view host, vd_view rest) {
  vd_view path = cut_before(&rest, "?#"), query = cut_before(&rest, "#");
  return vd_view_starts(url, VD_VIEW("file://")) && query.len != 1 && rest.len != 1 &&
         !(host.len == 0 && vd_view_starts(path, VD_VIEW("//")));
}

// An absolute URL: scheme and host, or a file.
static bool is_url(vd_view url) {
  vd_view rest = url, scheme = vd_view_cut(&rest, ':');
  if (!is_scheme(scheme) || scheme.len == url.len)
    return false;
  bool authority = vd_view_starts(rest, VD_VIEW("//"));
  rest = vd_view_from(rest, authority ? 2 : 0);
  vd_view host = authority ? cut_before(&rest, "/?#") : (vd_view){0};
  if (vd_view_has(host, VD_VIEW("[")) != vd_view_has(host, VD_VIEW("]")))
    return false;
  return vd_view_ieq(scheme, VD_VIEW("file")) ? is_file_url(url, host, rest) : host.len != 0;
}

static vd_code read_url(vd_pep508 *p, vd_view *out) {
  vd_pep508_white(p);
  vd_view rest = vd_pep508_rest(p), url = cut_before(&rest, " \t");
  if (!is_url(url))
    return vd_pep508_fail(p, "an absolute URL after '@'");
  p->at += url.len;
  bool spaced = rest.len != 0;
  vd_pep508_white(p);
  if (!vd_pep508_ended(p) && !(spaced && vd_pep508_is(p, ';')))
    return vd_pep508_fail(p, "the end or ';' after the URL");
  *out = url;
  return VD_OK;
}

static vd_code read_marker(vd_pep508 *p, vd_requirement *r) {
  vd_pep508_white(p);
  if (!vd_pep508_take(p, ';'))
    return VD_OK;
  size_t start = p->at;
  VD_TRY(vd_marker_read(p, &r->marker));
  r->marker_text = vd_strip((vd_view){p->text.ptr + start, p->at - start});
  return VD_OK;
}

static vd_code read_named(vd_pep508 *p, vd_requirement *r) {
  vd_pep508_white(p);
  VD_TRY(read_identifier(p, &r->name));
  vd_pep508_white(p);
  VD_TRY(read_extras(p, &r->extras));
  vd_pep508_white(p);
  return VD_OK;
}

vd_code vd_requirement_parse(vd_arena *a, vd_view text, vd_requirement *out, vd_error *err) {
  vd_pep508 p = {.arena = a, .text = text.len == 0 ? VD_VIEW("") : text, .err = err};
  vd_requirement r = {0};
  if (text.len > VD_LINE_MAX)
    return vd_fail(err, VD_LIMIT, "a requirement longer than %d bytes", VD_LINE_MAX);
  VD_TRY(read_named(&p, &r));
  if (vd_pep508_take(&p, '@'))
    VD_TRY(read_url(&p, &r.url));
  else
    VD_TRY(read_specifiers(&p, &r.specifiers));
  VD_TRY(read_marker(&p, &r));
  if (!vd_pep508_ended(&p))
    return vd_pep508_fail(&p, "version specifiers, ';' or the end");
  *out = r;
  return VD_OK;
}
