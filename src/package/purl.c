// Package URLs: reading, the rules of each type, canonical spelling (package-url/purl-spec).
#include "package/ascii.h"
#include "package/package.h"

// Canonical spellings grow at most threefold, by percent signs.
// ---- percent-encoding ----

static int hex_digit(char c) {
  if (vd_is_digit(c))
    return c - '0';
  c = vd_lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static vd_code decode(vd_arena *a, vd_view text, vd_view *out, vd_error *err) {
  char *to = vd_new_array(a, char, text.len + 1);
  size_t n = 0, bad;
  if (to == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the package URL");
  for (size_t i = 0; i < text.len; i++) {
    int c = (unsigned char)text.ptr[i];
    if (c == '%') {
      int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
      int low = high < 0 ? -1 : hex_digit(text.ptr[i + 2]);
      if (low < 0)
        return vd_fail(err, VD_FORMAT, "a percent sign without two hexadecimal digits");
      c = high << 4 | low;
      i += 2;
    }
    to[n++] = (char)c;
  }
  if (!vd_utf8_valid((vd_view){to, n}, &bad))
    return vd_fail(err, VD_FORMAT, "text that is not UTF-8");
  *out = (vd_view){to, n};
  return VD_OK;
}

static void put_encoded(vd_buf *out, vd_view text, const char *plain) {
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < text.len; i++) {
    char c = text.ptr[i];
    if (vd_is_alnum(c) || (c != '\0' && strchr(plain, c) != NULL)) {
      vd_buf_put_c(out, c);
      continue;
    }
    vd_buf_put_c(out, '%');
    vd_buf_put_c(out, digits[(unsigned char)c >> 4]);
    vd_buf_put_c(out, digits[(unsigned char)c & 15]);
  }
}

static const char PLAIN[] = "-._~:";
static const char PLAIN_PATH[] = "-._~:/";

// ---- qualifiers ----

typedef struct qualifier {
  vd_view key, value;
} qualifier;

typedef VD_VEC(qualifier) qualifiers;

static int compare_keys(const void *a, const void *b) {
  return vd_view_cmp(((const qualifier *)a)->key, ((const qualifier *)b)->key);
}

static bool is_key(vd_view key) {
  for (size_t i = 0; i < key.len; i++)
    if (!vd_is_alnum(key.ptr[i]) && key.ptr[i] != '.' && key.ptr[i] != '-' && key.ptr[i] != '_')
      return false;
  return key.len != 0 && !vd_is_digit(key.ptr[0]);
}

static vd_view lowered(vd_arena *a, vd_view text) {
  char *to = vd_new_array(a, char, text.len + 1);
  for (size_t i = 0; to != NULL && i < text.len; i++)
    to[i] = vd_lower(text.ptr[i]);
  return (vd_view){to, to == NULL ? 0 : text.len};
}

static vd_code read_qualifier(vd_arena *a, vd_view text, qualifiers *out, vd_error *err) {
  size_t equal = vd_view_find(text, '=');
  qualifier q = {.key = vd_view_first(text, equal)};
  if (equal == text.len || !is_key(q.key))
    return vd_fail(err, VD_FORMAT, "\"%.*s\" is not a qualifier", VD_ARG(text));
  VD_TRY(decode(a, vd_view_from(text, equal + 1), &q.value, err));
  if (q.value.len == 0)
    return VD_OK;
  q.key = lowered(a, q.key);
  qualifier *slot = q.key.ptr == NULL ? NULL : vd_vec_push(a, out);
  if (slot == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the package URL");
  *slot = q;
  return VD_OK;
}

// Sorted by key; those without a value are dropped, a key may not come twice.
static vd_code read_qualifiers(vd_arena *a, vd_view text, qualifiers *out, vd_error *err) {
  while (text.len != 0)
    VD_TRY(read_qualifier(a, vd_view_cut(&text, '&'), out, err));
  if (out->at != NULL)
    qsort(out->at, out->count, sizeof *out->at, compare_keys);
  for (size_t i = 1; out->at != NULL && i < out->count; i++)
    if (vd_view_eq(out->at[i - 1].key, out->at[i].key))
      return vd_fail(err, VD_FORMAT, "the qualifier \"%.*s\" twice", VD_ARG(out->at[i].key));
  return VD_OK;
}

static vd_view value_of(const qualifiers *q, vd_view key) {
  for (size_t i = 0; q->at != NULL && i < q->count; i++)
    if (vd_view_eq(q->at[i].key, key))
      return q->at[i].value;
  return (vd_view){0};
}

static vd_view spelled(vd_arena *a, const vd_buf *b) {
  return b->failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(b));
}

static vd_view spell_qualifiers(vd_arena *a, const qualifiers *q) {
  VD_SCOPED_BUF out = VD_BUF(VD_PURL_BYTES_MAX);
  for (size_t i = 0; i < q->count; i++) {
    if (i != 0)
      vd_buf_put_c(&out, '&');
    vd_buf_put(&out, q->at[i].key);
    vd_buf_put_c(&out, '=');
    put_encoded(&out, q->at[i].value, PLAIN);
  }
  return spelled(a, &out);
}

// ---- what each type asks for ----

enum {
  LOWER_NAMESPACE = 1,
  LOWER_NAME = 2,
  LOWER_VERSION = 4,
  NEEDS_NAMESPACE = 8,
  NO_NAMESPACE = 16,
  PATH_NAME = 32, // the name may have slashes
};

typedef struct purl_type {
  vd_view type;
  unsigned rules;
  bool (*valid)(const vd_purl *p, const qualifiers *q); // may be NULL
} purl_type;

// 32 letters a-p, and up to four numbers.
static bool valid_chrome(const vd_purl *p, const qualifiers *q) {
  (void)q;
  size_t dots = 0;
  for (size_t i = 0; i < p->name.len; i++)
    if (p->name.ptr[i] < 'a' || p->name.ptr[i] > 'p')
      return false;
  for (size_t i = 0; i < p->version.len; i++) {
    dots += p->version.ptr[i] == '.';
    if (!vd_is_digit(p->version.ptr[i]) && p->version.ptr[i] != '.')
      return false;
  }
  return p->name.len == 32 && dots <= 3;
}

static bool valid_cpan(const vd_purl *p, const qualifiers *q) {
  (void)q;
  return !vd_view_has(p->name, VD_VIEW("::"));
}

static bool valid_julia(const vd_purl *p, const qualifiers *q) {
  (void)p;
  return value_of(q, VD_VIEW("uuid")).len != 0;
}

#define TYPE(name, rules, valid)                                                                   \
  { VD_VIEW_INIT(name), rules, valid }

static const purl_type types[] = {
    TYPE("alpm", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("apk", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("bitbucket", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("bitnami", LOWER_NAME, NULL),
    TYPE("brew", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("chrome-extension", NO_NAMESPACE, valid_chrome),
    TYPE("composer", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("cpan", 0, valid_cpan),
    TYPE("deb", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("git", LOWER_NAMESPACE | LOWER_NAME | PATH_NAME, NULL),
    TYPE("github", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("golang", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("hex", LOWER_NAMESPACE | LOWER_NAME, NULL),
    TYPE("huggingface", LOWER_VERSION, NULL),
    TYPE("julia", 0, valid_julia),
    TYPE("oci", LOWER_NAME, NULL),
    TYPE("otp", NO_NAMESPACE | LOWER_NAME, NULL),
    TYPE("pub", LOWER_NAME, NULL),
    TYPE("rpm", LOWER_NAMESPACE, NULL),
    TYPE("swift", NEEDS_NAMESPACE, NULL),
    TYPE("vcpkg", NO_NAMESPACE, NULL),
    TYPE("vscode-extension", NEEDS_NAMESPACE | LOWER_NAMESPACE | LOWER_NAME, NULL),
};

static const purl_type *type_of(vd_view type) {
  static const purl_type plain = {0};
  for (size_t i = 0; i < VD_COUNT(types); i++)
    if (vd_view_eq(types[i].type, type))
      return &types[i];
  return &plain;
}

static bool is_type(vd_view type) {
  for (size_t i = 0; i < type.len; i++)
    if (!vd_is_alnum(type.ptr[i]) && type.ptr[i] != '.' && type.ptr[i] != '-')
      return false;
  return type.len != 0 && !vd_is_digit(type.ptr[0]) && vd_is_alnum(type.ptr[0]);
}

static vd_code lower_field(vd_arena *a, vd_view *field, vd_error *err) {
  if (field->len == 0)
    return VD_OK;
  *field = lowered(a, *field);
  return field->ptr == NULL ? vd_fail(err, VD_NOMEM, "no memory for the package URL") : VD_OK;
}

// Names whose rule is more than a flag: PyPI has its own, MLflow's depends on the registry.
static vd_code normalize_name(vd_arena *a, vd_purl *p, const qualifiers *q, vd_error *err) {
  vd_view registry = value_of(q, VD_VIEW("repository_url"));
  if (vd_view_eq(p->type, VD_VIEW("pypi")))
    p->name = vd_pypi_normalize(a, p->name);
  else if ((type_of(p->type)->rules & LOWER_NAME) != 0 ||
           (vd_view_eq(p->type, VD_VIEW("mlflow")) && vd_view_has(registry, VD_VIEW("databricks"))))
    p->name = lowered(a, p->name);
  return p->name.ptr == NULL ? vd_fail(err, VD_NOMEM, "no memory for the package URL") : VD_OK;
}

static vd_code check(const vd_purl *p, const qualifiers *q, vd_error *err) {
  const purl_type *t = type_of(p->type);
  if ((t->rules & NEEDS_NAMESPACE) != 0 && p->namespace_.len == 0)
    return vd_fail(err, VD_FORMAT, "the type %.*s needs a namespace", VD_ARG(p->type));
  if ((t->rules & NO_NAMESPACE) != 0 && p->namespace_.len != 0)
    return vd_fail(err, VD_FORMAT, "the type %.*s has no namespaces", VD_ARG(p->type));
  if (t->valid != NULL && !t->valid(p, q))
    return vd_fail(err, VD_FORMAT, "not a package URL of type %.*s", VD_ARG(p->type));
  return VD_OK;
}

static vd_code normalize_case(vd_arena *a, vd_purl *p, vd_error *err) {
  unsigned rules = type_of(p->type)->rules;
  if ((rules & LOWER_NAMESPACE) != 0)
    VD_TRY(lower_field(a, &p->namespace_, err));
  return (rules & LOWER_VERSION) != 0 ? lower_field(a, &p->version, err) : VD_OK;
}

// Brings decoded parts, and qualifiers as written, to their canonical form.
static vd_code normalize(vd_arena *a, vd_purl *p, vd_error *err) {
  qualifiers q = {0};
  if (!is_type(p->type) || p->name.len == 0)
    return vd_fail(err, VD_FORMAT, "a package URL needs a type and a name");
  VD_TRY(lower_field(a, &p->type, err));
  VD_TRY(read_qualifiers(a, p->qualifiers, &q, err));
  VD_TRY(normalize_name(a, p, &q, err));
  VD_TRY(normalize_case(a, p, err));
  p->qualifiers = q.count == 0 ? (vd_view){0} : spell_qualifiers(a, &q);
  if (q.count != 0 && p->qualifiers.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the package URL");
  return check(p, &q, err);
}

// ---- reading ----

static size_t find_last(vd_view v, char c) {
  const char *at = v.len == 0 ? NULL : memrchr(v.ptr, c, v.len);
  return at == NULL ? v.len : (size_t)(at - v.ptr);
}

// Cuts off what follows the last mark.
static vd_view cut_last(vd_view *v, char mark) {
  size_t at = find_last(*v, mark);
  vd_view tail = vd_view_from(*v, at + 1);
  *v = vd_view_first(*v, at);
  return tail;
}

// The scope of "npm/@babel/core" is no version.
static vd_view cut_version(vd_view *path) {
  size_t at = find_last(*path, '@');
  bool scope = at != path->len && (at == 0 || path->ptr[at - 1] == '/') &&
               vd_view_find(vd_view_from(*path, at), '/') != path->len - at;
  return scope ? (vd_view){0} : cut_last(path, '@');
}

// Decodes the segments of a path and joins them again; empty ones go, dots too where asked.
static vd_code decode_path(vd_arena *a, vd_view path, bool dots, vd_view *out, vd_error *err) {
  VD_SCOPED_BUF joined = VD_BUF(VD_PURL_BYTES_MAX);
  while (path.len != 0) {
    vd_view segment;
    VD_TRY(decode(a, vd_view_cut(&path, '/'), &segment, err));
    if (vd_view_find(segment, '/') != segment.len)
      return vd_fail(err, VD_FORMAT, "a slash inside a segment");
    if (segment.len == 0 ||
        (dots && (vd_view_eq(segment, VD_VIEW(".")) || vd_view_eq(segment, VD_VIEW("..")))))
      continue;
    if (joined.len != 0)
      vd_buf_put_c(&joined, '/');
    vd_buf_put(&joined, segment);
  }
  *out = joined.len == 0 ? (vd_view){0} : spelled(a, &joined);
  return joined.len != 0 && out->ptr == NULL
             ? vd_fail(err, VD_NOMEM, "no memory for the package URL")
             : VD_OK;
}

// The namespace of a git URL is the host, the name the path there.
static bool is_git(vd_view type) { return vd_view_ieq(type, VD_VIEW("git")); }

// Splits "namespace/name" where the type says so.
static vd_view cut_name(vd_view *path, vd_view type) {
  size_t slash = is_git(type) ? vd_view_find(*path, '/') : find_last(*path, '/');
  if (slash == path->len) {
    vd_view name = *path;
    *path = (vd_view){0};
    return name;
  }
  vd_view name = vd_view_from(*path, slash + 1);
  *path = vd_view_first(*path, slash);
  return name;
}

static vd_view trim_slashes(vd_view v) {
  while (v.len != 0 && v.ptr[0] == '/')
    v = vd_view_from(v, 1);
  return v;
}

static vd_code read_name(vd_arena *a, vd_view path, vd_purl *p, vd_error *err) {
  vd_view name = cut_name(&path, p->type);
  if (is_git(p->type))
    VD_TRY(decode_path(a, name, false, &p->name, err));
  else
    VD_TRY(decode(a, name, &p->name, err));
  return decode_path(a, path, false, &p->namespace_, err);
}

static vd_code read_path(vd_arena *a, vd_view path, vd_purl *p, vd_error *err) {
  path = trim_slashes(path);
  while (path.len != 0 && path.ptr[path.len - 1] == '/')
    path.len--;
  if (vd_view_find(path, '/') == path.len)
    return vd_fail(err, VD_FORMAT, "a package URL needs a type and a name");
  p->type = vd_view_cut(&path, '/');
  path = trim_slashes(path);
  VD_TRY(decode(a, cut_version(&path), &p->version, err));
  if (p->version.len == 0)
    p->version = (vd_view){0};
  return read_name(a, path, p, err);
}

vd_code vd_purl_parse(vd_arena *a, vd_view text, vd_purl *out, vd_error *err) {
  vd_purl p = {0};
  if (text.len > VD_LINE_MAX)
    return vd_fail(err, VD_LIMIT, "a package URL longer than %d bytes", VD_LINE_MAX);
  vd_view rest = text, subpath = cut_last(&rest, '#');
  p.qualifiers = cut_last(&rest, '?');
  if (!vd_view_ieq(vd_view_first(rest, 4), VD_VIEW("pkg:")))
    return vd_fail(err, VD_FORMAT, "a package URL starts with \"pkg:\"");
  VD_TRY(read_path(a, vd_view_from(rest, 4), &p, err));
  VD_TRY(decode_path(a, subpath, true, &p.subpath, err));
  VD_TRY(normalize(a, &p, err));
  *out = p;
  return VD_OK;
}

// ---- spelling ----

vd_view vd_purl_format(vd_arena *a, const vd_purl *p) {
  VD_SCOPED_BUF out = VD_BUF(VD_PURL_BYTES_MAX);
  vd_purl c = *p;
  if (normalize(a, &c, NULL) != VD_OK)
    return (vd_view){0};
  vd_buf_put(&out, VD_VIEW("pkg:"));
  vd_buf_put(&out, c.type);
  vd_buf_put_c(&out, '/');
  put_encoded(&out, c.namespace_, PLAIN_PATH);
  if (c.namespace_.len != 0)
    vd_buf_put_c(&out, '/');
  put_encoded(&out, c.name, (type_of(c.type)->rules & PATH_NAME) != 0 ? PLAIN_PATH : PLAIN);
  if (c.version.len != 0)
    vd_buf_put_c(&out, '@');
  put_encoded(&out, c.version, PLAIN);
  if (c.qualifiers.len != 0)
    vd_buf_put_c(&out, '?');
  vd_buf_put(&out, c.qualifiers);
  if (c.subpath.len != 0)
    vd_buf_put_c(&out, '#');
  put_encoded(&out, c.subpath, PLAIN_PATH);
  return spelled(a, &out);
}
