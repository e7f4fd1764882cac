// CTID's table of CVEs and the ATT&CK techniques they lead to: a row each, with a column for every
// part a technique plays. Its ids are those of ATT&CK 9; the graph follows revoked ones.
#include "feed/mentions.h"
#include "feed/sheet.h"
#include "feed/sources/sources.h"

static const char *const parts[] = {"Primary Impact", "Secondary Impact", "Exploitation Technique",
                                    "Uncategorized"};

typedef struct row {
  vd_record record;
  vd_ref flaw;
  vd_map seen; // techniques of the part being read
} row;

static vd_code add_technique(row *r, const char *part, vd_view technique) {
  if (technique.ptr == NULL)
    return VD_NOMEM;
  if (vd_map_get(&r->seen, technique) != NULL)
    return VD_OK;
  vd_link *l =
      vd_record_link(&r->record, r->flaw, VD_EDGE_MAPS_TO, vd_ref_of(VD_NODE_TECHNIQUE, technique));
  l->evidence = vd_view_of(part);
  return vd_map_put(&r->seen, technique, r);
}

// "T873", as ATT&CK for ICS numbered its techniques before they became T0873.
static bool is_old_ics(vd_view id) {
  uint64_t number = 0;
  return id.len == 4 && vd_view_starts(id, VD_VIEW("T8")) &&
         vd_view_u64(vd_view_from(id, 1), &number);
}

// One item of a cell. Some hold a stray dot, or two ids: "T1036.", "T1190. T1005".
static vd_code read_item(const vd_sheet *s, row *r, const char *part, vd_view item) {
  size_t at = 0, found = 0;
  vd_mention m;
  if (item.len == 0)
    return VD_OK;
  if (is_old_ics(item))
    return add_technique(r, part,
                         vd_arena_printf(r->record.arena, "T0%.*s", VD_ARG(vd_view_from(item, 1))));
  for (; vd_mention_next(item, &at, &m); found++)
    if (m.kind == VD_NODE_TECHNIQUE)
      VD_TRY(add_technique(r, part, vd_mention_key(r->record.arena, &m)));
  if (found == 0)
    vd_sheet_bad(s, "not a technique", item);
  return VD_OK;
}

static vd_code read_row(vd_arena *a, const vd_sheet *s, const vd_feed_sink *sink) {
  vd_view id = vd_sheet_cell(s, "CVE ID"), phase = vd_sheet_cell(s, "Phase");
  vd_mention m;
  if (!vd_mention_whole(id, &m) || m.kind != VD_NODE_VULNERABILITY) {
    vd_sheet_bad(s, "not a CVE id", id);
    return VD_OK;
  }
  vd_view cve = vd_mention_key(a, &m);
  vd_view key = vd_arena_printf(a, "%.*s/%.*s", VD_ARG(cve), VD_ARG(phase));
  if (cve.ptr == NULL || key.ptr == NULL)
    return VD_NOMEM;
  row r = {vd_record_of(a, key, (vd_view){0}), vd_ref_of(VD_NODE_VULNERABILITY, cve), {0}};
  for (size_t i = 0; i < VD_COUNT(parts); i++) {
    vd_view cell = vd_sheet_cell(s, parts[i]);
    r.seen = VD_MAP(a);
    while (cell.len > 0)
      VD_TRY(read_item(s, &r, parts[i], vd_view_trim(vd_view_cut(&cell, ';'))));
  }
  return r.record.links.count == 0 && !r.record.failed ? VD_OK : vd_feed_record(sink, &r.record);
}

vd_code vd_read_attack_to_cve(vd_arena *a, const vd_input *in, const vd_feed_sink *sink,
                              vd_error *err) {
  bool marked = vd_view_starts(in->bytes, VD_VIEW("\xEF\xBB\xBF"));
  vd_sheet s;
  VD_TRY(vd_sheet_open(a, vd_view_from(in->bytes, marked ? 3 : 0), sink, &s, err));
  for (size_t i = 0; i < VD_COUNT(parts); i++)
    if (!vd_sheet_has(&s, parts[i]) || !vd_sheet_has(&s, "CVE ID"))
      return vd_fail(err, VD_FORMAT, "the table has no column named %s", parts[i]);
  VD_TRY(sink->snapshot(sink->ctx, (vd_view){0}, (vd_view){0}));
  size_t rows = 0;
  vd_code code = vd_sheet_next(&s, err);
  for (; code == VD_OK; rows++) {
    VD_TRY(read_row(a, &s, sink));
    code = vd_sheet_next(&s, err);
  }
  if (code == VD_NOTFOUND && rows == 0)
    return vd_fail(err, VD_FORMAT, "the table has no rows");
  return code == VD_NOTFOUND ? VD_OK : code;
}
