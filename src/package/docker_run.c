// Shell text of RUN instructions: which commands install packages, and which packages.
#include "package/ascii.h"
#include "package/conda_spec.h"
#include "package/docker.h"
#include "package/pip.h"
#include "package/shell.h"

typedef struct command {
  vd_views words;
  VD_VEC(uint32_t) lines; // of each word
  bool lost_bound;        // a word like >=2 was taken for a redirection
} command;

typedef struct script {
  vd_view text;
  uint32_t line;
} script;

typedef struct run {
  vd_inventory *inv;
  command cmd;
  VD_VEC(script) scripts; // still to read: the text itself, then what `sh -c` is given
} run;

// "pip", "pip3", "pip3.10"
static bool is_pip(vd_view word) {
  vd_view name = vd_base_name(word);
  if (!vd_view_starts(name, VD_VIEW("pip")))
    return false;
  for (size_t i = 3; i < name.len; i++)
    if (!vd_is_digit(name.ptr[i]) && name.ptr[i] != '.')
      return false;
  return true;
}

static bool is_one_of(vd_view word, const vd_view *names, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (vd_view_eq(vd_base_name(word), names[i]))
      return true;
  return false;
}

static bool is_conda(vd_view word) {
  static const vd_view names[] = {VD_VIEW_INIT("conda"), VD_VIEW_INIT("mamba"),
                                  VD_VIEW_INIT("micromamba")};
  return is_one_of(word, names, VD_COUNT(names));
}

static bool is_shell(vd_view word) {
  static const vd_view names[] = {VD_VIEW_INIT("sh"), VD_VIEW_INIT("bash"), VD_VIEW_INIT("dash"),
                                  VD_VIEW_INIT("ash"), VD_VIEW_INIT("zsh")};
  return is_one_of(word, names, VD_COUNT(names));
}

static bool prints_only(vd_view word) {
  static const vd_view names[] = {VD_VIEW_INIT("echo"), VD_VIEW_INIT("printf")};
  return is_one_of(word, names, VD_COUNT(names));
}

static bool computed(vd_view word) {
  return vd_view_find(word, '$') != word.len || vd_view_find(word, '`') != word.len;
}

// ---- pip ----------------------------------------------------------------------------------------

// "torch==$VERSION": the name is known, the version is not.
static vd_code add_computed(run *r, vd_view word, uint32_t line) {
  size_t end = 0;
  while (end < word.len && strchr("=<>!~[$`@ ", word.ptr[end]) == NULL)
    end++;
  vd_component *c = NULL;
  vd_view name = vd_view_first(word, end);
  if (end < word.len && strchr("=<>!~[@", word.ptr[end]) != NULL && vd_pypi_name_valid(name)) {
    VD_TRY(vd_pip_target_add(r->inv, name, false, line, &c));
    if (c != NULL)
      c->direct = VD_DIRECT_YES;
  }
  return vd_notice_add(r->inv, line, VD_UNSUPPORTED, "computed at run time: %.*s", VD_ARG(word));
}

static vd_code add_target(run *r, vd_view word, bool editable, uint32_t line) {
  vd_component *c = NULL;
  vd_view name, version;
  if (computed(word))
    return add_computed(r, word, line);
  if (word.len != 0 && (word.ptr[0] == '/' || word.ptr[0] == '~') &&
      !vd_dist_file_name(r->inv->arena, vd_base_name(word), &name, &version))
    return VD_OK; // a folder of the image
  VD_TRY(vd_pip_target_add(r->inv, word, editable, line, &c));
  if (c != NULL)
    c->direct = VD_DIRECT_YES;
  return VD_OK;
}

// A file of the image is one of the build context only by its name, so only names that no kind
// reads anyway are worth following.
static vd_code add_include(run *r, vd_view target, bool constraint, uint32_t line) {
  while (vd_view_starts(target, VD_VIEW("./")))
    target = vd_view_from(target, 2);
  if (target.len == 0 || target.ptr[0] == '/' || target.ptr[0] == '~' || target.ptr[0] == '-' ||
      computed(target) || vd_manifest_for_path(target) != NULL)
    return VD_OK;
  return vd_pip_include_add(r->inv, target, constraint, line);
}

static vd_code pip_argument(run *r, const vd_pip_arg *arg, vd_buf *indexes, uint32_t line) {
  switch (arg->kind) {
  case VD_PIP_TARGET: return add_target(r, arg->value, false, line);
  case VD_PIP_EDITABLE: return add_target(r, arg->value, true, line);
  case VD_PIP_REQUIREMENT: return add_include(r, arg->value, false, line);
  case VD_PIP_CONSTRAINT: return add_include(r, arg->value, true, line);
  case VD_PIP_INDEX: return vd_pip_index_put(indexes, arg->value), VD_OK;
  case VD_PIP_HASH:
  case VD_PIP_OTHER:
  case VD_PIP_UNKNOWN: break;
  }
  return VD_OK;
}

static vd_code pip_install(run *r, size_t at, vd_buf *indexes) {
  size_t first = r->inv->components.count;
  uint32_t start = r->cmd.lines.at[at - 1];
  vd_pip_arg arg;
  while (vd_pip_arg_next(&r->cmd.words, &at, &arg))
    VD_TRY(pip_argument(r, &arg, indexes, r->cmd.lines.at[at - 1]));
  if (r->cmd.lost_bound)
    VD_TRY(vd_notice_add(r->inv, start, VD_OK,
                         "an unquoted '<' or '>' redirects, so the version bound has no effect"));
  return vd_pip_indexes_set(r->inv, first, indexes);
}

// The subcommand after the word at `at`; *at is then past it.
static vd_view subcommand(const run *r, size_t *at) {
  vd_pip_arg arg;
  while (vd_pip_arg_next(&r->cmd.words, at, &arg))
    if (arg.kind == VD_PIP_TARGET)
      return arg.value;
  return (vd_view){0};
}

// ---- conda --------------------------------------------------------------------------------------

static bool conda_valued(vd_view word) {
  static const vd_view names[] = {VD_VIEW_INIT("-c"),
                                  VD_VIEW_INIT("--channel"),
                                  VD_VIEW_INIT("-n"),
                                  VD_VIEW_INIT("--name"),
                                  VD_VIEW_INIT("-p"),
                                  VD_VIEW_INIT("--prefix"),
                                  VD_VIEW_INIT("-f"),
                                  VD_VIEW_INIT("--file"),
                                  VD_VIEW_INIT("--clone"),
                                  VD_VIEW_INIT("--solver"),
                                  VD_VIEW_INIT("--experimental-solver"),
                                  VD_VIEW_INIT("--repodata-fn")};
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (vd_view_eq(word, names[i]))
      return true;
  return false;
}

static vd_code conda_package(run *r, vd_view word, uint32_t line) {
  vd_component *c = NULL;
  if (computed(word))
    return vd_notice_add(r->inv, line, VD_UNSUPPORTED, "computed at run time: %.*s", VD_ARG(word));
  VD_TRY(vd_conda_spec_add(r->inv, word, line, &c));
  if (c != NULL)
    c->direct = VD_DIRECT_YES;
  return VD_OK;
}

static vd_code conda_install(run *r, size_t at) {
  const vd_views *words = &r->cmd.words;
  for (; at < words->count; at++) {
    vd_view word = words->at[at];
    if (conda_valued(word))
      at++;
    else if (word.len != 0 && word.ptr[0] != '-')
      VD_TRY(conda_package(r, word, r->cmd.lines.at[at]));
  }
  return VD_OK;
}

// ---- commands -----------------------------------------------------------------------------------

static vd_code push_script(run *r, vd_view text, uint32_t line) {
  if (r->scripts.count >= VD_SHELL_SCRIPTS_MAX)
    return vd_notice_add(r->inv, line, VD_LIMIT, "more than %d scripts in one instruction",
                         VD_SHELL_SCRIPTS_MAX);
  script *s = vd_vec_push(r->inv->arena, &r->scripts);
  if (s == NULL)
    return VD_NOMEM;
  *s = (script){text, line};
  return VD_OK;
}

// `sh -c TEXT`, with -c alone or among other letters ("-lc").
static vd_code shell_text(run *r, size_t at) {
  const vd_views *words = &r->cmd.words;
  for (at++; at + 1 < words->count && words->at[at].len > 1 && words->at[at].ptr[0] == '-'; at++)
    if (vd_view_ends(words->at[at], VD_VIEW("c")))
      return push_script(r, words->at[at + 1], r->cmd.lines.at[at + 1]);
  return VD_OK;
}

static vd_code pip_command(run *r, size_t at, bool *known) {
  if (!vd_view_eq(subcommand(r, &at), VD_VIEW("install")))
    return VD_OK;
  VD_SCOPED_BUF indexes = VD_BUF(VD_LINE_MAX);
  *known = true;
  return pip_install(r, at, &indexes);
}

static vd_code conda_command(run *r, size_t at, bool *known) {
  vd_view verb = subcommand(r, &at);
  *known = vd_view_eq(verb, VD_VIEW("install")) || vd_view_eq(verb, VD_VIEW("create"));
  return *known ? conda_install(r, at) : VD_OK;
}

// pip may follow sudo, `python -m`, `uv`, `conda run -n x`, `then`, X=y and more, so it is looked
// for rather than expected first.
static vd_code read_command(run *r) {
  const vd_views *words = &r->cmd.words;
  bool known = words->count == 0 || prints_only(words->at[0]);
  for (size_t i = 0; i < words->count && !known; i++) {
    if (is_pip(words->at[i]))
      VD_TRY(pip_command(r, i + 1, &known));
    else if (is_conda(words->at[i]))
      VD_TRY(conda_command(r, i + 1, &known));
    else if (is_shell(words->at[i]))
      VD_TRY(shell_text(r, i));
  }
  r->cmd.words.count = r->cmd.lines.count = 0;
  r->cmd.lost_bound = false;
  return VD_OK;
}

static vd_code push_word(run *r, vd_view word, uint32_t line) {
  vd_view *w = vd_vec_push(r->inv->arena, &r->cmd.words);
  uint32_t *l = w == NULL ? NULL : vd_vec_push(r->inv->arena, &r->cmd.lines);
  if (l == NULL)
    return VD_NOMEM;
  *w = word;
  *l = line;
  return VD_OK;
}

static uint32_t lines_between(const char *from, const char *to) {
  uint32_t n = 0;
  for (; from < to; from++)
    n += *from == '\n' || *from == '\v';
  return n;
}

static bool all_digits(vd_view word) {
  uint64_t n;
  return vd_view_u64(word, &n);
}

static bool redirects(vd_view op) { return op.ptr[0] == '<' || op.ptr[0] == '>'; }

// "2>file": the number belongs to the redirection.
static bool before_redirection(const vd_shell *s, vd_view word) {
  return all_digits(word) && s->rest.len != 0 && redirects(s->rest);
}

static vd_code read_script(run *r, script text) {
  vd_shell s = {.rest = text.text, .operators = true};
  const char *counted = text.text.ptr;
  bool redirected = false;
  vd_view word;
  vd_token t;
  while ((t = vd_shell_next(r->inv->arena, &s, &word)) > VD_TOKEN_END && t != VD_TOKEN_NOMEM) {
    text.line += lines_between(counted, s.start);
    counted = s.start;
    if (t == VD_TOKEN_OPERATOR && !redirects(word))
      VD_TRY(read_command(r));
    else if (t == VD_TOKEN_WORD && redirected)
      r->cmd.lost_bound |= word.len != 0 && word.ptr[0] == '=';
    else if (t == VD_TOKEN_WORD && !before_redirection(&s, word))
      VD_TRY(push_word(r, word, text.line));
    redirected = t == VD_TOKEN_OPERATOR && redirects(word);
  }
  return t == VD_TOKEN_NOMEM ? VD_NOMEM : read_command(r);
}

static vd_code read_scripts(run *r) {
  for (size_t i = 0; i < r->scripts.count; i++)
    VD_TRY(read_script(r, r->scripts.at[i]));
  return VD_OK;
}

vd_code vd_docker_run(vd_inventory *inv, vd_view text, uint32_t line) {
  run r = {.inv = inv};
  VD_TRY(push_script(&r, text, line));
  return read_scripts(&r);
}

vd_code vd_docker_run_words(vd_inventory *inv, const vd_views *words, uint32_t line) {
  run r = {.inv = inv};
  for (size_t i = 0; i < words->count; i++)
    VD_TRY(push_word(&r, words->at[i], line));
  VD_TRY(read_command(&r));
  return read_scripts(&r);
}
