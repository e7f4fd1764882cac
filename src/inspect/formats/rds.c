// R objects: .rds and .RData, after unpacking. What runs when they are looked at, and what they
// hold.
#include "inspect/inspect.h"
#include "inspect/r/r_stream.h"

static bool recognise(const vd_artefact *a) { return vd_r_stream_is(a->bytes); }

typedef struct effect {
  const char *function, *reach;
  bool always; // worth a finding in plain functions too, which often evaluate and read
} effect;

static const effect effects[] = {{"system", "runs a program", true},
                                 {"system2", "runs a program", true},
                                 {"shell", "runs a program", true},
                                 {"shell.exec", "runs a program", true},
                                 {"pipe", "runs a program", true},
                                 {"dyn.load", "loads native code", true},
                                 {"source", "runs a script", false},
                                 {"sys.source", "runs a script", false},
                                 {"eval", "evaluates code", false},
                                 {"evalq", "evaluates code", false},
                                 {"eval.parent", "evaluates code", false},
                                 {"str2lang", "evaluates code", false},
                                 {"parse", "evaluates code", false},
                                 {"library", "loads a package", false},
                                 {"require", "loads a package", false},
                                 {"loadNamespace", "loads a package", false},
                                 {"install.packages", "installs a package", true},
                                 {"download.file", "connects", true},
                                 {"url", "connects", true},
                                 {"socketConnection", "connects", true},
                                 {"make.socket", "connects", true},
                                 {"browseURL", "connects", true},
                                 {"curl_download", "connects", true},
                                 {"curl_fetch_memory", "connects", true},
                                 {"unlink", "removes files", false},
                                 {"file.remove", "removes files", false},
                                 {"file.rename", "changes files", false},
                                 {"file.copy", "changes files", false},
                                 {"file", "opens a file", false},
                                 {"readLines", "reads a file", false},
                                 {"readRDS", "reads a file", false},
                                 {"load", "reads a file", false},
                                 {"writeLines", "writes a file", false},
                                 {"write", "writes a file", false},
                                 {"writeBin", "writes a file", false},
                                 {"cat", "writes a file", false},
                                 {"sink", "writes a file", false},
                                 {"saveRDS", "writes a file", false},
                                 {"save", "writes a file", false},
                                 {"Sys.getenv", "reads the environment", false},
                                 {"Sys.setenv", "changes the environment", false},
                                 {"assign", "changes variables", false},
                                 {".Call", "calls native code", false},
                                 {".External", "calls native code", false},
                                 {".C", "calls native code", false},
                                 {".Internal", "calls R's internals", false},
                                 {"reg.finalizer", "runs code later", true}};

// Argument n of a call, or NULL.
static const vd_r_node *argument(const vd_r_node *call, unsigned n) {
  const vd_r_node *at = call->cdr;
  for (unsigned i = 0; at != NULL && i < n; i++)
    at = at->cdr;
  return at == NULL ? NULL : at->car;
}

static bool is_call_to(const vd_r_node *call, const char *names) {
  vd_view rest = vd_view_of(names);
  if (call == NULL || call->type != VD_R_CALL || call->car == NULL || call->car->type == VD_R_CALL)
    return false;
  while (rest.len != 0)
    if (vd_view_eq(call->car->text, vd_view_cut(&rest, ' ')))
      return true;
  return false;
}

// The name of what is called: name, pkg::name, "name", get("name"), do.call("name", ...).
static vd_view function_of(const vd_r_node *call) {
  const vd_r_node *head = call->car;
  if (is_call_to(call, "do.call match.fun Recall lapply sapply Map Reduce"))
    head = argument(call, is_call_to(call, "lapply sapply") ? 1 : 0);
  for (unsigned i = 0; i < 4 && head != NULL && head->type == VD_R_CALL; i++)
    if (is_call_to(head, ":: ::: $ @ [["))
      head = argument(head, 1);
    else if (is_call_to(head, "get get0 match.fun getFunction getExportedValue"))
      head = argument(head, is_call_to(head, "getExportedValue") ? 1 : 0);
    else
      break;
  if (head == NULL || head->type == VD_R_CALL)
    return call->car == NULL || call->car->type == VD_R_CALL ? VD_VIEW("") : call->car->text;
  return head->text;
}

static const effect *effect_of(vd_view function) {
  for (size_t i = 0; i < VD_COUNT(effects); i++)
    if (vd_view_eq(function, vd_view_of(effects[i].function)))
      return &effects[i];
  return NULL;
}

// ---- readable form ------------------------------------------------------------------------------

static void put_value(vd_buf *b, const vd_r_node *v) {
  if (v == NULL || v->type == VD_R_NULL)
    vd_buf_put(b, VD_VIEW("NULL"));
  else if (v->type == VD_R_STRINGS)
    vd_buf_printf(b, "\"%.*s\"", VD_ARG(vd_view_first(v->text, VD_QUOTE_MAX)));
  else if (v->type == VD_R_SYMBOL)
    vd_buf_printf(b, "%.*s", VD_ARG(vd_view_first(v->text, 80)));
  else if (v->type == VD_R_CALL)
    vd_buf_printf(b, "%.*s(...)", VD_ARG(vd_view_first(function_of(v), 80)));
  else
    vd_buf_put(b, VD_VIEW("..."));
}

// system("id", intern = ...): arguments one level deep, and the text inside a call in their place.
static void put_call(vd_buf *b, const vd_r_node *call) {
  vd_view name =
      call->car == NULL || call->car->type == VD_R_CALL ? function_of(call) : call->car->text;
  vd_buf_printf(b, "%.*s(", VD_ARG(vd_view_first(name, 80)));
  const vd_r_node *at = call->cdr;
  for (unsigned i = 0; at != NULL && at->type == VD_R_LIST && i < 6; i++, at = at->cdr) {
    const vd_r_node *v = at->car;
    if (i != 0)
      vd_buf_put(b, VD_VIEW(", "));
    if (at->tag != NULL && at->tag->type == VD_R_SYMBOL)
      vd_buf_printf(b, "%.*s = ", VD_ARG(vd_view_first(at->tag->text, 40)));
    const vd_r_node *inner = v != NULL && v->type == VD_R_CALL ? argument(v, 0) : NULL;
    if (inner == NULL) {
      put_value(b, v);
      continue;
    }
    vd_buf_printf(b, "%.*s(", VD_ARG(vd_view_first(function_of(v), 80)));
    put_value(b, inner);
    vd_buf_put_c(b, ')');
  }
  vd_buf_put_c(b, ')');
}

// ---- findings -----------------------------------------------------------------------------------

static vd_code report(vd_inspection *in, vd_check_id check, const vd_r_node *call,
                      const char *reach) {
  VD_SCOPED_BUF b = VD_BUF(8192);
  put_call(&b, call);
  if (reach != NULL)
    vd_buf_printf(&b, ": %s", reach);
  return vd_observe_as(in, check, vd_checks[check].severity, call->offset, vd_buf_view(&b));
}

// Code kept as text is what only an attacker needs: eval(parse(text = "...")).
static bool evaluates_text(const vd_r_node *call) {
  if (!is_call_to(call, "eval evalq"))
    return false;
  const vd_r_node *inner = argument(call, 0);
  for (const vd_r_node *at = is_call_to(inner, "parse str2lang str2expression") ? inner->cdr : NULL;
       at != NULL && at->type == VD_R_LIST; at = at->cdr)
    if (at->car != NULL && at->car->type == VD_R_STRINGS)
      return true;
  return false;
}

static vd_code check_call(vd_inspection *in, const vd_r_node *call) {
  const effect *e = effect_of(function_of(call));
  if (e != NULL && call->when == VD_R_TOUCHED)
    return report(in, VD_CHECK_R_PROMISE, call, e->reach);
  if ((e != NULL && e->always) || evaluates_text(call))
    return report(in, VD_CHECK_R_CODE, call, e != NULL ? e->reach : NULL);
  return VD_OK;
}

static vd_code check_promise(vd_inspection *in, const vd_r_node *promise) {
  const vd_r_node *code = promise->cdr;
  if (code != NULL && code->type == VD_R_CALL && effect_of(function_of(code)) == NULL)
    return report(in, VD_CHECK_R_LATE, code, NULL);
  return VD_OK;
}

// What the object calls itself: the attribute "class".
static vd_view class_of(const vd_r_node *root) {
  const vd_r_node *a = root == NULL ? NULL : root->attributes;
  for (unsigned i = 0; a != NULL && i < 64; i++, a = a->cdr)
    if (a->tag != NULL && vd_view_eq(a->tag->text, VD_VIEW("class")) && a->car != NULL)
      return a->car->text;
  return VD_VIEW("");
}

static vd_code describe(vd_inspection *in, const vd_r_tree *t) {
  VD_TRY(vd_model_set(in, "producer", "R %u.%u.%u", t->writer >> 16, t->writer >> 8 & 0xff,
                      t->writer & 0xff));
  VD_TRY(vd_model_set(in, "serialisation version", "%u", t->version));
  vd_view class = class_of(t->root);
  if (class.len != 0)
    VD_TRY(vd_model_set(in, "class", "%.*s", VD_ARG(class)));
  VD_TRY(vd_model_set(in, "objects", "%zu", t->nodes));
  VD_TRY(vd_model_set(in, "functions", "%zu", t->closures));
  VD_TRY(vd_model_set(in, "environments", "%zu", t->environments));
  return t->pointers == 0 ? VD_OK : vd_model_set(in, "external pointers", "%zu", t->pointers);
}

static vd_code check_end(vd_inspection *in, const vd_artefact *a, uint64_t end) {
  vd_view rest = vd_view_from(a->bytes, end);
  if (vd_view_trim(rest).len == 0)
    return VD_OK;
  VD_TRY(vd_observe(in, VD_CHECK_TRAILING, end, "%zu bytes follow the object", rest.len));
  return vd_inspect_nested(in, VD_VIEW("data after the object"), rest);
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  vd_r_tree t;
  vd_code code = vd_r_stream_read(in->scratch, a->bytes, &t, err);
  if (t.version == 0)
    return code;
  for (size_t i = 0; i < t.calls.count; i++)
    VD_TRY(check_call(in, t.calls.at[i].node));
  for (size_t i = 0; i < t.promises.count; i++)
    VD_TRY(check_promise(in, t.promises.at[i].node));
  VD_TRY(describe(in, &t));
  return code == VD_OK ? check_end(in, a, t.end) : code;
}

const vd_format vd_format_rds = {
    .name = "rds",
    .description = "R objects (.rds, .RData), unpacked",
    .patterns = "*.rds *.rda *.rdata",
    .recognise = recognise,
    .inspect = inspect,
};
