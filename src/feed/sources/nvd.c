// NVD: pages of the API and yearly files, in either edition. A year can be larger than a tree may
// be, so the list is walked and each flaw parsed by itself.
#include "feed/nvd.h"

typedef struct page {
  vd_arena *arena;
  const vd_feed_sink *sink;
  vd_view date;
  bool list; // a list of flaws was there
} page;

static vd_code read_item(const page *p, const vd_nvd_edition *e, vd_view text, vd_error *err) {
  const vd_value *item;
  VD_TRY(vd_json_parse(p->arena, text, &item, err));
  vd_view id = e->id(item);
  if (!vd_cve_valid(id))
    return vd_fail(err, VD_FORMAT, "an entry without a CVE id");
  vd_cve c = vd_cve_of(p->arena, p->sink, id);
  e->read(&c, item);
  return vd_cve_finish(&c, err);
}

static vd_code read_list(page *p, const vd_nvd_edition *e, vd_view list, vd_error *err) {
  vd_json_walk w;
  vd_json_item item;
  size_t number = 0;
  VD_TRY(vd_json_walk_of(list, &w, err));
  for (;;) {
    vd_code code = vd_json_walk_next(&w, &item, err);
    if (code == VD_NOTFOUND)
      return VD_OK;
    VD_TRY(code);
    vd_error local = {0};
    vd_arena_mark mark = vd_arena_mark_of(p->arena);
    code = read_item(p, e, item.text, &local);
    vd_arena_rewind(p->arena, mark);
    number++;
    if (code == VD_FORMAT || code == VD_LIMIT) {
      vd_feed_bad_record(p->sink, number, local.text);
    } else if (code != VD_OK) {
      if (err != NULL)
        *err = local;
      return code;
    }
  }
}

// A string between its quotes; dates hold nothing that is escaped.
static vd_view unquoted(vd_view text) {
  bool quotes = text.len >= 2 && text.ptr[0] == '"';
  return quotes ? vd_view_first(vd_view_from(text, 1), text.len - 2) : (vd_view){0};
}

static vd_code read_member(page *p, const vd_json_item *member, vd_error *err) {
  static const vd_nvd_edition *const editions[] = {&vd_nvd_2, &vd_nvd_11};
  for (size_t i = 0; i < VD_COUNT(editions); i++) {
    const vd_nvd_edition *e = editions[i];
    if (vd_view_eq(member->key, e->date) && vd_date_valid(unquoted(member->text)))
      p->date = unquoted(member->text);
    if (!vd_view_eq(member->key, e->list) || !vd_view_starts(member->text, VD_VIEW("[")))
      continue;
    p->list = true;
    VD_TRY(read_list(p, e, member->text, err));
  }
  return VD_OK;
}

vd_code vd_read_nvd(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  page p = {.arena = a, .sink = sink};
  vd_json_walk w;
  vd_json_item member;
  VD_TRY(vd_json_walk_of(in->bytes, &w, err));
  vd_code code = vd_json_walk_next(&w, &member, err);
  for (; code == VD_OK; code = vd_json_walk_next(&w, &member, err))
    VD_TRY(read_member(&p, &member, err));
  if (code != VD_NOTFOUND)
    return code;
  if (!p.list)
    return vd_fail(err, VD_FORMAT, "the document has no list of flaws");
  return sink->snapshot(sink->ctx, (vd_view){0}, p.date);
}
