// PEP 440 versions: reading, canonical spelling and order.
#include "package/version.h"

#include "package/ascii.h"

static const vd_view ZERO = VD_VIEW_INIT("0");

typedef struct cursor {
  const char *at, *end;
} cursor;

static bool take(cursor *c, char wanted) {
  if (c->at == c->end || vd_lower(*c->at) != wanted)
    return false;
  c->at++;
  return true;
}

static bool take_separator(cursor *c) { return take(c, '.') || take(c, '-') || take(c, '_'); }

static vd_view take_digits(cursor *c) {
  const char *start = c->at;
  while (c->at != c->end && vd_is_digit(*c->at))
    c->at++;
  return (vd_view){start, (size_t)(c->at - start)};
}

// Digits without leading zeros; nothing counts as zero.
static vd_view number_of(vd_view digits) {
  while (digits.len > 0 && digits.ptr[0] == '0')
    digits = (vd_view){digits.ptr + 1, digits.len - 1};
  return digits.len == 0 ? ZERO : digits;
}

static bool take_word(cursor *c, vd_view word) {
  if ((size_t)(c->end - c->at) < word.len || !vd_view_ieq((vd_view){c->at, word.len}, word))
    return false;
  c->at += word.len;
  return true;
}

typedef struct label {
  vd_view word;
  vd_pre pre;
} label;

// Longer words first where one starts another.
static const label pre_labels[] = {
    {VD_VIEW_INIT("alpha"), VD_PRE_A},    {VD_VIEW_INIT("a"), VD_PRE_A},
    {VD_VIEW_INIT("beta"), VD_PRE_B},     {VD_VIEW_INIT("b"), VD_PRE_B},
    {VD_VIEW_INIT("preview"), VD_PRE_RC}, {VD_VIEW_INIT("pre"), VD_PRE_RC},
    {VD_VIEW_INIT("rc"), VD_PRE_RC},      {VD_VIEW_INIT("c"), VD_PRE_RC}};
static const label post_labels[] = {
    {VD_VIEW_INIT("post"), 0}, {VD_VIEW_INIT("rev"), 0}, {VD_VIEW_INIT("r"), 0}};
static const label dev_labels[] = {{VD_VIEW_INIT("dev"), 0}};

// [separator] word [separator] [digits]; NULL, and nothing taken, when no word is there.
static const label *take_label(cursor *c, const label *labels, size_t n, vd_view *number) {
  cursor t = *c;
  (void)take_separator(&t);
  for (size_t i = 0; i < n; i++)
    if (take_word(&t, labels[i].word)) {
      (void)take_separator(&t);
      *number = number_of(take_digits(&t));
      *c = t;
      return &labels[i];
    }
  return NULL;
}

static bool take_post(cursor *c, vd_view *number) {
  if (c->end - c->at >= 2 && c->at[0] == '-' && vd_is_digit(c->at[1])) {
    c->at++;
    *number = number_of(take_digits(c));
    return true;
  }
  return take_label(c, post_labels, VD_COUNT(post_labels), number) != NULL;
}

static bool take_release(cursor *c, vd_version *v) {
  vd_view first = take_digits(c);
  v->epoch = ZERO;
  if (first.len != 0 && take(c, '!')) {
    v->epoch = number_of(first);
    first = take_digits(c);
  }
  while (first.len != 0 && c->end - c->at >= 2 && c->at[0] == '.' && vd_is_digit(c->at[1])) {
    c->at++;
    (void)take_digits(c);
  }
  v->release = (vd_view){first.ptr, (size_t)(c->at - first.ptr)};
  return first.len != 0;
}

static bool take_local(cursor *c, vd_version *v) {
  const char *start = c->at;
  do {
    const char *part = c->at;
    while (c->at != c->end && vd_is_alnum(*c->at))
      c->at++;
    if (c->at == part)
      return false;
  } while (take_separator(c));
  v->has_local = true;
  v->local = (vd_view){start, (size_t)(c->at - start)};
  return true;
}

// Reads trimmed, non-empty text; *bad is where the grammar ended when it is no version.
static bool read_pep440(vd_view text, vd_version *out, size_t *bad) {
  cursor c = {text.ptr, text.ptr + text.len};
  vd_version v = {.text = text};
  (void)take(&c, 'v');
  bool good = take_release(&c, &v);
  if (good && c.at != c.end) {
    const label *pre = take_label(&c, pre_labels, VD_COUNT(pre_labels), &v.pre_number);
    v.pre = pre == NULL ? VD_PRE_NONE : pre->pre;
    v.has_post = take_post(&c, &v.post_number);
    v.has_dev = take_label(&c, dev_labels, VD_COUNT(dev_labels), &v.dev_number) != NULL;
    good = !take(&c, '+') || take_local(&c, &v);
  }
  *bad = (size_t)(c.at - text.ptr);
  if (!good || c.at != c.end)
    return false;
  *out = v;
  return true;
}

vd_code vd_version_parse(vd_view text, vd_version *out, vd_error *err) {
  vd_view t = vd_strip(text);
  size_t bad = 0;
  if (t.len > VD_VERSION_MAX)
    return vd_fail(err, VD_LIMIT, "a version longer than %d bytes", VD_VERSION_MAX);
  if (t.len != 0 && read_pep440(t, out, &bad))
    return VD_OK;
  vd_code code = vd_fail(err, VD_FORMAT, "\"%.*s\" is not a PEP 440 version", VD_ARG(t));
  if (err != NULL) {
    err->offset = t.len == 0 ? 0 : (size_t)(t.ptr - text.ptr) + bad;
    err->line = 1;
    err->column = (uint32_t)err->offset + 1;
  }
  return code;
}

vd_version vd_version_read(vd_view text) {
  vd_view t = vd_strip(text);
  vd_version v = {.text = t, .legacy = true};
  size_t bad;
  if (t.len != 0 && t.len <= VD_VERSION_MAX)
    (void)read_pep440(t, &v, &bad);
  return v;
}

bool vd_version_is_prerelease(const vd_version *v) { return v->pre != VD_PRE_NONE || v->has_dev; }

// ---- order ----

static int compare_numbers(vd_view a, vd_view b) {
  return a.len != b.len ? (a.len > b.len) - (a.len < b.len) : memcmp(a.ptr, b.ptr, a.len);
}

// Cuts the next number off a dotted release; zero once it is used up.
static vd_view next_number(vd_view *release) {
  size_t n = 0;
  while (n < release->len && release->ptr[n] != '.')
    n++;
  if (n == 0)
    return ZERO;
  vd_view number = number_of((vd_view){release->ptr, n});
  *release =
      n == release->len ? (vd_view){0} : (vd_view){release->ptr + n + 1, release->len - n - 1};
  return number;
}

static int compare_release(vd_view a, vd_view b) {
  int order = 0;
  while (order == 0 && (a.len != 0 || b.len != 0))
    order = compare_numbers(next_number(&a), next_number(&b));
  return order;
}

// A dev release of the final comes before a, b and rc; the final and its posts after.
static int pre_rank(const vd_version *v) {
  if (v->pre != VD_PRE_NONE)
    return (int)v->pre;
  return v->has_dev && !v->has_post ? 0 : VD_PRE_RC + 1;
}

static int compare_suffix(const vd_version *a, const vd_version *b) {
  int order = pre_rank(a) - pre_rank(b);
  if (order == 0 && a->pre != VD_PRE_NONE)
    order = compare_numbers(a->pre_number, b->pre_number);
  if (order == 0)
    order = a->has_post - b->has_post;
  if (order == 0 && a->has_post)
    order = compare_numbers(a->post_number, b->post_number);
  if (order == 0)
    order = b->has_dev - a->has_dev;
  if (order == 0 && a->has_dev)
    order = compare_numbers(a->dev_number, b->dev_number);
  return order;
}

static vd_view next_local(vd_view *local, bool *numeric) {
  size_t n = 0;
  *numeric = true;
  while (n < local->len && vd_is_alnum(local->ptr[n]))
    *numeric &= vd_is_digit(local->ptr[n++]);
  vd_view part = {local->ptr, n};
  *local = n >= local->len ? (vd_view){0} : (vd_view){local->ptr + n + 1, local->len - n - 1};
  return part;
}

// Part by part: numbers above words, a longer one above its own beginning.
static int compare_local(vd_view a, vd_view b) {
  while (a.len != 0 && b.len != 0) {
    bool a_numeric, b_numeric;
    vd_view x = next_local(&a, &a_numeric), y = next_local(&b, &b_numeric);
    int order = a_numeric - b_numeric;
    if (order == 0)
      order = a_numeric ? compare_numbers(number_of(x), number_of(y)) : vd_lower_compare(x, y);
    if (order != 0)
      return order;
  }
  return (a.len != 0) - (b.len != 0);
}

static int compare_base(const vd_version *a, const vd_version *b) {
  int order = compare_numbers(a->epoch, b->epoch);
  return order != 0 ? order : compare_release(a->release, b->release);
}

bool vd_version_same_base(const vd_version *a, const vd_version *b) {
  return compare_base(a, b) == 0;
}

int vd_version_compare_public(const vd_version *a, const vd_version *b) {
  int order = compare_base(a, b);
  return order != 0 ? order : compare_suffix(a, b);
}

int vd_version_compare(const vd_version *a, const vd_version *b) {
  int order = b->legacy - a->legacy;
  if (order == 0 && a->legacy)
    order = vd_legacy_compare(a->text, b->text);
  else if (order == 0)
    order = vd_version_compare_public(a, b);
  if (order == 0 && !a->legacy)
    order = compare_local(a->local, b->local);
  return (order > 0) - (order < 0);
}

// ---- prefixes ----

static bool all_zero(vd_view release) { return compare_release(release, ZERO) == 0; }

// The rest of the prefix, "a1.post2" of "1.0a1.post2", begins what v has after its release.
static bool suffix_begins(const vd_version *v, const vd_version *prefix) {
  if (prefix->pre != VD_PRE_NONE || prefix->has_post || prefix->has_dev) {
    if (v->pre != prefix->pre ||
        (v->pre != VD_PRE_NONE && compare_numbers(v->pre_number, prefix->pre_number) != 0))
      return false;
  }
  if (prefix->has_post || prefix->has_dev) {
    if (v->has_post != prefix->has_post ||
        (v->has_post && compare_numbers(v->post_number, prefix->post_number) != 0))
      return false;
  }
  return !prefix->has_dev ||
         (v->has_dev && compare_numbers(v->dev_number, prefix->dev_number) == 0);
}

bool vd_version_has_prefix(const vd_version *v, const vd_version *prefix) {
  bool suffix = prefix->pre != VD_PRE_NONE || prefix->has_post || prefix->has_dev;
  bool epoch = !vd_view_eq(v->epoch, ZERO);
  vd_view have = v->release, want = prefix->release;
  // packaging 23.0 compares the texts between dots and pads only those that are all digits, so
  // "1!2" is a word to it: zeros land before it, none after it, and "rc1" sticks to it.
  if (compare_numbers(v->epoch, prefix->epoch) != 0)
    return epoch && vd_view_eq(prefix->epoch, ZERO) && all_zero(want) && !suffix;
  while (want.len != 0) {
    if (epoch && (have.len == 0 || (have.ptr != v->release.ptr && all_zero(have))))
      return false;
    if (compare_numbers(next_number(&have), next_number(&want)) != 0)
      return false;
  }
  if (epoch && v->pre != VD_PRE_NONE && all_zero(have) &&
      vd_view_find(prefix->release, '.') == prefix->release.len)
    return false;
  return !suffix || (all_zero(have) && suffix_begins(v, prefix));
}

// ---- spelling ----

static size_t put(char *out, size_t at, vd_view v) {
  if (v.len != 0)
    memcpy(out + at, v.ptr, v.len);
  return at + v.len;
}

static size_t put_local(char *out, size_t at, vd_view local) {
  for (char mark = '+'; local.len != 0; mark = '.') {
    bool numeric;
    vd_view part = next_local(&local, &numeric);
    out[at++] = mark;
    if (numeric)
      part = number_of(part);
    for (size_t i = 0; i < part.len; i++)
      out[at++] = vd_lower(part.ptr[i]);
  }
  return at;
}

size_t vd_version_write(const vd_version *v, char *out) {
  static const vd_view pre[] = {[VD_PRE_A] = VD_VIEW_INIT("a"),
                                [VD_PRE_B] = VD_VIEW_INIT("b"),
                                [VD_PRE_RC] = VD_VIEW_INIT("rc")};
  size_t n = 0;
  if (!vd_view_eq(v->epoch, ZERO))
    n = put(out, put(out, n, v->epoch), VD_VIEW("!"));
  for (vd_view rest = v->release; rest.len != 0;) {
    n = put(out, n, next_number(&rest));
    if (rest.len != 0)
      out[n++] = '.';
  }
  if (v->pre != VD_PRE_NONE)
    n = put(out, put(out, n, pre[v->pre]), v->pre_number);
  if (v->has_post)
    n = put(out, put(out, n, VD_VIEW(".post")), v->post_number);
  if (v->has_dev)
    n = put(out, put(out, n, VD_VIEW(".dev")), v->dev_number);
  return put_local(out, n, v->local);
}

vd_view vd_version_format(vd_arena *a, const vd_version *v) {
  if (v->legacy)
    return vd_arena_copy(a, v->text);
  char *out = vd_new_array(a, char, v->text.len + VD_VERSION_GROWTH);
  return out == NULL ? (vd_view){0} : (vd_view){out, vd_version_write(v, out)};
}
