// What a model.sig says was signed, and what of it is still so. Signatures are not verified here.
#include "format/format.h"
#include "scan/digest.h"

static const char predicate_1[] = "https://model_signing/signature/v1.0",
                  predicate_0[] = "https://model_signing/Digests/v0.1",
                  statement_type[] = "https://in-toto.io/Statement/v1",
                  payload_type[] = "application/vnd.in-toto+json";

static int hex(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool read_digest(vd_view text, uint8_t out[VD_SHA256_BYTES]) {
  if (text.len != (size_t)2 * VD_SHA256_BYTES)
    return false;
  for (size_t i = 0; i < text.len; i += 2) {
    int high = hex(text.ptr[i]), low = hex(text.ptr[i + 1]);
    if (high < 0 || low < 0)
      return false;
    out[i / 2] = (uint8_t)(high << 4 | low);
  }
  return true;
}

// Names are relative and clean: nothing else could have come from a folder.
static bool is_inside(vd_view path) {
  if (path.len == 0 || memchr(path.ptr, '\0', path.len) != NULL)
    return false;
  if (vd_view_eq(path, VD_VIEW(".")))
    return true;
  for (vd_view rest = path; rest.ptr != NULL && rest.ptr <= path.ptr + path.len;) {
    size_t n = vd_view_find(rest, '/');
    vd_view part = vd_view_first(rest, n);
    if (part.len == 0 || vd_view_eq(part, VD_VIEW(".")) || vd_view_eq(part, VD_VIEW("..")))
      return false;
    if (n == rest.len)
      return true;
    rest = (vd_view){rest.ptr + n + 1, rest.len - n - 1};
  }
  return false;
}

static vd_code add_file(vd_arena *a, vd_signature *s, vd_view name, vd_view digest, vd_error *err) {
  if (!is_inside(name))
    return vd_fail(err, VD_FORMAT, "it names '%.*s', which is no path inside a folder",
                   VD_ARG(vd_view_first(name, 80)));
  vd_signed_file *f = vd_vec_push(a, &s->files);
  if (f == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the signed files");
  f->path = name;
  if (!read_digest(digest, f->sha256))
    return vd_fail(err, VD_FORMAT, "the digest of '%.*s' is no SHA-256",
                   VD_ARG(vd_view_first(name, 80)));
  return VD_OK;
}

// ---- the two predicates -------------------------------------------------------------------------

static vd_code read_serialization(vd_arena *a, const vd_value *v, vd_signature *s, vd_error *err) {
  vd_view method = vd_text_at(v, "method"), hash = vd_text_at(v, "hash_type");
  const vd_value *links = vd_get(v, VD_VIEW("allow_symlinks"));
  if (!vd_view_eq(method, VD_VIEW("files")) || !vd_view_eq(hash, VD_VIEW("sha256")))
    return vd_fail(err, VD_UNSUPPORTED, "it signs %.*s by %.*s, only files by sha256 are compared",
                   VD_ARG(vd_view_first(method, 40)), VD_ARG(vd_view_first(hash, 40)));
  s->links = vd_is(links, VD_KIND_BOOL) && links->boolean;
  for (VD_EACH (p, vd_get(v, VD_VIEW("ignore_paths")))) {
    vd_view *kept = is_inside(vd_text(p)) ? vd_vec_push(a, &s->ignored) : NULL;
    if (kept != NULL)
      *kept = vd_text(p);
    else if (is_inside(vd_text(p)))
      return vd_fail(err, VD_NOMEM, "no memory for the ignored paths");
  }
  return VD_OK;
}

static vd_code check_root(vd_signature *s, vd_view stated, vd_error *err) {
  uint8_t found[VD_SHA256_BYTES];
  vd_sha256 h = vd_sha256_start();
  for (size_t i = 0; i < s->files.count; i++)
    vd_sha256_put(&h, (vd_view){(const char *)s->files.at[i].sha256, VD_SHA256_BYTES});
  vd_sha256_end(&h, found);
  if (!read_digest(stated, s->root) || memcmp(found, s->root, sizeof found) != 0)
    return vd_fail(err, VD_FORMAT, "its files do not hash to the root it states");
  return VD_OK;
}

static vd_code read_v1(vd_arena *a, const vd_value *doc, vd_signature *s, vd_error *err) {
  const vd_value *subject = vd_get(doc, VD_VIEW("subject"));
  const vd_value *predicate = vd_get(doc, VD_VIEW("predicate"));
  if (!vd_is(subject, VD_KIND_ARRAY) || subject->count != 1)
    return vd_fail(err, VD_FORMAT, "it does not have exactly one subject");
  s->model = vd_text_at(subject->first, "name");
  VD_TRY(read_serialization(a, vd_get(predicate, VD_VIEW("serialization")), s, err));
  for (VD_EACH (r, vd_get(predicate, VD_VIEW("resources")))) {
    if (!vd_view_eq(vd_text_at(r, "algorithm"), VD_VIEW("sha256")))
      return vd_fail(err, VD_UNSUPPORTED, "it has digests that are not SHA-256");
    VD_TRY(add_file(a, s, vd_text_at(r, "name"), vd_text_at(r, "digest"), err));
  }
  return check_root(s, vd_text_at(vd_get(subject->first, VD_VIEW("digest")), "sha256"), err);
}

static vd_code read_v0(vd_arena *a, const vd_value *doc, vd_signature *s, vd_error *err) {
  for (VD_EACH (r, vd_get(doc, VD_VIEW("subject"))))
    VD_TRY(add_file(a, s, vd_text_at(r, "name"), vd_text_at(vd_get(r, VD_VIEW("digest")), "sha256"),
                    err));
  return VD_OK;
}

// ---- the whole ----------------------------------------------------------------------------------

static int by_path(const void *a, const void *b) {
  return vd_digest_path_order(((const vd_signed_file *)a)->path, ((const vd_signed_file *)b)->path);
}

static vd_code sort_files(vd_signature *s, vd_error *err) {
  if (s->files.at == NULL || s->files.count == 0)
    return vd_fail(err, VD_FORMAT, "it signs no files");
  qsort(s->files.at, s->files.count, sizeof *s->files.at, by_path);
  for (size_t i = 1; i < s->files.count; i++)
    if (vd_view_eq(s->files.at[i].path, s->files.at[i - 1].path))
      return vd_fail(err, VD_FORMAT, "it names '%.*s' twice",
                     VD_ARG(vd_view_first(s->files.at[i].path, 80)));
  return VD_OK;
}

static bool is_below(vd_view path, vd_view folder) {
  return vd_view_starts(path, folder) && (path.len == folder.len || path.ptr[folder.len] == '/');
}

// Signers older than 1.0.1 do not say what they left out; what they did sign they did not leave
// out.
static vd_code ignore_usual(vd_arena *a, vd_signature *s, vd_error *err) {
  vd_views usual = {0};
  vd_code code = vd_digest_ignore_usual(a, &usual);
  for (size_t i = 0; code == VD_OK && i < usual.count; i++) {
    const vd_signed_file *f = s->files.at;
    bool is_signed = false;
    for (size_t k = 0; f != NULL && k < s->files.count; k++)
      is_signed = is_signed || is_below(f[k].path, usual.at[i]);
    vd_view *kept = is_signed ? NULL : vd_vec_push(a, &s->ignored);
    if (kept != NULL)
      *kept = usual.at[i];
    else if (!is_signed)
      code = VD_NOMEM;
  }
  return code == VD_OK ? VD_OK : vd_fail(err, code, "no memory for the ignored paths");
}

static vd_code read_statement(vd_arena *a, vd_view payload, vd_signature *s, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, payload, &doc, err));
  vd_view type = vd_text_at(doc, "predicateType");
  if (!vd_view_eq(vd_text_at(doc, "_type"), vd_view_of(statement_type)))
    return vd_fail(err, VD_UNSUPPORTED, "its payload is no in-toto statement v1");
  if (!vd_view_eq(type, vd_view_of(predicate_1)) && !vd_view_eq(type, vd_view_of(predicate_0)))
    return vd_fail(err, VD_UNSUPPORTED, "its statement is of another type: %.*s",
                   VD_ARG(vd_view_first(type, 80)));
  s->predicate = vd_view_eq(type, vd_view_of(predicate_1)) ? predicate_1 : predicate_0;
  VD_TRY(s->predicate == predicate_1 ? read_v1(a, doc, s, err) : read_v0(a, doc, s, err));
  VD_TRY(sort_files(s, err));
  return ignore_usual(a, s, err);
}

static vd_code read_payload(vd_arena *a, vd_view text, vd_view *out, vd_error *err) {
  char *bytes = vd_new_array(a, char, text.len + 1);
  size_t n = 0;
  if (bytes == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for its payload");
  if (!vd_base64_decode(text, false, bytes, &n))
    return vd_fail(err, VD_FORMAT, "its payload is no base64");
  if (n == 0)
    return vd_fail(err, VD_FORMAT, "its payload is empty");
  *out = (vd_view){bytes, n};
  return VD_OK;
}

vd_code vd_signature_read(vd_arena *arena, vd_view bytes, vd_signature *out, vd_error *err) {
  vd_signature s = {0};
  const vd_value *doc;
  if (bytes.len > VD_SIGNATURE_BYTES_MAX)
    return vd_fail(err, VD_LIMIT, "the signature has more than %d bytes", VD_SIGNATURE_BYTES_MAX);
  VD_TRY(vd_json_parse(arena, bytes, &doc, err));
  const vd_value *envelope = vd_get(doc, VD_VIEW("dsseEnvelope"));
  const vd_value *signatures = vd_get(envelope, VD_VIEW("signatures"));
  const vd_value *material = vd_get(doc, VD_VIEW("verificationMaterial"));
  if (!vd_is(envelope, VD_KIND_TABLE))
    return vd_fail(err, VD_FORMAT, "it is no sigstore bundle with a DSSE envelope");
  if (!vd_view_eq(vd_text_at(envelope, "payloadType"), vd_view_of(payload_type)))
    return vd_fail(err, VD_UNSUPPORTED, "its envelope holds no in-toto statement");
  s.signatures = vd_is(signatures, VD_KIND_ARRAY) ? signatures->count : 0;
  s.by_certificate = vd_get(material, VD_VIEW("certificate")) != NULL ||
                     vd_get(material, VD_VIEW("x509CertificateChain")) != NULL;
  vd_view payload = {0};
  VD_TRY(read_payload(arena, vd_text_at(envelope, "payload"), &payload, err));
  VD_TRY(read_statement(arena, payload, &s, err));
  *out = s;
  return VD_OK;
}

// ---- comparing ----------------------------------------------------------------------------------

const char *vd_signed_state_text(vd_signed_state s) {
  static const char *const texts[] = {"changed", "missing", "added", "not compared"};
  return texts[s];
}

static vd_code add_difference(vd_arena *a, vd_signed_comparison *out, vd_signed_state state,
                              vd_view path) {
  vd_signed_difference *d = vd_vec_push(a, &out->differences);
  if (d == NULL)
    return VD_NOMEM;
  *d = (vd_signed_difference){state, path};
  return VD_OK;
}

static int by_difference(const void *a, const void *b) {
  const vd_signed_difference *x = a, *y = b;
  int order = vd_digest_path_order(x->path, y->path);
  return order != 0 ? order : (int)x->state - (int)y->state;
}

static bool is_unread(const vd_digest *d, vd_view path) {
  for (size_t i = 0; i < d->others.count; i++)
    if (is_below(path, d->others.at[i].path))
      return true;
  return false;
}

static vd_code compare_one(vd_arena *a, const vd_signed_file *s, const vd_file_digest *f,
                           vd_signed_comparison *out) {
  if (f->failure.ptr != NULL)
    return add_difference(a, out, VD_SIGNED_UNREAD, s->path);
  if (memcmp(s->sha256, f->sha256, sizeof s->sha256) != 0)
    return add_difference(a, out, VD_SIGNED_CHANGED, s->path);
  out->same++;
  return VD_OK;
}

static vd_code report_gone(vd_arena *a, const vd_signed_file *s, const vd_digest *d,
                           vd_signed_comparison *out) {
  return is_unread(d, s->path) ? VD_OK : add_difference(a, out, VD_SIGNED_MISSING, s->path);
}

static vd_code report_rest(vd_arena *a, const vd_signed_file *s, size_t n, const vd_digest *d,
                           vd_signed_comparison *out) {
  for (size_t i = 0; i < n; i++)
    VD_TRY(report_gone(a, &s[i], d, out));
  return VD_OK;
}

// Both lists are sorted: one walk along both.
static vd_code compare_files(vd_arena *a, const vd_signature *s, const vd_digest *d,
                             vd_signed_comparison *out) {
  size_t i = 0, k = 0;
  while (i < s->files.count && k < d->files.count) {
    const vd_signed_file *x = &s->files.at[i];
    const vd_file_digest *y = &d->files.at[k];
    int order = vd_digest_path_order(x->path, y->path);
    vd_code code = order == 0  ? compare_one(a, x, y, out)
                   : order > 0 ? add_difference(a, out, VD_SIGNED_ADDED, y->path)
                               : report_gone(a, x, d, out);
    VD_TRY(code);
    i += order <= 0;
    k += order >= 0;
  }
  for (; k < d->files.count; k++)
    VD_TRY(add_difference(a, out, VD_SIGNED_ADDED, d->files.at[k].path));
  return report_rest(a, s->files.at + i, s->files.count - i, d, out);
}

vd_code vd_signature_compare(vd_arena *arena, const vd_signature *s, const vd_digest *d,
                             vd_signed_comparison *out) {
  vd_signed_comparison c = {0};
  VD_TRY(compare_files(arena, s, d, &c));
  for (size_t i = 0; i < d->others.count; i++)
    VD_TRY(add_difference(arena, &c, VD_SIGNED_UNREAD, d->others.at[i].path));
  if (c.differences.count != 0)
    qsort(c.differences.at, c.differences.count, sizeof *c.differences.at, by_difference);
  *out = c;
  return VD_OK;
}
