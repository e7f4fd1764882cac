// Local headers, and where they differ from the central directory.
#include "inspect/archive/zip.h"

enum { LOCAL_BYTES = 30 };

bool vd_zip_local_header(vd_view bytes, uint64_t at, vd_zip_entry *out) {
  if (at >= bytes.len || bytes.len - at < LOCAL_BYTES)
    return false;
  vd_reader r = vd_reader_of(vd_view_from(bytes, at));
  vd_zip_entry e = {.at = at, .local = true};
  if (vd_read_u32le(&r) != 0x04034b50)
    return false;
  (void)vd_read_u16le(&r);
  e.flags = vd_read_u16le(&r);
  e.method = vd_read_u16le(&r);
  (void)vd_read_u32le(&r);
  e.crc = vd_read_u32le(&r);
  e.packed = vd_read_u32le(&r);
  e.size = vd_read_u32le(&r);
  uint16_t name = vd_read_u16le(&r), extra = vd_read_u16le(&r);
  e.name = vd_read_bytes(&r, name);
  vd_zip_read_zip64(vd_read_bytes(&r, extra), &e);
  e.at = at;
  e.data = at + vd_reader_offset(&r);
  e.sizes_follow = (e.flags & VD_ZIP_STREAMED) != 0 && e.packed == 0;
  if (r.failed)
    return false;
  *out = e;
  return true;
}

static vd_code differ(vd_inspection *in, const vd_zip_entry *e, const char *what, uint64_t central,
                      uint64_t local) {
  return vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, e->at,
                    "%.*s: its %s is %llu in the directory and %llu in its local header",
                    VD_ARG(vd_view_first(e->name, 120)), what, (unsigned long long)central,
                    (unsigned long long)local);
}

static vd_code tampered(vd_inspection *in, const vd_zip_entry *e, const char *what) {
  return vd_observe(in, VD_CHECK_ARCHIVE_TAMPERED, e->at, "%.*s: %s",
                    VD_ARG(vd_view_first(e->name, 120)), what);
}

static vd_code compare_names(vd_inspection *in, const vd_zip_entry *e, const vd_zip_entry *l) {
  if (vd_view_eq(e->name, l->name))
    return VD_OK;
  return vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, e->at,
                    "%.*s in the directory is %.*s in its local header",
                    VD_ARG(vd_view_first(e->name, 120)), VD_ARG(vd_view_first(l->name, 120)));
}

// What a local header states in front of its data; that of a stream states nothing.
static vd_code compare_sizes(vd_inspection *in, const vd_zip_entry *e, const vd_zip_entry *l) {
  if (l->sizes_follow)
    return VD_OK;
  if (e->packed != l->packed)
    VD_TRY(differ(in, e, "packed size", e->packed, l->packed));
  if (e->size != l->size)
    VD_TRY(differ(in, e, "size", e->size, l->size));
  return e->crc == l->crc
             ? VD_OK
             : tampered(in, e, "the directory and its local header state different checksums");
}

static vd_code compare_headers(vd_inspection *in, const vd_zip_entry *e, const vd_zip_entry *l) {
  VD_TRY(compare_names(in, e, l));
  VD_TRY(compare_sizes(in, e, l));
  if (e->method != l->method)
    VD_TRY(differ(in, e, "method", e->method, l->method));
  return ((e->flags ^ l->flags) & VD_ZIP_ENCRYPTED) == 0
             ? VD_OK
             : tampered(in, e, "only one of its two headers says that it is encrypted");
}

static vd_code compare(vd_inspection *in, vd_zip *z, size_t i) {
  vd_zip_entry *e = &z->entries.at[i], local;
  if (!vd_zip_local_header(z->bytes, e->at, &local))
    return vd_observe(in, VD_CHECK_UNREADABLE, e->at, "zip: %.*s has no local header",
                      VD_ARG(vd_view_first(e->name, 120)));
  e->data = local.data;
  VD_TRY(compare_headers(in, e, &local));
  if (e->packed > z->bytes.len - e->data)
    VD_TRY(vd_observe(in, VD_CHECK_UNREADABLE, e->at, "zip: %.*s ends past the end of the file",
                      VD_ARG(vd_view_first(e->name, 120))));
  if (e->method == local.method && (local.sizes_follow || e->packed == local.packed))
    return VD_OK; // both lead to the same bytes
  vd_zip_entry *kept = vd_vec_push(in->scratch, &z->entries);
  return kept == NULL ? VD_NOMEM : (*kept = local, VD_OK);
}

vd_code vd_zip_compare(vd_inspection *in, vd_zip *z) {
  size_t n = z->entries.count;
  for (size_t i = 0; i < n; i++)
    VD_TRY(compare(in, z, i));
  return VD_OK;
}
