// The findings of a scan grouped by the component they are in, for people.
#include "report/group.h"

#include "report/select.h"

static vd_group *group_of(vd_arena *a, vd_groups *groups, vd_map *index, const vd_finding *f) {
  vd_view key = f->dependency != NULL ? f->dependency->key : VD_VIEW("");
  const size_t *known = vd_map_get(index, key);
  if (known != NULL)
    return &groups->all.at[*known];
  size_t *place = vd_new(a, size_t);
  vd_group *g = vd_vec_push(a, &groups->all);
  if (place == NULL || g == NULL)
    return NULL;
  *place = groups->all.count - 1;
  g->dependency = f->dependency;
  return vd_map_put(index, key, place) == VD_OK ? g : NULL;
}

static bool add(vd_arena *a, vd_group *g, const vd_finding *f) {
  vd_group_row *row =
      vd_finding_is_latent(f) ? vd_vec_push(a, &g->latent) : vd_vec_push(a, &g->rows);
  if (row != NULL)
    row->finding = f;
  return row != NULL;
}

vd_code vd_groups_of(vd_arena *a, const vd_scan *scan, vd_severity least, vd_groups *out) {
  vd_groups groups = {0};
  vd_map index = VD_MAP(a);
  for (size_t i = 0; i < scan->findings.count; i++) {
    const vd_finding *f = &scan->findings.at[i];
    if (f->severity < least) {
      groups.hidden++;
      continue;
    }
    vd_group *g = group_of(a, &groups, &index, f);
    if (g == NULL || !add(a, g, f))
      return VD_NOMEM;
  }
  *out = groups;
  return VD_OK;
}

static void put_extras(vd_buf *b, const vd_component *c) {
  for (size_t i = 0; i < c->extras.count; i++) {
    vd_buf_put_c(b, i == 0 ? '[' : ',');
    vd_buf_put(b, c->extras.at[i]);
  }
  if (c->extras.count != 0)
    vd_buf_put_c(b, ']');
}

vd_view vd_dependency_title(vd_arena *a, const vd_dependency *d) {
  VD_SCOPED_BUF b = VD_BUF(VD_MANIFEST_BYTES_MAX);
  vd_view bound = d->requirement;
  vd_buf_put(&b, d->component->name);
  put_extras(&b, d->component);
  if (bound.len != 0) {
    if (strchr("=<>!~", bound.ptr[0]) == NULL)
      vd_buf_put_c(&b, ' ');
    vd_buf_put(&b, bound);
  } else if (d->version.len != 0) {
    vd_buf_put_c(&b, ' ');
    vd_buf_put(&b, d->version);
  } else {
    vd_buf_put(&b, VD_VIEW(" (any version)"));
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

vd_view vd_location_text(vd_arena *a, const vd_location *l) {
  VD_SCOPED_BUF b = VD_BUF(VD_MANIFEST_BYTES_MAX);
  vd_buf_put(&b, l->path);
  if (l->line != 0)
    vd_buf_printf(&b, ":%u", l->line);
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}
