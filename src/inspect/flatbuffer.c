// Bounded access to FlatBuffers.
#include "inspect/flatbuffer.h"

static uint64_t load(vd_flat *f, uint64_t at, unsigned size) {
  uint64_t x = 0;
  if (at > f->bytes.len || f->bytes.len - at < size) {
    f->failed_at = f->failed ? f->failed_at : at;
    f->failed = true;
    return 0;
  }
  for (unsigned i = size; i > 0; i--)
    x = x << 8 | (uint8_t)f->bytes.ptr[at + i - 1];
  return x;
}

// Where the unsigned offset at a place leads; 0 for a null offset.
static uint64_t follow(vd_flat *f, uint64_t at) {
  uint64_t offset = load(f, at, 4);
  return offset == 0 ? 0 : at + offset;
}

static vd_flat_table table_at(vd_flat *f, uint64_t at) {
  vd_flat_table t = {.flat = f, .at = at};
  if (at == 0)
    return t;
  int64_t vtable = (int64_t)at - (int32_t)load(f, at, 4);
  t.vtable = vtable < 0 ? UINT64_MAX : (uint64_t)vtable;
  t.vtable_bytes = (uint32_t)load(f, t.vtable, 2);
  if (t.vtable_bytes >= 4 && !f->failed)
    (void)load(f, t.vtable + t.vtable_bytes - 2, 2);
  if (f->failed)
    t.at = 0;
  return t;
}

vd_flat_table vd_flat_root(vd_flat *flat) { return table_at(flat, follow(flat, 0)); }

// Place of a field, 0 when the table has none.
static uint64_t field_at(const vd_flat_table *t, unsigned field) {
  uint64_t slot = 4 + 2 * (uint64_t)field;
  if (t->at == 0 || slot + 2 > t->vtable_bytes)
    return 0;
  uint64_t offset = load(t->flat, t->vtable + slot, 2);
  return offset == 0 ? 0 : t->at + offset;
}

static uint64_t scalar(const vd_flat_table *t, unsigned field, unsigned size, uint64_t absent) {
  uint64_t at = field_at(t, field);
  return at == 0 ? absent : load(t->flat, at, size);
}

uint8_t vd_flat_u8(const vd_flat_table *t, unsigned field, uint8_t absent) {
  return (uint8_t)scalar(t, field, 1, absent);
}

uint32_t vd_flat_u32(const vd_flat_table *t, unsigned field, uint32_t absent) {
  return (uint32_t)scalar(t, field, 4, absent);
}

uint64_t vd_flat_u64(const vd_flat_table *t, unsigned field, uint64_t absent) {
  return scalar(t, field, 8, absent);
}

static vd_flat_vector vector_at(vd_flat *f, uint64_t at, unsigned size) {
  vd_flat_vector v = {.flat = f};
  uint64_t count = at == 0 ? 0 : load(f, at, 4);
  if (f->failed || count == 0)
    return v;
  if (count * size > f->bytes.len - at - 4) {
    f->failed = true;
    f->failed_at = at;
    return v;
  }
  v.at = at + 4;
  v.count = (uint32_t)count;
  return v;
}

static vd_view text_of(const vd_flat_vector *v) {
  return v->count == 0 ? (vd_view){"", 0} : (vd_view){v->flat->bytes.ptr + v->at, v->count};
}

static uint64_t target_of(const vd_flat_table *t, unsigned field) {
  uint64_t at = field_at(t, field);
  return at == 0 ? 0 : follow(t->flat, at);
}

vd_view vd_flat_text(const vd_flat_table *t, unsigned field) {
  uint64_t at = target_of(t, field);
  vd_flat_vector v = vector_at(t->flat, at, 1);
  return at == 0 ? (vd_view){0} : text_of(&v);
}

vd_flat_table vd_flat_child(const vd_flat_table *t, unsigned field) {
  return table_at(t->flat, target_of(t, field));
}

vd_flat_vector vd_flat_vector_of(const vd_flat_table *t, unsigned field, unsigned size) {
  return vector_at(t->flat, target_of(t, field), size);
}

vd_view vd_flat_bytes(const vd_flat_table *t, unsigned field) { return vd_flat_text(t, field); }

vd_flat_table vd_flat_item(const vd_flat_vector *v, uint32_t index) {
  return table_at(v->flat, index < v->count ? follow(v->flat, v->at + 4 * (uint64_t)index) : 0);
}

vd_view vd_flat_item_text(const vd_flat_vector *v, uint32_t index) {
  uint64_t at = index < v->count ? follow(v->flat, v->at + 4 * (uint64_t)index) : 0;
  vd_flat_vector text = vector_at(v->flat, at, 1);
  return text_of(&text);
}

uint32_t vd_flat_item_u32(const vd_flat_vector *v, uint32_t index) {
  return index < v->count ? (uint32_t)load(v->flat, v->at + 4 * (uint64_t)index, 4) : 0;
}
