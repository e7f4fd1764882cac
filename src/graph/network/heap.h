// A queue of numbers, least key first.
#pragma once

#include "base/base.h"

typedef struct vd_heap_item {
  double key;
  uint32_t value;
} vd_heap_item;

typedef VD_VEC(vd_heap_item) vd_heap;

// False when out of memory. Items of equal keys come out in an order that depends on the calls only.
static inline bool vd_heap_push(vd_arena *a, vd_heap *h, double key, uint32_t value) {
  if (vd_vec_push(a, h) == NULL)
    return false;
  size_t at = h->count - 1;
  for (size_t up; at != 0 && h->at[up = (at - 1) / 4].key > key; at = up)
    h->at[at] = h->at[up];
  h->at[at] = (vd_heap_item){key, value};
  return true;
}

static inline size_t vd_heap_least_child(const vd_heap *h, size_t at) {
  size_t first = 4 * at + 1, least = first;
  size_t end = first + 4 < h->count ? first + 4 : h->count;
  for (size_t c = first + 1; c < end; c++)
    least = h->at[c].key < h->at[least].key ? c : least;
  return least;
}

// The heap must not be empty.
static inline vd_heap_item vd_heap_pop(vd_heap *h) {
  vd_heap_item top = h->at[0], last = h->at[--h->count];
  size_t at = 0;
  for (size_t down; 4 * at + 1 < h->count; at = down) {
    down = vd_heap_least_child(h, at);
    if (h->at[down].key >= last.key)
      break;
    h->at[at] = h->at[down];
  }
  h->at[at] = last;
  return top;
}
