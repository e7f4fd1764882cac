// One thing `pip install` is asked to install: PEP 508 text, URL, VCS address, path or archive.
#include "package/pip.h"
#include "package/pip_repair.h"

typedef struct target {
  vd_view place;  // URL or path without extras and marker
  vd_view extras; // between brackets
  vd_view marker;
} target;

static bool is_vcs(vd_view t) {
  return vd_view_starts(t, VD_VIEW("git+")) || vd_view_starts(t, VD_VIEW("hg+")) ||
         vd_view_starts(t, VD_VIEW("svn+")) || vd_view_starts(t, VD_VIEW("bzr+")) ||
         vd_view_starts(t, VD_VIEW("git://"));
}

static bool is_url(vd_view t) {
  static const vd_view schemes[] = {VD_VIEW_INIT("http:"), VD_VIEW_INIT("https:"),
                                    VD_VIEW_INIT("ftp:"),  VD_VIEW_INIT("ssh:"),
                                    VD_VIEW_INIT("s3:"),   VD_VIEW_INIT("file:")};
  for (size_t i = 0; i < VD_COUNT(schemes); i++)
    if (vd_view_ieq(vd_view_first(t, schemes[i].len), schemes[i]))
      return true;
  return is_vcs(t);
}

static bool is_archive(vd_view t) {
  static const vd_view ends[] = {VD_VIEW_INIT(".whl"), VD_VIEW_INIT(".tar.gz"),
                                 VD_VIEW_INIT(".tgz"), VD_VIEW_INIT(".zip"),
                                 VD_VIEW_INIT(".tar"), VD_VIEW_INIT(".tar.bz2"),
                                 VD_VIEW_INIT(".egg"), VD_VIEW_INIT(".tar.xz")};
  for (size_t i = 0; i < VD_COUNT(ends); i++)
    if (vd_view_ends(t, ends[i]))
      return true;
  return false;
}

// pip's rule: a separator, a leading dot or an archive's name, unless it is "name @ ...".
static bool is_path(vd_view t) {
  vd_view body = vd_view_trim(vd_view_first(t, vd_view_find(t, ';')));
  vd_view head = vd_view_first(body, vd_view_find(body, '@'));
  if (head.len == 0)
    return false;
  return head.ptr[0] == '.' || vd_view_find(head, '/') != head.len ||
         vd_view_find(head, '\\') != head.len || (head.len == body.len && is_archive(body));
}

// Cuts "; marker" and "[extras]" off. A URL may hold ';', so its marker needs the space pip wants.
static target split(vd_view text, bool url) {
  target t = {.place = text};
  const char *sep = text.len == 0 ? NULL : memmem(text.ptr, text.len, "; ", url ? 2 : 1);
  const char *bracket;
  if (url && sep == NULL && text.len != 0)
    sep = memmem(text.ptr, text.len, " ;", 2);
  if (sep != NULL) {
    t.place = vd_view_trim(vd_view_first(text, (size_t)(sep - text.ptr)));
    vd_view rest = vd_view_from(text, (size_t)(sep - text.ptr));
    (void)vd_view_cut(&rest, ';');
    t.marker = vd_view_trim(rest);
  }
  bool closed = t.place.len != 0 && t.place.ptr[t.place.len - 1] == ']';
  bracket = closed ? memrchr(t.place.ptr, '[', t.place.len) : NULL;
  if (bracket != NULL) {
    size_t at = (size_t)(bracket - t.place.ptr);
    t.extras = vd_view_first(vd_view_from(t.place, at + 1), t.place.len - at - 2);
    t.place = vd_view_first(t.place, at);
  }
  return t;
}

// Value of the fragment's egg ("...#egg=name[extra]&subdirectory=x"); extras go to *extras.
static vd_view egg_name(vd_view url, vd_view *extras) {
  vd_view fragment = vd_view_from(url, vd_view_find(url, '#') + 1);
  while (fragment.len != 0) {
    vd_view part = vd_view_cut(&fragment, '&');
    if (!vd_view_starts(part, VD_VIEW("egg=")))
      continue;
    vd_view name = vd_view_from(part, 4);
    size_t open = vd_view_find(name, '[');
    if (open != name.len) {
      *extras = vd_view_from(name, open + 1);
      *extras = vd_view_first(*extras, vd_view_find(*extras, ']'));
    }
    name = vd_view_first(name, open);
    for (size_t i = 0; i < 5; i++)
      name = vd_view_first(name, vd_view_find(name, "=<>!~"[i]));
    return name;
  }
  return (vd_view){0};
}

static vd_view last_part(vd_view path) {
  while (path.len != 0 && (path.ptr[path.len - 1] == '/' || path.ptr[path.len - 1] == '\\'))
    path.len--;
  size_t i = path.len;
  while (i != 0 && path.ptr[i - 1] != '/' && path.ptr[i - 1] != '\\')
    i--;
  return vd_view_from(path, i);
}

// The path of a URL without query, fragment and "@revision".
static vd_view url_path(vd_view url, bool vcs) {
  url = vd_view_first(url, vd_view_find(url, '#'));
  url = vd_view_first(url, vd_view_find(url, '?'));
  const char *host = url.len == 0 ? NULL : memmem(url.ptr, url.len, "://", 3);
  size_t start = host == NULL ? 0 : (size_t)(host - url.ptr) + 3;
  vd_view path = vd_view_from(url, start);
  path = vd_view_from(path, host == NULL ? 0 : vd_view_find(path, '/'));
  return vcs && host != NULL ? vd_view_first(path, vd_view_find(path, '@')) : path;
}

// pip learns the name of a VCS address without egg by building it. Its repository's name is the
// best that can be read.
static vd_view repository_name(vd_view url) {
  vd_view name = last_part(url_path(url, true));
  name = vd_view_first(name, vd_view_find(name, '@'));
  return vd_view_ends(name, VD_VIEW(".git")) ? vd_view_first(name, name.len - 4) : name;
}

static vd_code put_extras(vd_inventory *inv, vd_component *c, vd_view text) {
  while (text.len != 0) {
    vd_view extra = vd_view_trim(vd_view_cut(&text, ','));
    if (extra.len == 0)
      continue;
    vd_view own = vd_arena_copy(inv->arena, extra);
    vd_view *slot = own.ptr == NULL ? NULL : vd_vec_push(inv->arena, &c->extras);
    if (slot == NULL)
      return VD_NOMEM;
    *slot = own;
  }
  return VD_OK;
}

static vd_code copy_optional(vd_arena *a, vd_view v, vd_view *out) {
  if (v.len != 0)
    *out = vd_arena_copy(a, v);
  return v.len != 0 && out->ptr == NULL ? VD_NOMEM : VD_OK;
}

typedef struct origin {
  vd_view name, version;
  bool local;
} origin;

static vd_code add_placed(vd_inventory *inv, const target *t, const origin *from, uint32_t line,
                          vd_component **added) {
  vd_component *c = vd_component_add(inv, from->name, line);
  if (c == NULL)
    return VD_NOMEM;
  c->requirement = VD_VIEW("");
  c->local = from->local;
  *added = c;
  VD_TRY(put_extras(inv, c, t->extras));
  VD_TRY(copy_optional(inv->arena, t->marker, &c->marker));
  VD_TRY(copy_optional(inv->arena, from->version, &c->version));
  return copy_optional(inv->arena, t->place, &c->url);
}

static bool relative(vd_view path) {
  return path.len != 0 && path.ptr[0] != '/' && path.ptr[0] != '~' && path.ptr[0] != '$' &&
         !(path.len > 1 && path.ptr[1] == ':');
}

// What the place itself says: an egg fragment, an archive's name, a repository, a folder.
static origin origin_of(vd_arena *a, target *t, bool url) {
  origin o = {0};
  vd_view egg_extras = {0}, egg = egg_name(t->place, &egg_extras);
  bool file = vd_view_starts(t->place, VD_VIEW("file:"));
  bool vcs = is_vcs(t->place);
  vd_view path = url_path(t->place, vcs);
  if (file && vd_view_starts(path, VD_VIEW("file:")))
    path = vd_view_from(path, 5);
  bool archive = !vcs && vd_dist_file_name(a, last_part(path), &o.name, &o.version);
  o.local = !archive && !vcs && (!url || file) && relative(path);
  if (egg.len != 0) {
    o.name = egg;
    t->extras = egg_extras.len != 0 ? egg_extras : t->extras;
  } else if (vcs) {
    o.name = repository_name(t->place);
  } else if (o.local && !is_archive(path)) {
    o.name = last_part(path);
  }
  return o;
}

static bool folder_itself(vd_view path) {
  vd_view last = last_part(path);
  return last.len == 0 || vd_view_eq(last, VD_VIEW(".")) || vd_view_eq(last, VD_VIEW(".."));
}

static vd_code add_place(vd_inventory *inv, vd_view text, bool url, uint32_t line,
                         vd_component **added) {
  target t = split(text, url);
  origin from = origin_of(inv->arena, &t, url);
  if (vd_pypi_name_valid(from.name))
    return add_placed(inv, &t, &from, line, added);
  if (!url && folder_itself(t.place)) // the project here, which its own manifest names
    return VD_OK;
  return vd_notice_add(inv, line, VD_UNSUPPORTED, "no package name can be read from: %.*s",
                       VD_ARG(t.place));
}

// "name @ https://.../name-1.0-...whl": the archive's name states the version.
static void version_from_url(vd_arena *a, vd_component *c) {
  vd_view name, version;
  if (c->url.ptr != NULL && !is_vcs(c->url) && c->version.ptr == NULL &&
      vd_dist_file_name(a, last_part(url_path(c->url, false)), &name, &version))
    c->version = vd_arena_copy(a, version);
}

static vd_code add_repaired(vd_inventory *inv, vd_view text, const vd_error *why, uint32_t line,
                            vd_component **added) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_view fixed = vd_pip_repair(inv->arena, text);
  vd_requirement req = {0};
  vd_code code = fixed.ptr == NULL ? VD_FORMAT : vd_requirement_parse(&scratch, fixed, &req, NULL);
  if (code == VD_NOMEM)
    return code;
  if (code != VD_OK)
    return vd_notice_add(inv, line, why->code, "not a requirement: %s", why->text);
  VD_TRY(vd_component_add_requirement(inv, &req, fixed, line, added));
  return vd_notice_add(inv, line, VD_OK, "not a requirement as PEP 508 has it; read as: %.*s",
                       VD_ARG(fixed));
}

static vd_code add_named(vd_inventory *inv, vd_view text, uint32_t line, vd_component **added) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_requirement req = {0};
  vd_error why = {0};
  vd_view own = vd_arena_copy(inv->arena, text);
  if (own.ptr == NULL)
    return VD_NOMEM;
  vd_code code = vd_requirement_parse(&scratch, own, &req, &why);
  if (code == VD_NOMEM)
    return code;
  if (code != VD_OK)
    return add_repaired(inv, own, &why, line, added);
  VD_TRY(vd_component_add_requirement(inv, &req, own, line, added));
  version_from_url(inv->arena, *added);
  return VD_OK;
}

vd_code vd_pip_target_add(vd_inventory *inv, vd_view text, bool editable, uint32_t line,
                          vd_component **added) {
  *added = NULL;
  text = vd_view_trim(text);
  if (text.len == 0)
    return VD_OK;
  if (is_url(text))
    return add_place(inv, text, true, line, added);
  if ((editable && vd_view_find(text, '@') == text.len) || is_path(text))
    return add_place(inv, text, false, line, added);
  return add_named(inv, text, line, added);
}
