// The pickle machine's loop: reads one opcode after another and hands it to what it does.
#include "inspect/pickle/pickle.h"

const vd_pickle_opcode vd_pickle_opcodes[256] = {
#define OPCODE(byte, name, argument, pops, pushes, run)                                            \
  [byte] = {#name, VD_PICKLE_ARG_##argument, POPS_##pops, pushes, vd_pickle_op_##run},
#define POPS_0    0
#define POPS_1    1
#define POPS_2    2
#define POPS_3    3
#define POPS_MARK VD_PICKLE_POPS_MARK
#include "inspect/pickle/opcodes.def"
#undef OPCODE
};

// Where an argument is read, and the frame that it may lie in.
typedef struct source {
  vd_view bytes;
  size_t at;
  vd_pickle_frame *frame; // NULL: frames are of no interest
} source;

// One read of n bytes. When it begins inside a frame and ends behind it, Python's readers part:
// pickle.py raises, pickle.loads goes on as if there were no frame, and _pickle.c on a file drops
// the rest of the frame and takes n bytes from behind it.
static void meet_frame(source *s, size_t n) {
  vd_pickle_frame *f = s->frame;
  if (f == NULL || f->end == 0)
    return;
  if (s->at < f->end && n <= f->end - s->at)
    return;
  if (s->at < f->end) {
    unsigned nth = f->crossed < VD_PICKLE_CROSSINGS_MAX ? f->crossed : VD_PICKLE_CROSSINGS_MAX - 1;
    f->crossed++;
    s->at = (f->drops & 1U << nth) != 0 ? f->end : s->at;
  }
  f->end = 0;
}

static bool take_text(source *s, uint64_t n, vd_view *out) {
  if (n > s->bytes.len - s->at)
    return false;
  meet_frame(s, (size_t)n);
  if (n > s->bytes.len - s->at)
    return false;
  *out = (vd_view){s->bytes.ptr + s->at, (size_t)n};
  s->at += (size_t)n;
  return true;
}

static bool take_number(source *s, unsigned size, uint64_t *out) {
  uint64_t n = 0;
  vd_view v;
  if (!take_text(s, size, &v))
    return false;
  for (unsigned i = size; i != 0; i--)
    n = n << 8 | (unsigned char)v.ptr[i - 1];
  *out = n;
  return true;
}

static vd_view line_at(const source *s) {
  vd_view rest = vd_view_from(s->bytes, s->at);
  const char *end = rest.len == 0 ? NULL : memchr(rest.ptr, '\n', rest.len);
  return end == NULL ? rest : vd_view_first(rest, (size_t)(end - rest.ptr) + 1);
}

// A last line without its newline counts in Python, which takes the last byte off all the same:
// enough for INST to call.
static bool take_line(source *s, vd_view *out) {
  vd_view line = line_at(s);
  size_t before = s->at;
  meet_frame(s, line.len);
  if (s->at != before)
    line = line_at(s);
  if (line.len == 0)
    return false;
  *out = vd_view_first(line, line.len - 1);
  s->at += line.len;
  return true;
}

static bool take_sized(source *s, unsigned size, vd_pickle_arg *out) {
  return take_number(s, size, &out->number) && take_text(s, out->number, &out->text);
}

static bool take_real(source *s, vd_pickle_arg *out) {
  if (!take_number(s, 8, &out->number))
    return false;
  out->number = __builtin_bswap64(out->number);
  return true;
}

static bool take_signed(source *s, vd_pickle_arg *out) {
  if (!take_number(s, 4, &out->number))
    return false;
  out->number = (uint64_t)(int64_t)(int32_t)(uint32_t)out->number;
  return true;
}

static bool take(source *s, vd_pickle_argument kind, vd_pickle_arg *out) {
  switch (kind) {
  case VD_PICKLE_ARG_NONE: return true;
  case VD_PICKLE_ARG_NUMBER1: return take_number(s, 1, &out->number);
  case VD_PICKLE_ARG_NUMBER2: return take_number(s, 2, &out->number);
  case VD_PICKLE_ARG_NUMBER4: return take_number(s, 4, &out->number);
  case VD_PICKLE_ARG_NUMBER8: return take_number(s, 8, &out->number);
  case VD_PICKLE_ARG_SIGNED4: return take_signed(s, out);
  case VD_PICKLE_ARG_REAL8: return take_real(s, out);
  case VD_PICKLE_ARG_TEXT1: return take_sized(s, 1, out);
  case VD_PICKLE_ARG_TEXT4: return take_sized(s, 4, out);
  case VD_PICKLE_ARG_TEXT8: return take_sized(s, 8, out);
  case VD_PICKLE_ARG_LENGTH4: return take_signed(s, out) && take_text(s, out->number, &out->text);
  case VD_PICKLE_ARG_LINE: return take_line(s, &out->text);
  case VD_PICKLE_ARG_LINES: return take_line(s, &out->text) && take_line(s, &out->second);
  }
  return false;
}

bool vd_pickle_argument_read(vd_view bytes, size_t *at, vd_pickle_frame *frame,
                             vd_pickle_argument kind, vd_pickle_arg *out) {
  source s = {bytes, *at, frame};
  bool whole = take(&s, kind, out);
  *at = s.at;
  return whole;
}

vd_code vd_pickle_fault(vd_pickle *m, const char *text) {
  m->end = VD_PICKLE_BROKEN;
  m->fault = text;
  return VD_OK;
}

vd_code vd_pickle_odd(vd_pickle *m, const char *text) {
  return vd_pickle_odd_as(m, VD_SEVERITY_LOW, text);
}

vd_code vd_pickle_odd_as(vd_pickle *m, vd_severity severity, const char *text) {
  for (size_t i = 0; i < m->oddities.count; i++)
    if (m->oddities.at[i].text == text)
      return VD_OK;
  if (m->oddities.count >= VD_PICKLE_ODDITIES_MAX)
    return VD_OK;
  vd_pickle_oddity *o = vd_vec_push(m->in->scratch, &m->oddities);
  if (o == NULL)
    return VD_NOMEM;
  *o = (vd_pickle_oddity){m->op, text, severity};
  return VD_OK;
}

bool vd_pickle_spend(vd_pickle *m, uint64_t n) {
  if (n <= m->in->work)
    return m->in->work -= n, true;
  m->in->work = 0;
  m->end = VD_PICKLE_EXHAUSTED;
  m->fault = "it takes too many steps";
  return false;
}

// before: the frame as it was in front of the opcode.
static vd_code check_frame(vd_pickle *m, vd_pickle_frame before) {
  if (m->frame.crossed != before.crossed)
    return vd_pickle_odd_as(m, VD_SEVERITY_MEDIUM,
                            "what is read in one piece crosses the end of a frame: Python's "
                            "unpicklers read it in different ways");
  bool over = m->op < before.end && m->at > before.end;
  return !over || m->code == 0x95 ? VD_OK
                                  : vd_pickle_odd_as(m, VD_SEVERITY_MEDIUM,
                                                     "an opcode reaches over the end of its frame");
}

static bool has_operands(const vd_pickle *m, const vd_pickle_opcode *op) {
  if (op->pops == VD_PICKLE_POPS_MARK)
    return m->marks.count != 0;
  return vd_pickle_height(m) >= (size_t)op->pops;
}

// pickle.py imports what INST names before it looks for the mark.
static vd_code missing_operands(vd_pickle *m, const vd_pickle_opcode *op,
                                const vd_pickle_arg *arg) {
  if (m->code == 'i')
    VD_TRY(vd_pickle_op_global(m, arg));
  return vd_pickle_fault(m, op->pops == VD_PICKLE_POPS_MARK ? "there is no MARK"
                                                            : "the stack is too short");
}

static vd_code step(vd_pickle *m) {
  vd_pickle_arg arg = {0};
  vd_pickle_frame before = m->frame;
  m->op = m->at;
  if (m->at >= m->bytes.len)
    return vd_pickle_fault(m, "it ends without STOP");
  if (!vd_pickle_spend(m, 1))
    return VD_OK;
  m->code = (unsigned char)m->bytes.ptr[m->at++];
  const vd_pickle_opcode *op = &vd_pickle_opcodes[m->code];
  if (op->name == NULL)
    return vd_pickle_fault(m, "there is no such opcode");
  if (m->op >= m->frame.end)
    m->frame.end = 0;
  bool whole = vd_pickle_argument_read(m->bytes, &m->at, &m->frame, op->argument, &arg);
  VD_TRY(check_frame(m, before));
  if (!whole)
    return vd_pickle_fault(m, "it is cut off inside an opcode");
  if (!has_operands(m, op))
    return missing_operands(m, op, &arg);
  m->opcodes++;
  return op->run(m, &arg);
}

vd_pickle vd_pickle_of(vd_inspection *in, vd_view bytes, size_t at) {
  return (vd_pickle){.in = in,
                     .bytes = bytes,
                     .at = at,
                     .begin = at,
                     .names = VD_MAP(in->scratch),
                     .storages = VD_MAP(in->scratch)};
}

vd_code vd_pickle_run(vd_pickle *m) {
  if (m->end == VD_PICKLE_EMBEDDED)
    m->end = VD_PICKLE_RUNNING;
  while (m->end == VD_PICKLE_RUNNING)
    VD_TRY(step(m));
  return VD_OK;
}

vd_code vd_pickle_op_stop(vd_pickle *m, const vd_pickle_arg *arg) {
  (void)arg;
  m->result = vd_pickle_pop(m);
  m->end = VD_PICKLE_STOPPED;
  return m->stack.count == 0 && m->marks.count == 0
             ? VD_OK
             : vd_pickle_odd(m, "values are left on its stack at STOP");
}

vd_code vd_pickle_op_proto(vd_pickle *m, const vd_pickle_arg *arg) {
  if (arg->number > 5)
    return vd_pickle_fault(m, "its protocol is above 5");
  m->protocol = arg->number > m->protocol ? (unsigned)arg->number : m->protocol;
  return m->op == m->begin ? VD_OK : vd_pickle_odd(m, "PROTO does not come first");
}

// pickle.py reads a frame that is cut off, and _pickle.c a frame inside another, when it has all of
// it already: what either runs is of interest.
vd_code vd_pickle_op_frame(vd_pickle *m, const vd_pickle_arg *arg) {
  vd_pickle_frame before = m->frame;
  source s = {m->bytes, m->at, &m->frame};
  uint64_t left = m->bytes.len - m->at;
  m->protocol = m->protocol < 4 ? 4 : m->protocol;
  if (arg->number <= left)
    meet_frame(&s, (size_t)arg->number);
  bool inside = before.end > m->at;
  m->at = s.at;
  VD_TRY(check_frame(m, before));
  if (arg->number > m->bytes.len - m->at) {
    m->frame.end = 0;
    return vd_pickle_odd_as(m, VD_SEVERITY_MEDIUM, "a frame reaches over its end");
  }
  m->frame.end = m->frame.end != 0 ? m->frame.end : m->at + (size_t)arg->number;
  return !inside ? VD_OK : vd_pickle_odd_as(m, VD_SEVERITY_MEDIUM, "a frame begins inside another");
}
