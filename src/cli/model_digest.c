// `vedette model hash` and `vedette model verify`.
#include "cli/model_digest.h"

#include "cli/run.h"
#include "report/digest.h"

static vd_code hash(const vd_settings *s, vd_arena *a, vd_digest *out, vd_error *err) {
  vd_digest_options options = {.path = s->operands[1]};
  VD_TRY(vd_parse_jobs(s->jobs, &options.jobs, err));
  VD_TRY(vd_digest_ignore_usual(a, &options.ignored));
  return vd_digest_folder(&options, a, out, err);
}

vd_code vd_model_format(const vd_settings *s, bool *json, vd_error *err) {
  *json = s->format != NULL && strcmp(s->format, "json") == 0;
  if (s->format != NULL && !*json && strcmp(s->format, "terminal") != 0)
    return vd_fail(err, VD_USAGE, "model %s takes --format terminal or json, not '%.40s'",
                   s->operands[0], s->format);
  return VD_OK;
}

int vd_model_hash(const vd_settings *s) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_digest digest = {0};
  vd_error err = {0};
  bool json = false;
  if (vd_model_format(s, &json, &err) != VD_OK || hash(s, &a, &digest, &err) != VD_OK ||
      vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  if (json)
    vd_report_digest_json(&digest, &d.text);
  else
    vd_report_digest(&digest, &d.text);
  if (vd_delivery_finish(&d, &err) != VD_OK)
    return vd_die(&err);
  return digest.complete ? VD_EXIT_CLEAN : VD_EXIT_ERROR;
}

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

static vd_code compare(const vd_digest_options *options, const vd_signature *s, vd_arena *a,
                       vd_signed_comparison *out, vd_error *err) {
  vd_digest digest = {0};
  VD_TRY(vd_digest_folder(options, a, &digest, err));
  return vd_signature_compare(a, s, &digest, out) == VD_OK
             ? VD_OK
             : vd_fail(err, VD_NOMEM, "no memory for the comparison");
}

int vd_model_verify(const vd_settings *s) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_digest_options options = {.path = s->operands[1]};
  vd_signed_comparison compared = {0};
  vd_signature signature = {0};
  vd_error err = {0};
  if (vd_parse_jobs(s->jobs, &options.jobs, &err) != VD_OK ||
      read_signature(s, &a, &signature, &err) != VD_OK)
    return vd_die(&err);
  options.ignored = signature.ignored;
  if (compare(&options, &signature, &a, &compared, &err) != VD_OK ||
      vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  vd_report_signature(&signature, &compared, &d.text);
  if (vd_delivery_finish(&d, &err) != VD_OK)
    return vd_die(&err);
  return compared.differences.count == 0 && signature.signatures != 0 ? VD_EXIT_CLEAN
                                                                      : VD_EXIT_FINDINGS;
}
