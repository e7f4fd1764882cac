// FlatBuffers without a schema: every offset, vtable and length is checked before it is followed.
// https://flatbuffers.dev/internals/
#pragma once

#include "base/base.h"

typedef struct vd_flat {
  vd_view bytes;
  bool failed;        // something pointed out of the buffer; sticky
  uint64_t failed_at; // the first place that did
} vd_flat;

// A table; at 0 is no table, and every field of it is absent.
typedef struct vd_flat_table {
  vd_flat *flat;
  uint64_t at, vtable;
  uint32_t vtable_bytes;
} vd_flat_table;

typedef struct vd_flat_vector {
  vd_flat *flat;
  uint64_t at; // of the first element
  uint32_t count;
} vd_flat_vector;

vd_flat_table vd_flat_root(vd_flat *flat);
// Scalars by the index of the field in its table; `absent` when it is not there.
uint8_t vd_flat_u8(const vd_flat_table *t, unsigned field, uint8_t absent);
uint32_t vd_flat_u32(const vd_flat_table *t, unsigned field, uint32_t absent);
uint64_t vd_flat_u64(const vd_flat_table *t, unsigned field, uint64_t absent);
vd_view vd_flat_text(const vd_flat_table *t, unsigned field); // {NULL} when absent
vd_flat_table vd_flat_child(const vd_flat_table *t, unsigned field);
// A vector whose elements have `size` bytes: all of them are inside the buffer.
vd_flat_vector vd_flat_vector_of(const vd_flat_table *t, unsigned field, unsigned size);
vd_view vd_flat_bytes(const vd_flat_table *t, unsigned field);       // of a vector of bytes
vd_flat_table vd_flat_item(const vd_flat_vector *v, uint32_t index); // of tables
vd_view vd_flat_item_text(const vd_flat_vector *v, uint32_t index);  // of texts
uint32_t vd_flat_item_u32(const vd_flat_vector *v, uint32_t index);  // of 32-bit numbers
