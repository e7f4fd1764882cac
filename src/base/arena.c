// Arena and the growable arrays inside it.
#include "base/base.h"

#include <stdarg.h>

// Under ASan every object gets its own exact-size chunk, so an overflow from one
// arena object into the next is reported instead of hidden.
#if defined(__SANITIZE_ADDRESS__)
enum { CHUNK_MIN = 0, CHUNK_MAX = 0 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { CHUNK_MIN = 0, CHUNK_MAX = 0 };
#else
enum { CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };
#endif
#else
enum { CHUNK_MIN = 4096, CHUNK_MAX = 1 << 20 };
#endif

struct vd_arena_chunk {
  struct vd_arena_chunk *next;
  size_t cap, used;
  _Alignas(16) unsigned char data[];
};

static bool must_fail(vd_arena *a) { return a->fail_at != 0 && --a->fail_at == 0; }

// Chunks grow with the arena, so a big scan makes few of them and a small one wastes little.
static struct vd_arena_chunk *chunk_new(const vd_arena *a, size_t need) {
  size_t cap = a->used / 4 < CHUNK_MAX ? a->used / 4 : CHUNK_MAX;
  if (cap < CHUNK_MIN)
    cap = CHUNK_MIN;
  if (cap < need)
    cap = need;
  struct vd_arena_chunk *c = calloc(1, sizeof *c + cap);
  if (c != NULL)
    *c = (struct vd_arena_chunk){.next = a->head, .cap = cap};
  return c;
}

void *vd_arena_alloc(vd_arena *a, size_t count, size_t size) {
  size_t need;
  if (__builtin_mul_overflow(count, size, &need) || need > SIZE_MAX / 2)
    return NULL;
  if (CHUNK_MIN != 0)
    need = (need + 15) & ~(size_t)15;
  if (a->used > a->limit || need > a->limit - a->used || must_fail(a))
    return NULL;
  if (a->head == NULL || a->head->cap - a->head->used < need || CHUNK_MIN == 0) {
    struct vd_arena_chunk *c = chunk_new(a, need);
    if (c == NULL)
      return NULL;
    a->head = c;
  }
  void *p = a->head->data + a->head->used;
  a->head->used += need;
  a->used += need;
  return p;
}

static void free_until(vd_arena *a, const struct vd_arena_chunk *last) {
  while (a->head != last) {
    struct vd_arena_chunk *next = a->head->next;
    free(a->head);
    a->head = next;
  }
}

void vd_arena_free(vd_arena *a) {
  free_until(a, NULL);
  a->used = 0;
}

vd_arena_mark vd_arena_mark_of(const vd_arena *a) {
  return (vd_arena_mark){a->head, a->head == NULL ? 0 : a->head->used, a->used};
}

// What is left of the chunk at the mark is handed out again, as zeroed as the first time.
void vd_arena_rewind(vd_arena *a, vd_arena_mark to) {
  free_until(a, to.head);
  if (a->head != NULL) {
    memset(a->head->data + to.in_head, 0, a->head->used - to.in_head);
    a->head->used = to.in_head;
  }
  a->used = to.used;
}

void vd_arena_adopt(vd_arena *to, vd_arena *from) {
  struct vd_arena_chunk **tail = to->head == NULL ? &to->head : &to->head->next;
  struct vd_arena_chunk *rest = *tail;
  *tail = from->head;
  while (*tail != NULL)
    tail = &(*tail)->next;
  *tail = rest;
  to->used += from->used;
  *from = (vd_arena){.limit = from->limit};
}

vd_view vd_arena_copy(vd_arena *a, vd_view v) {
  char *p = v.len == SIZE_MAX ? NULL : vd_new_array(a, char, v.len + 1);
  if (p == NULL)
    return (vd_view){0};
  if (v.len != 0)
    memcpy(p, v.ptr, v.len);
  return (vd_view){p, v.len};
}

vd_view vd_arena_printf(vd_arena *a, const char *fmt, ...) {
  va_list ap;
  va_start(ap, fmt);
  int n = vsnprintf(NULL, 0, fmt, ap);
  va_end(ap);
  char *p = n < 0 ? NULL : vd_new_array(a, char, (size_t)n + 1);
  if (p == NULL)
    return (vd_view){0};
  va_start(ap, fmt);
  (void)vsnprintf(p, (size_t)n + 1, fmt, ap);
  va_end(ap);
  return (vd_view){p, (size_t)n};
}

bool vd_vec_room(vd_arena *a, void **at, const size_t *count, size_t *cap, size_t size) {
  if (*count < *cap)
    return true;
  size_t grown = *cap == 0 ? 8 : *cap * 2;
  void *p = vd_arena_alloc(a, grown, size);
  if (p == NULL)
    return false;
  if (*count != 0)
    memcpy(p, *at, *count * size);
  *at = p;
  *cap = grown;
  return true;
}
