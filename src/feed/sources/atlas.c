// MITRE ATLAS (ATLAS.yaml): tactics in the order of the matrix, techniques, mitigations.
#include "feed/sources/sources.h"

typedef struct reader {
  vd_arena *arena;
  vd_map tactics;   // technique id -> vd_view * of its tactics cell
  vd_view modified; // newest modified_date
  const vd_feed_sink *sink;
} reader;

static vd_view attack_of(const vd_value *object) {
  return vd_scalar_at(vd_get(object, VD_VIEW("ATT&CK-reference")), "id");
}

static void note_date(reader *r, const vd_value *object) {
  vd_view date = vd_scalar_at(object, "modified_date");
  if (vd_date_valid(date))
    r->modified = vd_date_later(date, r->modified);
}

static vd_code read_tactics(reader *r, const vd_value *list) {
  size_t position = 0;
  for (VD_EACH (t, list)) {
    vd_node_columns columns = {
        .at = {VD_VIEW("atlas"), vd_arena_printf(r->arena, "%zu", ++position), attack_of(t)},
        .count = 3};
    if (columns.at[1].ptr == NULL)
      return VD_NOMEM;
    note_date(r, t);
    VD_TRY(
        vd_feed_node(r->sink, "tactics", vd_scalar_at(t, "id"), vd_scalar_at(t, "name"), &columns));
  }
  return VD_OK;
}

static vd_code note_tactics(reader *r, const vd_value *technique) {
  vd_id_list list = {.arena = r->arena};
  vd_view id = vd_scalar_at(technique, "id");
  vd_view *cell = vd_new(r->arena, vd_view);
  for (VD_EACH (t, vd_get(technique, VD_VIEW("tactics"))))
    VD_TRY(vd_id_list_add(&list, "", vd_scalar(t)));
  if (cell == NULL)
    return VD_NOMEM;
  *cell = vd_id_list_join(&list);
  if (cell->ptr == NULL)
    return VD_NOMEM;
  return id.len == 0 ? VD_OK : vd_map_put(&r->tactics, id, cell);
}

// A sub-technique states no tactics of its own: it serves those of its parent.
static vd_code read_technique(reader *r, const vd_value *t) {
  vd_view id = vd_scalar_at(t, "id"), parent = vd_scalar_at(t, "subtechnique-of");
  const vd_view *own = vd_map_get(&r->tactics, id);
  const vd_view *inherited = vd_map_get(&r->tactics, parent);
  vd_view tactics = own == NULL ? (vd_view){0} : *own;
  if (tactics.len == 0 && inherited != NULL)
    tactics = *inherited;
  vd_node_columns columns = {.at = {VD_VIEW("atlas"), tactics, parent, attack_of(t)}, .count = 4};
  note_date(r, t);
  return vd_feed_node(r->sink, "techniques", id, vd_scalar_at(t, "name"), &columns);
}

// Techniques are listed as {id, use} objects; older editions list bare ids.
static vd_code read_mitigation(reader *r, const vd_value *m) {
  vd_id_list list = {.arena = r->arena};
  for (VD_EACH (t, vd_get(m, VD_VIEW("techniques"))))
    VD_TRY(
        vd_id_list_add(&list, "", vd_is(t, VD_KIND_TABLE) ? vd_scalar_at(t, "id") : vd_scalar(t)));
  vd_node_columns columns = {.at = {VD_VIEW("atlas"), vd_id_list_join(&list)}, .count = 2};
  if (columns.at[1].ptr == NULL)
    return VD_NOMEM;
  note_date(r, m);
  return vd_feed_node(r->sink, "mitigations", vd_scalar_at(m, "id"), vd_scalar_at(m, "name"),
                      &columns);
}

static vd_code read_matrix(reader *r, const vd_value *matrix) {
  const vd_value *techniques = vd_get(matrix, VD_VIEW("techniques"));
  VD_TRY(read_tactics(r, vd_get(matrix, VD_VIEW("tactics"))));
  for (VD_EACH (t, techniques))
    VD_TRY(note_tactics(r, t));
  for (VD_EACH (t, techniques))
    VD_TRY(read_technique(r, t));
  for (VD_EACH (m, vd_get(matrix, VD_VIEW("mitigations"))))
    VD_TRY(read_mitigation(r, m));
  return VD_OK;
}

vd_code vd_read_atlas(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_yaml_parse(a, in->bytes, &doc, err));
  const vd_value *matrices = vd_get(doc, VD_VIEW("matrices"));
  if (!vd_is(matrices, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "the document has no list named matrices");
  reader r = {.arena = a, .tactics = VD_MAP(a), .sink = sink};
  for (VD_EACH (matrix, matrices))
    VD_TRY(read_matrix(&r, matrix));
  return sink->snapshot(sink->ctx, vd_scalar_at(doc, "version"), r.modified);
}
