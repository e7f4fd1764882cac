// Conda package specifications: channel, name, version constraint and build, by the rules of
// conda's MatchSpec.
#include "package/conda_spec.h"

#include "package/ascii.h"

typedef struct spec {
  vd_view channel; // "conda-forge" or "conda-forge/linux-64"
  vd_view name;
  vd_view rest;    // all after the name, as written
  vd_view version; // constraint without build
  bool build;      // a build string narrows it to one version
} spec;

static bool one_of(char c, const char *set) { return c != '\0' && strchr(set, c) != NULL; }

static vd_view before(vd_view v, char c) {
  return vd_view_trim(vd_view_first(v, vd_view_find(v, c)));
}

// ---- parts ------------------------------------------------------------------------------------

static vd_view cut_channel(vd_view *text) {
  const char *colons = text->len == 0 ? NULL : memmem(text->ptr, text->len, "::", 2);
  if (colons == NULL)
    return (vd_view){0};
  size_t n = (size_t)(colons - text->ptr);
  vd_view channel = vd_view_trim(vd_view_first(*text, n));
  *text = vd_view_trim(vd_view_from(*text, n + 2));
  return channel;
}

static size_t name_end(vd_view text) {
  size_t n = 0;
  while (n < text.len && (vd_is_alnum(text.ptr[n]) || one_of(text.ptr[n], "_-.")))
    n++;
  return n;
}

// Where the build starts in a constraint: after a '=' or space that belongs to no operator.
static size_t build_at(vd_view v) {
  for (size_t i = 1; i + 1 < v.len; i++)
    if (one_of(v.ptr[i], "= \t") && !one_of(v.ptr[i - 1], "=<>!~,| \t")) {
      size_t next = i + 1;
      while (next < v.len && one_of(v.ptr[next], " \t"))
        next++;
      if (next < v.len && !one_of(v.ptr[next], "=<>!~,|"))
        return i;
    }
  return v.len;
}

// The value of `key=value` or `key='value'` between brackets.
static vd_view bracket_value(vd_view inside, const char *key) {
  while (inside.len != 0) {
    vd_view pair = vd_view_trim(inside), name = before(pair, '=');
    vd_view value = vd_view_trim(vd_view_from(pair, vd_view_find(pair, '=') + 1));
    bool quoted = value.len != 0 && one_of(value.ptr[0], "'\"");
    char quote = ',';
    if (quoted)
      quote = value.ptr[0];
    value = vd_view_from(value, quoted);
    inside = value;
    value = vd_view_trim(vd_view_cut(&inside, quote));
    if (quoted)
      (void)vd_view_cut(&inside, ',');
    if (vd_view_eq(name, vd_view_of(key)))
      return value;
  }
  return (vd_view){0};
}

static void read_brackets(spec *s, vd_view inside) {
  vd_view version = bracket_value(inside, "version"), channel = bracket_value(inside, "channel");
  if (version.len != 0)
    s->version = version;
  if (channel.len != 0)
    s->channel = channel;
  s->build = s->build || bracket_value(inside, "build").len != 0;
}

static spec spec_of(vd_view text) {
  spec s = {0};
  text = vd_view_trim(vd_view_first(text, vd_view_find(text, '#')));
  s.channel = cut_channel(&text);
  s.name = vd_view_first(text, name_end(text));
  s.rest = vd_view_trim(vd_view_from(text, s.name.len));
  size_t open = vd_view_find(s.rest, '[');
  vd_view plain = vd_view_trim(vd_view_first(s.rest, open));
  size_t build = build_at(plain);
  s.version = vd_view_trim(vd_view_first(plain, build));
  s.build = build != plain.len && !vd_view_eq(vd_view_from(plain, build + 1), VD_VIEW("*"));
  if (open != s.rest.len)
    read_brackets(&s, before(vd_view_from(s.rest, open + 1), ']'));
  return s;
}

// ---- constraint -------------------------------------------------------------------------------

typedef struct clause {
  vd_view op, version;
  bool prefix; // 1.2.*, 1.2* or =1.2
} clause;

static clause clause_of(vd_view text, bool build) {
  clause c = {0};
  size_t n = 0;
  text = vd_view_trim(text);
  while (n < text.len && one_of(text.ptr[n], "=<>!~"))
    n++;
  c.op = vd_view_first(text, n);
  c.version = vd_view_trim(vd_view_from(text, n));
  c.prefix = vd_view_eq(c.op, VD_VIEW("=")) && !build;
  if (vd_view_ends(c.version, VD_VIEW("*"))) {
    c.prefix = true;
    while (c.version.len != 0 && one_of(c.version.ptr[c.version.len - 1], ".*"))
      c.version.len--;
  }
  if (c.op.len == 0 || vd_view_eq(c.op, VD_VIEW("=")))
    c.op = VD_VIEW("==");
  return c;
}

static bool is_exact(const clause *c) { return vd_view_eq(c->op, VD_VIEW("==")) && !c->prefix; }

// Conda reads ">=1.2.*" and "<1.2.*" as without the star; PEP 440 has stars after == and != only.
static void put_clause(vd_buf *out, const clause *c) {
  bool equality = vd_view_eq(c->op, VD_VIEW("==")) || vd_view_eq(c->op, VD_VIEW("!="));
  if (c->version.len == 0 && c->prefix)
    return; // "*" allows everything
  if (out->len != 0)
    vd_buf_put_c(out, ',');
  vd_buf_put(out, c->op);
  vd_buf_put(out, c->version);
  if (c->prefix && equality)
    vd_buf_put(out, VD_VIEW(".*"));
}

static vd_code set_specifiers(vd_arena *a, vd_component *c, vd_view pep440) {
  vd_specifiers set = {0};
  vd_view own = vd_arena_copy(a, pep440);
  if (own.ptr == NULL)
    return VD_NOMEM;
  vd_code code = vd_specifiers_parse(a, own, &set, NULL);
  if (code == VD_NOMEM)
    return code;
  if (code == VD_OK)
    c->specifiers = vd_specifiers_format(a, &set);
  return code == VD_OK && c->specifiers.ptr == NULL ? VD_NOMEM : VD_OK; // others stay as written
}

// Fills what the constraint says; alternatives ("1.2|1.3") cannot be said in PEP 440.
static vd_code set_constraint(vd_arena *a, vd_component *c, const spec *s) {
  VD_SCOPED_BUF out = VD_BUF((size_t)2 * VD_LINE_MAX);
  vd_view rest = s->version;
  if (vd_view_find(rest, '|') != rest.len || vd_view_find(rest, '(') != rest.len)
    return VD_OK;
  while (rest.len != 0) {
    vd_view text = vd_view_cut(&rest, ',');
    clause one = clause_of(text, s->build);
    put_clause(&out, &one);
    if (text.len == s->version.len && is_exact(&one) && one.version.len != 0 &&
        one.version.len <= VD_VERSION_MAX) {
      c->version = vd_arena_copy(a, one.version);
      if (c->version.ptr == NULL)
        return VD_NOMEM;
    }
  }
  return out.failed ? VD_NOMEM : set_specifiers(a, c, vd_buf_view(&out));
}

// ---- component --------------------------------------------------------------------------------

// Runs of white space become one space.
static vd_view folded(vd_arena *a, vd_view v) {
  char *out = vd_new_array(a, char, v.len + 1);
  size_t n = 0;
  for (size_t i = 0; out != NULL && i < v.len; i++)
    if (!vd_is_space(v.ptr[i]))
      out[n++] = v.ptr[i];
    else if (n != 0 && out[n - 1] != ' ')
      out[n++] = ' ';
  return (vd_view){out, n};
}

// Conda names are lower case and keep '_' and '.'.
static vd_view lower(vd_arena *a, vd_view v) {
  char *out = vd_new_array(a, char, v.len + 1);
  for (size_t i = 0; out != NULL && i < v.len; i++)
    out[i] = vd_lower(v.ptr[i]);
  return (vd_view){out, v.len};
}

vd_component *vd_conda_component_add(vd_inventory *inv, vd_view name, uint32_t line) {
  vd_view own = lower(inv->arena, name);
  vd_component *c = own.ptr == NULL ? NULL : vd_component_add(inv, name, line);
  if (c != NULL) {
    c->type = VD_VIEW("conda");
    c->name = own;
    c->requirement = VD_VIEW("");
  }
  return c;
}

vd_code vd_conda_spec_add(vd_inventory *inv, vd_view text, uint32_t line, vd_component **added) {
  spec s = spec_of(text);
  *added = NULL;
  bool joined = s.rest.len != 0 && s.rest.ptr == s.name.ptr + s.name.len;
  if (s.name.len == 0 || text.len > VD_LINE_MAX || (joined && !one_of(s.rest.ptr[0], "=<>!~[")))
    return vd_notice_add(inv, line, VD_FORMAT, "not a conda package: %.*s", VD_ARG(text));
  vd_component *c = vd_conda_component_add(inv, s.name, line);
  if (c == NULL)
    return VD_NOMEM;
  c->requirement = folded(inv->arena, s.rest);
  if (s.channel.len != 0)
    c->index = vd_arena_copy(inv->arena, s.channel);
  if (c->requirement.ptr == NULL || (s.channel.len != 0 && c->index.ptr == NULL))
    return VD_NOMEM;
  *added = c;
  return set_constraint(inv->arena, c, &s);
}
