// Text-to-pointer map: open addressing, linear probing, seeded XXH3.
#include "base/base.h"

#include <sys/random.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct vd_map_slot {
  vd_view key;
  uint64_t hash;
  void *value; // NULL = free
};

uint64_t vd_hash(vd_view v) { return XXH3_64bits(v.len == 0 ? "" : v.ptr, v.len); }

static uint64_t seeded(const vd_map *m, vd_view key) {
  return XXH3_64bits_withSeed(key.len == 0 ? "" : key.ptr, key.len, m->seed);
}

static struct vd_map_slot *slot_of(const vd_map *m, vd_view key, uint64_t hash) {
  size_t i = hash & (m->cap - 1);
  while (m->slots[i].value != NULL &&
         (m->slots[i].hash != hash || !vd_view_eq(m->slots[i].key, key)))
    i = (i + 1) & (m->cap - 1);
  return &m->slots[i];
}

void *vd_map_get(const vd_map *m, vd_view key) {
  return m->cap == 0 ? NULL : slot_of(m, key, seeded(m, key))->value;
}

static vd_code grow(vd_map *m) {
  vd_map next = {.arena = m->arena, .seed = m->seed, .cap = m->cap == 0 ? 16 : m->cap * 2};
  if (m->cap == 0 && getrandom(&next.seed, sizeof next.seed, GRND_NONBLOCK) < 0)
    next.seed = (uint64_t)(uintptr_t)m;
  next.slots = vd_new_array(m->arena, struct vd_map_slot, next.cap);
  if (next.slots == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < m->cap; i++)
    if (m->slots[i].value != NULL)
      *slot_of(&next, m->slots[i].key, m->slots[i].hash) = m->slots[i];
  next.count = m->count;
  *m = next;
  return VD_OK;
}

vd_code vd_map_put(vd_map *m, vd_view key, void *value) {
  if (m->count * 4 >= m->cap * 3)
    VD_TRY(grow(m));
  uint64_t hash = seeded(m, key);
  struct vd_map_slot *s = slot_of(m, key, hash);
  m->count += s->value == NULL;
  *s = (struct vd_map_slot){key, hash, value};
  return VD_OK;
}
