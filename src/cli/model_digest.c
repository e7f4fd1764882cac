// Digests of model folders, and what a model.sig says of them.
#include "cli/model_digest.h"

#include "cli/run.h"
#include "format/format.h"
#include "scan/digest.h"

static void put_hex(vd_buf *b, const uint8_t digest[VD_SHA256_BYTES]) {
  for (size_t i = 0; i < VD_SHA256_BYTES; i++)
    vd_buf_printf(b, "%02x", digest[i]);
}

static void put_line(vd_buf *b, const char *state, vd_view path) {
  vd_buf_printf(b, "%-8s  ", state);
  vd_buf_put_escaped(b, path);
  vd_buf_put_c(b, '\n');
}

static void put_text(vd_buf *b, const vd_digest *d) {
  for (size_t i = 0; i < d->files.count; i++) {
    const vd_file_digest *f = &d->files.at[i];
    if (f->failure.ptr == NULL)
      put_hex(b, f->sha256);
    else
      vd_buf_printf(b, "%-64.64s", "(not read)");
    vd_buf_put(b, VD_VIEW("  "));
    vd_buf_put_escaped(b, f->path);
    vd_buf_put_c(b, '\n');
  }
  for (size_t i = 0; i < d->others.count; i++)
    put_line(b, "(other)", d->others.at[i].path);
  put_hex(b, d->root);
  vd_buf_printf(b, "  (root of %zu files, %llu bytes%s)\n", d->files.count,
                (unsigned long long)d->bytes, d->complete ? "" : "; not complete");
}

static void put_hex_member(vd_json_out *j, const char *key, const uint8_t *digest) {
  VD_SCOPED_BUF b = VD_BUF(128);
  put_hex(&b, digest);
  vd_json_member(j, key, vd_buf_view(&b));
}

static void put_json(vd_buf *b, const vd_digest *d) {
  vd_json_out j = {.buf = b, .pretty = true};
  vd_json_open(&j, '{');
  put_hex_member(&j, "root", d->root);
  vd_json_key(&j, "complete");
  vd_json_bool(&j, d->complete);
  vd_json_key(&j, "files");
  vd_json_open(&j, '[');
  for (size_t i = 0; i < d->files.count; i++) {
    vd_json_open(&j, '{');
    vd_json_member(&j, "name", d->files.at[i].path);
    vd_json_member(&j, "algorithm", VD_VIEW("sha256"));
    if (d->files.at[i].failure.ptr == NULL)
      put_hex_member(&j, "digest", d->files.at[i].sha256);
    else
      vd_json_member(&j, "failure", d->files.at[i].failure);
    vd_json_close(&j, '}');
  }
  vd_json_close(&j, ']');
  vd_json_close(&j, '}');
  vd_buf_put_c(b, '\n');
}

static vd_code jobs_of(const vd_settings *s, unsigned *out, vd_error *err) {
  uint64_t n = 0;
  if (s->jobs != NULL && (!vd_view_u64(vd_view_of(s->jobs), &n) || n == 0 || n > VD_JOBS_MAX))
    return vd_fail(err, VD_USAGE, "--jobs takes a whole number from 1 to %d, not '%.40s'",
                   VD_JOBS_MAX, s->jobs);
  *out = (unsigned)n;
  return VD_OK;
}

static vd_code hash(const vd_settings *s, vd_arena *a, vd_digest *out, vd_error *err) {
  vd_digest_options options = {.path = s->operands[1]};
  VD_TRY(jobs_of(s, &options.jobs, err));
  VD_TRY(vd_digest_ignore_usual(a, &options.ignored));
  return vd_digest_folder(&options, a, out, err);
}

int vd_model_hash(const vd_settings *s) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_digest digest = {0};
  vd_error err = {0};
  if (hash(s, &a, &digest, &err) != VD_OK || vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  if (s->format != NULL && strcmp(s->format, "json") == 0)
    put_json(&d.text, &digest);
  else
    put_text(&d.text, &digest);
  if (vd_delivery_finish(&d, &err) != VD_OK)
    return vd_die(&err);
  return digest.complete ? VD_EXIT_CLEAN : VD_EXIT_ERROR;
}

// ---- verify ----------------------------------------------------------------------------------

// Errors of reading name the file; what is wrong with its content does not know it.
static vd_code read_signature(const vd_settings *s, vd_arena *a, vd_signature *out, vd_error *err) {
  char beside[4096];
  const char *path = s->from != NULL ? s->from : beside;
  vd_error content = {0};
  vd_view bytes;
  (void)snprintf(beside, sizeof beside, "%s/model.sig", s->operands[1]);
  VD_TRY(vd_file_read(a, path, VD_MANIFEST_BYTES_MAX, &bytes, err));
  vd_code code = vd_signature_read(a, bytes, out, &content);
  return code == VD_OK ? code : vd_fail(err, code, "'%.100s': %s", path, content.text);
}

static void put_comparison(vd_buf *b, const vd_signature *s, const vd_signed_comparison *c) {
  for (size_t i = 0; i < c->differences.count; i++)
    put_line(b, vd_signed_state_text(c->differences.at[i].state), c->differences.at[i].path);
  vd_buf_printf(b, "%zu of %zu signed files are as signed, %zu differences\n", c->same,
                s->files.count, c->differences.count);
  vd_buf_printf(b, "who signed (%s) was not verified: use model_signing or cosign for that\n",
                s->signatures == 0  ? "nobody: the bundle has no signature"
                : s->by_certificate ? "by certificate"
                                    : "by key");
}

int vd_model_verify(const vd_settings *s) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_digest_options options = {.path = s->operands[1]};
  vd_signed_comparison compared = {0};
  vd_signature signature = {0};
  vd_digest digest = {0};
  vd_error err = {0};
  if (jobs_of(s, &options.jobs, &err) != VD_OK || read_signature(s, &a, &signature, &err) != VD_OK)
    return vd_die(&err);
  options.ignored = signature.ignored;
  if (vd_digest_folder(&options, &a, &digest, &err) != VD_OK ||
      vd_signature_compare(&a, &signature, &digest, &compared) != VD_OK ||
      vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  put_comparison(&d.text, &signature, &compared);
  if (vd_delivery_finish(&d, &err) != VD_OK)
    return vd_die(&err);
  return compared.differences.count == 0 && signature.signatures != 0 ? VD_EXIT_CLEAN
                                                                      : VD_EXIT_FINDINGS;
}
