// Order of versions that are not PEP 440, as setuptools had it before and OSV's PyPI rule has it.
//
// The lower-cased text is cut into runs of digits, runs of letters, '.', '-' and whatever stands
// between. '.' is dropped; "pre", "preview" and "rc" become "c", "dev" becomes "@", "-" becomes
// "final-"; "final" ends the list. Words sort before numbers (as if '*' were written before them),
// numbers as texts padded with zeros to 8 digits. Before a word below "final" all "final-" at the
// end of the list go; before any word all zeros at its end go.
#include "package/ascii.h"
#include "package/version.h"

typedef enum part_kind { PART_END, PART_WORD, PART_NUMBER } part_kind;

typedef struct part {
  part_kind kind;
  vd_view text;
} part;

static const part ZERO = {PART_NUMBER, VD_VIEW_INIT("0")};
static const part FINAL = {PART_WORD, VD_VIEW_INIT("final")};
static const part FINAL_DASH = {PART_WORD, VD_VIEW_INIT("final-")};

// Parts held back until it is clear that they stay: first the "final-", then the zeros.
typedef struct parts {
  vd_view rest;
  size_t dashes, zeros;
  part next; // follows what is held back
  bool ended;
} parts;

typedef enum char_kind { CHAR_DIGIT, CHAR_LETTER, CHAR_DOT, CHAR_DASH, CHAR_OTHER } char_kind;

static char_kind kind_of(char c) {
  if (vd_is_digit(c))
    return CHAR_DIGIT;
  if (vd_is_alnum(c))
    return CHAR_LETTER;
  return c == '.' ? CHAR_DOT : c == '-' ? CHAR_DASH : CHAR_OTHER;
}

static part word_of(vd_view text) {
  static const struct {
    vd_view from, to;
  } renamed[] = {{VD_VIEW_INIT("pre"), VD_VIEW_INIT("c")},
                 {VD_VIEW_INIT("preview"), VD_VIEW_INIT("c")},
                 {VD_VIEW_INIT("rc"), VD_VIEW_INIT("c")},
                 {VD_VIEW_INIT("dev"), VD_VIEW_INIT("@")},
                 {VD_VIEW_INIT("-"), VD_VIEW_INIT("final-")}};
  for (size_t i = 0; i < VD_COUNT(renamed); i++)
    if (vd_view_ieq(text, renamed[i].from))
      return (part){PART_WORD, renamed[i].to};
  return (part){PART_WORD, text};
}

// The next part as written; "final" at the end, then PART_END.
static part cut_part(parts *p) {
  while (p->rest.len != 0 && p->rest.ptr[0] == '.')
    p->rest = vd_view_from(p->rest, 1);
  if (p->rest.len == 0) {
    part last = p->ended ? (part){0} : FINAL;
    p->ended = true;
    return last;
  }
  char_kind kind = kind_of(p->rest.ptr[0]);
  size_t n = 1;
  while (kind != CHAR_DASH && n < p->rest.len && kind_of(p->rest.ptr[n]) == kind)
    n++;
  vd_view text = vd_view_first(p->rest, n);
  p->rest = vd_view_from(p->rest, n);
  return kind == CHAR_DIGIT ? (part){PART_NUMBER, text} : word_of(text);
}

static bool is_zero(part p) {
  if (p.kind != PART_NUMBER || p.text.len > 8)
    return false;
  for (size_t i = 0; i < p.text.len; i++)
    if (p.text.ptr[i] != '0')
      return false;
  return true;
}

// Takes p; false when it is only counted among the parts held back.
static bool settle(parts *q, part p) {
  if (is_zero(p)) {
    q->zeros++;
    return false;
  }
  if (p.kind == PART_WORD) {
    if (q->zeros == 0 && vd_lower_compare(p.text, FINAL.text) < 0)
      q->dashes = 0;
    q->zeros = 0;
  }
  if (p.kind == PART_WORD && vd_view_eq(p.text, FINAL_DASH.text)) {
    q->dashes++;
    return false;
  }
  q->next = p;
  return true;
}

static part next_part(parts *p) {
  if (p->next.kind == PART_END)
    while (true) {
      part cut = cut_part(p);
      if (cut.kind == PART_END)
        return cut;
      if (settle(p, cut))
        break;
    }
  if (p->dashes != 0)
    return p->dashes--, FINAL_DASH;
  if (p->zeros != 0)
    return p->zeros--, ZERO;
  part next = p->next;
  p->next = (part){0};
  return next;
}

static int digit_at(vd_view digits, size_t width, size_t i) {
  size_t padding = width - digits.len;
  return i < padding ? '0' : digits.ptr[i - padding];
}

// As texts, each padded to 8 digits.
static int compare_numbers(vd_view a, vd_view b) {
  size_t x = a.len < 8 ? 8 : a.len, y = b.len < 8 ? 8 : b.len;
  for (size_t i = 0; i < x && i < y; i++) {
    int order = digit_at(a, x, i) - digit_at(b, y, i);
    if (order != 0)
      return order;
  }
  return (x > y) - (x < y);
}

int vd_legacy_compare(vd_view a, vd_view b) {
  parts left = {.rest = a}, right = {.rest = b};
  while (true) {
    part x = next_part(&left), y = next_part(&right);
    if (x.kind != y.kind || x.kind == PART_END)
      return (int)x.kind - (int)y.kind;
    int order =
        x.kind == PART_WORD ? vd_lower_compare(x.text, y.text) : compare_numbers(x.text, y.text);
    if (order != 0)
      return order;
  }
}
