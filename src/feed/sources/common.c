// What the readers share: scalars, tokens, dates, id lists, and reporting of bad records.
#include "feed/sources/sources.h"

bool vd_entry_pysec(vd_view path) {
  return vd_view_has(path, VD_VIEW("vulns/")) && vd_view_ends(path, VD_VIEW(".yaml"));
}

bool vd_entry_ghsa(vd_view path) {
  return vd_view_has(path, VD_VIEW("advisories/github-reviewed/")) &&
         vd_view_ends(path, VD_VIEW(".json"));
}

bool vd_entry_osv(vd_view path) { return vd_view_ends(path, VD_VIEW(".json")); }

bool vd_entry_malicious(vd_view path) {
  return vd_view_ends(path, VD_VIEW(".json")) &&
         (vd_view_has(path, VD_VIEW("osv/malicious/pypi/")) ||
          vd_view_has(path, VD_VIEW("osv/withdrawn/pypi/")));
}
bool vd_entry_xml(vd_view path) { return vd_view_ends(path, VD_VIEW(".xml")); }

static bool names_cve(vd_view path, vd_view ending) {
  size_t slash = path.len;
  while (slash > 0 && path.ptr[slash - 1] != '/')
    slash--;
  return vd_view_starts(vd_view_from(path, slash), VD_VIEW("CVE-")) && vd_view_ends(path, ending);
}

bool vd_entry_cve(vd_view path) { return names_cve(path, VD_VIEW(".json")); }

bool vd_entry_poc(vd_view path) {
  return names_cve(path, VD_VIEW(".json")) || names_cve(path, VD_VIEW(".md"));
}

bool vd_entry_any(vd_view path) {
  (void)path;
  return true;
}

vd_view vd_scalar(const vd_value *v) {
  bool scalar = v != NULL && v->kind != VD_KIND_NULL && v->kind != VD_KIND_BOOL &&
                v->kind != VD_KIND_ARRAY && v->kind != VD_KIND_TABLE;
  return scalar ? v->text : (vd_view){0};
}

vd_view vd_scalar_at(const vd_value *table, const char *key) {
  return vd_scalar(vd_get(table, vd_view_of(key)));
}

bool vd_token_valid(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if ((unsigned char)v.ptr[i] <= ' ' || v.ptr[i] == 0x7f)
      return false;
  return v.len != 0 && v.len <= VD_VERSION_MAX;
}

bool vd_date_valid(vd_view v) {
  static const char shape[] = "dddd-dd-dd";
  if (v.len < 10)
    return false;
  for (size_t i = 0; i < 10; i++) {
    bool digit = v.ptr[i] >= '0' && v.ptr[i] <= '9';
    if (shape[i] == 'd' ? !digit : v.ptr[i] != '-')
      return false;
  }
  int month = (v.ptr[5] - '0') * 10 + v.ptr[6] - '0';
  int day = (v.ptr[8] - '0') * 10 + v.ptr[9] - '0';
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

vd_view vd_date_later(vd_view a, vd_view b) {
  return vd_view_cmp(vd_view_first(a, 10), vd_view_first(b, 10)) >= 0 ? a : b;
}

vd_view vd_text_cut(vd_view v, size_t max) {
  if (v.len <= max)
    return v;
  while (max > 0 && ((unsigned char)v.ptr[max] & 0xC0) == 0x80)
    max--;
  return vd_view_first(v, max);
}

vd_view vd_feed_text(vd_view v) { return vd_text_cut(vd_view_trim(v), VD_TEXT_MAX); }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Length of the tag at the start of v; 0 when it is none or has no end.
static size_t tag_length(vd_view v) {
  if (!vd_view_starts(v, VD_VIEW("<xhtml:")) && !vd_view_starts(v, VD_VIEW("</xhtml:")))
    return 0;
  vd_view start = vd_view_first(v, VD_TAG_MAX);
  size_t end = vd_view_find(start, '>');
  return end < start.len ? end + 1 : 0;
}

vd_view vd_feed_plain(vd_arena *a, vd_view v) {
  VD_SCOPED_BUF b = VD_BUF(VD_TEXT_MAX + 1);
  if (v.ptr == NULL)
    return VD_VIEW("");
  if (!vd_view_has(v, VD_VIEW("<xhtml:")))
    return vd_feed_text(v);
  for (size_t i = 0; i < v.len && b.len <= VD_TEXT_MAX; i++) {
    size_t tag = v.ptr[i] == '<' ? tag_length(vd_view_from(v, i)) : 0;
    if (tag == 0 && !is_blank(v.ptr[i]))
      vd_buf_put_c(&b, v.ptr[i]);
    else if (b.len > 0 && b.ptr[b.len - 1] != ' ')
      vd_buf_put_c(&b, ' ');
    i += tag > 0 ? tag - 1 : 0;
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_feed_text(vd_buf_view(&b)));
}

vd_view vd_feed_lower(vd_arena *a, vd_view v) {
  char *copy = vd_new_array(a, char, v.len + 1);
  if (copy == NULL)
    return (vd_view){0};
  for (size_t i = 0; i < v.len; i++)
    copy[i] = (char)(v.ptr[i] >= 'A' && v.ptr[i] <= 'Z' ? v.ptr[i] - 'A' + 'a' : v.ptr[i]);
  return (vd_view){copy, v.len};
}

// Starts behind a blank when there is one near, else between characters.
vd_view vd_text_around(vd_view text, size_t offset) {
  size_t start = offset > VD_EVIDENCE_MAX / 3 ? offset - VD_EVIDENCE_MAX / 3 : 0;
  if (start > 0)
    while (start < offset && (unsigned char)text.ptr[start - 1] > ' ')
      start++;
  return vd_view_trim(vd_text_cut(vd_view_from(text, start), VD_EVIDENCE_MAX));
}

void vd_feed_bad(const vd_feed_sink *sink, vd_view place, const char *why, vd_view detail) {
  vd_error e;
  if (detail.len > 0)
    (void)vd_fail(&e, VD_FORMAT, "%s: %.*s", why, VD_ARG(detail));
  else
    (void)vd_fail(&e, VD_FORMAT, "%s", why);
  sink->bad(sink->ctx, place, &e);
}

void vd_feed_bad_record(const vd_feed_sink *sink, size_t number, const char *reason) {
  char place[40];
  (void)snprintf(place, sizeof place, "record %zu", number);
  vd_feed_bad(sink, vd_view_of(place), reason, (vd_view){0});
}

vd_code vd_feed_record(const vd_feed_sink *sink, const vd_record *r) {
  return r->failed ? VD_NOMEM : sink->record(sink->ctx, r);
}

vd_code vd_id_list_add(vd_id_list *list, const char *prefix, vd_view id) {
  if (!vd_token_valid(id))
    return VD_OK;
  vd_view text = vd_arena_printf(list->arena, "%s%.*s", prefix, (int)id.len, id.ptr);
  vd_view *slot = text.ptr == NULL ? NULL : vd_vec_push(list->arena, &list->ids);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = text;
  return VD_OK;
}

// Length of the part up to and with the last '-'.
static size_t stem(vd_view v) {
  size_t n = v.len;
  while (n > 0 && v.ptr[n - 1] != '-')
    n--;
  return n;
}

int vd_id_compare(vd_view a, vd_view b) {
  size_t n = stem(a), m = stem(b);
  int order = vd_view_cmp(vd_view_first(a, n), vd_view_first(b, m));
  if (order == 0 && n > 0)
    order = (a.len > b.len) - (a.len < b.len);
  return order != 0 ? order : vd_view_cmp(a, b);
}

static int by_number(const void *a, const void *b) {
  return vd_id_compare(*(const vd_view *)a, *(const vd_view *)b);
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

vd_view vd_id_list_join(const vd_id_list *list) {
  VD_SCOPED_BUF b = VD_BUF(VD_FEED_BYTES_MAX);
  const vd_views *ids = &list->ids;
  if (ids->count > 1)
    qsort(ids->at, ids->count, sizeof *ids->at, list->numbered ? by_number : by_bytes);
  for (size_t i = 0; i < ids->count; i++) {
    if (i > 0 && vd_view_eq(ids->at[i], ids->at[i - 1]))
      continue;
    if (b.len > 0)
      vd_buf_put_c(&b, ' ');
    vd_buf_put(&b, ids->at[i]);
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(list->arena, vd_buf_view(&b));
}

vd_code vd_feed_node(const vd_feed_sink *sink, const char *table, vd_view id, vd_view name,
                     const vd_node_columns *columns) {
  vd_view cells[VD_COUNT(columns->at)];
  vd_fact_node node = {.table = table, .id = id, .name = name, .text = vd_feed_text(columns->text)};
  if (!vd_token_valid(id) || name.len == 0) {
    vd_feed_bad(sink, id, "a record without a usable id or name", vd_view_of(table));
    return VD_OK;
  }
  for (size_t i = 0; i < columns->count; i++) {
    cells[i] = columns->at[i];
    if (cells[i].ptr == NULL)
      cells[i] = VD_VIEW("");
  }
  node.columns = (vd_views){.at = cells, .count = columns->count, .cap = columns->count};
  return sink->node(sink->ctx, &node);
}
