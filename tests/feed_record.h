// A feed sink that writes what it is handed as lines of text, for readers' tests.
#pragma once

#include "feed/feed.h"

static inline void record_list(vd_buf *b, const char *name, const vd_views *list) {
  for (size_t i = 0; i < list->count; i++)
    vd_buf_printf(b, " %s=%.*s", name, VD_ARG(list->at[i]));
}

static inline void record_text(vd_buf *b, const char *name, vd_view text) {
  if (text.ptr != NULL)
    vd_buf_printf(b, " %s=%.*s", name, VD_ARG(text));
}

static inline void record_affected(vd_buf *b, const vd_osv_affected *a) {
  static const char *const kinds[] = {"introduced", "fixed", "last_affected", "limit"};
  vd_buf_printf(b, "  %.*s:", VD_ARG(a->package));
  for (size_t i = 0; i < a->ranges.count; i++) {
    vd_buf_put(b, VD_VIEW(" range"));
    for (size_t k = 0; k < a->ranges.at[i].count; k++) {
      const vd_event *e = &a->ranges.at[i].at[k];
      vd_buf_printf(b, " %s %.*s", kinds[e->kind], VD_ARG(e->version));
    }
  }
  record_list(b, "version", &a->versions);
  vd_buf_put_c(b, '\n');
}

static vd_code record_advisory(void *ctx, const vd_advisory *a) {
  vd_buf *b = ctx;
  vd_buf_printf(b, "advisory %.*s", VD_ARG(a->id));
  record_text(b, "published", a->published);
  record_text(b, "modified", a->modified);
  record_text(b, "withdrawn", a->withdrawn);
  record_text(b, "severity", a->severity);
  record_list(b, "alias", &a->aliases);
  record_list(b, "cvss", &a->cvss);
  record_list(b, "cwe", &a->cwe);
  vd_buf_put_c(b, '\n');
  for (size_t i = 0; i < a->affected.count; i++)
    record_affected(b, &a->affected.at[i]);
  return VD_OK;
}

static vd_code record_node(void *ctx, const vd_fact_node *n) {
  vd_buf *b = ctx;
  vd_buf_printf(b, "%s %.*s|%.*s", n->table, VD_ARG(n->id), VD_ARG(n->name));
  for (size_t i = 0; i < n->columns.count; i++)
    vd_buf_printf(b, "|%.*s", VD_ARG(n->columns.at[i]));
  if (n->text.len > 0)
    record_text(b, "text", n->text);
  vd_buf_put_c(b, '\n');
  return VD_OK;
}

static vd_code record_kev(void *ctx, const vd_kev *k) {
  vd_buf_printf(ctx, "kev %.*s %.*s %.*s%s\n", VD_ARG(k->cve), VD_ARG(k->added), VD_ARG(k->due),
                k->ransomware ? " known" : "");
  return VD_OK;
}

static vd_code record_epss(void *ctx, const vd_score *s) {
  vd_buf_printf(ctx, "epss %.*s %.*s %.*s\n", VD_ARG(s->cve), VD_ARG(s->epss),
                VD_ARG(s->percentile));
  return VD_OK;
}

static inline void record_ref(vd_buf *b, const vd_ref *ref) {
  vd_buf_printf(b, "%s %.*s", vd_node_kind_text(ref->kind), VD_ARG(ref->key));
}

static inline void record_link(vd_buf *b, const vd_link *l) {
  vd_buf_put(b, VD_VIEW("  "));
  record_ref(b, &l->src);
  vd_buf_printf(b, " -%s-> ", vd_edge_kind_text(l->kind));
  record_ref(b, &l->dst);
  vd_buf_printf(b, " %s %g", l->method, l->confidence);
  record_text(b, "evidence", l->evidence);
  record_text(b, "since", l->since);
  vd_buf_put_c(b, '\n');
}

static vd_code record_record(void *ctx, const vd_record *r) {
  vd_buf *b = ctx;
  vd_buf_printf(b, "record %.*s", VD_ARG(r->key));
  record_text(b, "date", r->date);
  vd_buf_put_c(b, '\n');
  for (size_t i = 0; i < r->definitions.count; i++) {
    const vd_definition *d = &r->definitions.at[i];
    vd_buf_put(b, VD_VIEW("  define "));
    record_ref(b, &d->node);
    vd_buf_printf(b, "|%.*s|%.*s|%.*s|%lld\n", VD_ARG(d->name), VD_ARG(d->class), VD_ARG(d->text),
                  (long long)d->position);
  }
  for (size_t i = 0; i < r->properties.count; i++) {
    const vd_property *p = &r->properties.at[i];
    vd_buf_put(b, VD_VIEW("  "));
    record_ref(b, &p->node);
    vd_buf_printf(b, " %s=%.*s\n", p->name, VD_ARG(p->value));
  }
  for (size_t i = 0; i < r->links.count; i++)
    record_link(b, &r->links.at[i]);
  return VD_OK;
}

static vd_code record_snapshot(void *ctx, vd_view version, vd_view date) {
  vd_buf_printf(ctx, "snapshot %.*s %.*s\n", VD_ARG(version), VD_ARG(date));
  return VD_OK;
}

static void record_bad(void *ctx, vd_view place, const vd_error *err) {
  vd_buf_printf(ctx, "bad %.*s: %s\n", VD_ARG(place), err->text);
}

static inline vd_feed_sink record_sink(vd_buf *b) {
  return (vd_feed_sink){b,           NULL,          record_advisory, record_node, record_kev,
                        record_epss, record_record, record_snapshot, record_bad};
}
