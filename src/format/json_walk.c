// Walking one level of a JSON text by its strings, brackets and commas, for documents too large for
// a tree.
#include "format/format.h"

static vd_code broken(size_t at, const char *text, vd_error *err) {
  (void)vd_fail(err, VD_FORMAT, "%s", text);
  if (err != NULL)
    err->offset = at;
  return VD_FORMAT;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static bool ends_plain(char c) {
  return is_space(c) || c == ',' || c == ':' || c == '"' || c == '[' || c == ']' || c == '{' ||
         c == '}';
}

static size_t behind_space(vd_view v, size_t at) {
  while (at < v.len && is_space(v.ptr[at]))
    at++;
  return at;
}

// Position behind the string that starts at `at`; 0 when it does not end.
static size_t behind_string(vd_view v, size_t at) {
  for (size_t i = at + 1; i < v.len; i++) {
    const char *quote = memchr(v.ptr + i, '"', v.len - i);
    const char *slash = quote == NULL ? NULL : memchr(v.ptr + i, '\\', (size_t)(quote - v.ptr) - i);
    if (quote == NULL)
      return 0;
    if (slash == NULL)
      return (size_t)(quote - v.ptr) + 1;
    i = (size_t)(slash - v.ptr) + 1; // at what is escaped
  }
  return 0;
}

// Brackets are only counted: that they match is checked by whoever parses the value.
static size_t behind_container(vd_view v, size_t at) {
  size_t depth = 0;
  while (at < v.len) {
    char c = v.ptr[at];
    if (c == '"') {
      at = behind_string(v, at);
      if (at == 0)
        return 0;
      continue;
    }
    at++;
    if (c == '{' || c == '[')
      depth++;
    else if ((c == '}' || c == ']') && --depth == 0)
      return at;
  }
  return 0;
}

static size_t behind_plain(vd_view v, size_t at) {
  while (at < v.len && !ends_plain(v.ptr[at]))
    at++;
  return at;
}

// Position behind the value at `at`; 0 when it does not end or there is none.
static size_t behind_value(vd_view v, size_t at) {
  if (at >= v.len)
    return 0;
  char c = v.ptr[at];
  if (c == '"')
    return behind_string(v, at);
  if (c == '{' || c == '[')
    return behind_container(v, at);
  size_t end = behind_plain(v, at);
  return end == at ? 0 : end;
}

vd_code vd_json_walk_of(vd_view bytes, vd_json_walk *out, vd_error *err) {
  size_t at = vd_view_starts(bytes, VD_VIEW("\xEF\xBB\xBF")) ? 3 : 0;
  at = behind_space(bytes, at);
  bool table = at < bytes.len && bytes.ptr[at] == '{';
  if (!table && (at == bytes.len || bytes.ptr[at] != '['))
    return broken(at, "neither an object nor an array", err);
  *out = (vd_json_walk){
      .bytes = bytes, .at = behind_space(bytes, at + 1), .table = table, .open = true};
  return VD_OK;
}

static bool closes(const vd_json_walk *w) {
  return w->at < w->bytes.len && w->bytes.ptr[w->at] == (w->table ? '}' : ']');
}

static vd_code leave(vd_json_walk *w, vd_error *err) {
  size_t end = behind_space(w->bytes, w->at + 1);
  if (end != w->bytes.len)
    return broken(end, "text after the end of the document", err);
  w->open = false;
  return VD_NOTFOUND;
}

// The name of a member and its ':'; arrays have none.
static vd_code read_key(vd_json_walk *w, vd_json_item *item, vd_error *err) {
  vd_view v = w->bytes;
  if (!w->table)
    return VD_OK;
  size_t end = w->at < v.len && v.ptr[w->at] == '"' ? behind_string(v, w->at) : 0;
  if (end == 0)
    return broken(w->at, "expected a member name in quotes", err);
  item->key = vd_view_first(vd_view_from(v, w->at + 1), end - w->at - 2);
  w->at = behind_space(v, end);
  if (w->at == v.len || v.ptr[w->at] != ':')
    return broken(w->at, "expected ':'", err);
  w->at = behind_space(v, w->at + 1);
  return VD_OK;
}

// Steps behind the comma that another item follows, or stands at the end of the container.
static vd_code step(vd_json_walk *w, vd_error *err) {
  w->at = behind_space(w->bytes, w->at);
  if (closes(w))
    return VD_OK;
  if (w->at == w->bytes.len)
    return broken(w->at, "the document ends too early", err);
  if (w->bytes.ptr[w->at] != ',')
    return broken(w->at, "expected ','", err);
  w->at = behind_space(w->bytes, w->at + 1);
  return closes(w) ? broken(w->at, "expected a value", err) : VD_OK;
}

vd_code vd_json_walk_next(vd_json_walk *w, vd_json_item *out, vd_error *err) {
  vd_json_item item = {0};
  if (!w->open)
    return VD_NOTFOUND;
  if (closes(w))
    return leave(w, err);
  VD_TRY(read_key(w, &item, err));
  size_t end = behind_value(w->bytes, w->at);
  if (end == 0)
    return broken(w->at, "a value is missing or not closed", err);
  item.text = vd_view_first(vd_view_from(w->bytes, w->at), end - w->at);
  item.offset = w->at;
  w->at = end;
  VD_TRY(step(w, err));
  *out = item;
  return VD_OK;
}
