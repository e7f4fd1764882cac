// Helpers for manifests that are documents, and for lock entries.
#include "package/document.h"

vd_code vd_keep(vd_inventory *inv, vd_view *field, vd_view text) {
  if (text.ptr == NULL)
    return VD_OK;
  vd_view copy = vd_arena_copy(inv->arena, text);
  if (copy.ptr == NULL)
    return VD_NOMEM;
  *field = copy;
  return VD_OK;
}

vd_code vd_document_done(vd_code code, vd_error *err) {
  return code == VD_NOMEM ? vd_fail(err, VD_NOMEM, "no memory for the manifest") : code;
}

vd_code vd_notice_shape(vd_inventory *inv, const vd_value *v, const char *wanted) {
  vd_view key = vd_view_first(v->key, 80);
  if (key.len == 0)
    return vd_notice_add(inv, v->line, VD_FORMAT, "not %s", wanted);
  return vd_notice_add(inv, v->key_line, VD_FORMAT, "\"%.*s\" is not %s", VD_ARG(key), wanted);
}

vd_code vd_keep_texts(vd_inventory *inv, vd_views *field, const vd_value *array) {
  vd_views texts = {0};
  for (VD_EACH (item, vd_is(array, VD_KIND_ARRAY) ? array : NULL)) {
    if (!vd_is(item, VD_KIND_STRING))
      continue;
    vd_view *slot = vd_vec_push(inv->arena, &texts);
    if (slot == NULL)
      return VD_NOMEM;
    VD_TRY(vd_keep(inv, slot, item->text));
  }
  if (texts.count != 0)
    *field = texts;
  return VD_OK;
}

vd_code vd_locked_add(vd_inventory *inv, const vd_value *package, vd_component **added) {
  vd_view name = vd_text_at(package, "name");
  *added = NULL;
  if (!vd_pypi_name_valid(name))
    return vd_notice_add(inv, package->line, VD_FORMAT, "a locked package without a valid name");
  vd_component *c = vd_component_add(inv, name, package->line);
  if (c == NULL)
    return VD_NOMEM;
  c->column = package->column;
  *added = c;
  return vd_keep(inv, &c->version, vd_text_at(package, "version"));
}

vd_code vd_required_put(vd_required *r, vd_view name) {
  vd_view normal = vd_pypi_normalize(r->arena, name);
  if (normal.ptr == NULL)
    return VD_NOMEM;
  r->names.arena = r->arena;
  return vd_map_put(&r->names, normal, r);
}

vd_direct vd_required_direct(const vd_required *r, vd_view name) {
  return vd_map_get(&r->names, name) == NULL ? VD_DIRECT_YES : VD_DIRECT_UNKNOWN;
}

vd_code vd_component_git(vd_inventory *inv, vd_component *c, vd_view address, vd_view revision) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX);
  if (!vd_view_starts(address, VD_VIEW("git+")))
    vd_buf_put(&b, VD_VIEW("git+"));
  vd_buf_put(&b, address);
  vd_buf_put(&b, revision.len == 0 ? VD_VIEW("") : VD_VIEW("@"));
  vd_buf_put(&b, revision);
  return vd_keep(inv, &c->url, vd_buf_view(&b));
}

vd_code vd_index_map(vd_arena *scratch, const vd_value *list, vd_map *indexes) {
  for (VD_EACH (index, vd_is(list, VD_KIND_ARRAY) ? list : NULL)) {
    vd_view name = vd_text_at(index, "name");
    vd_view *url = vd_new(scratch, vd_view);
    if (url == NULL)
      return VD_NOMEM;
    *url = vd_text_at(index, "url");
    if (name.ptr != NULL && url->ptr != NULL)
      VD_TRY(vd_map_put(indexes, name, url));
  }
  return VD_OK;
}
