// The findings of a scan grouped by the component they are in, for people.
#include "report/group.h"

#include "report/select.h"

typedef struct grouping {
  vd_arena *arena;
  vd_groups groups;
  vd_map by_subject;    // "type name version clauses" -> place of its group
  vd_map by_dependency; // key -> itself, once its places are in a group
} grouping;

static vd_view subject_of(vd_arena *a, const vd_dependency *d) {
  const vd_view *clauses = d->version.ptr != NULL      ? &d->version
                           : d->specifiers.ptr != NULL ? &d->specifiers
                                                       : &d->requirement;
  return vd_arena_printf(a, "%.*s %.*s %c%.*s", VD_ARG(d->component->type),
                         VD_ARG(d->component->name), d->version.ptr != NULL ? '@' : ' ',
                         VD_ARG(*clauses));
}

static bool add_places(grouping *g, vd_group *group, const vd_dependency *d) {
  if (vd_map_get(&g->by_dependency, d->key) != NULL)
    return true;
  for (size_t i = 0; i < d->locations.count; i++) {
    vd_location *l = vd_vec_push(g->arena, &group->places);
    if (l == NULL)
      return false;
    *l = d->locations.at[i];
  }
  return vd_map_put(&g->by_dependency, d->key, group) == VD_OK;
}

static vd_group *group_new(grouping *g, vd_view subject, const vd_finding *f) {
  size_t *place = vd_new(g->arena, size_t);
  vd_group *group = vd_vec_push(g->arena, &g->groups.all);
  if (place == NULL || group == NULL)
    return NULL;
  group->dependency = f->dependency;
  group->path = f->dependency == NULL ? f->locations.at[0].path : (vd_view){0};
  *place = g->groups.all.count - 1;
  return vd_map_put(&g->by_subject, subject, place) == VD_OK ? group : NULL;
}

static vd_group *group_of(grouping *g, const vd_finding *f) {
  const vd_dependency *d = f->dependency;
  vd_view subject = d != NULL ? subject_of(g->arena, d)
                              : vd_arena_printf(g->arena, "/%.*s", (int)f->locations.at[0].path.len,
                                                f->locations.at[0].path.ptr);
  if (subject.ptr == NULL)
    return NULL;
  const size_t *known = vd_map_get(&g->by_subject, subject);
  vd_group *group = known != NULL ? &g->groups.all.at[*known] : group_new(g, subject, f);
  return group == NULL || d == NULL || add_places(g, group, d) ? group : NULL;
}

static bool add(vd_arena *a, vd_group *g, const vd_finding *f) {
  vd_group_row *row =
      vd_finding_is_latent(f) ? vd_vec_push(a, &g->latent) : vd_vec_push(a, &g->rows);
  if (row != NULL)
    row->finding = f;
  return row != NULL;
}

vd_code vd_groups_of(vd_arena *a, const vd_scan *scan, vd_severity least, vd_groups *out) {
  grouping g = {.arena = a, .by_subject = VD_MAP(a), .by_dependency = VD_MAP(a)};
  for (size_t i = 0; i < scan->findings.count; i++) {
    const vd_finding *f = &scan->findings.at[i];
    if (f->severity < least) {
      g.groups.hidden++;
      continue;
    }
    vd_group *group = group_of(&g, f);
    if (group == NULL || (group->dependency == f->dependency && !add(a, group, f)))
      return VD_NOMEM;
  }
  *out = g.groups;
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
