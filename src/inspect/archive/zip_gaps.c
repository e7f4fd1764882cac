// Bytes of a zip that no directory accounts for, where members hide from most readers.
#include "inspect/archive/zip.h"
#include "inspect/program.h"

static int by_start(const void *a, const void *b) {
  const vd_zip_span *x = a, *y = b;
  return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->to > y->to) - (x->to < y->to);
}

static vd_code add_member_spans(vd_inspection *in, vd_zip *z) {
  for (size_t i = 0; i < z->entries.count; i++) {
    const vd_zip_entry *e = &z->entries.at[i];
    uint64_t left = z->bytes.len - e->data, packed = e->packed < left ? e->packed : left;
    if (e->data != 0 && !e->local)
      VD_TRY(vd_zip_add_span(in, z, (vd_zip_span){e->at, e->data + packed, e}));
  }
  return VD_OK;
}

static bool is_zero(vd_view v) {
  return v.len == 0 || (v.ptr[0] == 0 && (v.len == 1 || memcmp(v.ptr, v.ptr + 1, v.len - 1) == 0));
}

// Length of the data descriptor of e at the start of gap; 0 when it has none.
static size_t descriptor_of(const vd_zip_entry *e, vd_view gap) {
  vd_reader r = vd_reader_of(gap);
  if (e == NULL || (e->flags & VD_ZIP_STREAMED) == 0)
    return 0;
  size_t start = vd_view_starts(gap, VD_VIEW("PK\7\b")) ? 4 : 0;
  (void)vd_read_bytes(&r, start);
  uint32_t crc = vd_read_u32le(&r);
  if (r.failed || (start == 0 && crc != e->crc))
    return 0;
  vd_reader wide = r;
  uint64_t packed64 = vd_read_u64le(&wide), size64 = vd_read_u64le(&wide);
  if (!wide.failed && packed64 == e->packed && size64 == e->size)
    return start + 20;
  return vd_reader_left(&r) >= 8 ? start + 12 : 0;
}

// What may pass for a member: readers of streams take nothing else.
static bool plausible(const vd_zip_entry *e) {
  return e->name.len != 0 && e->name.len < 4096 && e->method <= 99 &&
         memchr(e->name.ptr, 0, e->name.len) == NULL;
}

static uint64_t search(vd_zip *z, vd_view in, const char *magic) {
  uint64_t left = VD_ZIP_SEARCH_MAX - z->searched;
  in = vd_view_first(in, left);
  const char *at = in.len < 4 ? NULL : memmem(in.ptr, in.len, magic, 4);
  uint64_t n = at == NULL ? in.len : (uint64_t)(at - in.ptr);
  z->searched += n;
  return n;
}

// A member whose size is not stated ends where the next header begins, at the latest.
static void bound_stream(vd_zip *z, vd_zip_entry *e, uint64_t stop) {
  vd_view rest = vd_view_first(vd_view_from(z->bytes, e->data), stop - e->data);
  rest = vd_view_first(rest, search(z, rest, "PK\3\4"));
  e->packed = search(z, rest, "PK\7\b");
}

static vd_code add_local(vd_inspection *in, vd_zip *z, const vd_zip_entry *e) {
  vd_zip_entry *kept = vd_vec_push(in->scratch, &z->entries);
  if (kept == NULL)
    return VD_NOMEM;
  *kept = *e;
  if (z->directories == 0)
    return VD_OK;
  return vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, e->at,
                    "%.*s is in the file and in no directory", VD_ARG(vd_view_first(e->name, 120)));
}

// Local headers in a gap; *found is the end of the last member.
static vd_code find_locals(vd_inspection *in, vd_zip *z, uint64_t from, uint64_t to,
                           uint64_t *found) {
  while (to - from >= 30) {
    vd_zip_entry e;
    if (z->searched >= VD_ZIP_SEARCH_MAX || z->entries.count >= VD_ZIP_ENTRIES_MAX)
      return vd_observe(in, VD_CHECK_LIMIT, from, "zip: too much of it is in no directory");
    from += search(z, vd_view_first(vd_view_from(z->bytes, from), to - from), "PK\3\4");
    if (to - from < 30)
      return VD_OK;
    if (!vd_zip_local_header(vd_view_first(z->bytes, to), from, &e) || !plausible(&e)) {
      from++;
      continue;
    }
    if (e.sizes_follow || e.packed > to - e.data)
      bound_stream(z, &e, to);
    VD_TRY(add_local(in, z, &e));
    from = e.data + e.packed;
    *found = from;
  }
  return VD_OK;
}

static vd_code observe_gap(vd_inspection *in, vd_zip *z, uint64_t from, uint64_t to) {
  vd_view gap = vd_view_first(vd_view_from(z->bytes, from), to - from);
  char name[48];
  if (gap.len < 16 || is_zero(vd_view_first(gap, 64 << 10)) ||
      vd_view_ends(gap, VD_VIEW("APK Sig Block 42")))
    return VD_OK;
  // Programs that unpack or run what is appended to them.
  if (from == 0 && (vd_program_of(gap) != NULL || vd_script_of(gap) != NULL))
    return VD_OK;
  bool last = to == z->bytes.len;
  (void)snprintf(name, sizeof name, "data at byte %llu", (unsigned long long)from);
  VD_TRY(vd_observe(in, last ? VD_CHECK_TRAILING : VD_CHECK_ARCHIVE_HIDDEN, from, "%zu bytes %s",
                    gap.len,
                    last        ? "follow the archive"
                    : from == 0 ? "precede the archive"
                                : "between members belong to none"));
  // In front of the archive the driver has asked every format already.
  return from == 0 ? VD_OK : vd_inspect_nested(in, vd_view_of(name), gap);
}

static vd_code fill_gap(vd_inspection *in, vd_zip *z, const vd_zip_entry *before, uint64_t from,
                        uint64_t to) {
  vd_view gap = vd_view_first(vd_view_from(z->bytes, from), to - from);
  uint64_t start = from + descriptor_of(before, gap), found = 0;
  if (start >= to)
    return VD_OK;
  VD_TRY(find_locals(in, z, start, to, &found));
  return found != 0 ? VD_OK : observe_gap(in, z, start, to);
}

static vd_code observe_overlap(vd_inspection *in, const vd_zip_span *s) {
  if (s->entry == NULL)
    return VD_OK;
  return vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, s->from,
                    "%.*s shares bytes with another member",
                    VD_ARG(vd_view_first(s->entry->name, 120)));
}

// Entries found in the gaps move the vector, so the spans get copies of what they point to.
static vd_code sort_spans(vd_inspection *in, vd_zip *z) {
  size_t n = z->entries.count;
  vd_zip_entry *kept = vd_new_array(in->scratch, vd_zip_entry, n + 1);
  if (kept == NULL)
    return VD_NOMEM;
  VD_TRY(add_member_spans(in, z));
  if (n != 0)
    memcpy(kept, z->entries.at, n * sizeof *kept);
  for (size_t i = 0; i < z->spans.count; i++)
    if (z->spans.at[i].entry != NULL)
      z->spans.at[i].entry = kept + (z->spans.at[i].entry - z->entries.at);
  if (z->spans.count != 0)
    qsort(z->spans.at, z->spans.count, sizeof *z->spans.at, by_start);
  return VD_OK;
}

vd_code vd_zip_account(vd_inspection *in, vd_zip *z) {
  uint64_t at = 0;
  const vd_zip_entry *before = NULL;
  VD_TRY(sort_spans(in, z));
  for (size_t i = 0; i < z->spans.count; i++) {
    const vd_zip_span *s = &z->spans.at[i];
    if (s->from < at)
      VD_TRY(observe_overlap(in, s));
    if (s->from > at)
      VD_TRY(fill_gap(in, z, before, at, s->from));
    if (s->to > at)
      at = s->to, before = s->entry;
  }
  return at < z->bytes.len ? fill_gap(in, z, before, at, z->bytes.len) : VD_OK;
}
