// Top Ten lists of OWASP, one Markdown document an entry: for applications of language models, for
// machine learning, for agents, for the web.
#include "feed/sources/owasp.h"

#include "feed/cite.h"
#include "feed/markdown.h"
#include "feed/sources/sources.h"

typedef struct top_ten {
  vd_view class;
  vd_view prefix; // of an id and of the file
  bool dated;     // ids end in ":YYYY"
  bool (*wants)(vd_view path);
} top_ten;

// ---- which documents ----------------------------------------------------------------------------

// 1 to 10 after the prefix, else 0.
static unsigned number_of(vd_view text, vd_view prefix) {
  vd_view digits = vd_view_first(vd_view_from(text, prefix.len), 2);
  uint64_t n;
  bool found = vd_view_starts(text, prefix) && digits.len == 2 && vd_view_u64(digits, &n);
  return found && n >= 1 && n <= 10 ? (unsigned)n : 0;
}

static vd_view base_of(vd_view path) {
  while (vd_view_find(path, '/') < path.len)
    (void)vd_view_cut(&path, '/');
  return path;
}

// folder + "PREFIXnn....md", translations and cheat sheets in folders below left out.
static bool is_entry(vd_view path, vd_view folder, vd_view prefix) {
  vd_view base = base_of(path);
  return vd_view_ends(vd_view_first(path, path.len - base.len), folder) &&
         number_of(base, prefix) > 0 && vd_view_ends(base, VD_VIEW(".md"));
}

bool vd_entry_owasp_llm(vd_view path) {
  return is_entry(path, VD_VIEW("/2_0_vulns/"), VD_VIEW("LLM"));
}

bool vd_entry_owasp_ml(vd_view path) { return is_entry(path, VD_VIEW("/docs/"), VD_VIEW("ML")); }

bool vd_entry_owasp_web(vd_view path) {
  return is_entry(path, VD_VIEW("/docs/en/"), VD_VIEW("A")) && vd_view_has(path, VD_VIEW("/202"));
}

bool vd_entry_owasp_agentic(vd_view path) {
  return is_entry(path, VD_VIEW("/agentic-top-10/Sprint 1-first-public-draft-expanded/"),
                  VD_VIEW("ASI")) ||
         vd_view_ends(path, VD_VIEW("/ASI_Agentic_Exploits_Incidents.md"));
}

// ---- an entry -----------------------------------------------------------------------------------

typedef struct entry {
  vd_view id, year, name;
  vd_view body; // what stands below the line with the id
} entry;

// "LLM01:2025 Prompt Injection", "ASI01 – Agent Behaviour Hijack"
static bool read_title(const top_ten *list, vd_view title, entry *out) {
  size_t n = list->prefix.len + 2;
  vd_view rest = vd_view_from(title, n), year = {0};
  uint64_t number;
  if (number_of(title, list->prefix) == 0)
    return false;
  if (list->dated) {
    year = vd_view_first(vd_view_from(rest, 1), 4);
    if (!vd_view_starts(rest, VD_VIEW(":")) || year.len != 4 || !vd_view_u64(year, &number))
      return false;
    rest = vd_view_from(rest, 5);
    n += 5;
  }
  vd_view name = vd_view_trim(rest);
  static const vd_view marks[] = {VD_VIEW_INIT("\xE2\x80\x93"), VD_VIEW_INIT("-"),
                                  VD_VIEW_INIT(":")};
  for (size_t i = 0; i < VD_COUNT(marks); i++)
    if (vd_view_starts(name, marks[i]))
      name = vd_view_trim(vd_view_from(name, marks[i].len));
  *out = (entry){.id = vd_view_first(title, n), .year = year, .name = name};
  return name.len > 0;
}

// The first heading, or the title of the front matter, that is an entry's.
static bool find_entry(const top_ten *list, vd_view document, entry *out) {
  vd_view front = vd_md_front_matter(&document), line, text;
  unsigned level;
  bool found = read_title(list, vd_md_front_value(front, "title"), out);
  vd_view rest = document;
  while (!found && vd_view_line(&rest, &line))
    found = vd_md_heading(line, &level, &text) && read_title(list, text, out);
  out->body = front.len > 0 && rest.len == document.len ? document : rest;
  return found;
}

// Sections that list what the entry is mapped to; elsewhere an id is only named.
static bool lists_mappings(vd_view heading) {
  return vd_view_has(heading, VD_VIEW("Mapped CWEs")) ||
         vd_view_has(heading, VD_VIEW("Related Frameworks"));
}

static void cite_mappings(vd_citer *citer, vd_view body) {
  vd_view rest = body, line, heading;
  const char *start = NULL; // of the section being read, when it lists mappings
  unsigned level;
  citer->method = "stated";
  citer->confidence = 1;
  while (vd_view_line(&rest, &line)) {
    if (!vd_md_heading(line, &level, &heading))
      continue;
    if (start != NULL)
      vd_cite(citer, "mapped", (vd_view){start, (size_t)(line.ptr - start)});
    start = lists_mappings(heading) ? line.ptr : NULL;
  }
  if (start != NULL)
    vd_cite(citer, "mapped", (vd_view){start, (size_t)(body.ptr + body.len - start)});
  citer->method = "text";
  citer->confidence = 0.9;
}

static vd_code read_entry(vd_arena *a, const top_ten *list, const entry *e,
                          const vd_feed_sink *sink) {
  vd_record r = vd_record_of(a, e->id, (vd_view){0});
  vd_ref node = vd_ref_of(VD_NODE_RISK, e->id);
  vd_definition *d = vd_record_define(&r, node, e->name);
  d->class = list->class;
  d->text = vd_feed_text(e->body);
  vd_record_property(&r, node, "version", e->year);
  vd_citer citer = vd_citer_of(&r, node);
  cite_mappings(&citer, e->body);
  vd_cite(&citer, "text", e->body);
  return vd_feed_record(sink, &r);
}

static vd_code read_list(vd_arena *a, const top_ten *list, const vd_input *in,
                         const vd_feed_sink *sink) {
  entry e;
  bool placed = vd_view_find(in->path, '/') < in->path.len;
  if (placed && !list->wants(in->path))
    return VD_OK;
  if (!find_entry(list, in->bytes, &e)) {
    vd_feed_bad(sink, in->path, "no heading with the id of an entry", (vd_view){0});
    return VD_OK;
  }
  return read_entry(a, list, &e, sink);
}

// ---- the lists ----------------------------------------------------------------------------------

static vd_code check(vd_code code, vd_error *err) {
  return code == VD_NOMEM ? vd_fail(err, VD_NOMEM, "no memory for an entry of OWASP") : code;
}

vd_code vd_read_owasp_llm(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                          vd_error *err) {
  static const top_ten list = {VD_VIEW_INIT("owasp-llm"), VD_VIEW_INIT("LLM"), true,
                               vd_entry_owasp_llm};
  return check(read_list(a, &list, in, sink), err);
}

vd_code vd_read_owasp_ml(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  static const top_ten list = {VD_VIEW_INIT("owasp-ml"), VD_VIEW_INIT("ML"), true,
                               vd_entry_owasp_ml};
  return check(read_list(a, &list, in, sink), err);
}

vd_code vd_read_owasp_web(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                          vd_error *err) {
  static const top_ten list = {VD_VIEW_INIT("owasp-web"), VD_VIEW_INIT("A"), true,
                               vd_entry_owasp_web};
  return check(read_list(a, &list, in, sink), err);
}

vd_code vd_read_owasp_agentic(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                              vd_error *err) {
  static const top_ten list = {VD_VIEW_INIT("owasp-agentic"), VD_VIEW_INIT("ASI"), false,
                               vd_entry_owasp_agentic};
  bool tracker = vd_owasp_is_tracker(in->bytes);
  return check(tracker ? vd_owasp_tracker(a, in->bytes, sink) : read_list(a, &list, in, sink), err);
}
