// Ends of central directories and the directories themselves. Readers look for them in different
// ways; whatever one of them would find is read.
#include "inspect/archive/zip.h"

enum { END_BYTES = 22, LOCATOR_BYTES = 20, END64_BYTES = 56, CENTRAL_BYTES = 46 };

// One way to read an end: where the directory starts, and by how much its offsets are off.
typedef struct directory {
  uint64_t from, count;
  uint64_t shift; // bytes in front of the archive; added to stated offsets
} directory;

typedef struct end {
  uint64_t at;
  directory found[6];
  size_t ways;
} end;

static bool has_at(vd_view bytes, uint64_t at, const char *magic) {
  return at <= bytes.len && vd_view_starts(vd_view_from(bytes, at), (vd_view){magic, 4});
}

static uint64_t tail_start(vd_view bytes) {
  uint64_t most = END_BYTES + 65535;
  return bytes.len > most ? bytes.len - most : 0;
}

// The last end before `before`, or UINT64_MAX.
static uint64_t end_before(vd_view bytes, uint64_t before) {
  uint64_t stop = tail_start(bytes);
  uint64_t last = before < bytes.len ? before + 3 : bytes.len; // of what may hold the magic
  // Every artefact is asked, so the search is for the byte of the magic that text has not.
  while (last > stop + 3) {
    const char *at = memrchr(bytes.ptr + stop + 3, 6, last - stop - 3);
    if (at == NULL)
      return UINT64_MAX;
    last = (uint64_t)(at - bytes.ptr);
    if (has_at(bytes, last - 3, "PK\5\6") && bytes.len - (last - 3) >= END_BYTES)
      return last - 3;
  }
  return UINT64_MAX;
}

// The directory stands where the end at `at` says, counted from the start of the file. A zip that
// is content of another file, the last member of a tar say, was written with offsets of its own.
static bool is_of_this_file(vd_view bytes, uint64_t at) {
  vd_reader r = vd_reader_of(vd_view_from(bytes, at + 16));
  if (has_at(bytes, vd_read_u32le(&r), "PK\1\2"))
    return true;
  if (at < LOCATOR_BYTES || !has_at(bytes, at - LOCATOR_BYTES, "PK\6\7"))
    return false;
  vd_reader l = vd_reader_of(vd_view_from(bytes, at - LOCATOR_BYTES + 8));
  return has_at(bytes, vd_read_u64le(&l), "PK\6\6");
}

// A directory ends where the end at `at` begins, which is how Python looks for it.
static bool is_behind_directory(vd_view bytes, uint64_t at) {
  vd_reader r = vd_reader_of(vd_view_from(bytes, at + 12));
  uint64_t size = vd_read_u32le(&r);
  return (size != 0 && size <= at && has_at(bytes, at - size, "PK\1\2")) ||
         (at >= LOCATOR_BYTES && has_at(bytes, at - LOCATOR_BYTES, "PK\6\7"));
}

static bool reaches_end(vd_view bytes, uint64_t at) {
  vd_reader r = vd_reader_of(vd_view_from(bytes, at + 20));
  return at + END_BYTES + vd_read_u16le(&r) == bytes.len;
}

bool vd_zip_recognise(vd_view bytes, bool named) {
  if (bytes.len < END_BYTES)
    return false;
  if (vd_view_starts(bytes, VD_VIEW("MZqFpD"))) // llamafile reads its own zip
    return false;
  if (vd_view_starts(bytes, VD_VIEW("PK\3\4")) || vd_view_starts(bytes, VD_VIEW("PK\5\6")))
    return true;
  uint64_t at = end_before(bytes, bytes.len);
  return at != UINT64_MAX && (is_of_this_file(bytes, at) || ((named || reaches_end(bytes, at)) &&
                                                             is_behind_directory(bytes, at)));
}

static void add_way(end *e, vd_view bytes, directory d, uint64_t stop) {
  if (d.from > stop || !(has_at(bytes, d.from, "PK\1\2") || (d.from == stop && d.count == 0)))
    return;
  for (size_t i = 0; i < e->ways; i++)
    if (e->found[i].from == d.from)
      return;
  if (e->ways < VD_COUNT(e->found))
    e->found[e->ways++] = d;
}

// Python takes the directory that ends at stop; miniz and others the stated offset.
static void add_ways(end *e, vd_view bytes, uint64_t stop, const uint64_t stated[3]) {
  uint64_t count = stated[0], size = stated[1], from = stated[2];
  if (size <= stop)
    add_way(e, bytes, (directory){stop - size, count, stop - size - from}, stop);
  add_way(e, bytes, (directory){from, count, 0}, stop);
}

static void read_end64(end *e, vd_view bytes, uint64_t at) {
  if (!has_at(bytes, at, "PK\6\6") || at > e->at)
    return;
  vd_reader r = vd_reader_of(vd_view_from(bytes, at + 32));
  uint64_t stated[3] = {vd_read_u64le(&r), vd_read_u64le(&r), vd_read_u64le(&r)};
  if (!r.failed)
    add_ways(e, bytes, at, stated);
}

static void read_end(end *e, vd_view bytes) {
  if (e->at >= LOCATOR_BYTES && has_at(bytes, e->at - LOCATOR_BYTES, "PK\6\7")) {
    vd_reader l = vd_reader_of(vd_view_from(bytes, e->at - LOCATOR_BYTES + 8));
    if (e->at >= LOCATOR_BYTES + END64_BYTES) // where Python looks
      read_end64(e, bytes, e->at - LOCATOR_BYTES - END64_BYTES);
    read_end64(e, bytes, vd_read_u64le(&l));
  }
  vd_reader r = vd_reader_of(vd_view_from(bytes, e->at + 10));
  uint64_t count = vd_read_u16le(&r), size = vd_read_u32le(&r), from = vd_read_u32le(&r);
  add_ways(e, bytes, e->at, (const uint64_t[3]){count, size, from});
}

vd_code vd_zip_add_span(vd_inspection *in, vd_zip *z, vd_zip_span s) {
  vd_zip_span *at = vd_vec_push(in->scratch, &z->spans);
  return at == NULL ? VD_NOMEM : (*at = s, VD_OK);
}

void vd_zip_read_zip64(vd_view extra, vd_zip_entry *e) {
  vd_reader r = vd_reader_of(extra);
  while (vd_reader_left(&r) >= 4) {
    uint16_t id = vd_read_u16le(&r);
    vd_reader field = vd_reader_of(vd_read_bytes(&r, vd_read_u16le(&r)));
    if (id != 1)
      continue;
    uint64_t *const values[] = {&e->size, &e->packed, &e->at};
    for (size_t i = 0; i < VD_COUNT(values); i++)
      if (*values[i] == UINT32_MAX && vd_reader_left(&field) >= 8)
        *values[i] = vd_read_u64le(&field);
    return;
  }
}

static bool read_central(vd_reader *r, vd_zip_entry *e) {
  (void)vd_read_bytes(r, 5);
  e->host = vd_read_u8(r);
  (void)vd_read_u16le(r);
  e->flags = vd_read_u16le(r);
  e->method = vd_read_u16le(r);
  (void)vd_read_u32le(r); // time
  e->crc = vd_read_u32le(r);
  e->packed = vd_read_u32le(r);
  e->size = vd_read_u32le(r);
  uint16_t name = vd_read_u16le(r), extra = vd_read_u16le(r), comment = vd_read_u16le(r);
  (void)vd_read_u32le(r); // disk, internal attributes
  e->attributes = vd_read_u32le(r);
  e->at = vd_read_u32le(r);
  e->name = vd_read_bytes(r, name);
  vd_zip_read_zip64(vd_read_bytes(r, extra), e);
  (void)vd_read_bytes(r, comment);
  return !r->failed;
}

static uint64_t place_of(vd_view bytes, uint64_t at, uint64_t shift) {
  return has_at(bytes, at + shift, "PK\3\4") ? at + shift : at;
}

static vd_code add_entry(vd_inspection *in, vd_zip *z, const vd_zip_entry *e) {
  vd_zip_entry *kept = vd_vec_push(in->scratch, &z->entries);
  if (kept == NULL)
    return VD_NOMEM;
  *kept = *e;
  return VD_OK;
}

static vd_code read_directory(vd_inspection *in, vd_zip *z, const directory *d, uint64_t stop) {
  uint64_t at = d->from, n = 0;
  while (at < stop && has_at(z->bytes, at, "PK\1\2")) {
    vd_reader r = vd_reader_of(vd_view_first(vd_view_from(z->bytes, at), stop - at));
    vd_zip_entry e = {0};
    if (!read_central(&r, &e)) {
      VD_TRY(vd_observe(in, VD_CHECK_UNREADABLE, at, "zip: entry %llu of the directory is cut off",
                        (unsigned long long)n));
      break;
    }
    e.at = place_of(z->bytes, e.at, d->shift);
    if (z->entries.count >= VD_ZIP_ENTRIES_MAX)
      return vd_observe(in, VD_CHECK_LIMIT, at, "zip: more than %d members", VD_ZIP_ENTRIES_MAX);
    VD_TRY(add_entry(in, z, &e));
    at += vd_reader_offset(&r);
    n++;
  }
  if (n != d->count && (n & 0xffff) != d->count)
    VD_TRY(vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, d->from,
                      "the directory has %llu entries, its end states %llu", (unsigned long long)n,
                      (unsigned long long)d->count));
  return vd_zip_add_span(in, z, (vd_zip_span){d->from, at, NULL});
}

// The end, with what belongs to it: ZIP64 records in front, comment behind.
static vd_code span_end(vd_inspection *in, vd_zip *z, const end *e) {
  vd_reader r = vd_reader_of(vd_view_from(z->bytes, e->at + 20));
  uint64_t from = e->at, to = e->at + END_BYTES + vd_read_u16le(&r);
  if (from >= LOCATOR_BYTES && has_at(z->bytes, from - LOCATOR_BYTES, "PK\6\7")) {
    vd_reader l = vd_reader_of(vd_view_from(z->bytes, from - LOCATOR_BYTES + 8));
    uint64_t record = vd_read_u64le(&l);
    from -= LOCATOR_BYTES;
    if (record < from && has_at(z->bytes, record, "PK\6\6"))
      VD_TRY(vd_zip_add_span(in, z, (vd_zip_span){record, from, NULL}));
    else if (from >= END64_BYTES && has_at(z->bytes, from - END64_BYTES, "PK\6\6"))
      from -= END64_BYTES;
  }
  to = to < z->bytes.len ? to : z->bytes.len;
  return vd_zip_add_span(in, z, (vd_zip_span){from, to, NULL});
}

static bool is_read(const vd_zip *z, uint64_t from) {
  for (size_t i = 0; i < z->spans.count; i++)
    if (z->spans.at[i].from == from && z->spans.at[i].entry == NULL)
      return true;
  return false;
}

static vd_code read_ways(vd_inspection *in, vd_zip *z, const end *e) {
  for (size_t i = 0; i < e->ways; i++) {
    if (is_read(z, e->found[i].from))
      continue;
    z->directories += e->found[i].count != 0;
    if (z->directories == 2)
      VD_TRY(vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, e->found[i].from,
                        "a second central directory: readers disagree on which one counts"));
    VD_TRY(read_directory(in, z, &e->found[i], e->at));
  }
  return span_end(in, z, e);
}

// An end inside a stored member is that of a zip in the zip.
static bool is_inside(const vd_zip *z, uint64_t at) {
  for (size_t i = 0; i < z->entries.count; i++) {
    const vd_zip_entry *e = &z->entries.at[i];
    if (e->at < at && at - e->at < 30 + e->name.len + e->packed)
      return true;
  }
  return false;
}

vd_code vd_zip_read_directories(vd_inspection *in, vd_zip *z) {
  uint64_t at = z->bytes.len;
  for (int i = 0; i < VD_ZIP_ENDS_MAX; i++) {
    at = end_before(z->bytes, at);
    if (at == UINT64_MAX)
      return VD_OK;
    end e = {.at = at};
    read_end(&e, z->bytes);
    if (e.ways != 0 && !is_inside(z, at))
      VD_TRY(read_ways(in, z, &e));
  }
  return VD_OK;
}
