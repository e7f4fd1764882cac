// Jinja chat templates: what reaches Python's internals, what exhausts, what takes in files.
#include "inspect/text/jinja.h"

#include "inspect/text/document.h"

typedef struct jinja {
  vd_inspection *in;
  vd_view template;
  vd_jinja_tokens tokens;
  double loops[VD_NEST_MAX]; // turns of each open loop over a constant range, else 1
  unsigned open;
  char pieces[4096]; // short string constants in a row: names are built from them
  size_t pieces_len;
} jinja;

// Templates of any kind that name what no honest one does.
static bool is_exploit(vd_view v) {
  static const char *const names[] = {"__subclasses__", "__globals__", "__builtins__",
                                      "__mro__",        "__class__",   "__import__"};
  for (size_t i = 0; i < VD_COUNT(names); i++)
    if (vd_view_has(v, vd_view_of(names[i])))
      return vd_view_has(v, VD_VIEW("{{")) || vd_view_has(v, VD_VIEW("{%"));
  return false;
}

static bool recognise(const vd_artefact *a) {
  static const char *const words[] = {"add_generation_prompt", "bos_token", "messages"};
  vd_view v = vd_view_first(a->bytes, VD_TEMPLATE_BYTES_MAX);
  if (vd_artefact_matches(a, "*chat_template *chat_template.jinja *chat_template.jinja2 "
                             "*chat_template.j2 *chat_template.txt"))
    return true;
  if (!vd_artefact_matches(a, "*.jinja *.jinja2"))
    return vd_artefact_matches(a, "*.j2 *.template") && is_exploit(v);
  if (vd_is_cut_head(a) || is_exploit(v) || vd_view_has(a->path, VD_VIEW("chat_template")))
    return true;
  for (size_t i = 0; i < VD_COUNT(words); i++)
    if (vd_view_has(v, vd_view_of(words[i])))
      return true;
  return false;
}

// ---- tokens -----------------------------------------------------------------------------------

static const vd_jinja_token nothing = {VD_JINJA_TEXT, {"", 0}};

static const vd_jinja_token *at(const jinja *j, size_t i) {
  return i < j->tokens.count ? &j->tokens.at[i] : &nothing;
}

static bool is(const jinja *j, size_t i, const char *text) {
  return at(j, i)->kind != VD_JINJA_TEXT && vd_view_eq(at(j, i)->text, vd_view_of(text));
}

// The expression around a token, on one line.
static vd_view around(const jinja *j, size_t i) {
  size_t from = i, to = i;
  while (from != 0 && i - from < 12 && at(j, from - 1)->kind >= VD_JINJA_NAME)
    from--;
  while (to - i < 12 && at(j, to + 1)->kind >= VD_JINJA_NAME)
    to++;
  const char *end = at(j, to)->text.ptr + at(j, to)->text.len;
  return vd_view_first((vd_view){at(j, from)->text.ptr, (size_t)(end - at(j, from)->text.ptr)},
                       240);
}

static vd_code say(jinja *j, vd_check_id check, size_t i, const char *what) {
  return vd_observe(j->in, check, (uint64_t)(at(j, i)->text.ptr - j->template.ptr), "%s: %.*s",
                    what, VD_ARG(around(j, i)));
}

// ---- Python's internals -----------------------------------------------------------------------

static const char internals[] =
    "__class__ __mro__ __base__ __bases__ __subclasses__ __globals__ __builtins__ __init__ "
    "__import__ __getattribute__ __getattr__ __dict__ __self__ __func__ __code__ __reduce__ "
    "__reduce_ex__ __loader__ __spec__ __call__ __module__ __getitem__ __new__ __closure__ "
    "__wrapped__ __doc__ __name__ __enter__ __exit__ __del__ __init_subclass__ __defaults__ "
    "__kwdefaults__ __file__ __package__ __path__ __annotations__ __qualname__";

// Attributes without underscores that lead to frames, code and globals.
static const char roads[] = "mro func_globals func_code im_func im_self gi_frame gi_code cr_frame "
                            "cr_code ag_frame ag_code f_globals f_builtins f_locals f_back f_code "
                            "tb_frame tb_next co_code co_consts _module popen subclasses";

static bool is_dunder(vd_view v) {
  return v.len > 4 && vd_view_starts(v, VD_VIEW("__")) && vd_view_ends(v, VD_VIEW("__"));
}

static bool names_internals(vd_view v) {
  vd_view rest = vd_view_of(internals);
  while (rest.len != 0)
    if (vd_view_has(v, vd_view_cut(&rest, ' ')))
      return true;
  return false;
}

// In either direction and either case: templates turn strings around and change their letters.
static bool hides_internals(vd_view v) {
  char straight[VD_TEMPLATE_TEXT_MAX], turned[VD_TEMPLATE_TEXT_MAX];
  size_t n = v.len < sizeof straight ? v.len : sizeof straight;
  for (size_t i = 0; i < n; i++) {
    char c = v.ptr[i];
    if (c >= 'A' && c <= 'Z')
      c = (char)(c | 0x20);
    straight[i] = c;
    turned[n - 1 - i] = straight[i];
  }
  return names_internals((vd_view){straight, n}) || names_internals((vd_view){turned, n});
}

static bool is_member(const jinja *j, size_t i) {
  return i != 0 && is(j, i - 1, ".") && i > 1 &&
         (at(j, i - 2)->kind == VD_JINJA_NAME || at(j, i - 2)->kind == VD_JINJA_STRING ||
          is(j, i - 2, ")") || is(j, i - 2, "]") || is(j, i - 2, "}"));
}

static vd_code check_name(jinja *j, size_t i) {
  vd_view name = at(j, i)->text;
  if (is_dunder(name))
    return say(j, VD_CHECK_TEMPLATE_INJECTION, i, "internal name");
  if (is_member(j, i) && vd_view_among(name, roads))
    return say(j, VD_CHECK_TEMPLATE_INJECTION, i, "internal attribute");
  if (!is_member(j, i) && vd_view_among(name, "lipsum get_flashed_messages url_for request") &&
      (is(j, i + 1, ".") || is(j, i + 1, "(") || is(j, i + 1, "[")))
    return say(j, VD_CHECK_TEMPLATE_INJECTION, i, "an object of the server");
  if (!is_member(j, i) &&
      vd_view_among(name, "eval exec compile open getattr globals vars locals breakpoint") &&
      is(j, i + 1, "("))
    return say(j, VD_CHECK_TEMPLATE_INJECTION, i, "a function of Python");
  return VD_OK;
}

// Names built from pieces end up in attr() or in a subscript.
static void add_piece(jinja *j, vd_view v) {
  if (v.len > 24 || j->pieces_len + v.len > sizeof j->pieces)
    j->pieces_len = 0;
  if (v.len > 24)
    return;
  memcpy(j->pieces + j->pieces_len, v.ptr, v.len);
  j->pieces_len += v.len;
}

static vd_code check_pieces(jinja *j, size_t i) {
  vd_view v = {j->pieces, j->pieces_len};
  vd_view end = v.len > VD_TEMPLATE_TEXT_MAX ? vd_view_from(v, v.len - VD_TEMPLATE_TEXT_MAX) : v;
  if (!hides_internals(end))
    return VD_OK;
  j->pieces_len = 0;
  return say(j, VD_CHECK_TEMPLATE_INJECTION, i, "internal name built from pieces");
}

static vd_code check_string(jinja *j, size_t i) {
  vd_jinja_string s;
  vd_jinja_unquote(at(j, i)->text, &s);
  vd_view v = {s.text, s.len};
  bool subscript = is(j, i - 1, "[") || is(j, i - 1, "(") || is(j, i - 1, "=");
  if (hides_internals(v) || (subscript && is_dunder(v))) {
    j->pieces_len = 0;
    return say(j, VD_CHECK_TEMPLATE_INJECTION, i, "internal name");
  }
  if (is(j, i - 1, "[") && is(j, i + 1, "]") &&
      vd_view_among(v, "popen system eval exec func_globals mro"))
    return say(j, VD_CHECK_TEMPLATE_INJECTION, i, "a function of Python");
  add_piece(j, v);
  return check_pieces(j, i);
}

// attr() with anything but one plain string.
static vd_code check_filter(jinja *j, size_t i) {
  if (!is(j, i, "|"))
    return VD_OK;
  bool plain = at(j, i + 3)->kind == VD_JINJA_STRING && is(j, i + 4, ")");
  if (is(j, i + 1, "attr") && is(j, i + 2, "(") && !plain)
    return say(j, VD_CHECK_TEMPLATE_INJECTION, i + 1, "attribute with a computed name");
  return VD_OK;
}

// dict(__cla=x, ss__=x)|join takes the names for text.
static vd_code check_keyword(jinja *j, size_t i) {
  vd_view name = at(j, i)->text;
  if (at(j, i)->kind != VD_JINJA_NAME || !is(j, i + 1, "=") || is_member(j, i) ||
      (!is(j, i - 1, "(") && !is(j, i - 1, ",")))
    return VD_OK;
  add_piece(j, name);
  return check_pieces(j, i);
}

// ---- exhaustion -------------------------------------------------------------------------------

static double number_of(vd_view v) {
  double n = 0;
  for (size_t i = 0; i < v.len && n < 1e18; i++)
    if (v.ptr[i] >= '0' && v.ptr[i] <= '9')
      n = n * 10 + (v.ptr[i] - '0');
    else if (v.ptr[i] != '_')
      break;
  return n;
}

// Turns of range(...) at token i: its last constant but one, or its only one.
static double turns_of(const jinja *j, size_t i) {
  double most = 1;
  for (size_t k = i + 2;
       at(j, k)->kind == VD_JINJA_NUMBER || is(j, k, ",") || is(j, k, "*") || is(j, k, "**"); k++)
    if (at(j, k)->kind == VD_JINJA_NUMBER) {
      double n = number_of(at(j, k)->text);
      most = is(j, k - 1, "*") ? most * n : n > most ? n : most;
      if (is(j, k - 1, "**"))
        most = n > 8 ? 1e18 : most;
    }
  return most;
}

static double turns_in(const jinja *j, size_t from) {
  double turns = 1;
  for (size_t i = from; i < j->tokens.count && at(j, i)->kind != VD_JINJA_END; i++)
    if (is(j, i, "range") && is(j, i + 1, "("))
      turns *= turns_of(j, i);
  return turns;
}

static vd_code check_loops(jinja *j, size_t i) {
  if (is(j, i, "endfor")) {
    j->open -= j->open != 0;
    return VD_OK;
  }
  if (!is(j, i, "for") || j->open == VD_NEST_MAX)
    return VD_OK;
  double all = 1;
  j->loops[j->open++] = turns_in(j, i);
  for (unsigned k = 0; k < j->open; k++)
    all *= j->loops[k];
  if (all < VD_TEMPLATE_RANGE_MAX)
    return VD_OK;
  return say(j, VD_CHECK_TEMPLATE_BOMB, i, "a loop of so many turns");
}

static vd_code check_growth(jinja *j, size_t i) {
  bool grows = is(j, i, "*") || is(j, i, "**") || is(j, i, "(") || is(j, i, "=");
  const vd_jinja_token *t = at(j, i + 1);
  if (!grows || t->kind != VD_JINJA_NUMBER)
    return VD_OK;
  double n = number_of(t->text);
  bool call = is(j, i, "(") && i != 0 && vd_view_among(at(j, i - 1)->text, "center indent range");
  bool width = is(j, i, "=") && i != 0 && vd_view_among(at(j, i - 1)->text, "width n");
  if ((is(j, i, "**") && n > 4096) ||
      ((is(j, i, "*") || call || width) && n >= VD_TEMPLATE_RANGE_MAX))
    return say(j, VD_CHECK_TEMPLATE_BOMB, i + 1, "a result of that size");
  return VD_OK;
}

// ---- the whole --------------------------------------------------------------------------------

static vd_code check_statement(jinja *j, size_t i) {
  if (vd_view_among(at(j, i)->text, "include import extends from"))
    return say(j, VD_CHECK_TEMPLATE_FILE, i, "takes in");
  return check_loops(j, i);
}

static vd_code check_token(jinja *j, size_t i) {
  switch (at(j, i)->kind) {
  case VD_JINJA_STATEMENT: return check_statement(j, i + 1);
  case VD_JINJA_NAME: VD_TRY(check_keyword(j, i)); return check_name(j, i);
  case VD_JINJA_STRING: return check_string(j, i);
  case VD_JINJA_SIGN: VD_TRY(check_filter(j, i)); return check_growth(j, i);
  case VD_JINJA_TEXT:
  case VD_JINJA_OUTPUT:
  case VD_JINJA_END:
  case VD_JINJA_NUMBER: break;
  }
  return VD_OK;
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  if (a->bytes.len > VD_TEMPLATE_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "a template of %zu bytes", a->bytes.len);
  jinja *j = vd_new(in->scratch, jinja);
  if (j == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the template");
  j->in = in;
  j->template = a->bytes;
  VD_TRY(vd_jinja_lex(in->scratch, a->bytes, &j->tokens, err));
  for (size_t i = 0; i < j->tokens.count; i++)
    VD_TRY(check_token(j, i));
  return vd_jinja_check_text(in, a->bytes, &j->tokens);
}

const vd_format vd_format_jinja = {
    .name = "jinja",
    .description = "chat template in Jinja",
    .patterns = "*chat_template *chat_template.jinja",
    .carrier = true,
    .text = true,
    .recognise = recognise,
    .inspect = inspect,
};
