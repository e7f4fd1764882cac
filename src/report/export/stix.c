// STIX 2.1: one bundle, an object a line. First who says it, then nodes, then their relationships.
// The same graph gives the same bytes: ids are made from names, dates are those of the sources.
#include "report/export/stix.h"

#include "report/graph/view.h"

enum { OURS_SINCE = 20260101 }; // of the objects that describe this export itself

static void free_stix(vd_stix *s) {
  vd_walk_close(&s->walk);
  vd_arena_free(&s->arena);
}

vd_json_out *vd_stix_begin(vd_stix *s, const char *type, const char *id) {
  if (s->any)
    vd_buf_put(s->j.buf, VD_VIEW(",\n"));
  s->any = true;
  s->j = (vd_json_out){.buf = s->j.buf};
  vd_json_open(&s->j, '{');
  vd_json_member(&s->j, "type", vd_view_of(type));
  vd_json_member(&s->j, "spec_version", VD_VIEW("2.1"));
  vd_json_member(&s->j, "id", vd_view_of(id));
  return &s->j;
}

vd_code vd_stix_end(vd_stix *s, vd_error *err) {
  vd_json_close(&s->j, '}');
  return vd_export_check(s->j.buf, err);
}

// ---- who says it -------------------------------------------------------------------------------

static void own_id(char out[VD_STIX_ID]) { vd_stix_id("identity", VD_VIEW("vedette"), out); }

static void put_own_dates(vd_json_out *j) {
  vd_stix_put_time(j, "created", OURS_SINCE);
  vd_stix_put_time(j, "modified", OURS_SINCE);
}

static vd_code put_self(vd_stix *s, vd_error *err) {
  char id[VD_STIX_ID];
  own_id(id);
  vd_json_out *j = vd_stix_begin(s, "identity", id);
  put_own_dates(j);
  vd_json_member(j, "name", VD_VIEW("vedette"));
  vd_json_member(j, "identity_class", VD_VIEW("system"));
  return vd_stix_end(s, err);
}

static vd_code put_source(vd_stix *s, const vd_walk_source *source, vd_error *err) {
  char id[VD_STIX_ID];
  vd_stix_source_id(source->name, id);
  vd_json_out *j = vd_stix_begin(s, "identity", id);
  put_own_dates(j);
  vd_json_member(j, "name", source->name);
  vd_json_member(j, "identity_class", VD_VIEW("system"));
  vd_json_key(j, "roles");
  vd_json_open(j, '[');
  vd_json_text(j, VD_VIEW("source"));
  vd_json_close(j, ']');
  if (source->licence.len != 0)
    vd_json_member(j, "description", source->licence);
  if (vd_stix_is_uri(source->url))
    vd_json_member(j, "contact_information", source->url);
  return vd_stix_end(s, err);
}

// ---- extensions --------------------------------------------------------------------------------

static vd_code put_extension(vd_stix *s, bool new_type, vd_error *err) {
  char id[VD_STIX_ID], by[VD_STIX_ID];
  own_id(by);
  vd_stix_extension_id(new_type, id);
  vd_json_out *j = vd_stix_begin(s, "extension-definition", id);
  vd_json_member(j, "created_by_ref", vd_view_of(by));
  put_own_dates(j);
  vd_json_member(j, "name", new_type ? VD_VIEW("vedette node") : VD_VIEW("vedette statements"));
  vd_json_member(j, "description",
                 new_type ? VD_VIEW("a node of vedette's graph that STIX has no type for")
                          : VD_VIEW("what vedette's graph says of a node or an edge, and who says "
                                    "so"));
  vd_json_member(j, "schema", VD_VIEW("docs/export.md in the source of vedette"));
  vd_json_member(j, "version", VD_VIEW("1.0.0"));
  vd_json_key(j, "extension_types");
  vd_json_open(j, '[');
  vd_json_text(j, new_type ? VD_VIEW("new-sdo") : VD_VIEW("property-extension"));
  vd_json_close(j, ']');
  return vd_stix_end(s, err);
}

// ---- the bundle --------------------------------------------------------------------------------

// Another bundle for another edition of any source, and for another part.
static void bundle_id(const vd_stix *s, const vd_walk_sources *sources, char out[VD_STIX_ID]) {
  VD_SCOPED_BUF name = VD_BUF(VD_FILE_MEMORY_MAX);
  const vd_walk_query *q = &s->q->part;
  vd_buf_printf(&name, "bundle/%lld/%lld/%u/%llx/%d", (long long)q->as_of, (long long)q->around,
                q->hops, (unsigned long long)q->kinds, s->q->standard);
  for (size_t i = 0; i < sources->count; i++) {
    const vd_view parts[] = {sources->at[i].name, sources->at[i].version, sources->at[i].date};
    for (size_t k = 0; k < VD_COUNT(parts); k++) {
      vd_buf_put_c(&name, '/');
      vd_buf_put(&name, parts[k]);
    }
  }
  vd_stix_id("bundle", vd_buf_view(&name), out);
}

static vd_code put_head(vd_stix *s, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_walk_sources sources;
  char id[VD_STIX_ID];
  VD_TRY(vd_walk_sources_read(s->walk, &a, &sources, err));
  bundle_id(s, &sources, id);
  vd_buf_printf(s->j.buf, "{\"type\":\"bundle\",\"id\":\"%s\",\"objects\":[\n", id);
  VD_TRY(put_self(s, err));
  for (size_t i = 0; i < sources.count; i++)
    VD_TRY(put_source(s, &sources.at[i], err));
  if (!s->q->standard)
    VD_TRY(put_extension(s, true, err));
  return put_extension(s, false, err);
}

vd_code vd_export_stix(const vd_export_request *q, const vd_export_files *files, vd_error *err) {
  VD_CLEANUP(free_stix) vd_stix s = {.q = q, .arena = VD_ARENA(VD_CLASS_MEMORY_MAX)};
  VD_TRY(vd_walk_open(q->graph, &q->part, &s.walk, err));
  VD_TRY(files->open(files->ctx, NULL, &s.j.buf, err));
  VD_TRY(put_head(&s, err));
  VD_TRY(vd_walk_nodes(s.walk, vd_stix_node, &s, err));
  VD_TRY(vd_stix_relations(&s, err));
  vd_buf_put(s.j.buf, VD_VIEW("\n]}\n"));
  return vd_export_check(s.j.buf, err);
}
