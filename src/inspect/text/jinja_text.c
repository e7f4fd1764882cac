// The words of a template: invisible characters, orders to the model, text that a word in a message
// brings about.
#include "inspect/text/jinja.h"

enum { WORDS_OF_PROSE = 4, WORDS_OF_PROMPT = 12, ZERO_WIDTH_MANY = 4 };

static uint64_t offset_of(vd_view template, vd_view part) {
  return (uint64_t)(part.ptr - template.ptr);
}

// ---- invisible characters ---------------------------------------------------------------------

static bool is_tag(uint32_t c) { return c >= 0xe0000 && c <= 0xe007f; }

static bool is_override(uint32_t c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

// U+FEFF at the start of a text is a byte-order mark.
static bool is_zero_width(uint32_t c, size_t at) {
  return c == 0x200b || c == 0x2060 || c == 0x2061 || c == 0x2062 || c == 0x2063 || c == 0x2064 ||
         c == 0x180e || (c == 0xfeff && at != 0);
}

typedef struct hidden {
  size_t tags, overrides, zeros, first;
  bool in_flag; // tags behind a black flag are the flag of a region
} hidden;

static void count_hidden(hidden *h, uint32_t c, size_t at) {
  if (c == 0x1f3f4)
    h->in_flag = true;
  else if (!is_tag(c))
    h->in_flag = false;
  bool tag = is_tag(c) && !h->in_flag, over = is_override(c), zero = is_zero_width(c, at);
  if ((tag || over || zero) && h->tags + h->overrides + h->zeros == 0)
    h->first = at;
  h->tags += tag;
  h->overrides += over;
  h->zeros += zero;
}

static vd_code check_hidden(vd_inspection *in, vd_view v) {
  hidden h = {0};
  for (size_t i = 0; i < v.len;) {
    uint32_t c = 0;
    size_t n = (uint8_t)v.ptr[i] < 0x80 ? 1 : vd_utf8_decode(vd_view_from(v, i), &c);
    if (n > 1)
      count_hidden(&h, c, i);
    i += n == 0 ? 1 : n;
  }
  char line[160];
  if (h.tags + h.overrides + h.zeros == 0)
    return VD_OK;
  (void)snprintf(line, sizeof line, "%zu tag, %zu direction and %zu zero-width characters", h.tags,
                 h.overrides, h.zeros);
  bool sure = h.tags != 0 || h.overrides != 0 || h.zeros >= ZERO_WIDTH_MANY;
  return vd_observe_as(in, VD_CHECK_TEMPLATE_HIDDEN, sure ? VD_SEVERITY_HIGH : VD_SEVERITY_LOW,
                       h.first, vd_view_of(line));
}

// ---- orders -----------------------------------------------------------------------------------

static char lower(char c) {
  if (c >= 'A' && c <= 'Z')
    return (char)(c | 0x20);
  return c;
}

static bool has_phrase(vd_view v, vd_view phrase) {
  for (size_t i = 0; i + phrase.len <= v.len; i++) {
    size_t n = 0;
    while (n < phrase.len && lower(v.ptr[i + n]) == phrase.ptr[n])
      n++;
    if (n == phrase.len)
      return true;
  }
  return false;
}

static const char *order_in(vd_view v) {
  static const char *const phrases[] = {"ignore previous",
                                        "ignore all previous",
                                        "ignore the previous",
                                        "ignore the above",
                                        "ignore all prior",
                                        "disregard previous",
                                        "disregard all",
                                        "disregard the user",
                                        "do not tell the user",
                                        "don't tell the user",
                                        "without telling the",
                                        "do not mention this",
                                        "never mention this",
                                        "do not reveal this",
                                        "without the user knowing",
                                        "without informing the",
                                        "send the conversation",
                                        "exfiltrat",
                                        "hidden instruction",
                                        "secretly",
                                        "do not disclose this",
                                        "the user must not know",
                                        "override safety",
                                        "ignore safety"};
  for (size_t i = 0; i < VD_COUNT(phrases); i++)
    if (has_phrase(v, vd_view_of(phrases[i])))
      return phrases[i];
  return NULL;
}

static size_t words_of(vd_view v) {
  size_t words = 0, letters = 0;
  for (size_t i = 0; i < v.len; i++) {
    bool letter = (v.ptr[i] | 0x20) >= 'a' && (v.ptr[i] | 0x20) <= 'z';
    words += !letter && letters >= 2;
    letters = letter ? letters + 1 : 0;
  }
  return words + (letters >= 2);
}

// ---- blocks -----------------------------------------------------------------------------------

typedef struct blocks {
  vd_inspection *in;
  vd_view template;
  const vd_jinja_tokens *t;
  unsigned depth;
  unsigned trigger_depth; // of the block whose condition asks for a word; 0 = none
  vd_view trigger;        // the word
  bool trigger_said, set; // inside {% set %}
} blocks;

static bool is(const blocks *b, size_t i, const char *text) {
  return i < b->t->count && b->t->at[i].kind != VD_JINJA_TEXT &&
         vd_view_eq(b->t->at[i].text, vd_view_of(text));
}

static size_t tag_end(const blocks *b, size_t i) {
  while (i < b->t->count && b->t->at[i].kind != VD_JINJA_END)
    i++;
  return i;
}

// Words of the format itself, which templates look for: names of parts and roles.
static bool is_usual(vd_view word) {
  static const char usual[] =
      " image image_url video video_url audio audio_url input_audio text type "
      "thinking reasoning tool tools tool_calls tool_call_id function system "
      "user assistant content role name json file document code ";
  char key[40];
  if (word.len + 3 > sizeof key)
    return false;
  int n = snprintf(key, sizeof key, " %.*s ", VD_ARG(word));
  return vd_view_has(vd_view_of(usual), (vd_view){key, (size_t)n});
}

// A word as people write it: letters and blanks, no marks of a format.
static bool is_word(vd_view quoted) {
  vd_view v = quoted.len < 2 ? (vd_view){0} : (vd_view){quoted.ptr + 1, quoted.len - 2};
  size_t letters = 0;
  for (size_t i = 0; i < v.len; i++) {
    char c = v.ptr[i];
    bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (!letter && c != ' ' && c != '-' && c != '.' && c != '?' && c != '!' && (uint8_t)c < 0x80)
      return false;
    letters += letter || (uint8_t)c >= 0x80;
  }
  return letters >= 3 && !is_usual(v);
}

static bool mentions_content(const blocks *b, size_t from, size_t to) {
  for (size_t i = from; i < to; i++)
    if (vd_view_has(b->t->at[i].text, VD_VIEW("content")) ||
        (is(b, i, "messages") && is(b, i + 1, "[")))
      return true;
  return false;
}

// The word a condition looks for in a message: 'word' in ...content..., ....startswith('word').
static vd_view trigger_of(const blocks *b, size_t from, size_t to) {
  if (!mentions_content(b, from, to))
    return (vd_view){0};
  for (size_t i = from; i < to; i++) {
    bool asked = is(b, i + 1, "in") || (is(b, i + 1, "not") && is(b, i + 2, "in"));
    bool method = i >= from + 2 && is(b, i - 1, "(") &&
                  (is(b, i - 2, "startswith") || is(b, i - 2, "endswith") || is(b, i - 2, "find") ||
                   is(b, i - 2, "count") || is(b, i - 2, "search"));
    if (b->t->at[i].kind == VD_JINJA_STRING && (asked || method) && is_word(b->t->at[i].text))
      return b->t->at[i].text;
  }
  return (vd_view){0};
}

static void open_block(blocks *b, size_t from, size_t to) {
  b->depth++;
  vd_view trigger = is(b, from, "if") ? trigger_of(b, from, to) : (vd_view){0};
  if (trigger.len != 0 && b->trigger_depth == 0) {
    b->trigger_depth = b->depth;
    b->trigger = trigger;
  }
}

static void close_block(blocks *b) {
  if (b->trigger_depth == b->depth)
    b->trigger_depth = 0;
  b->depth -= b->depth != 0;
}

static void read_statement(blocks *b, size_t from, size_t to) {
  static const char *const openers[] = {"if", "for", "macro", "call", "filter", "generation"};
  vd_view word = b->t->at[from].text;
  b->set = is(b, from, "set");
  for (size_t i = 0; i < VD_COUNT(openers); i++)
    if (is(b, from, openers[i])) {
      open_block(b, from, to);
      return;
    }
  if (is(b, from, "elif") || is(b, from, "else")) {
    bool elif = is(b, from, "elif");
    close_block(b);
    b->depth++;
    vd_view trigger = elif ? trigger_of(b, from, to) : (vd_view){0};
    if (trigger.len != 0 && b->trigger_depth == 0)
      b->trigger_depth = b->depth, b->trigger = trigger;
  } else if (vd_view_starts(word, VD_VIEW("end")) && !is(b, from, "endset")) {
    close_block(b);
  }
}

static vd_code check_prose(blocks *b, const vd_jinja_token *t) {
  size_t words = t->text.len < 16 ? 0 : words_of(t->text);
  uint64_t at = offset_of(b->template, t->text);
  char line[VD_EVIDENCE_TEXT_MAX];
  vd_view shown = vd_view_first(t->text, 160);
  const char *order = words < 2 ? NULL : order_in(t->text);
  if (order != NULL) {
    (void)snprintf(line, sizeof line, "\"%s\" in: %.*s", order, VD_ARG(shown));
    VD_TRY(
        vd_observe_as(b->in, VD_CHECK_TEMPLATE_ORDERS, VD_SEVERITY_MEDIUM, at, vd_view_of(line)));
  }
  if (b->trigger_depth != 0 && words >= WORDS_OF_PROSE)
    return vd_observe(b->in, VD_CHECK_TEMPLATE_TRIGGER, at, "when a message holds %.*s: %.*s",
                      VD_ARG(vd_view_first(b->trigger, 60)), VD_ARG(shown));
  if (b->depth != 0 || b->set || words < WORDS_OF_PROMPT || order != NULL)
    return VD_OK;
  (void)snprintf(line, sizeof line, "in every conversation: %.*s", VD_ARG(shown));
  return vd_observe_as(b->in, VD_CHECK_TEMPLATE_ORDERS, VD_SEVERITY_INFO, at, vd_view_of(line));
}

vd_code vd_jinja_check_text(vd_inspection *in, vd_view template, const vd_jinja_tokens *tokens) {
  blocks b = {.in = in, .template = template, .t = tokens};
  VD_TRY(check_hidden(in, template));
  for (size_t i = 0; i < tokens->count; i++) {
    const vd_jinja_token *t = &tokens->at[i];
    if (t->kind == VD_JINJA_STATEMENT && i + 1 < tokens->count)
      read_statement(&b, i + 1, tag_end(&b, i + 1));
    else if (t->kind == VD_JINJA_OUTPUT)
      b.set = false;
    else if (t->kind == VD_JINJA_TEXT || t->kind == VD_JINJA_STRING)
      VD_TRY(check_prose(&b, t));
  }
  return VD_OK;
}
