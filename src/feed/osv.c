// OSV documents (YAML and JSON alike): the PyPI part of an advisory.
// https://ossf.github.io/osv-schema/
#include "feed/sources/sources.h"
#include "package/package.h"

typedef struct reader {
  vd_arena *arena;
  const vd_feed_sink *sink;
  vd_advisory *out;
} reader;

static vd_code keep(vd_arena *a, vd_views *list, vd_view text) {
  vd_view *slot = vd_vec_push(a, list);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = text;
  return VD_OK;
}

// Keeps the tokens of an array; reports what is none. `what` names the array.
static vd_code read_tokens(reader *r, const vd_value *array, const char *what, vd_views *out) {
  for (VD_EACH (item, array)) {
    vd_view text = vd_scalar(item);
    if (vd_token_valid(text))
      VD_TRY(keep(r->arena, out, text));
    else
      vd_feed_bad(r->sink, r->out->id, "an item is no plain word", vd_view_of(what));
  }
  return VD_OK;
}

static vd_view read_date(const reader *r, const vd_value *doc, const char *key) {
  const vd_value *v = vd_get(doc, vd_view_of(key));
  if (v == NULL || v->kind == VD_KIND_NULL)
    return (vd_view){0};
  vd_view text = vd_scalar(v);
  if (vd_date_valid(text))
    return text;
  vd_feed_bad(r->sink, r->out->id, "not a date", vd_view_of(key));
  return VD_VIEW("");
}

// ---- affected -----------------------------------------------------------------------------

// A bound is written between brackets and commas in a cell, so it must not hold any.
static bool bound_valid(vd_view v) {
  static const vd_view banned[] = {VD_VIEW_INIT("["), VD_VIEW_INIT("]"), VD_VIEW_INIT("("),
                                   VD_VIEW_INIT(")"), VD_VIEW_INIT(",")};
  for (size_t i = 0; i < VD_COUNT(banned); i++)
    if (vd_view_has(v, banned[i]))
      return false;
  return vd_token_valid(v);
}

static bool event_kind(vd_view key, vd_event *out) {
  static const char *const names[] = {
      [VD_EVENT_INTRODUCED] = "introduced",
      [VD_EVENT_FIXED] = "fixed",
      [VD_EVENT_LAST_AFFECTED] = "last_affected",
      [VD_EVENT_LIMIT] = "limit",
  };
  for (unsigned i = 0; i < VD_COUNT(names); i++)
    if (vd_view_eq(key, vd_view_of(names[i]))) {
      *out = (vd_event){.kind = i};
      return true;
    }
  return false;
}

// One event object; it has one member by the schema, more are taken in order.
static vd_code read_event(reader *r, const vd_value *object, vd_events *out, bool *usable) {
  for (VD_EACH (member, object)) {
    vd_event event;
    if (!event_kind(member->key, &event))
      continue;
    event.version = vd_scalar(member);
    if (!bound_valid(event.version)) {
      *usable = false;
      return VD_OK;
    }
    vd_event *slot = vd_vec_push(r->arena, out);
    if (slot == NULL)
      return VD_NOMEM;
    *slot = event;
  }
  return VD_OK;
}

// A range with an unreadable bound is left out whole: half of it could mean the opposite.
static vd_code read_range(reader *r, const vd_value *range, vd_osv_affected *out) {
  vd_view type = vd_text_at(range, "type");
  if (!vd_view_eq(type, VD_VIEW("ECOSYSTEM")) && !vd_view_eq(type, VD_VIEW("SEMVER")))
    return VD_OK;
  vd_events events = {0};
  bool usable = true;
  for (VD_EACH (object, vd_get(range, VD_VIEW("events"))))
    VD_TRY(read_event(r, object, &events, &usable));
  if (!usable || events.count == 0) {
    vd_feed_bad(r->sink, r->out->id, "a range without usable events", out->package);
    return VD_OK;
  }
  vd_events *slot = vd_vec_push(r->arena, &out->ranges);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = events;
  return VD_OK;
}

// {NULL} when the entry is not about PyPI; empty when its name cannot be one.
static vd_code read_package(reader *r, const vd_value *entry, vd_view *out) {
  const vd_value *package = vd_get(entry, VD_VIEW("package"));
  *out = (vd_view){0};
  if (!vd_view_eq(vd_text_at(package, "ecosystem"), VD_VIEW("PyPI")))
    return VD_OK;
  vd_view name = vd_scalar_at(package, "name");
  if (!vd_token_valid(name)) {
    *out = VD_VIEW("");
    return VD_OK;
  }
  *out = vd_pypi_normalize(r->arena, name);
  return out->ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code read_severities(reader *r, const vd_value *array) {
  for (VD_EACH (item, array)) {
    vd_view score = vd_scalar_at(item, "score");
    if (!vd_view_starts(vd_text_at(item, "type"), VD_VIEW("CVSS_V")))
      continue;
    if (vd_token_valid(score))
      VD_TRY(keep(r->arena, &r->out->cvss, score));
    else
      vd_feed_bad(r->sink, r->out->id, "a severity without a CVSS vector", (vd_view){0});
  }
  return VD_OK;
}

// A report of a malicious package that states neither ranges nor versions means all of it.
static vd_code whole_package(reader *r, vd_osv_affected *out) {
  vd_events *range = vd_vec_push(r->arena, &out->ranges);
  vd_event *event = range == NULL ? NULL : vd_vec_push(r->arena, range);
  if (event == NULL)
    return VD_NOMEM;
  *event = (vd_event){.kind = VD_EVENT_INTRODUCED, .version = VD_VIEW("0")};
  return VD_OK;
}

static bool states_nothing(const vd_value *entry) {
  return vd_first(vd_get(entry, VD_VIEW("ranges"))) == NULL &&
         vd_first(vd_get(entry, VD_VIEW("versions"))) == NULL;
}

static vd_code read_entry(reader *r, const vd_value *entry) {
  vd_view package;
  VD_TRY(read_package(r, entry, &package));
  if (package.ptr == NULL)
    return VD_OK;
  if (package.len == 0) {
    vd_feed_bad(r->sink, r->out->id, "an affected entry names no package", (vd_view){0});
    return VD_OK;
  }
  vd_osv_affected *out = vd_vec_push(r->arena, &r->out->affected);
  if (out == NULL)
    return VD_NOMEM;
  out->package = package;
  if (vd_view_starts(r->out->id, VD_VIEW("MAL-")) && states_nothing(entry))
    return whole_package(r, out);
  for (VD_EACH (range, vd_get(entry, VD_VIEW("ranges"))))
    VD_TRY(read_range(r, range, out));
  VD_TRY(read_severities(r, vd_get(entry, VD_VIEW("severity"))));
  return read_tokens(r, vd_get(entry, VD_VIEW("versions")), "versions", &out->versions);
}

// ---- the document ---------------------------------------------------------------------------

// GHSA says MODERATE where CVSS and everybody else say medium.
static vd_view label_of(vd_view text) {
  static const struct {
    vd_view theirs, ours;
  } labels[] = {
      {VD_VIEW_INIT("LOW"), VD_VIEW_INIT("low")},
      {VD_VIEW_INIT("MODERATE"), VD_VIEW_INIT("medium")},
      {VD_VIEW_INIT("MEDIUM"), VD_VIEW_INIT("medium")},
      {VD_VIEW_INIT("HIGH"), VD_VIEW_INIT("high")},
      {VD_VIEW_INIT("CRITICAL"), VD_VIEW_INIT("critical")},
  };
  for (size_t i = 0; i < VD_COUNT(labels); i++)
    if (vd_view_ieq(text, labels[i].theirs))
      return labels[i].ours;
  return (vd_view){0};
}

static vd_code read_head(reader *r, const vd_value *doc) {
  const vd_value *more = vd_get(doc, VD_VIEW("database_specific"));
  r->out->published = read_date(r, doc, "published");
  r->out->modified = read_date(r, doc, "modified");
  r->out->withdrawn = read_date(r, doc, "withdrawn");
  r->out->summary = vd_feed_text(vd_text_at(doc, "summary"));
  r->out->details = vd_feed_text(vd_text_at(doc, "details"));
  r->out->severity = label_of(vd_text_at(more, "severity"));
  VD_TRY(read_severities(r, vd_get(doc, VD_VIEW("severity"))));
  VD_TRY(read_tokens(r, vd_get(more, VD_VIEW("cwe_ids")), "cwe_ids", &r->out->cwe));
  return read_tokens(r, vd_get(doc, VD_VIEW("aliases")), "aliases", &r->out->aliases);
}

vd_code vd_osv_read(vd_arena *a, const vd_value *doc, const vd_feed_sink *sink, vd_error *err) {
  vd_advisory advisory = {.id = vd_scalar_at(doc, "id")};
  reader r = {.arena = a, .sink = sink, .out = &advisory};
  if (!vd_token_valid(advisory.id))
    return vd_fail(err, VD_FORMAT, "the document has no advisory id");
  for (VD_EACH (entry, vd_get(doc, VD_VIEW("affected"))))
    if (read_entry(&r, entry) != VD_OK)
      return vd_fail(err, VD_NOMEM, "out of memory while reading an advisory");
  if (advisory.affected.count == 0)
    return VD_OK;
  if (read_head(&r, doc) != VD_OK)
    return vd_fail(err, VD_NOMEM, "out of memory while reading an advisory");
  return sink->advisory(sink->ctx, &advisory);
}
