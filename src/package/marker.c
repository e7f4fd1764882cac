// PEP 508 environment markers, read into postfix order so that nothing needs recursion.
#include "package/pep508.h"

#include <stddef.h>

typedef enum marker_op {
  OP_IN,
  OP_NOT_IN,
  OP_EQ,
  OP_NE,
  OP_LE,
  OP_GE,
  OP_LT,
  OP_GT,
  OP_OTHER // ~= and ===: versions only
} marker_op;

// A quoted text, or a variable given by where its value stands in vd_marker_env.
typedef struct operand {
  bool variable;
  size_t offset;
  vd_view text;
} operand;

typedef enum node_kind { NODE_TEST, NODE_AND, NODE_OR } node_kind;

typedef struct node {
  node_kind kind;
  marker_op op;
  operand left, right;
  vd_view op_text;
  const vd_clause *clause; // op and right text, when that is a version clause known beforehand
} node;

typedef VD_VEC(node) nodes;

struct vd_marker {
  nodes postfix;
};

// ---- reading ----

typedef struct variable {
  vd_view name;
  size_t offset;
} variable;

#define VARIABLE(name, field)                                                                      \
  { VD_VIEW_INIT(name), offsetof(vd_marker_env, field) }

// With the older names that packaging still reads, each after today's name.
static const variable variables[] = {
    VARIABLE("os_name", os_name),
    VARIABLE("os.name", os_name),
    VARIABLE("sys_platform", sys_platform),
    VARIABLE("sys.platform", sys_platform),
    VARIABLE("platform_machine", platform_machine),
    VARIABLE("platform.machine", platform_machine),
    VARIABLE("platform_python_implementation", platform_python_implementation),
    VARIABLE("platform.python_implementation", platform_python_implementation),
    VARIABLE("python_implementation", platform_python_implementation),
    VARIABLE("platform_release", platform_release),
    VARIABLE("platform_system", platform_system),
    VARIABLE("platform_version", platform_version),
    VARIABLE("platform.version", platform_version),
    VARIABLE("python_version", python_version),
    VARIABLE("python_full_version", python_full_version),
    VARIABLE("implementation_name", implementation_name),
    VARIABLE("implementation_version", implementation_version),
    VARIABLE("extra", extra)};

// Today's name of the variable that stands there.
static vd_view name_at(size_t offset) {
  size_t i = 0;
  while (variables[i].offset != offset)
    i++;
  return variables[i].name;
}

static bool is_word(char c) { return vd_is_alnum(c) || c == '_' || (unsigned char)c >= 0x80; }

static bool starts_word(vd_view v, vd_view word) {
  return vd_view_starts(v, word) && (v.len == word.len || !is_word(v.ptr[word.len]));
}

static bool take_word(vd_pep508 *p, vd_view word) {
  bool starts =
      (p->at == 0 || !is_word(p->text.ptr[p->at - 1])) && starts_word(vd_pep508_rest(p), word);
  p->at += starts ? word.len : 0;
  return starts;
}

// Quoted text as it stands: PEP 508 has no escapes and no line breaks in it.
static vd_code read_quoted(vd_pep508 *p, operand *out) {
  char quote = p->text.ptr[p->at++];
  size_t n = vd_view_find(vd_pep508_rest(p), quote);
  vd_view text = vd_view_first(vd_pep508_rest(p), n);
  for (size_t i = 0; i < n; i++, p->at++)
    if (text.ptr[i] == '\\' || text.ptr[i] == '\n' || text.ptr[i] == '\r' || text.ptr[i] == '\0')
      return vd_pep508_fail(p, "quoted text without backslash or line break");
  if (!vd_pep508_take(p, quote))
    return vd_pep508_fail(p, "the closing quote");
  *out = (operand){.text = text};
  return VD_OK;
}

static vd_code read_operand(vd_pep508 *p, operand *out) {
  vd_pep508_white(p);
  if (vd_pep508_is(p, '"') || vd_pep508_is(p, '\''))
    return read_quoted(p, out);
  for (size_t i = 0; i < VD_COUNT(variables); i++)
    if (take_word(p, variables[i].name)) {
      *out = (operand){true, variables[i].offset, name_at(variables[i].offset)};
      return VD_OK;
    }
  return vd_pep508_fail(p, "a marker variable or quoted text");
}

typedef struct op_name {
  vd_view text;
  marker_op op;
} op_name;

static const op_name op_names[] = {{VD_VIEW_INIT("==="), OP_OTHER}, {VD_VIEW_INIT("=="), OP_EQ},
                                   {VD_VIEW_INIT("~="), OP_OTHER},  {VD_VIEW_INIT("!="), OP_NE},
                                   {VD_VIEW_INIT("<="), OP_LE},     {VD_VIEW_INIT(">="), OP_GE},
                                   {VD_VIEW_INIT("<"), OP_LT},      {VD_VIEW_INIT(">"), OP_GT}};

static vd_code read_not_in(vd_pep508 *p, node *out) {
  size_t before = p->at;
  vd_pep508_white(p);
  if (p->at == before || !take_word(p, VD_VIEW("in")))
    return vd_pep508_fail(p, "\"in\" after \"not\"");
  out->op = OP_NOT_IN;
  return VD_OK;
}

static vd_code read_op(vd_pep508 *p, node *out) {
  vd_pep508_white(p);
  if (take_word(p, VD_VIEW("not")))
    return read_not_in(p, out);
  if (take_word(p, VD_VIEW("in"))) {
    out->op = OP_IN;
    return VD_OK;
  }
  for (size_t i = 0; i < VD_COUNT(op_names); i++)
    if (vd_view_starts(vd_pep508_rest(p), op_names[i].text)) {
      out->op = op_names[i].op;
      out->op_text = op_names[i].text;
      p->at += out->op_text.len;
      return VD_OK;
    }
  return vd_pep508_fail(p, "a comparison, \"in\" or \"not in\"");
}

static vd_code fail_memory(vd_pep508 *p) {
  return vd_fail(p->err, VD_NOMEM, "no memory for the marker");
}

// Operator and text are read together, as packaging does: `< "=3"` is "<=3".
static bool clause_of(vd_view op, vd_view text, char *joined, vd_clause *out) {
  memcpy(joined, op.ptr, op.len);
  if (text.len != 0)
    memcpy(joined + op.len, text.ptr, text.len);
  return vd_clause_read((vd_view){joined, op.len + text.len}, out);
}

static vd_code prepare_clause(vd_pep508 *p, node *n) {
  vd_clause clause;
  char *joined = vd_new_array(p->arena, char, n->op_text.len + n->right.text.len + 1);
  if (joined == NULL)
    return fail_memory(p);
  if (!clause_of(n->op_text, n->right.text, joined, &clause))
    return VD_OK;
  vd_clause *kept = vd_new(p->arena, vd_clause);
  if (kept == NULL)
    return fail_memory(p);
  *kept = clause;
  n->clause = kept;
  return VD_OK;
}

enum { EXTRA = offsetof(vd_marker_env, extra) };

static bool is_extra(const operand *o) { return o->variable && o->offset == EXTRA; }

static vd_code prepare_extra(vd_pep508 *p, operand *o) {
  o->text = vd_pypi_normalize(p->arena, o->text);
  return o->text.ptr == NULL ? fail_memory(p) : VD_OK;
}

// What can be known of a test before the environment is.
static vd_code prepare(vd_pep508 *p, node *n) {
  if (n->left.variable) // packaging takes a variable on the right of another for its name
    n->right.variable = false;
  if (is_extra(&n->left) || is_extra(&n->right))
    VD_TRY(prepare_extra(p, n->left.variable ? &n->right : &n->left));
  return n->op_text.len == 0 || n->right.variable ? VD_OK : prepare_clause(p, n);
}

static vd_code read_test(vd_pep508 *p, nodes *out) {
  node n = {.kind = NODE_TEST};
  VD_TRY(read_operand(p, &n.left));
  VD_TRY(read_op(p, &n));
  VD_TRY(read_operand(p, &n.right));
  VD_TRY(prepare(p, &n));
  node *slot = vd_vec_push(p->arena, out);
  if (slot == NULL)
    return fail_memory(p);
  *slot = n;
  return VD_OK;
}

// Operators of one pair of parentheses that wait for their right side.
typedef struct level {
  bool and_waits, or_waits;
} level;

typedef struct reading {
  vd_pep508 *p;
  nodes postfix;
  level levels[VD_MARKER_DEPTH_MAX + 1];
  size_t depth;
} reading;

static vd_code emit(reading *r, bool *waits, node_kind kind) {
  if (!*waits)
    return VD_OK;
  node *n = vd_vec_push(r->p->arena, &r->postfix);
  if (n == NULL)
    return fail_memory(r->p);
  n->kind = kind;
  *waits = false;
  return VD_OK;
}

static vd_code open_levels(reading *r) {
  for (vd_pep508_white(r->p); vd_pep508_take(r->p, '('); vd_pep508_white(r->p)) {
    if (r->depth == VD_MARKER_DEPTH_MAX)
      return vd_fail(r->p->err, VD_LIMIT, "a marker nested deeper than %d", VD_MARKER_DEPTH_MAX);
    r->levels[++r->depth] = (level){0};
  }
  return VD_OK;
}

// After an operand: closes what ends here; *more when another operand must follow.
static vd_code close_levels(reading *r, bool *more) {
  while (true) {
    level *l = &r->levels[r->depth];
    VD_TRY(emit(r, &l->and_waits, NODE_AND));
    vd_pep508_white(r->p);
    *more = true;
    if (take_word(r->p, VD_VIEW("and")))
      return l->and_waits = true, VD_OK;
    VD_TRY(emit(r, &l->or_waits, NODE_OR));
    if (take_word(r->p, VD_VIEW("or")))
      return l->or_waits = true, VD_OK;
    *more = false;
    if (r->depth == 0)
      return VD_OK;
    if (!vd_pep508_take(r->p, ')'))
      return vd_pep508_fail(r->p, "\"and\", \"or\" or ')'");
    r->depth--;
  }
}

vd_code vd_marker_read(vd_pep508 *p, const vd_marker **out) {
  reading r = {.p = p};
  for (bool more = true; more;) {
    VD_TRY(open_levels(&r));
    VD_TRY(read_test(p, &r.postfix));
    VD_TRY(close_levels(&r, &more));
  }
  vd_marker *m = vd_new(p->arena, vd_marker);
  if (m == NULL)
    return fail_memory(p);
  m->postfix = r.postfix;
  *out = m;
  return VD_OK;
}

vd_code vd_marker_parse(vd_arena *a, vd_view text, const vd_marker **out, vd_error *err) {
  vd_pep508 p = {.arena = a, .text = text.len == 0 ? VD_VIEW("") : text, .err = err};
  const vd_marker *m = NULL;
  if (text.len > VD_LINE_MAX)
    return vd_fail(err, VD_LIMIT, "a marker longer than %d bytes", VD_LINE_MAX);
  VD_TRY(vd_marker_read(&p, &m));
  if (!vd_pep508_ended(&p))
    return vd_pep508_fail(&p, "\"and\", \"or\" or the end");
  *out = m;
  return VD_OK;
}

// ---- evaluation ----

static vd_view value_of(const operand *o, const vd_marker_env *env) {
  vd_view v = o->text;
  if (o->variable)
    memcpy(&v, (const char *)env + o->offset, sizeof v);
  return v.ptr == NULL ? VD_VIEW("") : v;
}

static bool compare_texts(marker_op op, vd_view left, vd_view right) {
  int order = vd_view_cmp(left, right);
  switch (op) {
  case OP_IN: return vd_view_has(right, left);
  case OP_NOT_IN: return !vd_view_has(right, left);
  case OP_EQ: return order == 0;
  case OP_NE: return order != 0;
  case OP_LE: return order <= 0;
  case OP_GE: return order >= 0;
  case OP_LT: return order < 0;
  case OP_GT: return order > 0;
  case OP_OTHER: break;
  }
  return false;
}

// Both sides versions: compared as such. (packaging raises when only the left one is none.)
static bool test_holds(const node *n, vd_view left, vd_view right) {
  char joined[VD_VERSION_MAX + 4];
  vd_clause own;
  const vd_clause *clause = n->clause;
  if (clause == NULL && n->op_text.len != 0 && n->right.variable && right.len <= VD_VERSION_MAX)
    clause = clause_of(n->op_text, right, joined, &own) ? &own : NULL;
  vd_version v = clause == NULL ? (vd_version){.legacy = true} : vd_version_read(left);
  return v.legacy ? compare_texts(n->op, left, right) : vd_clause_holds(clause, &v);
}

// A marker of n nodes needs at most two values a level, one for `or` and one for `and`, and its
// own.
enum { STACK_MAX = 2 * (VD_MARKER_DEPTH_MAX + 1) + 1 };

bool vd_marker_eval(const vd_marker *m, const vd_marker_env *env) {
  bool stack[STACK_MAX] = {true};
  size_t top = 0;
  for (size_t i = 0; i < m->postfix.count; i++) {
    const node *n = &m->postfix.at[i];
    if (n->kind == NODE_TEST)
      stack[top++] = test_holds(n, value_of(&n->left, env), value_of(&n->right, env));
    else if (n->kind == NODE_AND)
      top--, stack[top - 1] = stack[top - 1] && stack[top];
    else
      top--, stack[top - 1] = stack[top - 1] || stack[top];
  }
  return stack[0];
}

static vd_view extra_of(const node *n) {
  if (n->op == OP_EQ && is_extra(&n->left))
    return n->right.text;
  return n->op == OP_EQ && is_extra(&n->right) ? n->left.text : (vd_view){0};
}

vd_view vd_marker_extra(const vd_marker *m) {
  vd_view stack[STACK_MAX] = {0};
  size_t top = 0;
  for (size_t i = 0; i < m->postfix.count; i++) {
    const node *n = &m->postfix.at[i];
    if (n->kind == NODE_TEST) {
      stack[top++] = extra_of(n);
      continue;
    }
    top--;
    if (n->kind == NODE_OR)
      stack[top - 1] = (vd_view){0};
    else if (stack[top - 1].ptr == NULL)
      stack[top - 1] = stack[top];
  }
  return stack[0];
}
