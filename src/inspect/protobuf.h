// Protocol buffers on the wire, without a schema: a bounded cursor over the fields of one message.
// https://protobuf.dev/programming-guides/encoding/
#pragma once

#include "base/base.h"

typedef enum vd_wire {
  VD_WIRE_VARINT = 0,
  VD_WIRE_FIXED64 = 1,
  VD_WIRE_BYTES = 2, // text, bytes, messages, packed numbers
  VD_WIRE_FIXED32 = 5,
} vd_wire;

typedef struct vd_field {
  uint32_t number;
  vd_wire wire;
  uint64_t value; // of numbers
  vd_view bytes;  // of VD_WIRE_BYTES: inside the message
} vd_field;

// The next field; false behind the last one, and where the message is broken (r->failed). Groups,
// which no model format has, count as broken.
bool vd_field_next(vd_reader *r, vd_field *f);

// Of a singular field the last one counts, as in every protobuf library. 0 and {NULL} when absent.
uint64_t vd_message_int(vd_view message, uint32_t number);
vd_view vd_message_bytes(vd_view message, uint32_t number);

// Walks the VD_WIRE_BYTES fields of one number: text or messages.
//   vd_reader r = vd_reader_of(message);
//   while (vd_message_each(&r, 5, &part)) ...
bool vd_message_each(vd_reader *r, uint32_t number, vd_view *out);

// Adds the numbers of a repeated field, packed or not, to out[*count..most); the rest are counted
// only.
void vd_field_numbers(const vd_field *f, uint64_t *out, unsigned most, unsigned *count);

// A field of a message type, to tell its messages from other bytes.
typedef struct vd_field_rule {
  uint32_t number;
  vd_wire wire;
  bool needed;
} vd_field_rule;

// Whether bytes are a message in which every field of a rule has that rule's wire type (repeated
// numbers may be packed) and the needed ones are there. Looks at the first VD_FIELDS_LOOKED_AT
// fields, and at no byte inside them. `partial` accepts that the last field goes on past the end.
bool vd_message_is(vd_view bytes, const vd_field_rule *rules, size_t n, bool partial);
