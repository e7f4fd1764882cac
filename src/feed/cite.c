// Citing: every mention in a text becomes a link with the words it stands in.
#include "feed/cite.h"

#include "feed/mentions.h"
#include "feed/sources/sources.h"

vd_citer vd_citer_of(vd_record *r, vd_ref from) {
  return (vd_citer){.record = r,
                    .from = from,
                    .method = "text",
                    .confidence = 0.9,
                    .kind = VD_EDGE_REFERENCES,
                    .seen = VD_MAP(r->arena)};
}

static bool continues(char c) { return ((unsigned char)c & 0xC0) == 0x80; }

vd_view vd_cite_words(vd_arena *a, const char *place, vd_view text, size_t offset) {
  size_t start = offset < VD_CITE_BEFORE ? 0 : offset - VD_CITE_BEFORE;
  while (start < offset && continues(text.ptr[start]))
    start++;
  vd_view around = vd_text_cut(vd_view_from(text, start), offset - start + VD_CITE_AFTER);
  char *words = vd_new_array(a, char, around.len + 1);
  for (size_t i = 0; words != NULL && i < around.len; i++) {
    char c = around.ptr[i];
    words[i] = (char)(c == '\n' || c == '\r' || c == '\t' ? ' ' : c);
  }
  if (words == NULL)
    return (vd_view){0};
  return vd_arena_printf(a, "%s @%zu: %.*s", place, offset, (int)around.len, words);
}

// True when the thing is named for the first time.
static bool first_time(vd_citer *c, vd_view key) {
  if (vd_map_get(&c->seen, key) != NULL || vd_view_eq(key, c->from.key))
    return false;
  c->record->failed |= vd_map_put(&c->seen, key, c) != VD_OK;
  return true;
}

static void cite(vd_citer *c, const char *place, vd_view text, const vd_mention *m) {
  vd_view key = vd_mention_key(c->record->arena, m);
  c->record->failed |= key.ptr == NULL;
  if (key.ptr == NULL || !first_time(c, key))
    return;
  vd_ref named = vd_ref_of(m->kind, key);
  bool reported = c->reports && m->kind == VD_NODE_VULNERABILITY;
  vd_link *l = reported ? vd_record_link(c->record, named, VD_EDGE_REPORTED_IN, c->from)
                        : vd_record_link(c->record, c->from, c->kind, named);
  l->method = c->method;
  l->confidence = c->confidence;
  l->evidence = vd_cite_words(c->record->arena, place, text, m->offset);
  c->record->failed |= l->evidence.ptr == NULL;
}

void vd_cite(vd_citer *c, const char *place, vd_view text) {
  vd_mention m;
  for (size_t at = 0; !c->record->failed && vd_mention_next(text, &at, &m);)
    cite(c, place, text, &m);
}
