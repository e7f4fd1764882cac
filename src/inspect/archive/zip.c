// A zip archive as a whole: its members, their names, what kind of archive they make.
#include "inspect/archive/zip.h"

#include "inspect/archive/member_name.h"

// What the search for duplicates sorts.
typedef struct place {
  vd_view name;
  uint64_t at;
} place;

static int by_name(const void *a, const void *b) {
  const place *x = a, *y = b;
  int order = vd_view_cmp(x->name, y->name);
  return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

vd_code vd_zip_read(vd_inspection *in, vd_view bytes, vd_zip *out, vd_error *err) {
  vd_zip z = {.bytes = bytes};
  VD_TRY(vd_zip_read_directories(in, &z));
  bool directory = z.spans.count != 0;
  if (!directory && !vd_view_starts(bytes, VD_VIEW("PK\3\4")))
    return vd_fail(err, VD_FORMAT, "it has neither a directory nor members");
  VD_TRY(vd_zip_compare(in, &z));
  VD_TRY(vd_zip_account(in, &z));
  if (!directory)
    VD_TRY(vd_observe(in, VD_CHECK_UNREADABLE, bytes.len,
                      "zip: it has no directory at its end, %zu members were found without",
                      z.entries.count));
  *out = z;
  return VD_OK;
}

static vd_code check_duplicates(vd_inspection *in, const vd_zip *z, const vd_zip_nature *n) {
  place *sorted = vd_new_array(in->scratch, place, z->entries.count + 1);
  size_t count = 0;
  if (sorted == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < z->entries.count; i++)
    if (!z->entries.at[i].local)
      sorted[count++] = (place){z->entries.at[i].name, z->entries.at[i].at};
  qsort(sorted, count, sizeof *sorted, by_name);
  for (size_t i = 1; i < count; i++) {
    if (!vd_view_eq(sorted[i].name, sorted[i - 1].name))
      continue;
    char text[VD_EVIDENCE_TEXT_MAX];
    int len = snprintf(text, sizeof text, "two members are named %.*s",
                       VD_ARG(vd_view_first(sorted[i].name, 200)));
    VD_TRY(vd_observe_as(in, VD_CHECK_ARCHIVE_DIFFERENTIAL,
                         vd_zip_is_model(n->kind) ? VD_SEVERITY_HIGH : VD_SEVERITY_LOW,
                         sorted[i].at, (vd_view){text, (size_t)len}));
  }
  return VD_OK;
}

static vd_code check_names(vd_inspection *in, const vd_zip *z) {
  for (size_t i = 0; i < z->entries.count; i++) {
    const vd_zip_entry *e = &z->entries.at[i];
    VD_TRY(vd_member_name_check(in, e->name, e->at));
    if (vd_view_ends(e->name, VD_VIEW("/")) && e->size != 0)
      VD_TRY(vd_observe(in, VD_CHECK_ARCHIVE_HIDDEN, e->at, "folder %.*s has %llu bytes of data",
                        VD_ARG(vd_view_first(e->name, 120)), (unsigned long long)e->size));
  }
  return VD_OK;
}

static vd_code set_from_member(vd_inspection *in, const vd_zip *z, const vd_zip_nature *n,
                               const char *member, const char *property) {
  for (size_t i = 0; i < z->entries.count; i++) {
    const vd_zip_entry *e = &z->entries.at[i];
    if (e->method == 0 && e->packed < 64 && vd_view_starts(e->name, n->prefix) &&
        vd_view_eq(vd_view_from(e->name, n->prefix.len), vd_view_of(member)))
      return vd_model_set(in, property, "%.*s", VD_ARG(vd_view_trim(vd_zip_packed(z, e))));
  }
  return VD_OK;
}

static vd_code describe(vd_inspection *in, const vd_zip *z, const vd_zip_nature *n) {
  if (n->kind == VD_ZIP_PLAIN)
    return VD_OK;
  VD_TRY(vd_model_set(in, "producer", "%s", vd_zip_kind_text(n->kind)));
  if (n->kind != VD_ZIP_TORCH && n->kind != VD_ZIP_TORCHSCRIPT)
    return VD_OK;
  VD_TRY(set_from_member(in, z, n, "version", "format version"));
  return set_from_member(in, z, n, "byteorder", "byte order");
}

vd_code vd_zip_inspect(vd_inspection *in, vd_view bytes, vd_error *err) {
  vd_zip z = {0};
  VD_TRY(vd_zip_read(in, bytes, &z, err));
  vd_zip_nature n = vd_zip_nature_of(&z);
  VD_TRY(describe(in, &z, &n));
  VD_TRY(check_duplicates(in, &z, &n));
  VD_TRY(check_names(in, &z));
  return vd_zip_members(in, &z, &n);
}
