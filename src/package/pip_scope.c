// What a path says about its requirements: development, documentation, one optional group.
#include "package/pip.h"

typedef struct scope_word {
  vd_view word;
  vd_scope scope;
} scope_word;

#define WORD(text, scope)                                                                          \
  { VD_VIEW_INIT(text), VD_SCOPE_##scope }

static const scope_word scope_words[] = {
    WORD("dev", DEV),           WORD("develop", DEV),    WORD("development", DEV),
    WORD("devel", DEV),         WORD("test", DEV),       WORD("tests", DEV),
    WORD("testing", DEV),       WORD("tox", DEV),        WORD("pytest", DEV),
    WORD("doc", DEV),           WORD("docs", DEV),       WORD("rtd", DEV),
    WORD("documentation", DEV), WORD("sphinx", DEV),     WORD("lint", DEV),
    WORD("linting", DEV),       WORD("linter", DEV),     WORD("linters", DEV),
    WORD("format", DEV),        WORD("style", DEV),      WORD("typing", DEV),
    WORD("mypy", DEV),          WORD("ci", DEV),         WORD("quality", DEV),
    WORD("bench", DEV),         WORD("benchmark", DEV),  WORD("benchmarks", DEV),
    WORD("precommit", DEV),     WORD("build", BUILD),    WORD("packaging", BUILD),
    WORD("optional", OPTIONAL), WORD("extra", OPTIONAL), WORD("extras", OPTIONAL),
};

static const scope_word *lookup(vd_view word) {
  for (size_t i = 0; i < VD_COUNT(scope_words); i++)
    if (vd_view_ieq(scope_words[i].word, word))
      return &scope_words[i];
  return NULL;
}

static bool separator(char c) { return c == '-' || c == '_' || c == '.'; }

// Cuts the next word off a file or folder name.
static vd_view cut_word(vd_view *rest) {
  size_t n = 0;
  while (n < rest->len && !separator(rest->ptr[n]))
    n++;
  vd_view word = vd_view_first(*rest, n);
  *rest = vd_view_from(*rest, n + 1);
  return word;
}

static bool says_nothing(vd_view word) {
  static const vd_view common[] = {
      VD_VIEW_INIT("requirements"), VD_VIEW_INIT("requirement"), VD_VIEW_INIT("reqs"),
      VD_VIEW_INIT("constraints"),  VD_VIEW_INIT("base"),        VD_VIEW_INIT("main"),
      VD_VIEW_INIT("txt"),          VD_VIEW_INIT("in"),          VD_VIEW_INIT("pip")};
  for (size_t i = 0; i < VD_COUNT(common); i++)
    if (vd_view_ieq(common[i], word))
      return true;
  return word.len == 0;
}

// The words of a name that are its own, as one view from the first to the last of them.
static vd_view own_words(vd_view name) {
  vd_view group = {0}, rest = name;
  while (rest.len != 0) {
    vd_view word = cut_word(&rest);
    if (says_nothing(word))
      continue;
    if (group.ptr == NULL)
      group = word;
    else
      group.len = (size_t)(word.ptr + word.len - group.ptr);
  }
  return group;
}

static const scope_word *scope_of_name(vd_view name) {
  const scope_word *found = NULL;
  while (found == NULL && name.len != 0)
    found = lookup(cut_word(&name));
  return found;
}

vd_scope vd_path_scope(vd_view path, vd_view *group) {
  size_t slash = path.len;
  while (slash != 0 && path.ptr[slash - 1] != '/')
    slash--;
  vd_view file = vd_view_from(path, slash), folders = vd_view_first(path, slash);
  const scope_word *found = scope_of_name(file);
  *group = own_words(file);
  while (found == NULL && folders.len != 0) {
    vd_view folder = vd_view_cut(&folders, '/');
    found = lookup(folder);
    if (found != NULL && group->ptr == NULL)
      *group = folder;
  }
  return found == NULL ? VD_SCOPE_RUNTIME : found->scope;
}

vd_scope vd_group_scope(vd_view group) {
  const scope_word *found = scope_of_name(group);
  return found == NULL ? VD_SCOPE_OPTIONAL : found->scope;
}
