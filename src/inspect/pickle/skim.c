// Tells pickles by their first opcodes, and finds those that begin inside something else.
#include "inspect/archive/codec.h"
#include "inspect/pickle/pickle.h"

enum { SKIM_MARKS = 32 };

// How high the stack is, without what is on it.
typedef struct skim {
  vd_view bytes;
  size_t at, depth, marks[SKIM_MARKS], mark_count;
  size_t line_max; // where a line ends at the latest
  uint64_t cost;   // steps
  unsigned opcodes;
  bool folds; // something was taken off the stack, or there are opcodes of three kinds
  unsigned char kinds[2];
  bool proto, names, calls, stopped, cut;
} skim;

static bool is_number(vd_view v, const char *also) {
  v = vd_view_trim(v);
  for (size_t i = 0; i < v.len; i++)
    if ((v.ptr[i] < '0' || v.ptr[i] > '9') && (v.ptr[i] == '\0' || strchr(also, v.ptr[i]) == NULL))
      return false;
  return v.len != 0 && v.len <= VD_PICKLE_NUMBER_MAX;
}

// As strict as it takes to tell a name from a line of text.
static bool is_name(vd_view v) {
  if (v.len == 0 || v.len > VD_CALLABLE_NAME_MAX || (v.ptr[0] >= '0' && v.ptr[0] <= '9'))
    return false;
  for (size_t i = 0; i < v.len; i++) {
    unsigned char c = (unsigned char)v.ptr[i];
    bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (!letter && (c < '0' || c > '9') && c != '_' && c != '.' && c != '<' && c != '>' && c < 0x80)
      return false;
  }
  return true;
}

static bool is_text(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if ((unsigned char)v.ptr[i] < ' ' && v.ptr[i] != '\t')
      return false;
  return true;
}

static bool is_quoted(vd_view v) {
  v = vd_view_trim(v);
  return v.len >= 2 && v.ptr[0] == v.ptr[v.len - 1] && (v.ptr[0] == '\'' || v.ptr[0] == '"') &&
         is_text(v);
}

static bool argument_makes_sense(const skim *s, unsigned code, const vd_pickle_arg *arg) {
  switch (code) {
  case 'I': return is_number(arg->text, "-");
  case 'L': return is_number(arg->text, "-L");
  case 'F': return is_number(arg->text, "+-.einfa");
  case 'g':
  case 'p': return is_number(arg->text, "");
  case 'c':
  case 'i': return is_name(arg->text) && is_name(arg->second);
  case 'S': return is_quoted(arg->text);
  case 'P':
  case 'V': return is_text(arg->text);
  case 0x80: return arg->number <= 5 && s->opcodes == 0;
  default: return true;
  }
}

static bool take(skim *s, const vd_pickle_opcode *op) {
  size_t fence = s->mark_count == 0 ? 0 : s->marks[s->mark_count - 1];
  if (op->pops == VD_PICKLE_POPS_MARK) {
    if (s->mark_count == 0)
      return false;
    s->depth = s->marks[--s->mark_count];
  } else if (s->depth - fence < (size_t)op->pops) {
    return false;
  } else {
    s->depth -= (size_t)op->pops;
  }
  s->depth += (size_t)op->pushes;
  return true;
}

// Marks and POP work on the stack in their own way.
static bool step_stack(skim *s, unsigned code) {
  if (code == '(') {
    if (s->mark_count == SKIM_MARKS)
      return false;
    s->marks[s->mark_count++] = s->depth;
    return true;
  }
  if (code != '0')
    return take(s, &vd_pickle_opcodes[code]);
  if (s->mark_count != 0 && s->marks[s->mark_count - 1] == s->depth)
    return s->mark_count--, true;
  return s->depth != 0 ? (s->depth--, true) : false;
}

// Whether a line was cut off by the end of what there is of the file.
static bool is_cut_line(const skim *s, vd_view bytes, vd_pickle_argument argument) {
  return argument == VD_PICKLE_ARG_LINE && s->at == bytes.len && bytes.ptr[s->at - 1] != '\n';
}

// Lines are looked through, and where they have no end all that is there.
static vd_view within(skim *s, vd_pickle_argument argument) {
  s->cost++;
  if (argument != VD_PICKLE_ARG_LINE && argument != VD_PICKLE_ARG_LINES)
    return s->bytes;
  size_t left = s->bytes.len - s->at, names = 2 * ((size_t)VD_CALLABLE_NAME_MAX + 1);
  size_t most = argument == VD_PICKLE_ARG_LINES && names < s->line_max ? names : s->line_max;
  return vd_view_first(s->bytes, s->at + (left < most ? left : most));
}

// Lines that all begin with P or V are text.
static void note_kind(skim *s, unsigned code, const vd_pickle_opcode *op) {
  bool first = s->opcodes == 1 || s->kinds[0] == code;
  if (first)
    s->kinds[0] = (unsigned char)code;
  else if (s->kinds[1] == 0 || s->kinds[1] == code)
    s->kinds[1] = (unsigned char)code;
  else
    s->folds = true;
  s->folds = s->folds || op->pops != 0;
}

static bool skim_step(skim *s) {
  vd_pickle_arg arg = {0};
  unsigned code = (unsigned char)s->bytes.ptr[s->at++];
  const vd_pickle_opcode *op = &vd_pickle_opcodes[code];
  if (op->name == NULL)
    return false;
  size_t before = s->at;
  vd_view bytes = within(s, op->argument);
  bool whole = vd_pickle_argument_read(bytes, &s->at, NULL, op->argument, &arg);
  if (op->argument == VD_PICKLE_ARG_LINE || op->argument == VD_PICKLE_ARG_LINES)
    s->cost += whole ? (s->at - before) / 4 : (bytes.len - before) / 32;
  if (!whole || is_cut_line(s, bytes, op->argument))
    return s->cut = true, false;
  if (!argument_makes_sense(s, code, &arg) || !step_stack(s, code))
    return false;
  s->opcodes++;
  note_kind(s, code, op);
  s->proto = s->proto || code == 0x80;
  s->names = s->names || code == 'c' || code == 'i' || code == 0x93;
  s->calls = s->calls || (s->names && (code == 'R' || code == 'o' || code == 'i' || code == 0x81 ||
                                       code == 0x92 || code == 'b'));
  s->stopped = code == '.';
  return true;
}

// Up to the first call, STOP, or the bound; false when it is no pickle.
static bool skim_run(skim *s) {
  while (s->opcodes < VD_PICKLE_SKIM_MAX && !s->stopped && !s->calls) {
    if (s->at >= s->bytes.len)
      return s->cut = true;
    if (!skim_step(s))
      return s->cut;
  }
  return true;
}

static bool at_end(const skim *s) {
  vd_view rest = vd_view_trim(vd_view_first(vd_view_from(s->bytes, s->at), 64));
  return rest.len == 0;
}

vd_pickle_shape vd_pickle_skim(vd_view bytes, size_t at) {
  skim s = {.bytes = bytes, .at = at, .line_max = SIZE_MAX};
  bool fine = skim_run(&s);
  if (s.calls || (s.proto && s.names))
    return VD_PICKLE_SURE;
  if (!fine)
    return VD_PICKLE_NO;
  if (s.stopped)
    return s.proto                        ? VD_PICKLE_SURE
           : s.opcodes >= 4 && at_end(&s) ? VD_PICKLE_LIKELY
                                          : VD_PICKLE_NO;
  return s.proto || (s.opcodes >= 16 && s.folds) ? VD_PICKLE_LIKELY : VD_PICKLE_NO;
}

// ---- inside something else ----------------------------------------------------------------------

// PROTO, GLOBAL, MARK, SHORT_BINUNICODE: what a pickle that calls begins with.
static bool may_begin(vd_view bytes, size_t i) {
  unsigned char c = (unsigned char)bytes.ptr[i];
  if (c == 0x80)
    return i + 1 < bytes.len && (unsigned char)bytes.ptr[i + 1] <= 5;
  return c == 'c' || c == '(' || c == 0x8c;
}

bool vd_pickle_carve(vd_inspection *in, vd_view bytes, size_t *at) {
  for (size_t i = *at; i < bytes.len; i++) {
    if (!may_begin(bytes, i))
      continue;
    skim s = {.bytes = bytes, .at = i, .line_max = VD_PICKLE_CARVE_LINE_MAX};
    (void)skim_run(&s);
    if (s.calls)
      return *at = i, true;
    if (in->work < s.cost)
      return in->work = 0, false;
    in->work -= s.cost;
  }
  return false;
}

// ---- constants ----------------------------------------------------------------------------------

// Whether a stream that begins like a compressed one gives any bytes: constants may begin so by
// chance. Those of zlib have no magic number; calls that unpack them are followed anyway.
static bool unpacks(vd_inspection *in, vd_view v) {
  const vd_codec *c = vd_codec_of(v);
  if (c == NULL || vd_view_eq(vd_view_of(c->name), VD_VIEW("zlib")))
    return false;
  vd_unpack u = {.in = in, .out = {.max = VD_PICKLE_NESTED_PROBE}};
  vd_code code = c->unpack(&u, v, NULL);
  bool gives = code == VD_OK ? u.out.len != 0 : code != VD_FORMAT; // or there is more than that
  vd_buf_free(&u.out);
  return gives;
}

static bool is_artefact(vd_inspection *in, vd_view v) {
  if (vd_view_starts(v, VD_VIEW("PK\3\4")))
    return vd_view_has(v, VD_VIEW("PK\5\6"));
  return vd_view_starts(v, VD_VIEW("7z\xbc\xaf\x27\x1c")) ||
         vd_view_starts(v, VD_VIEW("\x93NUMPY")) || unpacks(in, v);
}

static bool is_pickle(vd_view v) {
  return may_begin(v, 0) && vd_pickle_skim(v, 0) == VD_PICKLE_SURE;
}

vd_code vd_pickle_nested(vd_pickle *m, vd_pickle_value v, const char *why) {
  char name[64];
  vd_view bytes = vd_pickle_view(v);
  if (m->quiet || bytes.len < 6)
    return VD_OK;
  bool pickle = is_pickle(bytes);
  if (!pickle && !is_artefact(m->in, bytes))
    return VD_OK;
  if (pickle)
    VD_TRY(vd_observe(m->in, VD_CHECK_PICKLE_NESTED, m->op, "%s at %zu are a pickle of %zu bytes",
                      why, m->op, bytes.len));
  (void)snprintf(name, sizeof name, "%s at %zu", why, m->op);
  return vd_inspect_nested(m->in, vd_view_of(name), bytes);
}
