// OWASP AI Exchange: threats and controls, one section each, told by its category and permalink.
#include "feed/cite.h"
#include "feed/markdown.h"
#include "feed/sources/sources.h"
#include "package/ascii.h"

bool vd_entry_owasp_ai_exchange(vd_view path) {
  return vd_view_has(path, VD_VIEW("/content/docs/")) && vd_view_ends(path, VD_VIEW(".md"));
}

typedef struct section {
  vd_view title, category, slug;
  unsigned level; // of its heading; 1 for the document's own section
  const char *start;
} section;

typedef struct reader {
  vd_arena *arena;
  const vd_feed_sink *sink;
  vd_view document, name; // name: of the file without its ending
  section now;            // being read; without start there is none
  section threats[7];     // by level: the threat that encloses what follows
} reader;

// ---- lines --------------------------------------------------------------------------------------

// "> Category: input threat": the value behind the word of a quoted line.
static bool quoted_value(vd_view line, const char *word, vd_view *out) {
  vd_view rest = vd_view_trim(line);
  if (!vd_view_starts(rest, VD_VIEW(">")))
    return false;
  rest = vd_view_trim(vd_view_from(rest, 1));
  vd_view key = vd_view_cut(&rest, ':');
  if (!vd_view_eq(vd_view_trim(key), vd_view_of(word)))
    return false;
  *out = vd_view_trim(rest);
  return true;
}

// "https://owaspai.org/go/ratelimit/" as "ratelimit"; {NULL} when it is something else.
static vd_view slug_of(vd_view link) {
  static const char mark[] = "/go/";
  const char *at = link.len < 5 ? NULL : memmem(link.ptr, link.len, mark, 4);
  if (at == NULL)
    return (vd_view){0};
  vd_view rest = vd_view_from(link, (size_t)(at - link.ptr) + 4);
  vd_view slug = vd_view_cut(&rest, '/');
  for (size_t i = 0; i < slug.len; i++)
    if (!vd_is_alnum(slug.ptr[i]) && slug.ptr[i] != '-')
      return (vd_view){0};
  return slug;
}

// "2.1.1. Zero-knowledge evasion" and "#RATE LIMIT" without number and mark.
static vd_view name_of(vd_view title) {
  size_t n = 0;
  while (n < title.len && (vd_is_digit(title.ptr[n]) || title.ptr[n] == '.'))
    n++;
  vd_view rest = vd_view_trim(vd_view_from(title, n));
  return vd_view_starts(rest, VD_VIEW("#")) ? vd_view_trim(vd_view_from(rest, 1)) : rest;
}

static bool is_control(vd_view category) {
  return vd_view_has(category, VD_VIEW("control")) &&
         !vd_view_starts(category, VD_VIEW("group of")) &&
         !vd_view_eq(category, VD_VIEW("control details"));
}

static bool is_threat(vd_view category) {
  return vd_view_has(category, VD_VIEW("threat")) && !is_control(category);
}

// ---- sections -----------------------------------------------------------------------------------

static vd_view key_of(const reader *r, vd_view slug) {
  return vd_arena_printf(r->arena, "ai-exchange/%.*s", VD_ARG(vd_view_first(slug, 100)));
}

// ATLAS's mitigations, which mentions do not know: "AML.M0015".
static void map_mitigations(vd_record *record, vd_ref node, vd_view body) {
  vd_map seen = VD_MAP(record->arena);
  for (size_t i = 0; i + 9 <= body.len; i++) {
    vd_view id = vd_view_first(vd_view_from(body, i), 9);
    bool longer = i + 9 < body.len && vd_is_alnum(body.ptr[i + 9]);
    uint64_t number;
    if (body.ptr[i] != 'A' || longer || !vd_view_starts(id, VD_VIEW("AML.M")) ||
        !vd_view_u64(vd_view_from(id, 5), &number) || vd_map_get(&seen, id) != NULL)
      continue;
    record->failed |= vd_map_put(&seen, id, record) != VD_OK;
    vd_link *l = vd_record_link(record, node, VD_EDGE_MAPS_TO, vd_ref_of(VD_NODE_MITIGATION, id));
    l->method = "text";
    l->confidence = 0.9;
    l->evidence = vd_cite_words(record->arena, "section", body, i);
    record->failed |= l->evidence.ptr == NULL;
  }
}

// A control stands in the section of the threat it is made for. Where it may serve others too, its
// text says so in words.
static void mitigate(const reader *r, vd_record *record, vd_ref node) {
  for (unsigned level = r->now.level; level-- > 1;) {
    const section *threat = &r->threats[level];
    if (threat->start == NULL)
      continue;
    vd_view key = key_of(r, threat->slug);
    record->failed |= key.ptr == NULL;
    vd_link *l = vd_record_link(record, node, VD_EDGE_MITIGATES, vd_ref_of(VD_NODE_RISK, key));
    l->method = "rule";
    l->confidence = 0.8;
    l->evidence = vd_text_cut(threat->title, VD_EVIDENCE_MAX);
    return;
  }
}

static vd_code read_section(const reader *r, bool control, vd_view body) {
  const section *s = &r->now;
  vd_view node_key = key_of(r, s->slug);
  vd_view key = vd_arena_printf(r->arena, "%.*s#%.*s", VD_ARG(vd_view_first(r->name, 100)),
                                VD_ARG(vd_view_first(s->slug, 100)));
  vd_view url = vd_arena_printf(r->arena, "https://owaspai.org/go/%.*s/",
                                VD_ARG(vd_view_first(s->slug, 100)));
  if (node_key.ptr == NULL || key.ptr == NULL || url.ptr == NULL)
    return VD_NOMEM;
  vd_record record = vd_record_of(r->arena, key, (vd_view){0});
  vd_ref node = vd_ref_of(control ? VD_NODE_MITIGATION : VD_NODE_RISK, node_key);
  vd_definition *d = vd_record_define(&record, node, name_of(s->title));
  d->class = VD_VIEW("ai-exchange");
  d->text = vd_feed_text(body);
  vd_record_property(&record, node, "type", s->category);
  vd_record_property(&record, node, "url", url);
  if (control)
    mitigate(r, &record, node);
  vd_citer citer = vd_citer_of(&record, node);
  vd_cite(&citer, "section", body);
  map_mitigations(&record, node, body);
  return vd_feed_record(r->sink, &record);
}

// The section being read ends at `end`.
static vd_code close_section(reader *r, const char *end) {
  section *s = &r->now;
  bool control = is_control(s->category), threat = is_threat(s->category);
  if (s->start == NULL)
    return VD_OK;
  vd_view body = {s->start, (size_t)(end - s->start)};
  if (threat) { // encloses what follows, until a section of its level or above
    for (size_t level = s->level; level < VD_COUNT(r->threats); level++)
      r->threats[level] = (section){0};
    if (s->slug.len > 0)
      r->threats[s->level] = *s;
  }
  vd_code code = VD_OK;
  if ((control || threat) && (s->slug.len == 0 || s->title.len == 0))
    vd_feed_bad(r->sink, r->name, "a section without a title or permalink",
                vd_view_first(s->title, 60));
  else if (control || threat)
    code = read_section(r, control, body);
  *s = (section){0};
  return code;
}

static vd_code read_lines(reader *r, vd_view title) {
  vd_view rest = r->document, line, value;
  section heading = {.title = title, .level = 1}; // the last one, until a category takes it
  const char *heading_at = rest.ptr;
  while (vd_view_line(&rest, &line)) {
    unsigned level;
    if (vd_md_heading(line, &level, &value)) {
      heading = (section){.title = value, .level = level};
      heading_at = line.ptr;
    } else if (quoted_value(line, "Category", &value) && heading_at != NULL) {
      VD_TRY(close_section(r, heading_at));
      r->now = heading;
      r->now.category = value;
      r->now.start = heading_at;
      heading_at = NULL;
    } else if (r->now.start != NULL && r->now.slug.len == 0 &&
               quoted_value(line, "Permalink", &value)) {
      r->now.slug = slug_of(value);
    }
  }
  return close_section(r, r->document.ptr + r->document.len);
}

vd_code vd_read_owasp_ai_exchange(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                                  vd_error *err) {
  reader r = {.arena = a, .sink = sink, .document = in->bytes, .name = in->path};
  while (vd_view_find(r.name, '/') < r.name.len)
    (void)vd_view_cut(&r.name, '/');
  if (vd_view_ends(r.name, VD_VIEW(".md")))
    r.name.len -= 3;
  vd_view front = vd_md_front_matter(&r.document);
  vd_code code = read_lines(&r, vd_md_front_value(front, "title"));
  return code == VD_NOMEM ? vd_fail(err, VD_NOMEM, "no memory for a section of the AI Exchange")
                          : code;
}
