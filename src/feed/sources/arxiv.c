// Papers of arXiv: records of its metadata set (JSON, one a line) or an answer of its API (Atom).
#include "feed/cite.h"
#include "feed/sources/papers.h"
#include "feed/sources/sources.h"
#include "package/ascii.h"

typedef struct paper {
  vd_view id, title, text, published, modified; // dates: {NULL} or YYYY-MM-DD
  vd_views tags;
} paper;

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for a paper of arXiv");
}

// Runs of white space as one blank, since titles are wrapped; {NULL} when there is no memory.
static vd_view unwrapped(vd_arena *a, vd_view v) {
  char *out = vd_new_array(a, char, v.len + 1);
  size_t n = 0;
  v = vd_view_trim(v);
  for (size_t i = 0; out != NULL && i < v.len; i++) {
    bool space = vd_is_space(v.ptr[i]);
    if (!space || out[n - 1] != ' ')
      out[n++] = (char)(space ? ' ' : v.ptr[i]);
  }
  return (vd_view){out, n};
}

static bool add_tag(vd_arena *a, paper *p, vd_view tag) {
  vd_view *slot = tag.len == 0 ? NULL : vd_vec_push(a, &p->tags);
  if (slot != NULL)
    *slot = tag;
  return slot != NULL || tag.len == 0;
}

static vd_code hand_over(vd_arena *a, const paper *p, const vd_feed_sink *sink, vd_error *err) {
  vd_view key = vd_paper_key(a, p->id), title = unwrapped(a, p->title);
  vd_view url = vd_arena_printf(a, "https://arxiv.org/abs/%.*s", VD_ARG(p->id));
  if (key.ptr == NULL || title.ptr == NULL || url.ptr == NULL)
    return no_memory(err);
  vd_record r = vd_record_of(a, p->id, p->published.len > 0 ? p->published : p->modified);
  vd_ref node = vd_ref_of(VD_NODE_DOCUMENT, key);
  vd_definition *d = vd_record_define(&r, node, title);
  d->class = VD_VIEW("paper");
  d->text = vd_feed_text(p->text);
  vd_record_property(&r, node, "url", url);
  vd_record_property(&r, node, "published", p->published);
  vd_record_property(&r, node, "modified", p->modified);
  for (size_t i = 0; i < p->tags.count; i++)
    vd_record_property(&r, node, "tag", p->tags.at[i]);
  vd_citer citer = vd_citer_of(&r, node);
  vd_cite(&citer, "title", title);
  vd_cite(&citer, "abstract", d->text);
  return r.failed ? no_memory(err) : vd_feed_record(sink, &r);
}

static vd_view day_of(vd_view date) {
  return vd_date_valid(date) ? vd_view_first(date, 10) : (vd_view){0};
}

// ---- metadata, one JSON object a line -----------------------------------------------------------

// "Mon, 2 Apr 2007 19:18:42 GMT" as "2007-04-02"; {NULL} when it is something else. False when
// there is no memory.
static bool day_of_mail(vd_arena *a, vd_view date, vd_view *out) {
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  (void)vd_view_cut(&date, ',');
  date = vd_view_trim(date);
  vd_view day = vd_view_cut(&date, ' '), name = vd_view_cut(&date, ' ');
  vd_view year = vd_view_cut(&date, ' ');
  uint64_t d, y;
  size_t month = 0;
  while (month < 12 && (name.len != 3 || memcmp(months + 3 * month, name.ptr, 3) != 0))
    month++;
  if (month == 12 || !vd_view_u64(day, &d) || !vd_view_u64(year, &y) || d < 1 || d > 31 ||
      y < 1990 || y > 2099)
    return true;
  *out = vd_arena_printf(a, "%04u-%02zu-%02u", (unsigned)y, month + 1, (unsigned)d);
  return out->ptr != NULL;
}

static vd_code read_object(vd_arena *a, const vd_value *doc, size_t number,
                           const vd_feed_sink *sink, vd_error *err) {
  vd_view categories = vd_text_at(doc, "categories");
  const vd_value *first = vd_first(vd_get(doc, VD_VIEW("versions")));
  paper p = {.id = vd_paper_id(vd_text_at(doc, "id")),
             .title = vd_text_at(doc, "title"),
             .text = vd_text_at(doc, "abstract"),
             .modified = day_of(vd_text_at(doc, "update_date"))};
  if (p.id.len == 0 || vd_view_trim(p.title).len == 0) {
    vd_feed_bad_record(sink, number, "no arXiv id or no title");
    return VD_OK;
  }
  if (!day_of_mail(a, vd_text_at(first, "created"), &p.published))
    return no_memory(err);
  while (categories.len > 0)
    if (!add_tag(a, &p, vd_view_cut(&categories, ' ')))
      return no_memory(err);
  return hand_over(a, &p, sink, err);
}

static vd_code read_lines(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_error *err) {
  vd_view line;
  for (size_t number = 1; vd_view_line(&bytes, &line); number++) {
    const vd_value *doc;
    vd_error e = {0};
    if (vd_view_trim(line).len == 0)
      continue;
    vd_code code = vd_json_parse(a, line, &doc, &e);
    if (code == VD_NOMEM)
      return no_memory(err);
    if (code != VD_OK)
      vd_feed_bad_record(sink, number, e.text);
    else
      VD_TRY(read_object(a, doc, number, sink, err));
  }
  return VD_OK;
}

// ---- Atom ---------------------------------------------------------------------------------------

static bool entry_text(vd_arena *a, const vd_value *entry, const char *name, vd_view *out) {
  const vd_value *element = vd_get(entry, vd_view_of(name));
  *out = element == NULL ? VD_VIEW("") : vd_xml_text(a, element);
  return out->ptr != NULL;
}

static vd_code read_entry(vd_arena *a, const vd_value *entry, size_t number,
                          const vd_feed_sink *sink, vd_error *err) {
  paper p = {0};
  bool read = entry_text(a, entry, "id", &p.id) && entry_text(a, entry, "title", &p.title) &&
              entry_text(a, entry, "summary", &p.text) &&
              entry_text(a, entry, "published", &p.published) &&
              entry_text(a, entry, "updated", &p.modified);
  if (!read)
    return no_memory(err);
  p.id = vd_paper_id_of_url(p.id);
  if (p.id.len == 0 || p.title.len == 0) {
    vd_feed_bad_record(sink, number, "no arXiv id or no title");
    return VD_OK;
  }
  p.published = day_of(p.published);
  p.modified = day_of(p.modified);
  for (VD_EACH (x, entry))
    if (vd_view_eq(x->key, VD_VIEW("category")) && !add_tag(a, &p, vd_text_at(x, "@term")))
      return no_memory(err);
  return hand_over(a, &p, sink, err);
}

static vd_code read_atom(vd_arena *a, vd_view bytes, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *feed;
  vd_view updated;
  size_t number = 0;
  VD_TRY(vd_xml_parse(a, bytes, &feed, err));
  if (!vd_view_eq(feed->key, VD_VIEW("feed")))
    return vd_fail(err, VD_FORMAT, "the document is no Atom feed");
  if (!entry_text(a, feed, "updated", &updated))
    return no_memory(err);
  VD_TRY(sink->snapshot(sink->ctx, (vd_view){0}, day_of(updated)));
  for (VD_EACH (entry, feed))
    if (vd_view_eq(entry->key, VD_VIEW("entry")))
      VD_TRY(read_entry(a, entry, ++number, sink, err));
  return VD_OK;
}

vd_code vd_read_arxiv(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  vd_view start = vd_view_trim(in->bytes);
  if (vd_view_starts(start, VD_VIEW("<")))
    return read_atom(a, in->bytes, sink, err);
  if (!vd_view_starts(start, VD_VIEW("{")))
    return vd_fail(err, VD_FORMAT, "neither lines of JSON nor an Atom feed");
  return read_lines(a, in->bytes, sink, err);
}
