// STIX 2.x bundles as MITRE publishes them.
#include "feed/stix.h"

static bool flag(const vd_value *object, const char *key) {
  const vd_value *v = vd_get(object, vd_view_of(key));
  return vd_is(v, VD_KIND_BOOL) && v->boolean;
}

static bool is_live(const vd_value *object) {
  vd_view status = vd_text_at(object, "x_capec_status");
  return !flag(object, "revoked") && !flag(object, "x_mitre_deprecated") &&
         !vd_view_eq(status, VD_VIEW("Deprecated")) && !vd_view_eq(status, VD_VIEW("Obsolete"));
}

static vd_view external_of(const vd_value *object, const char *label) {
  for (VD_EACH (r, vd_get(object, VD_VIEW("external_references"))))
    if (vd_view_eq(vd_text_at(r, "source_name"), vd_view_of(label)))
      return vd_text_at(r, "external_id");
  return (vd_view){0};
}

static vd_code index_object(vd_stix *s, const vd_value *value, const char *label) {
  vd_view id = vd_text_at(value, "id"), modified = vd_text_at(value, "modified");
  vd_stix_object *o = &s->at[s->count++];
  *o = (vd_stix_object){.value = value,
                        .type = vd_text_at(value, "type"),
                        .external = external_of(value, label),
                        .live = is_live(value)};
  if (vd_date_valid(modified))
    s->modified = vd_date_later(modified, s->modified);
  return id.len == 0 ? VD_OK : vd_map_put(&s->by_id, id, o);
}

static vd_code index_relation(vd_stix *s, const vd_value *value) {
  vd_stix_object *from = vd_map_get(&s->by_id, vd_text_at(value, "source_ref"));
  const vd_stix_object *to = vd_map_get(&s->by_id, vd_text_at(value, "target_ref"));
  if (from == NULL || to == NULL)
    return VD_OK;
  vd_stix_relation *r = vd_new(s->arena, vd_stix_relation);
  if (r == NULL)
    return VD_NOMEM;
  *r = (vd_stix_relation){.type = vd_text_at(value, "relationship_type"), .to = to, .value = value};
  if (from->last_relation == NULL)
    from->relations = r;
  else
    from->last_relation->next = r;
  from->last_relation = r;
  return VD_OK;
}

static vd_code index_objects(vd_stix *s, const vd_value *objects, const char *label) {
  s->at = vd_new_array(s->arena, vd_stix_object, objects->count + 1);
  if (s->at == NULL)
    return VD_NOMEM;
  for (VD_EACH (o, objects))
    VD_TRY(index_object(s, o, label));
  for (size_t i = 0; i < s->count; i++)
    if (s->at[i].live && vd_stix_is(&s->at[i], "relationship"))
      VD_TRY(index_relation(s, s->at[i].value));
  return VD_OK;
}

vd_code vd_stix_open(vd_arena *a, vd_view bytes, const char *label, vd_stix *out, vd_error *err) {
  const vd_value *doc;
  VD_TRY(vd_json_parse(a, bytes, &doc, err));
  const vd_value *objects = vd_get(doc, VD_VIEW("objects"));
  if (!vd_view_eq(vd_text_at(doc, "type"), VD_VIEW("bundle")) || !vd_is(objects, VD_KIND_ARRAY))
    return vd_fail(err, VD_FORMAT, "the document is not a STIX bundle");
  vd_stix s = {.arena = a, .by_id = VD_MAP(a)};
  if (index_objects(&s, objects, label) != VD_OK)
    return vd_fail(err, VD_NOMEM, "out of memory while reading a STIX bundle");
  *out = s;
  return VD_OK;
}

bool vd_stix_is(const vd_stix_object *object, const char *type) {
  return object != NULL && vd_view_eq(object->type, vd_view_of(type));
}

const vd_stix_object *vd_stix_find(const vd_stix *s, vd_view id, const char *type) {
  const vd_stix_object *o = vd_map_get(&s->by_id, id);
  return vd_stix_is(o, type) && o->live ? o : NULL;
}

const vd_stix_relation *vd_stix_next(const vd_stix_relation *from, const char *type) {
  while (from != NULL && !vd_view_eq(from->type, vd_view_of(type)))
    from = from->next;
  return from;
}

static vd_view date_at(const vd_stix_object *object, const char *key) {
  vd_view date = vd_text_at(object->value, key);
  return vd_date_valid(date) ? vd_view_first(date, 10) : (vd_view){0};
}

vd_view vd_stix_created(const vd_stix_object *object) { return date_at(object, "created"); }
vd_view vd_stix_modified(const vd_stix_object *object) { return date_at(object, "modified"); }
