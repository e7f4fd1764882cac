// Building records, and the hash by which an unchanged one is known.
#include "graph/record.h"

#define XXH_STATIC_LINKING_ONLY // the state lives on the stack
#include <xxhash.h>

vd_record vd_record_of(vd_arena *a, vd_view key, vd_view date) {
  return (vd_record){.key = key, .date = date, .arena = a};
}

vd_definition *vd_record_define(vd_record *r, vd_ref node, vd_view name) {
  vd_definition *d = node.key.len == 0 ? NULL : vd_vec_push(r->arena, &r->definitions);
  r->failed |= d == NULL && node.key.len != 0;
  if (d == NULL)
    return &r->lost_definition;
  *d = (vd_definition){.node = node, .name = name};
  return d;
}

void vd_record_property(vd_record *r, vd_ref node, const char *name, vd_view value) {
  if (value.len == 0 || node.key.len == 0)
    return;
  vd_property *p = vd_vec_push(r->arena, &r->properties);
  r->failed |= p == NULL;
  if (p != NULL)
    *p = (vd_property){.node = node, .name = name, .value = value};
}

vd_link *vd_record_link(vd_record *r, vd_ref src, vd_edge_kind kind, vd_ref dst) {
  if (src.key.len == 0 || dst.key.len == 0)
    return &r->lost_link;
  vd_link *l = vd_vec_push(r->arena, &r->links);
  r->failed |= l == NULL;
  if (l == NULL)
    return &r->lost_link;
  *l = (vd_link){.src = src, .kind = kind, .dst = dst, .method = "stated", .confidence = 1};
  return l;
}

// ---- hashing -----------------------------------------------------------------------------------

// Length first, so that moving a byte from one text to the next changes the hash.
static void mix(XXH3_state_t *h, vd_view v) {
  uint64_t n = v.len;
  (void)XXH3_64bits_update(h, &n, sizeof n);
  (void)XXH3_64bits_update(h, v.ptr == NULL ? "" : v.ptr, v.len);
}

static void mix_number(XXH3_state_t *h, int64_t n) { (void)XXH3_64bits_update(h, &n, sizeof n); }

// Kinds by name: their numbers may change between builds.
static void mix_ref(XXH3_state_t *h, const vd_ref *ref) {
  mix(h, vd_view_of(vd_node_kind_text(ref->kind)));
  mix(h, ref->key);
}

static void mix_definitions(XXH3_state_t *h, const vd_record *r) {
  for (size_t i = 0; i < r->definitions.count; i++) {
    const vd_definition *d = &r->definitions.at[i];
    mix_ref(h, &d->node);
    mix(h, d->name);
    mix(h, d->class);
    mix(h, d->text);
    mix_number(h, d->position);
  }
}

static void mix_links(XXH3_state_t *h, const vd_record *r) {
  for (size_t i = 0; i < r->links.count; i++) {
    const vd_link *l = &r->links.at[i];
    mix_ref(h, &l->src);
    mix(h, vd_view_of(vd_edge_kind_text(l->kind)));
    mix_ref(h, &l->dst);
    mix(h, l->context.key);
    mix(h, vd_view_of(l->method));
    mix_number(h, (int64_t)(l->confidence * 1e6));
    mix(h, l->evidence);
    mix(h, l->since);
  }
}

uint64_t vd_record_hash(const vd_record *r) {
  XXH3_state_t h;
  (void)XXH3_64bits_reset(&h);
  mix(&h, r->key);
  mix(&h, r->date);
  mix_number(&h, (int64_t)r->definitions.count);
  mix_definitions(&h, r);
  mix_number(&h, (int64_t)r->properties.count);
  for (size_t i = 0; i < r->properties.count; i++) {
    mix_ref(&h, &r->properties.at[i].node);
    mix(&h, vd_view_of(r->properties.at[i].name));
    mix(&h, r->properties.at[i].value);
  }
  mix_number(&h, (int64_t)r->links.count);
  mix_links(&h, r);
  return XXH3_64bits_digest(&h);
}
