// The walk from an argument of setup() through names, lists and calls to literal strings.
#include "package/setup_walk.h"

#include "package/pip.h"

static const vd_py_token *tok(const vd_setup_walk *w, uint32_t i) { return &w->tokens->at[i]; }
static bool at_text(const vd_setup_walk *w, uint32_t i, const char *text) {
  return vd_py_is(w->tokens, i, text);
}

static bool at_any(const vd_setup_walk *w, uint32_t i, const char *const *texts, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (at_text(w, i, texts[k]))
      return true;
  return false;
}

static bool is_string(const vd_setup_walk *w, uint32_t i) {
  return i < w->tokens->count && tok(w, i)->kind == VD_PY_STRING;
}

static vd_code push_job(vd_setup_walk *w, const vd_setup_job *job) {
  vd_setup_job *slot = job->from < job->to ? vd_vec_push(w->inv->arena, &w->jobs) : NULL;
  if (slot != NULL)
    *slot = *job;
  return slot == NULL && job->from < job->to ? VD_NOMEM : VD_OK;
}

static vd_code push_bindings(vd_setup_walk *w, vd_py_bindings *list, const vd_setup_job *from) {
  for (vd_py_binding *b = list->first; b != NULL; b = b->next) {
    bool group = b->keyed && from->dict;
    if (!b->walked)
      VD_TRY(push_job(w, &(vd_setup_job){.from = b->from,
                                         .to = b->to,
                                         .dict = from->dict && !b->keyed,
                                         .extra = group ? b->key : from->extra}));
    b->walked = true;
  }
  return VD_OK;
}

static void note_computed(vd_setup_walk *w, uint32_t i) {
  if (w->computed == 0)
    w->computed = tok(w, i)->line;
}

static vd_code push_name(vd_setup_walk *w, uint32_t i, const vd_setup_job *from) {
  vd_py_bindings *list = vd_py_name(w->names, tok(w, i)->text);
  if (list == NULL)
    return note_computed(w, i), VD_OK;
  return push_bindings(w, list, from);
}

// ---- files ------------------------------------------------------------------------------------

static bool names_file(vd_view text) {
  bool ends = vd_view_ends(text, VD_VIEW(".txt")) || vd_view_ends(text, VD_VIEW(".in")) ||
              vd_view_ends(text, VD_VIEW(".pip"));
  for (size_t i = 0; i < text.len && ends; i++)
    ends = text.ptr[i] > ' ';
  return ends && text.len < VD_VERSION_MAX && text.ptr[0] != '/' &&
         !vd_view_has(text, VD_VIEW(":"));
}

// The file at i with the folders written before it, as join("requirements", "base.txt") has them.
static vd_code include(vd_setup_walk *w, uint32_t i) {
  vd_view path = tok(w, i)->text;
  if (w->placed[i])
    return w->included = true, VD_OK;
  w->placed[i] = w->included = true;
  for (uint32_t k = i, depth = 0; depth < 8 && k >= 3; depth++) {
    bool slash = at_text(w, k - 1, "/") && at_text(w, k - 2, ")");
    k -= slash ? 3 : 2;
    if (!is_string(w, k) || (!slash && !at_text(w, k + 1, ",") && !at_text(w, k + 1, "/")))
      break;
    path = vd_arena_printf(w->inv->arena, "%.*s/%.*s", VD_ARG(tok(w, k)->text), VD_ARG(path));
    if (path.ptr == NULL)
      return VD_NOMEM;
  }
  return vd_pip_include_add(w->inv, path, false, tok(w, i)->line);
}

static vd_code include_within(vd_setup_walk *w, uint32_t from, uint32_t to, bool *found) {
  for (uint32_t i = from; i < to; i++)
    if (is_string(w, i) && names_file(tok(w, i)->text)) {
      VD_TRY(include(w, i));
      *found = true;
    }
  return VD_OK;
}

// ---- strings ----------------------------------------------------------------------------------

// One requirement a line, as setuptools takes texts with several.
static vd_code add_text(vd_setup_walk *w, uint32_t i, vd_view text, vd_view extra) {
  vd_view line;
  vd_setup_place at = {w->arg, extra, tok(w, i)->line};
  if (w->placed[i])
    return VD_OK;
  w->placed[i] = true;
  for (; vd_view_line(&text, &line); at.line++) {
    vd_component *added = NULL;
    line = vd_view_trim(line);
    if (line.len == 0 || line.ptr[0] == '#')
      continue;
    VD_TRY(vd_setup_requirement_add(w->inv, &at, line, &added));
    if (added != NULL && at.line == tok(w, i)->line)
      added->column = tok(w, i)->column;
  }
  return VD_OK;
}

// "torch" + ";python_version < '3'": strings that '+' joins to the text so far.
static vd_code add_sum(vd_setup_walk *w, uint32_t entry, uint32_t *i, vd_view extra) {
  vd_view text = tok(w, entry)->text;
  for (unsigned n = 0; n < 8 && at_text(w, *i, "+") && is_string(w, *i + 1); n++, *i += 2) {
    text = vd_arena_printf(w->inv->arena, "%.*s%.*s", VD_ARG(text), VD_ARG(tok(w, *i + 1)->text));
    if (text.ptr == NULL)
      return VD_NOMEM;
  }
  return add_text(w, entry, text, extra);
}

static bool compared(const vd_setup_walk *w, uint32_t i) {
  static const char *const ops[] = {"==", "!=", "<", ">", "<=", ">=", "in", "is"};
  return (i != 0 && at_any(w, i - 1, ops, VD_COUNT(ops))) || at_any(w, i + 1, ops, VD_COUNT(ops));
}

static vd_code on_string(vd_setup_walk *w, const vd_setup_job *job, uint32_t *i) {
  const vd_py_token *t = tok(w, *i);
  uint32_t entry = (*i)++;
  if (at_text(w, *i, ":") || compared(w, entry))
    return VD_OK;
  if (t->computed || at_text(w, *i, "%") || at_text(w, *i, ".")) {
    *i = vd_py_expression_end(w->tokens, *i, job->to);
    return vd_notice_add(w->inv, t->line, VD_UNSUPPORTED, "computed at run time: %.*s",
                         VD_ARG(t->text));
  }
  if (names_file(t->text))
    return include(w, entry);
  return add_sum(w, entry, i, job->extra);
}

// ---- names ------------------------------------------------------------------------------------

// Attributes, calls and subscripts after a value: no requirements, though maybe files.
static vd_code skip_trailers(vd_setup_walk *w, uint32_t *i) {
  bool found = false;
  while (at_text(w, *i, ".") || at_text(w, *i, "(") || at_text(w, *i, "[")) {
    uint32_t end = at_text(w, *i, ".") ? *i + 2 : vd_py_skip(w->tokens, *i);
    VD_TRY(include_within(w, *i, end < w->tokens->count ? end : *i, &found));
    *i = end;
  }
  return VD_OK;
}

static vd_code look_up(vd_setup_walk *w, uint32_t table, uint32_t key, uint32_t *i, vd_view extra) {
  vd_code code;
  uint32_t entry = vd_setup_table_get(w, tok(w, table)->text, tok(w, key)->text, &code);
  VD_TRY(code);
  if (entry == 0)
    return note_computed(w, key), VD_OK;
  return add_sum(w, entry, i, extra);
}

static vd_code on_table_call(vd_setup_walk *w, const vd_setup_job *job, uint32_t *i) {
  uint32_t name = *i, close = tok(w, name + 1)->match, none = 0;
  for (uint32_t k = name + 2; k < close; k++)
    if (is_string(w, k))
      VD_TRY(look_up(w, name, k, &none, job->extra));
  *i = close + 1;
  return VD_OK;
}

static vd_code on_call(vd_setup_walk *w, const vd_setup_job *job, uint32_t *i) {
  static const char *const transparent[] = {"list", "sorted", "set", "tuple", "frozenset",
                                            "str",  "filter", "map", "sum",   "reversed"};
  uint32_t name = *i, close = tok(w, name + 1)->match;
  bool file = false;
  if (at_any(w, name, transparent, VD_COUNT(transparent)))
    return *i += 2, VD_OK;
  if (vd_setup_is_table_function(w, tok(w, name)->text))
    return on_table_call(w, job, i);
  VD_TRY(include_within(w, name + 2, close, &file));
  if (!file || vd_py_name(w->names, tok(w, name)->text) != NULL)
    VD_TRY(push_name(w, name, job));
  *i = close + 1;
  return skip_trailers(w, i);
}

static vd_code on_subscript(vd_setup_walk *w, const vd_setup_job *job, uint32_t *i) {
  uint32_t name = *i, close = tok(w, name + 1)->match;
  bool literal = close == name + 3 && is_string(w, name + 2);
  vd_py_bindings *keyed =
      literal ? vd_py_name_key(w->names, tok(w, name)->text, tok(w, name + 2)->text) : NULL;
  *i = close + 1;
  if (keyed != NULL)
    VD_TRY(push_bindings(w, keyed, &(vd_setup_job){.extra = job->extra}));
  else if (literal && vd_setup_is_table(w, tok(w, name)->text))
    return look_up(w, name, name + 2, i, job->extra);
  else
    VD_TRY(push_name(w, name, job));
  return skip_trailers(w, i);
}

// A condition decides at run time; both outcomes are read.
static uint32_t past_condition(const vd_setup_walk *w, uint32_t i, uint32_t to) {
  uint32_t end = vd_py_expression_end(w->tokens, i, to);
  while (i < end && !at_text(w, i, "else"))
    i = vd_py_skip(w->tokens, i);
  return i;
}

static uint32_t past_targets(const vd_setup_walk *w, uint32_t i, uint32_t to) {
  while (i < to && !at_text(w, i, "in"))
    i++;
  return i;
}

static vd_code on_name(vd_setup_walk *w, const vd_setup_job *job, uint32_t *i) {
  static const char *const words[] = {"else", "in",   "not",   "and",   "or",   "lambda",
                                      "None", "True", "False", "await", "yield"};
  if (at_text(w, *i, "if"))
    return *i = past_condition(w, *i, job->to), VD_OK;
  if (at_text(w, *i, "for"))
    return *i = past_targets(w, *i, job->to), VD_OK;
  if (at_any(w, *i, words, VD_COUNT(words)))
    return ++*i, VD_OK;
  if (at_text(w, *i + 1, "("))
    return on_call(w, job, i);
  if (at_text(w, *i + 1, "["))
    return on_subscript(w, job, i);
  VD_TRY(push_name(w, *i, job));
  ++*i;
  return skip_trailers(w, i);
}

// ---- lists and dicts --------------------------------------------------------------------------

static vd_code walk_list(vd_setup_walk *w, const vd_setup_job *job) {
  for (uint32_t i = job->from; i < job->to;) {
    if (tok(w, i)->kind == VD_PY_STRING)
      VD_TRY(on_string(w, job, &i));
    else if (tok(w, i)->kind == VD_PY_NAME)
      VD_TRY(on_name(w, job, &i));
    else
      i++;
  }
  return VD_OK;
}

// One entry "key": value, key: value, key=value or **name of a dict.
static vd_code on_entry(vd_setup_walk *w, const vd_setup_job *job, uint32_t from, uint32_t to) {
  uint32_t colon = from;
  if (at_text(w, from, "**"))
    return push_job(w, &(vd_setup_job){.from = from + 1, .to = to, .dict = true});
  while (colon < to && !at_text(w, colon, ":") && !at_text(w, colon, "="))
    colon = vd_py_skip(w->tokens, colon);
  bool literal = colon == from + 1;
  vd_setup_job value = {.from = colon + 1, .to = to, .extra = job->extra};
  if (colon >= to) // positional: another dict
    return push_job(w, &(vd_setup_job){.from = from, .to = to, .dict = true});
  value.extra = literal ? tok(w, from)->text : (vd_view){0};
  if (!literal)
    note_computed(w, from);
  return push_job(w, &value);
}

static vd_code on_dict(vd_setup_walk *w, const vd_setup_job *job, uint32_t *i) {
  uint32_t close = tok(w, *i)->match;
  for (uint32_t k = *i + 1; k < close;) {
    uint32_t end = vd_py_expression_end(w->tokens, k, close);
    if (end > k)
      VD_TRY(on_entry(w, job, k, end));
    k = end + 1;
  }
  *i = close + 1;
  return VD_OK;
}

static vd_code walk_dict(vd_setup_walk *w, const vd_setup_job *job) {
  for (uint32_t i = job->from; i < job->to;) {
    bool call = at_text(w, i, "dict") && at_text(w, i + 1, "(");
    i += call;
    if (call || at_text(w, i, "{"))
      VD_TRY(on_dict(w, job, &i));
    else if (tok(w, i)->kind == VD_PY_NAME)
      VD_TRY(on_name(w, job, &i));
    else
      i++;
  }
  return VD_OK;
}

vd_code vd_setup_walk_argument(vd_setup_walk *w, vd_setup_arg arg, uint32_t from, uint32_t to) {
  static const char *const names[] = {"install_requires", "setup_requires", "tests_require",
                                      "extras_require"};
  w->arg = arg;
  w->computed = 0;
  w->included = false;
  VD_TRY(push_job(w, &(vd_setup_job){.from = from, .to = to, .dict = arg == VD_SETUP_EXTRAS}));
  for (; w->done < w->jobs.count; w->done++) {
    vd_setup_job job = w->jobs.at[w->done];
    VD_TRY(job.dict ? walk_dict(w, &job) : walk_list(w, &job));
  }
  if (w->computed == 0 || w->included)
    return VD_OK;
  return vd_notice_add(w->inv, w->computed, VD_UNSUPPORTED, "a part of %s is computed at run time",
                       names[arg]);
}
