// Dockerfiles: packages that RUN instructions install with pip or conda.
#include "format/format.h"
#include "package/ascii.h"
#include "package/docker.h"
#include "package/shell.h"
#include "package/text_decode.h"

vd_code vd_manifest_dockerfile(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct dockerfile {
  vd_inventory *inv;
  vd_map variables; // ARG and ENV: name to vd_view *
  vd_buf expanded;
  size_t budget;
} dockerfile;

// ---- variables ----------------------------------------------------------------------------------

static size_t name_length(vd_view v) {
  size_t n = 0;
  while (n < v.len && (vd_is_alnum(v.ptr[n]) || v.ptr[n] == '_'))
    n++;
  return n;
}

// The value of the "$NAME", "${NAME}" or "${NAME:-default}" that ref starts with, and its length; 0
// when it is none of these or has no known value.
static size_t reference(const dockerfile *d, vd_view ref, vd_view *value) {
  bool braces = ref.len > 1 && ref.ptr[1] == '{';
  vd_view rest = vd_view_from(ref, braces ? 2 : 1);
  vd_view name = vd_view_first(rest, name_length(rest)), fallback = {0};
  rest = vd_view_from(rest, name.len);
  if (braces && vd_view_starts(rest, VD_VIEW(":-"))) {
    fallback = vd_view_first(rest, vd_view_find(vd_view_first(rest, VD_DOCKER_VARIABLE_MAX), '}'));
    rest = vd_view_from(rest, fallback.len);
    fallback = vd_view_from(fallback, 2);
  }
  if (name.len == 0 || (braces && (rest.len == 0 || rest.ptr[0] != '}')))
    return 0;
  const vd_view *known = vd_map_get(&d->variables, name);
  if (known == NULL && fallback.ptr == NULL)
    return 0;
  *value = known != NULL && known->len != 0 ? *known : fallback;
  return ref.len - rest.len + (braces ? 1 : 0);
}

// text with the variables that have literal values; what stays a '$' is computed at run time.
static vd_view expand(dockerfile *d, vd_view text) {
  bool single = false, twice = false;
  size_t from = 0;
  if (vd_view_find(text, '$') == text.len)
    return text;
  d->expanded.len = 0;
  d->expanded.failed = false;
  for (size_t i = 0; i < text.len; i++) {
    vd_view value = {0};
    char c = text.ptr[i];
    single = single != (c == '\'' && !twice);
    twice = twice != (c == '"' && !single);
    size_t n = c == '$' && !single ? reference(d, vd_view_from(text, i), &value) : 0;
    if (n == 0 || value.len > d->budget || (i != 0 && text.ptr[i - 1] == '\\'))
      continue;
    d->budget -= value.len;
    vd_buf_put(&d->expanded, vd_view_first(vd_view_from(text, from), i - from));
    vd_buf_put(&d->expanded, value);
    from = i + n;
    i = from - 1;
  }
  vd_buf_put(&d->expanded, vd_view_from(text, from));
  return d->expanded.failed ? text : vd_buf_view(&d->expanded);
}

static vd_code set_variable(dockerfile *d, vd_view name, vd_view value) {
  vd_arena *a = d->inv->arena;
  if (name.len == 0 || value.len > VD_DOCKER_VARIABLE_MAX)
    return VD_OK;
  vd_view *slot = vd_new(a, vd_view);
  vd_view own = vd_arena_copy(a, name);
  if (slot == NULL || own.ptr == NULL)
    return VD_NOMEM;
  *slot = vd_arena_copy(a, value);
  return slot->ptr == NULL ? VD_NOMEM : vd_map_put(&d->variables, own, slot);
}

// ARG NAME=default, ENV NAME=value NAME=value, and the old ENV NAME value.
static vd_code read_variables(dockerfile *d, vd_view text, bool env) {
  vd_views words = {0};
  vd_code code = vd_shell_split(d->inv->arena, expand(d, text), &words);
  if (code == VD_NOMEM || words.count == 0)
    return code == VD_NOMEM ? code : VD_OK;
  if (env && words.count > 1 && vd_view_find(words.at[0], '=') == words.at[0].len)
    return set_variable(d, words.at[0], words.at[1]);
  for (size_t i = 0; i < words.count; i++) {
    vd_view value = words.at[i], name = vd_view_cut(&value, '=');
    if (name.len != words.at[i].len)
      VD_TRY(set_variable(d, name, value));
  }
  return VD_OK;
}

// ---- RUN ----------------------------------------------------------------------------------------

// Past "--mount=..." and its like; *line moves on with the text.
static vd_view without_flags(vd_view text, uint32_t *line) {
  for (;;) {
    while (text.len != 0 && vd_is_space(text.ptr[0])) {
      *line += text.ptr[0] == '\v' || text.ptr[0] == '\n';
      text = vd_view_from(text, 1);
    }
    if (!vd_view_starts(text, VD_VIEW("--")))
      return text;
    while (text.len != 0 && !vd_is_space(text.ptr[0]))
      text = vd_view_from(text, 1);
  }
}

// Exec form: a JSON array of strings. False when it is none, so it is shell text.
static vd_code read_exec(dockerfile *d, vd_view text, uint32_t line, bool *exec) {
  const vd_value *array = NULL;
  vd_views words = {0};
  vd_code code = vd_json_parse(d->inv->arena, text, &array, NULL);
  *exec = code == VD_OK && array->kind == VD_KIND_ARRAY;
  if (!*exec)
    return code == VD_NOMEM ? code : VD_OK;
  for (const vd_value *v = array->first; v != NULL; v = v->next) {
    vd_view *word = vd_vec_push(d->inv->arena, &words);
    if (word == NULL)
      return VD_NOMEM;
    *word = v->kind == VD_KIND_STRING ? v->text : (vd_view){0};
  }
  return vd_docker_run_words(d->inv, &words, line);
}

static vd_view joined(vd_view text) {
  while (text.len != 0 && vd_is_space(text.ptr[text.len - 1]))
    text.len--;
  return text;
}

static vd_code read_run(dockerfile *d, const vd_instruction *in) {
  uint32_t line = in->line;
  vd_view text = joined(without_flags(in->text, &line));
  bool exec = false;
  if (text.len != 0 && text.ptr[0] == '[' && vd_view_find(text, '\v') == text.len)
    VD_TRY(read_exec(d, text, line, &exec));
  return exec ? VD_OK : vd_docker_run(d->inv, expand(d, text), line);
}

static vd_code read_instruction(dockerfile *d, vd_instruction in) {
  if (vd_view_ieq(in.keyword, VD_VIEW("ONBUILD"))) {
    vd_view rest = without_flags(in.text, &in.line);
    in.keyword = vd_view_first(rest, name_length(rest));
    in.text = vd_view_from(rest, in.keyword.len);
  }
  if (vd_view_ieq(in.keyword, VD_VIEW("RUN")))
    return read_run(d, &in);
  bool env = vd_view_ieq(in.keyword, VD_VIEW("ENV"));
  if (env || vd_view_ieq(in.keyword, VD_VIEW("ARG")))
    return read_variables(d, in.text, env);
  return VD_OK;
}

static bool has_from(vd_view text) {
  vd_view line;
  while (vd_view_line(&text, &line)) {
    vd_view word = vd_view_trim(line);
    if (word.len > 5 && vd_view_ieq(vd_view_first(word, 4), VD_VIEW("from")) && word.ptr[4] <= ' ')
      return true;
  }
  return false;
}

// "Dockerfile.gpu" and "gpu_dockerfile" may be anything ("dockerfile.c"); these names may not.
static bool named_plainly(vd_view path) {
  vd_view rest = path, name = {0};
  while (rest.len != 0)
    name = vd_view_cut(&rest, '/');
  return vd_view_ieq(name, VD_VIEW("Dockerfile")) || vd_view_ieq(name, VD_VIEW("Containerfile"));
}

vd_code vd_manifest_dockerfile(vd_inventory *inv, vd_view bytes, vd_error *err) {
  vd_view text;
  vd_instruction in;
  vd_code code = VD_OK;
  if (!named_plainly(inv->path) && !has_from(bytes))
    return vd_fail(err, VD_UNSUPPORTED, "not a Dockerfile: it has no FROM");
  VD_TRY(vd_text_decode(inv->arena, bytes, &text, err));
  dockerfile d = {.inv = inv,
                  .variables = VD_MAP(inv->arena),
                  .expanded = VD_BUF(VD_MANIFEST_BYTES_MAX),
                  .budget = VD_DOCKER_EXPANDED_MAX};
  vd_docker reader = vd_docker_of(text);
  while (code == VD_OK && vd_docker_next(&reader, &in))
    code = read_instruction(&d, in);
  vd_docker_done(&reader);
  vd_buf_free(&d.expanded);
  return code == VD_OK ? VD_OK : vd_fail(err, code, "%s", vd_code_text(code));
}
