// A model.sig of any bytes: what is read is sorted, inside its folder, and equal to itself.
#include "scan/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_files(const vd_signature *s) {
  if (s->files.count == 0 || s->predicate == NULL)
    abort();
  for (size_t i = 0; i < s->files.count; i++) {
    vd_view path = s->files.at[i].path;
    if (path.len == 0 || path.ptr[0] == '/' || vd_view_starts(path, VD_VIEW("../")))
      abort();
    if (i != 0 && vd_digest_path_order(s->files.at[i - 1].path, path) >= 0)
      abort();
  }
}

// A folder that holds exactly what was signed.
static vd_code digest_of(vd_arena *a, const vd_signature *s, vd_digest *out) {
  for (size_t i = 0; i < s->files.count; i++) {
    vd_file_digest *f = vd_vec_push(a, &out->files);
    if (f == NULL)
      return VD_NOMEM;
    f->path = s->files.at[i].path;
    memcpy(f->sha256, s->files.at[i].sha256, sizeof f->sha256);
  }
  out->complete = true;
  return VD_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)64 << 20);
  vd_signature s = {0};
  vd_digest d = {0};
  vd_signed_comparison c = {0};
  vd_error err = {0};
  if (vd_signature_read(&a, (vd_view){(const char *)data, size}, &s, &err) != VD_OK)
    return err.text[0] == '\0' ? abort(), 1 : 0;
  check_files(&s);
  if (digest_of(&a, &s, &d) != VD_OK || vd_signature_compare(&a, &s, &d, &c) != VD_OK)
    return 0;
  if (c.differences.count != 0 || c.same != s.files.count)
    abort();
  return 0;
}
