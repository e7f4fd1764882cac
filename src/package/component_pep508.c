// One PEP 508 text as a component.
#include "package/package.h"

static bool blank(char c) { return c == ' ' || c == '\t'; }

// A copy without white space.
static vd_view squeeze(vd_arena *a, vd_view v) {
  char *out = vd_new_array(a, char, v.len + 1);
  size_t n = 0;
  if (out == NULL)
    return (vd_view){0};
  for (size_t i = 0; i < v.len; i++)
    if (!blank(v.ptr[i]))
      out[n++] = v.ptr[i];
  return (vd_view){out, n};
}

// The version part of a text already known to be PEP 508: after name and extras, before the marker.
static vd_view written_specifiers(vd_view text, vd_view name) {
  vd_view rest = vd_view_trim(vd_view_from(vd_view_trim(text), name.len));
  if (rest.len != 0 && rest.ptr[0] == '[')
    rest = vd_view_from(rest, vd_view_find(rest, ']') + 1);
  rest = vd_view_trim(vd_view_first(rest, vd_view_find(rest, ';')));
  if (rest.len >= 2 && rest.ptr[0] == '(')
    rest = (vd_view){rest.ptr + 1, rest.len - 2};
  while (rest.len != 0 && (rest.ptr[rest.len - 1] == ',' || blank(rest.ptr[rest.len - 1])))
    rest.len--;
  return rest;
}

static bool copy_extras(vd_arena *a, const vd_views *from, vd_views *to) {
  vd_view *at = from->count == 0 ? NULL : vd_new_array(a, vd_view, from->count);
  if (from->count != 0 && at == NULL)
    return false;
  for (size_t i = 0; i < from->count; i++)
    at[i] = from->at[i];
  *to = (vd_views){.at = at, .count = from->count, .cap = from->count};
  return true;
}

static vd_code fill(vd_inventory *inv, vd_component *c, vd_view text, const vd_requirement *req) {
  const vd_clause *pin = vd_specifiers_pin(&req->specifiers);
  if (!copy_extras(inv->arena, &req->extras, &c->extras))
    return VD_NOMEM;
  c->marker = req->marker_text;
  c->url = req->url;
  c->specifiers = vd_specifiers_format(inv->arena, &req->specifiers);
  c->requirement =
      req->url.ptr != NULL ? VD_VIEW("") : squeeze(inv->arena, written_specifiers(text, req->name));
  if (pin != NULL)
    c->version = pin->text;
  return c->specifiers.ptr == NULL || c->requirement.ptr == NULL ? VD_NOMEM : VD_OK;
}

vd_code vd_component_add_requirement(vd_inventory *inv, const vd_requirement *req, vd_view text,
                                     uint32_t line, vd_component **added) {
  vd_component *c = vd_component_add(inv, req->name, line);
  if (added != NULL)
    *added = c;
  return c == NULL ? VD_NOMEM : fill(inv, c, text, req);
}

vd_code vd_component_add_pep508(vd_inventory *inv, vd_view text, uint32_t line,
                                vd_component **added) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX); // clauses and marker are not kept
  vd_error why = {0};
  vd_requirement req = {0};
  vd_view own = vd_arena_copy(inv->arena, text); // what the requirement borrows must last
  if (added != NULL)
    *added = NULL;
  if (own.ptr == NULL)
    return VD_NOMEM;
  vd_code code = vd_requirement_parse(&scratch, own, &req, &why);
  if (code == VD_NOMEM)
    return VD_NOMEM;
  if (code != VD_OK)
    return vd_notice_add(inv, line, code, "not a requirement: %s", why.text);
  return vd_component_add_requirement(inv, &req, own, line, added);
}
