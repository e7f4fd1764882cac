// setup.cfg: the dependency keys of setuptools' declarative configuration (INI, as configparser
// reads it).
#include "package/pip.h"
#include "package/setup_args.h"
#include "package/text_decode.h"

vd_code vd_manifest_setup_cfg(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct cfg {
  vd_inventory *inv;
  uint32_t line;
  bool options, extras; // in [options], in [options.extras_require]
  size_t indent;        // of the key whose value goes on
  vd_setup_arg arg;     // of that key; NONE outside
  vd_view extra;
} cfg;

static size_t indent_of(vd_view line) {
  size_t n = 0;
  while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
    n++;
  return n;
}

// setuptools drops " # ..." at the end of a requirement.
static vd_view without_comment(vd_view v) {
  const char *hash = v.len == 0 ? NULL : memmem(v.ptr, v.len, " #", 2);
  return vd_view_trim(hash == NULL ? v : vd_view_first(v, (size_t)(hash - v.ptr)));
}

static vd_code add(cfg *c, vd_view text, uint32_t column) {
  vd_component *added = NULL;
  text = without_comment(text);
  if (text.len == 0 || text.ptr[0] == '#')
    return VD_OK;
  VD_TRY(
      vd_setup_requirement_add(c->inv, &(vd_setup_place){c->arg, c->extra, c->line}, text, &added));
  if (added != NULL)
    added->column = column;
  return VD_OK;
}

// "file: a.txt, b.txt" names requirements files.
static vd_code add_files(cfg *c, vd_view names) {
  while (names.len != 0) {
    vd_view name = vd_view_trim(vd_view_cut(&names, ','));
    if (name.len != 0)
      VD_TRY(vd_pip_include_add(c->inv, name, false, c->line));
  }
  return VD_OK;
}

// One line of a value. On the key's own line, ';' separates requirements.
static vd_code read_value(cfg *c, vd_view line, vd_view text, bool own_line) {
  if (c->arg == VD_SETUP_NONE)
    return VD_OK;
  if (vd_view_starts(text, VD_VIEW("file:")))
    return add_files(c, vd_view_from(text, 5));
  do {
    vd_view part = own_line ? vd_view_cut(&text, ';') : text;
    part = vd_view_trim(part);
    if (part.len != 0)
      VD_TRY(add(c, part, (uint32_t)(part.ptr - line.ptr) + 1));
  } while (own_line && text.len != 0);
  return VD_OK;
}

static vd_code read_section(cfg *c, vd_view text) {
  vd_view name = vd_view_first(vd_view_from(text, 1), vd_view_find(text, ']') - 1);
  name = vd_view_trim(name);
  c->arg = VD_SETUP_NONE;
  c->options = vd_view_eq(name, VD_VIEW("options"));
  c->extras = vd_view_eq(name, VD_VIEW("options.extras_require"));
  if (vd_view_find(text, ']') == text.len)
    return vd_notice_add(c->inv, c->line, VD_FORMAT, "a section without ']': %.*s", VD_ARG(text));
  return VD_OK;
}

static vd_code read_key(cfg *c, vd_view line, vd_view text) {
  size_t equals = vd_view_find(text, '='), colon = vd_view_find(text, ':');
  size_t at = equals < colon ? equals : colon;
  vd_view key = vd_view_trim(vd_view_first(text, at));
  c->arg = VD_SETUP_NONE;
  c->indent = indent_of(line);
  c->extra = (vd_view){0};
  if (at == text.len)
    return c->options || c->extras ? vd_notice_add(c->inv, c->line, VD_FORMAT,
                                                   "neither key nor value: %.*s", VD_ARG(text))
                                   : VD_OK;
  if (c->options && vd_setup_arg_of(key) != VD_SETUP_EXTRAS)
    c->arg = vd_setup_arg_of(key);
  if (c->extras) {
    c->arg = VD_SETUP_EXTRAS;
    c->extra = key;
  }
  return read_value(c, line, vd_view_trim(vd_view_from(text, at + 1)), true);
}

static vd_code read_line(cfg *c, vd_view line) {
  vd_view text = vd_view_trim(line);
  if (text.len == 0 || text.ptr[0] == '#' || text.ptr[0] == ';')
    return VD_OK;
  if (indent_of(line) > c->indent)
    return read_value(c, line, text, false);
  if (text.ptr[0] == '[') {
    c->indent = SIZE_MAX; // nothing continues a section header
    return read_section(c, text);
  }
  return read_key(c, line, text);
}

vd_code vd_manifest_setup_cfg(vd_inventory *inv, vd_view bytes, vd_error *err) {
  cfg c = {.inv = inv, .indent = SIZE_MAX, .arg = VD_SETUP_NONE};
  vd_view rest, line;
  VD_TRY(vd_text_decode(inv->arena, bytes, &rest, err));
  while (vd_view_line(&rest, &line)) {
    c.line++;
    VD_TRY(read_line(&c, line));
  }
  return VD_OK;
}
