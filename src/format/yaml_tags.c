// YAML: opening libfyaml, and the tags of a stream, which the tree does not keep.
#include "format/yaml.h"

#include <libfyaml.h>

static void say_nothing(struct fy_diag *diag, void *user, const char *text, size_t len) {
  (void)diag, (void)user, (void)text, (void)len;
}

static struct fy_diag *quiet_diag(void) {
  struct fy_diag_cfg cfg;
  fy_diag_cfg_default(&cfg);
  cfg.fp = NULL;
  cfg.output_fn = say_nothing;
  cfg.colorize = false;
  struct fy_diag *d = fy_diag_create(&cfg);
  if (d != NULL)
    fy_diag_set_collect_errors(d, true);
  return d;
}

bool vd_yaml_open(vd_view bytes, vd_yaml_input *out) {
  out->diag = quiet_diag();
  struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_DISABLE_MMAP_OPT, .diag = out->diag};
  out->parser = out->diag == NULL ? NULL : fy_parser_create(&cfg);
  return out->parser != NULL && fy_parser_set_string(out->parser, bytes.ptr, bytes.len) == 0;
}

void vd_yaml_close(vd_yaml_input *input) {
  if (input->parser != NULL)
    fy_parser_destroy(input->parser);
  if (input->diag != NULL)
    fy_diag_destroy(input->diag);
}

static struct fy_token *tag_of(const struct fy_event *e) {
  if (e->type == FYET_SCALAR)
    return e->scalar.tag;
  if (e->type == FYET_SEQUENCE_START)
    return e->sequence_start.tag;
  return e->type == FYET_MAPPING_START ? e->mapping_start.tag : NULL;
}

static vd_code keep(vd_arena *a, struct fy_token *token, size_t base, vd_yaml_tags *out) {
  size_t len = 0;
  const char *text = fy_token_get_text(token, &len);
  const struct fy_mark *mark = fy_token_start_mark(token);
  if (text == NULL || len == 0)
    return VD_OK;
  vd_yaml_tag *tag = vd_vec_push(a, out);
  vd_view kept = vd_arena_copy(a, (vd_view){text, len});
  if (tag == NULL || kept.ptr == NULL)
    return VD_NOMEM;
  *tag = (vd_yaml_tag){kept, base + (mark == NULL ? 0 : mark->input_pos)};
  return VD_OK;
}

static vd_code read_all(vd_arena *a, struct fy_parser *parser, size_t base, vd_yaml_tags *out,
                        vd_error *err) {
  bool ended = false;
  for (size_t n = 0; !ended; n++) {
    struct fy_event *e = n < VD_NODES_MAX ? fy_parser_parse(parser) : NULL;
    if (e == NULL)
      return n < VD_NODES_MAX ? vd_fail(err, VD_FORMAT, "not YAML")
                              : vd_fail(err, VD_LIMIT, "too many values in one stream");
    struct fy_token *tag = tag_of(e);
    vd_code code = tag == NULL ? VD_OK : keep(a, tag, base, out);
    ended = e->type == FYET_STREAM_END;
    fy_parser_event_free(parser, e);
    if (code != VD_OK)
      return vd_fail(err, code, "no memory for a tag");
  }
  return VD_OK;
}

vd_code vd_yaml_tags_of(vd_arena *a, vd_view bytes, vd_yaml_tags *out, vd_error *err) {
  VD_CLEANUP(vd_yaml_close) vd_yaml_input input = {0};
  vd_yaml_tags tags = {0};
  size_t mark = vd_view_starts(bytes, VD_VIEW("\xEF\xBB\xBF")) ? 3 : 0;
  bytes = vd_view_from(bytes, mark);
  VD_TRY(vd_yaml_check(bytes, err));
  if (bytes.len == 0)
    return VD_OK;
  if (!vd_yaml_open(bytes, &input))
    return vd_fail(err, VD_NOMEM, "no memory to read YAML");
  VD_TRY(read_all(a, input.parser, mark, &tags, err));
  *out = tags;
  return VD_OK;
}
