// Calls that download from a hub, found by lexing: strings and comments are respected, nothing
// else. https://huggingface.co/docs/huggingface_hub/guides/download,
// .../pytorch.org/docs/stable/hub.html
#include "inspect/text/hub_code.h"

// ---- is there anything to look for? -----------------------------------------------------------

static const char *const marks[] = {"m_pretrained", "t_download",    "b_download",
                                    "d_dataset",    "t_remote_code", "b.load"};

typedef uint8_t lanes __attribute__((vector_size(16)));

static lanes load(const char *p) {
  lanes v;
  memcpy(&v, p, sizeof v);
  return v;
}

// Lanes where one of the marks may begin, told by its first three bytes, which are rare in a row.
static lanes candidates(const char *p) {
  lanes a = load(p), b = load(p + 1), c = load(p + 2);
  return (lanes)(((b == '_') & (((c == 'd') & ((a == 't') | (a == 'b') | (a == 'd'))) |
                                ((c == 'r') & (a == 't')) | ((c == 'p') & (a == 'm')))) |
                 ((a == 'b') & (b == '.') & (c == 'l')) | ((a == 'n') & (b == 'e') & (c == '(')));
}

static bool mark_at(vd_view v, size_t at) {
  for (size_t i = 0; i < VD_COUNT(marks); i++)
    if (vd_view_starts(vd_view_from(v, at), vd_view_of(marks[i])))
      return true;
  return at >= 6 && vd_view_starts(vd_view_from(v, at - 6), VD_VIEW("pipeline("));
}

static bool mark_within(vd_view v, size_t from, size_t to) {
  for (size_t i = from; i < to && i + 2 < v.len; i++) {
    char second = v.ptr[i + 1];
    if ((second == '_' || second == '.' || (second == 'e' && v.ptr[i + 2] == '(')) && mark_at(v, i))
      return true;
  }
  return false;
}

bool vd_hub_code_named(vd_view v) {
  size_t i = 0;
  for (; i + 34 <= v.len; i += 32) {
    lanes found = candidates(v.ptr + i) | candidates(v.ptr + i + 16);
    uint64_t halves[2];
    memcpy(halves, &found, sizeof halves);
    if ((halves[0] | halves[1]) != 0 && mark_within(v, i, i + 32))
      return true;
  }
  return mark_within(v, i, v.len);
}

// ---- Python text ------------------------------------------------------------------------------

typedef struct code {
  vd_inspection *in;
  vd_view v;
  uint64_t base;
} code;

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

// Position behind the string that opens at `at`, one or three quotes.
static size_t string_end(vd_view v, size_t at) {
  char q = v.ptr[at];
  bool three = at + 2 < v.len && v.ptr[at + 1] == q && v.ptr[at + 2] == q;
  for (size_t i = at + (three ? 3 : 1); i < v.len; i++) {
    if (v.ptr[i] == '\\')
      i++;
    else if (!three && v.ptr[i] == '\n')
      return i;
    else if (v.ptr[i] == q && !three)
      return i + 1;
    else if (v.ptr[i] == q && i + 2 < v.len && v.ptr[i + 1] == q && v.ptr[i + 2] == q)
      return i + 3;
  }
  return v.len;
}

// Behind the string or comment at `at`, or `at` when there is neither.
static size_t skip_at(vd_view v, size_t at) {
  if (v.ptr[at] == '"' || v.ptr[at] == '\'')
    return string_end(v, at);
  if (v.ptr[at] != '#')
    return at;
  return at + vd_view_find(vd_view_from(v, at), '\n');
}

// ---- calls ------------------------------------------------------------------------------------

typedef struct call {
  vd_view name;
  size_t at;
  vd_view id; // of what is fetched, when it is a literal
  vd_view revision;
  bool revision_given, trusts;
  unsigned positional;
} call;

// A literal without prefix, whole; {NULL} for anything else.
static vd_view literal(vd_view v) {
  v = vd_view_trim(v);
  if (v.len < 2 || (v.ptr[0] != '"' && v.ptr[0] != '\'') || string_end(v, 0) != v.len ||
      v.ptr[v.len - 1] != v.ptr[0])
    return (vd_view){0};
  return (vd_view){v.ptr + 1, v.len - 2};
}

static void take_named(call *c, vd_view name, vd_view value) {
  if (vd_view_eq(name, VD_VIEW("revision"))) {
    c->revision_given = !vd_view_eq(value, VD_VIEW("None"));
    c->revision = literal(value);
  } else if (vd_view_eq(name, VD_VIEW("trust_remote_code"))) {
    c->trusts = vd_view_eq(value, VD_VIEW("True"));
  } else if (vd_view_among(name, "repo_id pretrained_model_name_or_path model path repo_or_dir") &&
             literal(value).ptr != NULL) {
    c->id = literal(value);
  }
}

static void take_argument(call *c, vd_view arg) {
  size_t n = 0;
  arg = vd_view_trim(arg);
  while (n < arg.len && is_letter(arg.ptr[n]))
    n++;
  vd_view rest = vd_view_trim(vd_view_from(arg, n));
  bool named = n != 0 && vd_view_starts(rest, VD_VIEW("=")) && !vd_view_starts(rest, VD_VIEW("=="));
  if (named)
    take_named(c, vd_view_first(arg, n), vd_view_trim(vd_view_from(rest, 1)));
  else if (arg.len != 0 && c->positional++ == 0 && !vd_view_eq(c->name, VD_VIEW("pipeline")))
    c->id = literal(arg);
}

// Reads the arguments behind the bracket at `open`; position behind the call.
static size_t read_call(const code *k, call *c, size_t open) {
  unsigned depth = 1;
  size_t from = open + 1, i = from, most = open + VD_HUB_CALL_MAX;
  while (i < k->v.len && i < most && depth != 0) {
    size_t next = skip_at(k->v, i);
    if (next != i) {
      i = next;
      continue;
    }
    char ch = k->v.ptr[i++];
    depth += ch == '(' || ch == '[' || ch == '{';
    depth -= ch == ')' || ch == ']' || ch == '}';
    if ((depth == 1 && ch == ',') || depth == 0) {
      take_argument(c, (vd_view){k->v.ptr + from, i - 1 - from});
      from = i;
    }
  }
  return depth == 0 ? i : open + 1;
}

// "owner/name" and nothing that only a path has.
static bool is_hub_id(vd_view v) {
  size_t slash = vd_view_find(v, '/');
  if (v.ptr == NULL || slash == 0 || slash + 1 >= v.len || v.len > VD_HUB_ID_MAX ||
      v.ptr[0] == '.' || v.ptr[0] == '~' ||
      vd_view_find(vd_view_from(v, slash + 1), '/') != v.len - slash - 1)
    return false;
  for (size_t i = 0; i < v.len; i++)
    if (!is_letter(v.ptr[i]) && v.ptr[i] != '-' && v.ptr[i] != '.' && v.ptr[i] != '/' &&
        v.ptr[i] != ':')
      return false;
  return true;
}

static bool is_commit(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (!((v.ptr[i] >= '0' && v.ptr[i] <= '9') ||
          ((v.ptr[i] | 0x20) >= 'a' && (v.ptr[i] | 0x20) <= 'f')))
      return false;
  return v.len == 40;
}

// A revision that is no literal is decided elsewhere.
static bool is_pinned(const call *c) {
  if (vd_view_eq(c->name, VD_VIEW("load")))
    return is_commit(vd_view_from(c->id, vd_view_find(c->id, ':') + 1));
  return c->revision_given && (c->revision.ptr == NULL || is_commit(c->revision));
}

static vd_code say_call(const code *k, const call *c) {
  vd_view id = c->id.ptr == NULL ? VD_VIEW("...") : vd_view_first(c->id, 160);
  uint64_t at = k->base + c->at;
  bool hub = vd_view_eq(c->name, VD_VIEW("load"));
  if (c->trusts && !is_pinned(c))
    return vd_observe(k->in, VD_CHECK_HUB_TRUST, at, "%.*s(\"%.*s\", trust_remote_code=True)",
                      VD_ARG(c->name), VD_ARG(id));
  if (!is_hub_id(c->id) || is_pinned(c))
    return VD_OK;
  return vd_observe(k->in, VD_CHECK_HUB_UNPINNED, at, "%s%.*s(\"%.*s\"%s%.*s%s)",
                    hub ? "torch.hub." : "", VD_ARG(c->name), VD_ARG(id),
                    c->revision.len != 0 ? ", revision=\"" : "",
                    VD_ARG(vd_view_first(c->revision, 60)), c->revision.len != 0 ? "\"" : "");
}

static bool is_fetcher(vd_view v, size_t from, vd_view word) {
  if (vd_view_eq(word, VD_VIEW("load")))
    return from >= 4 && memcmp(v.ptr + from - 4, "hub.", 4) == 0;
  return vd_view_among(word,
                       "from_pretrained snapshot_download hf_hub_download load_dataset pipeline");
}

// The word at *at; moves behind it, and behind the call when it is one.
static vd_code read_word(const code *k, size_t *at) {
  size_t from = *at;
  while (*at < k->v.len && is_letter(k->v.ptr[*at]))
    ++*at;
  vd_view word = {k->v.ptr + from, *at - from};
  size_t open = *at;
  while (open < k->v.len && k->v.ptr[open] == ' ')
    open++;
  bool definition = from >= 4 && memcmp(k->v.ptr + from - 4, "def ", 4) == 0;
  if (open == k->v.len || k->v.ptr[open] != '(' || definition || !is_fetcher(k->v, from, word))
    return VD_OK;
  call c = {.name = word, .at = from};
  (void)read_call(k, &c, open); // calls inside the arguments are looked at in turn
  return say_call(k, &c);
}

vd_code vd_hub_code_check(vd_inspection *in, vd_view text, uint64_t base) {
  code k = {in, text, base};
  for (size_t i = 0; i < text.len;) {
    size_t next = skip_at(text, i);
    if (next != i)
      i = next;
    else if (is_letter(text.ptr[i]))
      VD_TRY(read_word(&k, &i));
    else
      i++;
  }
  return VD_OK;
}
