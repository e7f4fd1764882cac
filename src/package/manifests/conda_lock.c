// conda-lock.yml: every package of every platform, exact.
#include "format/format.h"
#include "package/conda_spec.h"
#include "package/pip.h"

vd_code vd_manifest_conda_lock(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct platform {
  vd_view name, marker;
} platform;

#define PLATFORM(name, system, machine)                                                            \
  {                                                                                                \
    VD_VIEW_INIT(name),                                                                            \
        VD_VIEW_INIT("sys_platform == '" system "' and platform_machine == '" machine "'")         \
  }

static const platform platforms[] = {
    PLATFORM("linux-64", "linux", "x86_64"),       PLATFORM("linux-aarch64", "linux", "aarch64"),
    PLATFORM("linux-ppc64le", "linux", "ppc64le"), PLATFORM("osx-64", "darwin", "x86_64"),
    PLATFORM("osx-arm64", "darwin", "arm64"),      PLATFORM("win-64", "win32", "AMD64"),
    PLATFORM("win-arm64", "win32", "ARM64"),
};

// {NULL} for platforms that are not known; a package for all has none.
static vd_view marker_of(vd_view name) {
  for (size_t i = 0; i < VD_COUNT(platforms); i++)
    if (vd_view_eq(platforms[i].name, name))
      return platforms[i].marker;
  return (vd_view){0};
}

// The channel of "https://HOST/CHANNEL/PLATFORM/FILE".
static vd_view channel_of(vd_view url) {
  for (int parts = 0; parts < 2; parts++) {
    size_t end = url.len;
    while (end != 0 && url.ptr[end - 1] != '/')
      end--;
    if (end == 0)
      return (vd_view){0};
    url.len = end - 1;
  }
  return url;
}

static vd_code copy(vd_arena *a, vd_view v, vd_view *out) {
  if (v.len != 0)
    *out = vd_arena_copy(a, v);
  return v.len != 0 && out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code set_version(vd_arena *a, vd_component *c, vd_view version) {
  vd_version parsed;
  VD_TRY(copy(a, version, &c->version));
  c->requirement = vd_arena_printf(a, "==%.*s", VD_ARG(version));
  if (vd_version_parse(c->version, &parsed, NULL) == VD_OK)
    c->specifiers = c->requirement;
  return c->requirement.ptr == NULL ? VD_NOMEM : VD_OK;
}

// A category is a group of the source file; "main" is what is always installed.
static vd_code set_scope(vd_arena *a, vd_component *c, const vd_value *package) {
  vd_view category = vd_text_at(package, "category");
  const vd_value *optional = vd_path(package, "optional");
  bool main = category.len == 0 || vd_view_eq(category, VD_VIEW("main"));
  if (!main)
    c->scope = vd_group_scope(category);
  else if (vd_is(optional, VD_KIND_BOOL) && optional->boolean)
    c->scope = VD_SCOPE_OPTIONAL;
  return main ? VD_OK : copy(a, category, &c->group);
}

static vd_code fill(vd_arena *a, vd_component *c, const vd_value *package, vd_view version,
                    bool conda) {
  const vd_value *name = vd_path(package, "name");
  c->column = name->column;
  c->hashed = vd_first(vd_path(package, "hash")) != NULL;
  c->marker = marker_of(vd_text_at(package, "platform"));
  VD_TRY(set_version(a, c, version));
  VD_TRY(set_scope(a, c, package));
  VD_TRY(copy(a, vd_text(vd_path(package, "source", "url")), &c->url));
  return conda ? copy(a, channel_of(vd_text_at(package, "url")), &c->index) : VD_OK;
}

static vd_code add(vd_inventory *inv, const vd_value *package, const vd_map *needed) {
  const vd_value *name = vd_path(package, "name"), *version = vd_path(package, "version");
  vd_view manager = vd_text_at(package, "manager");
  bool conda = vd_view_eq(manager, VD_VIEW("conda")), pip = vd_view_eq(manager, VD_VIEW("pip"));
  if (!vd_pypi_name_valid(vd_view_trim(vd_text(name))) &&
      !vd_view_starts(vd_text(name), VD_VIEW("_")))
    return vd_notice_add(inv, package->line, VD_FORMAT, "a package without a name");
  if (version == NULL || version->text.len == 0 || version->text.len > VD_VERSION_MAX)
    return vd_notice_add(inv, package->line, VD_FORMAT, "no version: %.*s", VD_ARG(name->text));
  if (!conda && !pip)
    return vd_notice_add(inv, package->line, VD_UNSUPPORTED, "packages of another manager: %.*s",
                         VD_ARG(manager));
  vd_component *c = conda ? vd_conda_component_add(inv, name->text, name->line)
                          : vd_component_add(inv, name->text, name->line);
  if (c == NULL)
    return VD_NOMEM;
  if (vd_map_get(needed, name->text) == NULL)
    c->direct = VD_DIRECT_YES; // nothing else in the lock asks for it
  return fill(inv->arena, c, package, version->text, conda);
}

// Names that some package of the lock depends on.
static vd_code collect_needed(vd_map *needed, const vd_value *packages) {
  for (VD_EACH (package, packages))
    for (VD_EACH (d, vd_path(package, "dependencies")))
      VD_TRY(vd_map_put(needed, d->key, needed));
  return VD_OK;
}

static vd_code read_packages(vd_inventory *inv, const vd_value *packages) {
  vd_map needed = VD_MAP(inv->arena);
  VD_TRY(collect_needed(&needed, packages));
  for (VD_EACH (package, packages))
    VD_TRY(add(inv, package, &needed));
  return VD_OK;
}

vd_code vd_manifest_conda_lock(vd_inventory *inv, vd_view bytes, vd_error *err) {
  const vd_value *doc = NULL;
  VD_TRY(vd_yaml_parse(inv->arena, bytes, &doc, err));
  const vd_value *packages = vd_path(doc, "package");
  if (!vd_is(packages, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "not a lock file of conda-lock: no package list");
  vd_code code = read_packages(inv, packages);
  return code == VD_OK ? VD_OK : vd_fail(err, code, "%s", vd_code_text(code));
}
