// The options of pip and uv pip that matter for finding packages among arguments.
#include "package/pip.h"

typedef struct option {
  vd_view name;
  vd_pip_kind kind;
  bool valued;
} option;

#define OPT(name, kind, valued)                                                                    \
  { VD_VIEW_INIT(name), VD_PIP_##kind, valued }

static const option options[] = {
    OPT("--requirement", REQUIREMENT, true),
    OPT("--requirements", REQUIREMENT, true),
    OPT("-r", REQUIREMENT, true),
    OPT("--constraint", CONSTRAINT, true),
    OPT("--constraints", CONSTRAINT, true),
    OPT("-c", CONSTRAINT, true),
    OPT("--editable", EDITABLE, true),
    OPT("-e", EDITABLE, true),
    OPT("--index-url", INDEX, true),
    OPT("--pypi-url", INDEX, true),
    OPT("-i", INDEX, true),
    OPT("--extra-index-url", INDEX, true),
    OPT("--index", INDEX, true),
    OPT("--default-index", INDEX, true),
    OPT("--find-links", INDEX, true),
    OPT("-f", INDEX, true),
    OPT("--hash", HASH, true),
    OPT("--no-index", OTHER, false),
    OPT("--pre", OTHER, false),
    OPT("--prefer-binary", OTHER, false),
    OPT("--require-hashes", OTHER, false),
    OPT("--always-unzip", OTHER, false),
    OPT("--process-dependency-links", OTHER, false),
    OPT("--use-wheel", OTHER, false),
    OPT("--no-use-wheel", OTHER, false),
    OPT("--no-binary", OTHER, true),
    OPT("--only-binary", OTHER, true),
    OPT("--trusted-host", OTHER, true),
    OPT("--use-feature", OTHER, true),
    OPT("--use-deprecated", OTHER, true),
    OPT("--install-option", OTHER, true),
    OPT("--global-option", OTHER, true),
    OPT("--build-option", OTHER, true),
    OPT("--config-settings", OTHER, true),
    OPT("--config-setting", OTHER, true),
    OPT("-C", OTHER, true),
    OPT("--allow-external", OTHER, true),
    OPT("--allow-unverified", OTHER, true),
    OPT("--override", OTHER, true),
    OPT("--overrides", OTHER, true),
    OPT("--build-constraint", OTHER, true),
    OPT("--build-constraints", OTHER, true),
    OPT("-b", OTHER, true),
    OPT("--target", OTHER, true),
    OPT("-t", OTHER, true),
    OPT("--platform", OTHER, true),
    OPT("--python-platform", OTHER, true),
    OPT("--python-version", OTHER, true),
    OPT("--implementation", OTHER, true),
    OPT("--abi", OTHER, true),
    OPT("--root", OTHER, true),
    OPT("--prefix", OTHER, true),
    OPT("--src", OTHER, true),
    OPT("--upgrade-strategy", OTHER, true),
    OPT("--upgrade-package", OTHER, true),
    OPT("-P", OTHER, true),
    OPT("--progress-bar", OTHER, true),
    OPT("--root-user-action", OTHER, true),
    OPT("--report", OTHER, true),
    OPT("--log", OTHER, true),
    OPT("--proxy", OTHER, true),
    OPT("--retries", OTHER, true),
    OPT("--timeout", OTHER, true),
    OPT("--default-timeout", OTHER, true),
    OPT("--exists-action", OTHER, true),
    OPT("--cert", OTHER, true),
    OPT("--client-cert", OTHER, true),
    OPT("--cache-dir", OTHER, true),
    OPT("--python", OTHER, true),
    OPT("-p", OTHER, true),
    OPT("--keyring-provider", OTHER, true),
    OPT("--extra", OTHER, true),
    OPT("--group", OTHER, true),
    OPT("--torch-backend", OTHER, true),
    OPT("--index-strategy", OTHER, true),
    OPT("--resolution", OTHER, true),
    OPT("--prerelease", OTHER, true),
    OPT("--exclude-newer", OTHER, true),
    OPT("--link-mode", OTHER, true),
    OPT("--allow-insecure-host", OTHER, true),
    OPT("--user", OTHER, false),
    OPT("--upgrade", OTHER, false),
    OPT("--no-cache-dir", OTHER, false),
    OPT("--no-cache", OTHER, false),
    OPT("--no-deps", OTHER, false),
    OPT("--quiet", OTHER, false),
    OPT("--verbose", OTHER, false),
    OPT("--system", OTHER, false),
    OPT("--force-reinstall", OTHER, false),
    OPT("--ignore-installed", OTHER, false),
    OPT("--no-build-isolation", OTHER, false),
    OPT("--break-system-packages", OTHER, false),
    OPT("--disable-pip-version-check", OTHER, false),
    OPT("--no-warn-script-location", OTHER, false),
    OPT("--compile-bytecode", OTHER, false),
};

// The exact name, else the first that a shortened long option can stand for, as optparse takes it.
static const option *lookup(vd_view name) {
  const option *abbreviated = NULL;
  for (size_t i = 0; i < VD_COUNT(options); i++) {
    if (vd_view_eq(options[i].name, name))
      return &options[i];
    if (abbreviated == NULL && name.len > 3 && vd_view_starts(options[i].name, name))
      abbreviated = &options[i];
  }
  return abbreviated;
}

static bool next_value(const vd_views *words, size_t *at, vd_view *value) {
  if (*at >= words->count)
    return false;
  *value = words->at[(*at)++];
  return true;
}

static vd_pip_arg long_option(const vd_views *words, size_t *at, vd_view word) {
  size_t eq = vd_view_find(word, '=');
  const option *o = lookup(vd_view_first(word, eq));
  vd_pip_arg arg = {o == NULL ? VD_PIP_UNKNOWN : o->kind, vd_view_from(word, eq + 1)};
  if (o == NULL)
    arg.value = word;
  else if (o->valued && eq == word.len && !next_value(words, at, &arg.value))
    arg.kind = VD_PIP_OTHER;
  return arg;
}

// "-rbase.txt", "-r base.txt", or flags like "-qU", which say nothing about packages.
static vd_pip_arg short_option(const vd_views *words, size_t *at, vd_view word) {
  const option *o = lookup(vd_view_first(word, 2));
  vd_pip_arg arg = {o == NULL ? VD_PIP_OTHER : o->kind, vd_view_from(word, 2)};
  if (o != NULL && o->valued && word.len == 2 && !next_value(words, at, &arg.value))
    arg.kind = VD_PIP_OTHER;
  return arg;
}

bool vd_pip_arg_next(const vd_views *words, size_t *at, vd_pip_arg *out) {
  vd_view word;
  if (!next_value(words, at, &word))
    return false;
  if (vd_view_starts(word, VD_VIEW("--")))
    *out = long_option(words, at, word);
  else if (word.len > 1 && word.ptr[0] == '-')
    *out = short_option(words, at, word);
  else
    *out = (vd_pip_arg){VD_PIP_TARGET, word};
  return true;
}

vd_code vd_pip_include_add(vd_inventory *inv, vd_view target, bool constraint, uint32_t line) {
  target = vd_view_trim(target);
  if (target.len == 0)
    return vd_notice_add(inv, line, VD_FORMAT, "the option names no file");
  if (vd_view_has(target, VD_VIEW("://")))
    return vd_notice_add(inv, line, VD_UNSUPPORTED, "not followed, it is not a file here: %.*s",
                         VD_ARG(target));
  vd_view own = vd_arena_copy(inv->arena, target);
  vd_include *inc = own.ptr == NULL ? NULL : vd_vec_push(inv->arena, &inv->includes);
  if (inc == NULL)
    return VD_NOMEM;
  *inc = (vd_include){inv->path, own, constraint, line};
  return VD_OK;
}

static bool default_index(vd_view url) {
  while (url.len != 0 && url.ptr[url.len - 1] == '/')
    url.len--;
  return vd_view_ends(url, VD_VIEW("//pypi.org/simple")) ||
         vd_view_ends(url, VD_VIEW("//pypi.python.org/simple"));
}

void vd_pip_index_put(vd_buf *indexes, vd_view url) {
  if (url.len == 0 || default_index(url))
    return;
  if (indexes->len != 0)
    vd_buf_put_c(indexes, ' ');
  vd_buf_put(indexes, url);
}

vd_code vd_pip_indexes_set(vd_inventory *inv, size_t first, const vd_buf *indexes) {
  if (indexes->len == 0)
    return VD_OK;
  vd_view all = vd_arena_copy(inv->arena, vd_buf_view(indexes));
  if (all.ptr == NULL)
    return VD_NOMEM;
  for (size_t i = first; i < inv->components.count; i++)
    inv->components.at[i].index = all;
  return VD_OK;
}
