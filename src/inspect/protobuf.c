// The cursor over protobuf fields.
#include "inspect/protobuf.h"

bool vd_field_next(vd_reader *r, vd_field *f) {
  if (r->failed || r->at == r->end)
    return false;
  uint64_t tag = vd_read_varint(r);
  *f = (vd_field){.number = (uint32_t)(tag >> 3), .wire = (vd_wire)(tag & 7)};
  if (f->wire == VD_WIRE_VARINT)
    f->value = vd_read_varint(r);
  else if (f->wire == VD_WIRE_FIXED64)
    f->value = vd_read_u64le(r);
  else if (f->wire == VD_WIRE_FIXED32)
    f->value = vd_read_u32le(r);
  else if (f->wire == VD_WIRE_BYTES)
    f->bytes = vd_read_bytes(r, vd_read_varint(r));
  else
    r->failed = true;
  r->failed = r->failed || tag >> 3 == 0 || tag >> 3 > 0x1fffffff;
  return !r->failed;
}

uint64_t vd_message_int(vd_view message, uint32_t number) {
  vd_reader r = vd_reader_of(message);
  vd_field f;
  uint64_t out = 0;
  while (vd_field_next(&r, &f))
    if (f.number == number && f.wire != VD_WIRE_BYTES)
      out = f.value;
  return out;
}

vd_view vd_message_bytes(vd_view message, uint32_t number) {
  vd_reader r = vd_reader_of(message);
  vd_view out = {0}, part;
  while (vd_message_each(&r, number, &part))
    out = part;
  return out;
}

bool vd_message_each(vd_reader *r, uint32_t number, vd_view *out) {
  vd_field f;
  while (vd_field_next(r, &f))
    if (f.number == number && f.wire == VD_WIRE_BYTES) {
      *out = f.bytes;
      return true;
    }
  return false;
}

void vd_field_numbers(const vd_field *f, uint64_t *out, unsigned most, unsigned *count) {
  if (f->wire != VD_WIRE_BYTES) {
    if (*count < most)
      out[*count] = f->value;
    ++*count;
    return;
  }
  vd_reader r = vd_reader_of(f->bytes);
  while (vd_reader_left(&r) != 0) {
    uint64_t n = vd_read_varint(&r);
    if (*count < most)
      out[*count] = n;
    ++*count;
  }
}

static const vd_field_rule *rule_of(const vd_field *f, const vd_field_rule *rules, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (rules[i].number == f->number)
      return &rules[i];
  return NULL;
}

bool vd_message_is(vd_view bytes, const vd_field_rule *rules, size_t n, bool partial) {
  vd_reader r = vd_reader_of(bytes);
  vd_field f = {0};
  uint32_t seen = 0, needed = 0;
  for (size_t i = 0; i < n; i++)
    needed |= rules[i].needed ? 1U << i : 0;
  for (unsigned k = 0; k < VD_FIELDS_LOOKED_AT; k++) {
    f.number = 0;
    if (!vd_field_next(&r, &f) && (!r.failed || !partial || f.wire != VD_WIRE_BYTES))
      return !r.failed && (seen & needed) == needed && bytes.len != 0;
    const vd_field_rule *rule = rule_of(&f, rules, n);
    if (rule != NULL && f.wire != rule->wire)
      return false;
    seen |= rule == NULL ? 0 : 1U << (rule - rules);
    if (r.failed || ((seen & needed) == needed && partial))
      return (seen & needed) == needed;
  }
  return (seen & needed) == needed;
}
