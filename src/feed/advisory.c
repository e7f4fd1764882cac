// Advisories as records of the graph, and as the text the tables of matching are made from.
#include "feed/advisory.h"

#include "feed/sources/sources.h"

// ---- records -----------------------------------------------------------------------------------

static const char *class_of(vd_view id) {
  static const struct {
    vd_view prefix;
    const char *class;
  } classes[] = {{VD_VIEW_INIT("CVE-"), "cve"},
                 {VD_VIEW_INIT("GHSA-"), "ghsa"},
                 {VD_VIEW_INIT("PYSEC-"), "pysec"},
                 {VD_VIEW_INIT("MAL-"), "malicious"}};
  for (size_t i = 0; i < VD_COUNT(classes); i++)
    if (vd_view_starts(id, classes[i].prefix))
      return classes[i].class;
  return "osv";
}

static vd_view events_text(vd_arena *a, const vd_osv_affected *affected) {
  static const char *const words[] = {
      [VD_EVENT_INTRODUCED] = "introduced",
      [VD_EVENT_FIXED] = "fixed",
      [VD_EVENT_LAST_AFFECTED] = "last affected",
      [VD_EVENT_LIMIT] = "limit",
  };
  VD_SCOPED_BUF b = VD_BUF(VD_PROPERTY_MAX);
  for (size_t i = 0; i < affected->ranges.count; i++)
    for (size_t k = 0; k < affected->ranges.at[i].count; k++) {
      const vd_event *e = &affected->ranges.at[i].at[k];
      if (b.len + e->version.len + 32 > VD_EVIDENCE_SHOWN)
        break;
      vd_buf_printf(&b, "%s%s %.*s", b.len == 0 ? "" : ", ", words[e->kind], VD_ARG(e->version));
    }
  return vd_arena_copy(a, vd_buf_view(&b));
}

static void add_packages(vd_record *r, vd_ref flaw, const vd_advisory *adv) {
  for (size_t i = 0; i < adv->affected.count; i++) {
    const vd_osv_affected *affected = &adv->affected.at[i];
    vd_view key = vd_arena_printf(r->arena, "pypi/%.*s", VD_ARG(affected->package));
    vd_view events = events_text(r->arena, affected);
    r->failed |= key.ptr == NULL || events.ptr == NULL;
    vd_record_link(r, flaw, VD_EDGE_AFFECTS, vd_ref_of(VD_NODE_PACKAGE, key))->evidence = events;
    vd_record_define(r, vd_ref_of(VD_NODE_PACKAGE, key), affected->package)->class =
        VD_VIEW("pypi");
  }
}

static void add_relations(vd_record *r, vd_ref flaw, const vd_advisory *adv) {
  for (size_t i = 0; i < adv->aliases.count; i++)
    vd_record_link(r, flaw, VD_EDGE_ALIAS_OF, vd_ref_of(VD_NODE_VULNERABILITY, adv->aliases.at[i]));
  for (size_t i = 0; i < adv->cwe.count; i++)
    vd_record_link(r, flaw, VD_EDGE_HAS_WEAKNESS, vd_ref_of(VD_NODE_WEAKNESS, adv->cwe.at[i]));
  for (size_t i = 0; i < adv->cvss.count; i++)
    vd_record_property(r, flaw, "cvss", adv->cvss.at[i]);
  vd_record_property(r, flaw, "severity", adv->severity);
  add_packages(r, flaw, adv);
}

vd_record vd_advisory_record(vd_arena *a, const vd_advisory *adv) {
  vd_record r = vd_record_of(a, adv->id, vd_view_first(adv->published, 10));
  vd_ref flaw = vd_ref_of(VD_NODE_VULNERABILITY, adv->id);
  vd_definition *d = vd_record_define(&r, flaw, adv->summary);
  d->class = vd_view_of(class_of(adv->id));
  d->text = adv->details;
  vd_record_property(&r, flaw, "published", vd_view_first(adv->published, 10));
  vd_record_property(&r, flaw, "modified", vd_view_first(adv->modified, 10));
  vd_record_property(&r, flaw, "withdrawn", vd_view_first(adv->withdrawn, 10));
  if (vd_view_starts(adv->id, VD_VIEW("MAL-")))
    vd_record_property(&r, flaw, "malicious", VD_VIEW("yes"));
  if (adv->withdrawn.ptr != NULL)
    vd_record_property(&r, flaw, "status", VD_VIEW("withdrawn"));
  else
    add_relations(&r, flaw, adv);
  return r;
}

// ---- text --------------------------------------------------------------------------------------

static void put(vd_buf *b, char letter, vd_view text) {
  if (text.ptr == NULL)
    return;
  vd_buf_put_c(b, letter);
  vd_buf_put(b, text);
  vd_buf_put_c(b, '\n');
}

static void put_all(vd_buf *b, char letter, const vd_views *list) {
  for (size_t i = 0; i < list->count; i++)
    put(b, letter, list->at[i]);
}

static const char event_letters[] = {[VD_EVENT_INTRODUCED] = '+',
                                     [VD_EVENT_FIXED] = '-',
                                     [VD_EVENT_LAST_AFFECTED] = '=',
                                     [VD_EVENT_LIMIT] = '<'};

static void put_affected(vd_buf *b, const vd_osv_affected *affected) {
  put(b, 'P', affected->package);
  for (size_t i = 0; i < affected->ranges.count; i++) {
    put(b, 'R', VD_VIEW(""));
    for (size_t k = 0; k < affected->ranges.at[i].count; k++)
      put(b, event_letters[affected->ranges.at[i].at[k].kind],
          affected->ranges.at[i].at[k].version);
  }
  put_all(b, 'v', &affected->versions);
}

vd_view vd_advisory_encode(vd_arena *a, const vd_advisory *adv) {
  VD_SCOPED_BUF b = VD_BUF(VD_GRAPH_VALUE_MAX);
  put(&b, 'i', adv->id);
  put_all(&b, 'a', &adv->aliases);
  put(&b, 'p', adv->published);
  put(&b, 'm', adv->modified);
  put(&b, 'w', adv->withdrawn);
  put(&b, 's', adv->severity);
  put_all(&b, 'c', &adv->cvss);
  put_all(&b, 'k', &adv->cwe);
  for (size_t i = 0; i < adv->affected.count; i++)
    put_affected(&b, &adv->affected.at[i]);
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static bool push(vd_arena *a, vd_views *list, vd_view text) {
  vd_view *slot = vd_vec_push(a, list);
  if (slot != NULL)
    *slot = text;
  return slot != NULL;
}

typedef struct decoder {
  vd_arena *arena;
  vd_advisory *out;
  vd_osv_affected *package; // the one being read
  vd_events *range;         // the range being read
} decoder;

static bool take_event(decoder *d, char letter, vd_view text) {
  for (unsigned i = 0; i < VD_COUNT(event_letters); i++)
    if (letter == event_letters[i]) {
      vd_event *e = vd_vec_push(d->arena, d->range);
      if (e != NULL)
        *e = (vd_event){.kind = i, .version = text};
      return e != NULL;
    }
  return false;
}

static bool take_of_package(decoder *d, char letter, vd_view text) {
  if (letter == 'P') {
    d->range = NULL;
    d->package = vd_vec_push(d->arena, &d->out->affected);
    if (d->package != NULL)
      d->package->package = text;
    return d->package != NULL;
  }
  if (d->package == NULL)
    return false;
  if (letter == 'v')
    return push(d->arena, &d->package->versions, text);
  if (letter == 'R') {
    d->range = vd_vec_push(d->arena, &d->package->ranges);
    return d->range != NULL;
  }
  return d->range != NULL && take_event(d, letter, text);
}

static bool take(decoder *d, char letter, vd_view text) {
  vd_advisory *out = d->out;
  switch (letter) {
  case 'i': out->id = text; return true;
  case 'p': out->published = text; return true;
  case 'm': out->modified = text; return true;
  case 'w': out->withdrawn = text; return true;
  case 's': out->severity = text; return true;
  case 'a': return push(d->arena, &out->aliases, text);
  case 'c': return push(d->arena, &out->cvss, text);
  case 'k': return push(d->arena, &out->cwe, text);
  default: return take_of_package(d, letter, text);
  }
}

vd_code vd_advisory_decode(vd_arena *a, vd_view text, vd_advisory *out, vd_error *err) {
  vd_advisory advisory = {0};
  decoder d = {.arena = a, .out = &advisory};
  vd_view line;
  for (uint32_t number = 1; vd_view_line(&text, &line); number++)
    if (line.len == 0 || !take(&d, line.ptr[0], vd_view_from(line, 1))) {
      (void)vd_fail(err, VD_FORMAT, "an advisory of the knowledge base is damaged at line %u",
                    (unsigned)number);
      if (err != NULL)
        err->line = number;
      return VD_FORMAT;
    }
  *out = advisory;
  return VD_OK;
}
