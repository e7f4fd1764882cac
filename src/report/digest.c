// Digests of model folders, and what a model.sig says of them.
#include "report/digest.h"

#include "format/format.h"

static void put_hex(vd_buf *b, const uint8_t digest[VD_SHA256_BYTES]) {
  for (size_t i = 0; i < VD_SHA256_BYTES; i++)
    vd_buf_printf(b, "%02x", digest[i]);
}

static void put_line(vd_buf *b, const char *state, vd_view path) {
  vd_buf_printf(b, "%-8s  ", state);
  vd_buf_put_escaped(b, path);
  vd_buf_put_c(b, '\n');
}

void vd_report_digest(const vd_digest *d, vd_buf *b) {
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

void vd_report_digest_json(const vd_digest *d, vd_buf *b) {
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

void vd_report_signature(const vd_signature *s, const vd_signed_comparison *c, vd_buf *b) {
  for (size_t i = 0; i < c->differences.count; i++)
    put_line(b, vd_signed_state_text(c->differences.at[i].state), c->differences.at[i].path);
  vd_buf_printf(b, "%zu of %zu signed files are as signed, %zu differences\n", c->same,
                s->files.count, c->differences.count);
  vd_buf_printf(b, "who signed (%s) was not verified: use model_signing or cosign for that\n",
                s->signatures == 0  ? "nobody: the bundle has no signature"
                : s->by_certificate ? "by certificate"
                                    : "by key");
}
