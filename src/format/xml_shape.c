// Bounds on XML that libxml2 has no setting for.
#include "format/xml_shape.h"

#include <limits.h>

// Position behind the next `end`, or the end of the text.
static size_t behind(vd_view bytes, size_t at, vd_view end) {
  const char *found =
      at >= bytes.len ? NULL : memmem(bytes.ptr + at, bytes.len - at, end.ptr, end.len);
  return found == NULL ? bytes.len : (size_t)(found - bytes.ptr) + end.len;
}

// Position behind the tag that opens at `at`, where quoted values may hold a '>'; counts the '='
// outside of them.
static size_t pass_tag(vd_view bytes, size_t at, size_t *attributes) {
  char quote = '\0';
  for (; at < bytes.len; at++) {
    char c = bytes.ptr[at];
    if (quote != '\0')
      quote = (char)(c == quote ? '\0' : quote);
    else if (c == '"' || c == '\'')
      quote = c;
    else if (c == '=')
      ++*attributes;
    else if (c == '>')
      return at + 1;
  }
  return at;
}

// Passes what begins with the '<' at `at`. Whatever is well formed up to here is passed exactly as
// libxml2 passes it; behind the first error it reads no further.
static size_t pass_markup(vd_view bytes, size_t at, size_t *attributes) {
  vd_view rest = vd_view_from(bytes, at);
  *attributes = 0;
  if (vd_view_starts(rest, VD_VIEW("<!--")))
    return behind(bytes, at + 4, VD_VIEW("-->"));
  if (vd_view_starts(rest, VD_VIEW("<![CDATA[")))
    return behind(bytes, at + 9, VD_VIEW("]]>"));
  if (vd_view_starts(rest, VD_VIEW("<?")))
    return behind(bytes, at + 2, VD_VIEW("?>"));
  return pass_tag(bytes, at + 1, attributes);
}

static vd_code fail_at(vd_view bytes, size_t at, const char *text, vd_error *err) {
  vd_code code = vd_fail(err, VD_FORMAT, "%s", text);
  if (err == NULL)
    return code;
  err->offset = at;
  err->line = err->column = 1;
  for (size_t i = 0; i < at; i++, err->column++)
    if (bytes.ptr[i] == '\n') {
      err->line++;
      err->column = 0;
    }
  return code;
}

vd_code vd_xml_check_shape(vd_view bytes, vd_error *err) {
  size_t bad = 0;
  if (bytes.len > INT_MAX)
    return vd_fail(err, VD_LIMIT, "the document is too large");
  if (bytes.len == 0)
    return fail_at(bytes, 0, "the document is empty", err);
  if (!vd_utf8_valid(bytes, &bad))
    return fail_at(bytes, bad, "invalid UTF-8", err);
  bad = vd_view_find(bytes, '\0');
  if (bad < bytes.len)
    return fail_at(bytes, bad, "a NUL byte", err);
  size_t attributes = 0;
  for (size_t at = vd_view_find(bytes, '<'); at < bytes.len;) {
    size_t next = pass_markup(bytes, at, &attributes);
    if (attributes > VD_XML_ATTRIBUTES_MAX) {
      (void)fail_at(bytes, at, "too many attributes in one tag", err);
      if (err != NULL)
        err->code = VD_LIMIT;
      return VD_LIMIT;
    }
    at = next + vd_view_find(vd_view_from(bytes, next), '<');
  }
  return VD_OK;
}
