// The pickle machine's loop: reads one opcode after another and hands it to what it does.
#include "inspect/pickle.h"

const vd_pickle_opcode vd_pickle_opcodes[256] = {
#define OPCODE(byte, name, argument, pops, pushes, run)                                            \
  [byte] = {#name, VD_PICKLE_ARG_##argument, POPS_##pops, pushes, vd_pickle_op_##run},
#define POPS_0    0
#define POPS_1    1
#define POPS_2    2
#define POPS_3    3
#define POPS_MARK VD_PICKLE_POPS_MARK
#include "inspect/pickle_opcodes.def"
#undef OPCODE
};

static bool take_text(vd_view bytes, size_t *at, uint64_t n, vd_view *out) {
  if (n > bytes.len - *at)
    return false;
  *out = (vd_view){bytes.ptr + *at, (size_t)n};
  *at += (size_t)n;
  return true;
}

static bool take_number(vd_view bytes, size_t *at, unsigned size, uint64_t *out) {
  uint64_t n = 0;
  if (size > bytes.len - *at)
    return false;
  for (unsigned i = size; i != 0; i--)
    n = n << 8 | (unsigned char)bytes.ptr[*at + i - 1];
  *at += size;
  *out = n;
  return true;
}

static bool take_line(vd_view bytes, size_t *at, vd_view *out) {
  vd_view rest = vd_view_from(bytes, *at);
  const char *end = rest.len == 0 ? NULL : memchr(rest.ptr, '\n', rest.len);
  if (end == NULL)
    return false;
  *out = (vd_view){rest.ptr, (size_t)(end - rest.ptr)};
  *at += out->len + 1;
  return true;
}

static bool take_sized(vd_view bytes, size_t *at, unsigned size, vd_pickle_arg *out) {
  return take_number(bytes, at, size, &out->number) &&
         take_text(bytes, at, out->number, &out->text);
}

static bool take_real(vd_view bytes, size_t *at, vd_pickle_arg *out) {
  if (!take_number(bytes, at, 8, &out->number))
    return false;
  out->number = __builtin_bswap64(out->number);
  return true;
}

static bool take_signed(vd_view bytes, size_t *at, vd_pickle_arg *out) {
  if (!take_number(bytes, at, 4, &out->number))
    return false;
  out->number = (uint64_t)(int64_t)(int32_t)(uint32_t)out->number;
  return true;
}

bool vd_pickle_argument_read(vd_view bytes, size_t *at, vd_pickle_argument kind,
                             vd_pickle_arg *out) {
  switch (kind) {
  case VD_PICKLE_ARG_NONE: return true;
  case VD_PICKLE_ARG_NUMBER1: return take_number(bytes, at, 1, &out->number);
  case VD_PICKLE_ARG_NUMBER2: return take_number(bytes, at, 2, &out->number);
  case VD_PICKLE_ARG_NUMBER4: return take_number(bytes, at, 4, &out->number);
  case VD_PICKLE_ARG_NUMBER8: return take_number(bytes, at, 8, &out->number);
  case VD_PICKLE_ARG_SIGNED4: return take_signed(bytes, at, out);
  case VD_PICKLE_ARG_REAL8: return take_real(bytes, at, out);
  case VD_PICKLE_ARG_TEXT1: return take_sized(bytes, at, 1, out);
  case VD_PICKLE_ARG_TEXT4: return take_sized(bytes, at, 4, out);
  case VD_PICKLE_ARG_TEXT8: return take_sized(bytes, at, 8, out);
  case VD_PICKLE_ARG_LENGTH4:
    return take_signed(bytes, at, out) && take_text(bytes, at, out->number, &out->text);
  case VD_PICKLE_ARG_LINE: return take_line(bytes, at, &out->text);
  case VD_PICKLE_ARG_LINES:
    return take_line(bytes, at, &out->text) && take_line(bytes, at, &out->second);
  }
  return false;
}

vd_code vd_pickle_fault(vd_pickle *m, const char *text) {
  m->end = VD_PICKLE_BROKEN;
  m->fault = text;
  return VD_OK;
}

vd_code vd_pickle_odd(vd_pickle *m, const char *text) {
  for (size_t i = 0; i < m->oddities.count; i++)
    if (m->oddities.at[i].text == text)
      return VD_OK;
  if (m->oddities.count >= VD_PICKLE_ODDITIES_MAX)
    return VD_OK;
  vd_pickle_oddity *o = vd_vec_push(m->in->scratch, &m->oddities);
  if (o == NULL)
    return VD_NOMEM;
  *o = (vd_pickle_oddity){m->op, text};
  return VD_OK;
}

static vd_code exhausted(vd_pickle *m, const char *text) {
  m->end = VD_PICKLE_EXHAUSTED;
  m->fault = text;
  return VD_OK;
}

// pickle.py ends a run when an opcode reaches over the end of its frame; _pickle.c does not look.
static vd_code check_frame(vd_pickle *m) {
  if (m->frame_end == 0 || m->at < m->frame_end)
    return VD_OK;
  bool over = m->at > m->frame_end && m->op < m->frame_end;
  m->frame_end = 0;
  return over ? vd_pickle_odd(m, "an opcode reaches over the end of its frame") : VD_OK;
}

static bool has_operands(const vd_pickle *m, const vd_pickle_opcode *op) {
  if (op->pops == VD_PICKLE_POPS_MARK)
    return m->marks.count != 0;
  return vd_pickle_height(m) >= (size_t)op->pops;
}

static vd_code step(vd_pickle *m) {
  vd_pickle_arg arg = {0};
  m->op = m->at;
  if (m->at >= m->bytes.len)
    return vd_pickle_fault(m, "it ends without STOP");
  if (m->in->work == 0)
    return exhausted(m, "it takes too many steps");
  m->in->work--;
  m->code = (unsigned char)m->bytes.ptr[m->at++];
  const vd_pickle_opcode *op = &vd_pickle_opcodes[m->code];
  if (op->name == NULL)
    return vd_pickle_fault(m, "no opcode");
  if (!vd_pickle_argument_read(m->bytes, &m->at, op->argument, &arg))
    return vd_pickle_fault(m, "it is cut off inside an opcode");
  if (!has_operands(m, op))
    return vd_pickle_fault(m, op->pops == VD_PICKLE_POPS_MARK ? "there is no MARK"
                                                              : "the stack is too short");
  m->opcodes++;
  VD_TRY(op->run(m, &arg));
  return check_frame(m);
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
  return VD_OK;
}

vd_code vd_pickle_op_proto(vd_pickle *m, const vd_pickle_arg *arg) {
  if (arg->number > 5)
    return vd_pickle_fault(m, "its protocol is above 5");
  m->protocol = arg->number > m->protocol ? (unsigned)arg->number : m->protocol;
  return m->op == m->begin ? VD_OK : vd_pickle_odd(m, "PROTO does not come first");
}

// Python ends at a frame that reaches over the end; what it would have run is still of interest.
vd_code vd_pickle_op_frame(vd_pickle *m, const vd_pickle_arg *arg) {
  bool inside = m->frame_end > m->at, over = arg->number > m->bytes.len - m->at;
  m->frame_end = over ? 0 : m->at + (size_t)arg->number;
  m->protocol = m->protocol < 4 ? 4 : m->protocol;
  if (over)
    return vd_pickle_odd(m, "a frame reaches over its end");
  return inside ? vd_pickle_odd(m, "a frame begins inside another") : VD_OK;
}
