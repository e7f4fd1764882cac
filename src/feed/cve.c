// CVE records under construction: each fact once, with every container that states it.
#include "feed/cve.h"

#include "feed/github.h"
#include "feed/mentions.h"
#include "feed/reference.h"
#include "package/ascii.h"
#include "risk/risk.h"

bool vd_cve_valid(vd_view id) {
  vd_mention m;
  size_t at = 0;
  return vd_view_starts(id, VD_VIEW("CVE-")) && vd_mention_next(id, &at, &m) && m.offset == 0 &&
         m.id.len == id.len;
}

vd_cve vd_cve_of(vd_arena *a, const vd_feed_sink *sink, vd_view id) {
  return (vd_cve){.arena = a,
                  .sink = sink,
                  .record = vd_record_of(a, id, (vd_view){0}),
                  .node = vd_ref_of(VD_NODE_VULNERABILITY, id),
                  .said = VD_MAP(a)};
}

void vd_cve_define(vd_cve *c, vd_view title, vd_view text) {
  vd_definition *d = vd_record_define(&c->record, c->node, vd_view_trim(title));
  d->class = VD_VIEW("cve");
  d->text = vd_feed_text(text);
}

void vd_cve_reject(vd_cve *c) {
  vd_cve_define(c, (vd_view){0}, (vd_view){0});
  vd_cve_property(c, "status", VD_VIEW("rejected"));
}

void vd_cve_dated(vd_cve *c, vd_view date) {
  if (c->record.date.len == 0 && vd_date_valid(date))
    c->record.date = date;
}

vd_view vd_cve_english(const vd_value *list) {
  for (VD_EACH (item, list))
    if (vd_view_ieq(vd_view_first(vd_text_at(item, "lang"), 2), VD_VIEW("en")))
      return vd_text_at(item, "value");
  return (vd_view){0};
}

void vd_cve_speaker(vd_cve *c, const char *part, vd_view source) {
  c->where = vd_view_of(part);
  if (!vd_token_valid(source) || source.len > VD_EVIDENCE_MAX / 4)
    return;
  vd_view both = vd_arena_printf(c->arena, "%s %.*s", part, VD_ARG(source));
  c->record.failed |= both.ptr == NULL;
  if (both.ptr != NULL)
    c->where = both;
}

vd_code vd_cve_finish(vd_cve *c, vd_error *err) {
  if (c->record.failed)
    return vd_fail(err, VD_NOMEM, "out of memory while reading %.*s", VD_ARG(c->record.key));
  return vd_feed_record(c->sink, &c->record);
}

// ---- properties ---------------------------------------------------------------------------------

static const size_t *entry_new(vd_cve *c, vd_view key, size_t index) {
  size_t *slot = key.ptr == NULL ? NULL : vd_new(c->arena, size_t);
  if (slot == NULL || vd_map_put(&c->said, key, slot) != VD_OK) {
    c->record.failed = true;
    return NULL;
  }
  *slot = index;
  return slot;
}

void vd_cve_property(vd_cve *c, const char *name, vd_view value) {
  if (value.len == 0)
    return;
  vd_view key = vd_arena_printf(c->arena, "%s=%.*s", name, (int)value.len, value.ptr);
  if (vd_map_get(&c->said, key) != NULL || entry_new(c, key, c->record.properties.count) == NULL)
    return;
  vd_record_property(&c->record, c->node, name, value);
}

void vd_cve_date(vd_cve *c, const char *name, vd_view value) {
  if (vd_date_valid(value))
    vd_cve_property(c, name, vd_view_first(value, 10));
  else if (value.len > 0)
    vd_feed_bad(c->sink, c->record.key, "not a date", vd_view_of(name));
}

void vd_cve_cvss(vd_cve *c, vd_view vector) {
  vd_cvss parsed;
  if (vd_cvss_parse(vector, &parsed, NULL) == VD_OK)
    vd_cve_property(c, "cvss", vector);
  else if (vector.len > 0)
    vd_feed_bad(c->sink, c->record.key, "not a CVSS vector", vector);
}

typedef struct ssvc_value {
  vd_view theirs, ours;
} ssvc_value;

typedef struct ssvc_point {
  vd_view names[2]; // in the records of CISA, and in NVD's copies
  const char *property;
  ssvc_value values[4];
} ssvc_point;

#define SAME(word)                                                                                 \
  { VD_VIEW_INIT(word), VD_VIEW_INIT(word) }
static const ssvc_point ssvc_points[] = {
    {{VD_VIEW_INIT("Exploitation"), VD_VIEW_INIT("exploitation")},
     "ssvc_exploitation",
     {SAME("none"),
      SAME("poc"),
      SAME("active"),
      {VD_VIEW_INIT("public poc"), VD_VIEW_INIT("poc")}}},
    {{VD_VIEW_INIT("Automatable"), VD_VIEW_INIT("automatable")},
     "ssvc_automatable",
     {SAME("yes"), SAME("no")}},
    {{VD_VIEW_INIT("Technical Impact"), VD_VIEW_INIT("technicalImpact")},
     "ssvc_impact",
     {SAME("partial"), SAME("total")}},
};
#undef SAME

void vd_cve_ssvc(vd_cve *c, vd_view point, vd_view value) {
  for (size_t i = 0; i < VD_COUNT(ssvc_points); i++) {
    const ssvc_point *p = &ssvc_points[i];
    if (!vd_view_eq(point, p->names[0]) && !vd_view_eq(point, p->names[1]))
      continue;
    for (size_t k = 0; k < VD_COUNT(p->values); k++)
      if (value.len > 0 && vd_view_ieq(value, p->values[k].theirs)) {
        vd_cve_property(c, p->property, p->values[k].ours);
        return;
      }
    vd_feed_bad(c->sink, c->record.key, "not a value of SSVC", value);
  }
}

// ---- links --------------------------------------------------------------------------------------

// Adds what speaks to the evidence of a link that is there already, as far as there is room.
static void join_evidence(vd_cve *c, vd_link *l) {
  if (vd_view_has(l->evidence, c->where) || l->evidence.len + 2 + c->where.len > VD_EVIDENCE_MAX)
    return;
  vd_view both = vd_arena_printf(c->arena, "%.*s, %.*s", VD_ARG(l->evidence), VD_ARG(c->where));
  c->record.failed |= both.ptr == NULL;
  if (both.ptr != NULL)
    l->evidence = both;
}

// The link in the record, which is new to it or was there; NULL when there is no memory.
static vd_link *link_between(vd_cve *c, const vd_link *asked, bool *fresh) {
  vd_ref src = asked->src, dst = asked->dst;
  vd_view key = vd_arena_printf(c->arena, "%d %d %d %.*s %.*s", (int)asked->kind, (int)src.kind,
                                (int)dst.kind, VD_ARG(src.key), VD_ARG(dst.key));
  const size_t *known = key.ptr == NULL ? NULL : vd_map_get(&c->said, key);
  *fresh = known == NULL;
  if (known != NULL) {
    join_evidence(c, &c->record.links.at[*known]);
    return &c->record.links.at[*known];
  }
  if (entry_new(c, key, c->record.links.count) == NULL)
    return NULL;
  vd_link *l = vd_record_link(&c->record, src, asked->kind, dst);
  l->evidence = c->where;
  return c->record.failed ? NULL : l;
}

static bool link_new(vd_cve *c, vd_ref src, vd_edge_kind kind, vd_ref dst) {
  bool fresh = false;
  vd_link asked = {.src = src, .kind = kind, .dst = dst};
  return src.key.len > 0 && dst.key.len > 0 && link_between(c, &asked, &fresh) != NULL && fresh;
}

void vd_cve_link(vd_cve *c, vd_edge_kind kind, vd_ref dst) {
  (void)link_new(c, c->node, kind, dst);
}

// A field that holds an id and nothing else states it; words around the id make it a mention.
static void add_weakness(vd_cve *c, const vd_mention *m, vd_view words) {
  bool stated = m->id.len == words.len, fresh;
  vd_link asked = {.src = c->node, .kind = VD_EDGE_HAS_WEAKNESS};
  asked.dst = vd_ref_of(VD_NODE_WEAKNESS, vd_mention_key(c->arena, m));
  c->record.failed |= asked.dst.key.ptr == NULL;
  vd_link *l = c->record.failed ? NULL : link_between(c, &asked, &fresh);
  if (l == NULL || (!fresh && !stated))
    return;
  l->method = stated ? "stated" : "text";
  l->confidence = stated ? 1 : 0.9;
  if (stated)
    return;
  l->evidence = vd_arena_printf(c->arena, "%.*s: %.*s", VD_ARG(c->where),
                                VD_ARG(vd_text_cut(words, VD_EVIDENCE_MAX / 2)));
  c->record.failed |= l->evidence.ptr == NULL;
}

bool vd_cve_weakness(vd_cve *c, vd_view text) {
  vd_view words = vd_view_trim(text);
  size_t at = 0;
  bool any = false;
  for (vd_mention m; vd_mention_next(words, &at, &m);)
    if (m.kind == VD_NODE_WEAKNESS) {
      add_weakness(c, &m, words);
      any = true;
    }
  return any;
}

static void add_issue(vd_cve *c, const vd_github *g) {
  vd_ref node = vd_ref_of(VD_NODE_ISSUE, vd_github_issue(c->arena, g));
  vd_ref repository = vd_ref_of(VD_NODE_REPOSITORY, vd_github_repository(c->arena, g));
  vd_view title = vd_github_title(c->arena, g);
  c->record.failed |= node.key.ptr == NULL || repository.key.ptr == NULL || title.ptr == NULL;
  if (c->record.failed || !link_new(c, c->node, VD_EDGE_REPORTED_IN, node))
    return;
  vd_record_define(&c->record, node, title)->class = g->pull ? VD_VIEW("pull") : VD_VIEW("issue");
  (void)link_new(c, node, VD_EDGE_MEMBER_OF, repository);
}

// Entries of Exploit-DB are defined by their own feed.
static void add_exploit(vd_cve *c, const vd_exploit_ref *exploit) {
  vd_ref node = vd_ref_of(VD_NODE_EXPLOIT, exploit->key);
  if (link_new(c, node, VD_EDGE_EXPLOITS, c->node) && strcmp(exploit->class, "poc") == 0)
    vd_record_define(&c->record, node, (vd_view){0})->class = vd_view_of(exploit->class);
}

void vd_cve_reference(vd_cve *c, vd_view url, bool exploit) {
  vd_github g;
  vd_exploit_ref ref;
  if (vd_github_parse(url, &g) && g.number.len > 0)
    add_issue(c, &g);
  if (!exploit)
    return;
  if (vd_reference_exploit(c->arena, url, &ref) != VD_OK)
    c->record.failed = true;
  else if (ref.key.len > 0)
    add_exploit(c, &ref);
  else
    vd_feed_bad(c->sink, c->record.key, "an exploit without a web address", url);
}

bool vd_cve_tags_exploit(const vd_value *tags) {
  for (VD_EACH (tag, tags))
    if (vd_view_ieq(vd_text(tag), VD_VIEW("exploit")) ||
        vd_view_eq(vd_text(tag), VD_VIEW("x_refsource_EXPLOIT-DB")))
      return true;
  return false;
}
