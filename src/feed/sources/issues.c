// Issues and pull requests as GitHub's API serves them: a list, a page of search results, one
// object, or objects one a line. What they name in title and body becomes links.
#include "feed/cite.h"
#include "feed/github.h"
#include "feed/sources/sources.h"

static vd_code no_memory(vd_error *err) { return vd_fail(err, VD_NOMEM, "no memory for an issue"); }

static vd_view day_of(vd_view date) {
  return vd_date_valid(date) ? vd_view_first(date, 10) : (vd_view){0};
}

// Where the issue is: "html_url" of people, else "url" of the API.
static bool locate(const vd_value *issue, vd_github *g) {
  return (vd_github_parse(vd_text_at(issue, "html_url"), g) ||
          vd_github_parse(vd_text_at(issue, "url"), g)) &&
         g->number.len > 0;
}

static void add_facts(vd_record *r, vd_ref node, const vd_value *issue) {
  vd_record_property(r, node, "url", vd_text_at(issue, "html_url"));
  vd_record_property(r, node, "date", r->date);
  vd_record_property(r, node, "modified", day_of(vd_text_at(issue, "updated_at")));
  vd_record_property(r, node, "status", vd_text_at(issue, "state"));
  for (VD_EACH (label, vd_get(issue, VD_VIEW("labels"))))
    vd_record_property(r, node, "tag",
                       vd_is(label, VD_KIND_STRING) ? label->text : vd_text_at(label, "name"));
}

static vd_code read_issue(vd_arena *a, const vd_value *issue, size_t number,
                          const vd_feed_sink *sink, vd_error *err) {
  vd_github g;
  vd_view title = vd_view_trim(vd_text_at(issue, "title")), body = vd_text_at(issue, "body");
  if (!locate(issue, &g) || title.len == 0) {
    vd_feed_bad_record(sink, number, "no issue of GitHub with an address and a title");
    return VD_OK;
  }
  vd_view key = vd_github_issue(a, &g), home = vd_github_repository(a, &g);
  vd_view name = vd_github_title(a, &g);
  if (key.ptr == NULL || home.ptr == NULL || name.ptr == NULL)
    return no_memory(err);
  bool pull = g.pull || vd_is(vd_get(issue, VD_VIEW("pull_request")), VD_KIND_TABLE);
  vd_record r = vd_record_of(a, key, day_of(vd_text_at(issue, "created_at")));
  vd_ref node = vd_ref_of(VD_NODE_ISSUE, key), repository = vd_ref_of(VD_NODE_REPOSITORY, home);
  vd_definition *d = vd_record_define(&r, node, title);
  d->class = pull ? VD_VIEW("pull") : VD_VIEW("issue");
  d->text = vd_feed_text(body);
  (void)vd_record_define(&r, repository, vd_view_first(name, vd_view_find(name, '#')));
  add_facts(&r, node, issue);
  vd_record_link(&r, node, VD_EDGE_MEMBER_OF, repository)->evidence = VD_VIEW("html_url");
  vd_citer citer = vd_citer_of(&r, node);
  citer.reports = true;
  vd_cite(&citer, "title", title);
  vd_cite(&citer, "body", body);
  return r.failed ? no_memory(err) : vd_feed_record(sink, &r);
}

// ---- documents ----------------------------------------------------------------------------------

static vd_code read_document(vd_arena *a, const vd_value *doc, const vd_feed_sink *sink,
                             vd_error *err) {
  const vd_value *items = vd_get(doc, VD_VIEW("items"));
  const vd_value *list = vd_is(doc, VD_KIND_ARRAY) ? doc : items;
  size_t number = 0;
  if (!vd_is(list, VD_KIND_ARRAY) && !vd_is(doc, VD_KIND_TABLE))
    return vd_fail(err, VD_FORMAT, "neither issues nor a list of them");
  if (!vd_is(list, VD_KIND_ARRAY))
    return read_issue(a, doc, 1, sink, err);
  for (VD_EACH (issue, list))
    VD_TRY(read_issue(a, issue, ++number, sink, err));
  return VD_OK;
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
      VD_TRY(read_issue(a, doc, number, sink, err));
  }
  return VD_OK;
}

// Objects one a line: the first line is one object, and something follows it.
static vd_code is_lines(vd_arena *a, vd_view bytes, bool *out, vd_error *err) {
  const vd_value *doc;
  vd_view rest = vd_view_trim(bytes), line;
  bool found = vd_view_line(&rest, &line) && vd_view_starts(line, VD_VIEW("{")) &&
               vd_view_trim(rest).len > 0;
  vd_code code = found ? vd_json_parse(a, line, &doc, NULL) : VD_FORMAT;
  if (code == VD_NOMEM)
    return no_memory(err);
  *out = code == VD_OK;
  return VD_OK;
}

vd_code vd_read_issues(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  bool lines = false;
  VD_TRY(is_lines(a, in->bytes, &lines, err));
  if (lines)
    return read_lines(a, in->bytes, sink, err);
  VD_TRY(vd_json_parse(a, in->bytes, &doc, err));
  return read_document(a, doc, sink, err);
}
