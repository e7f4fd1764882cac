// Proofs of concept by CVE: what a search of GitHub found, one CVE a document.
#include "feed/cve.h"
#include "feed/github.h"
#include "feed/mentions.h"
#include "feed/reference.h"

typedef struct reader {
  vd_cve cve;
  size_t kept, more; // exploits in the record, and beyond its bound
} reader;

// The list is made by searching: a repository may only list the flaw among thousands. One whose
// address has the id in it is about the flaw.
static bool is_about(const reader *r, vd_view url) {
  size_t at = 0;
  for (vd_mention m; vd_mention_next(url, &at, &m);)
    if (vd_view_ieq(m.id, r->cve.node.key))
      return true;
  return false;
}

static void add(reader *r, vd_view url, double confidence) {
  vd_cve *c = &r->cve;
  vd_exploit_ref ref;
  if (vd_reference_exploit(c->arena, url, &ref) != VD_OK) {
    c->record.failed = true;
    return;
  }
  if (ref.key.len == 0 || vd_map_get(&c->said, ref.key) != NULL)
    return;
  c->record.failed |= vd_map_put(&c->said, ref.key, r) != VD_OK;
  if (r->kept == VD_POCS_MAX) {
    r->more++;
    return;
  }
  r->kept++;
  vd_ref node = vd_ref_of(VD_NODE_EXPLOIT, ref.key);
  vd_record_define(&c->record, node, (vd_view){0})->class = vd_view_of(ref.class);
  vd_link *l = vd_record_link(&c->record, node, VD_EDGE_EXPLOITS, c->node);
  l->confidence = confidence;
  l->evidence = VD_VIEW("poc.github");
}

// Those about the flaw first, as only so many are kept. Where there are none, a sentence says so.
static void add_all(reader *r, const vd_views *list) {
  vd_github g;
  for (size_t i = 0; i < list->count; i++)
    if (vd_github_parse(list->at[i], &g) && is_about(r, list->at[i]))
      add(r, list->at[i], 0.9);
  for (size_t i = 0; i < list->count; i++)
    if (vd_github_parse(list->at[i], &g))
      add(r, list->at[i], 0.5);
    else if (!vd_view_starts(list->at[i], VD_VIEW("No PoCs")))
      vd_feed_bad(r->cve.sink, r->cve.record.key, "no address on GitHub", list->at[i]);
}

// ---- the two forms ------------------------------------------------------------------------------

typedef struct document {
  vd_view id;
  vd_views github;
} document;

static vd_code keep(vd_arena *a, document *d, vd_view url, vd_error *err) {
  vd_view *slot = vd_vec_push(a, &d->github);
  if (slot == NULL) {
    (void)vd_fail(err, VD_NOMEM, "out of memory while reading a list of addresses");
    return VD_NOMEM;
  }
  *slot = url;
  return VD_OK;
}

static vd_code read_json(vd_arena *a, vd_view bytes, document *out, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, bytes, &doc, err));
  const vd_value *list = vd_path(doc, "poc", "github");
  if (!vd_is(list, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "the document has no list named poc.github");
  out->id = vd_text_at(doc, "id");
  for (VD_EACH (url, list))
    VD_TRY(keep(a, out, vd_text(url), err));
  return VD_OK;
}

// "### [CVE-2021-44228](https://...)" is the title, "#### Github" the heading of the list.
static vd_code read_markdown(vd_arena *a, vd_view bytes, document *out, vd_error *err) {
  static const vd_view title = VD_VIEW_INIT("### ["), item = VD_VIEW_INIT("- ");
  bool listing = false, listed = false;
  for (vd_view line; vd_view_line(&bytes, &line);) {
    vd_view name = vd_view_from(line, title.len);
    if (out->id.len == 0 && vd_view_starts(line, title))
      out->id = vd_view_cut(&name, ']');
    if (vd_view_starts(line, VD_VIEW("#")))
      listing = vd_view_ieq(vd_view_trim(line), VD_VIEW("#### Github"));
    else if (listing && vd_view_starts(line, item))
      VD_TRY(keep(a, out, vd_view_trim(vd_view_from(line, item.len)), err));
    listed |= listing;
  }
  return listed ? VD_OK : vd_fail(err, VD_FORMAT, "the document has no list under Github");
}

vd_code vd_read_poc(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  document d = {0};
  if (vd_view_starts(vd_view_trim(in->bytes), VD_VIEW("#")))
    VD_TRY(read_markdown(a, in->bytes, &d, err));
  else
    VD_TRY(read_json(a, in->bytes, &d, err));
  if (!vd_cve_valid(d.id))
    return vd_fail(err, VD_FORMAT, "the document has no CVE id");
  reader r = {.cve = vd_cve_of(a, sink, d.id)};
  add_all(&r, &d.github);
  if (r.more > 0)
    vd_cve_property(&r.cve, "more_pocs", vd_arena_printf(a, "%zu", r.more));
  return vd_cve_finish(&r.cve, err);
}
