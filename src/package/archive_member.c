// Finding the metadata file inside a wheel or source distribution.
#include "package/archive_member.h"

#include "format/format.h"

typedef struct search {
  vd_arena *arena;
  vd_view pattern;
  vd_view found;
} search;

static bool wants(void *ctx, const vd_entry *entry) {
  const search *s = ctx;
  vd_view rest = entry->path;
  if (vd_view_starts(rest, VD_VIEW("./")))
    rest = vd_view_from(rest, 2);
  vd_view inside = rest;
  (void)vd_view_cut(&inside, '/');
  return entry->regular && s->found.ptr == NULL && entry->size <= VD_METADATA_BYTES_MAX &&
         vd_view_find(inside, '/') == inside.len && vd_path_matches(s->pattern, rest);
}

// Any code but OK ends the walk; the caller tells success by what was found.
static vd_code take(void *ctx, const vd_entry *entry, vd_view bytes, vd_error *err) {
  search *s = ctx;
  s->found = vd_arena_copy(s->arena, vd_view_first(bytes, VD_METADATA_BYTES_MAX));
  if (s->found.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for %.*s", VD_ARG(entry->path));
  return VD_NOTFOUND;
}

vd_code vd_archive_member(vd_arena *a, vd_view archive, vd_view pattern, vd_view *out,
                          vd_error *err) {
  search s = {.arena = a, .pattern = pattern};
  vd_archive_visitor visitor = {.ctx = &s, .wants = wants, .take = take};
  vd_code code = vd_archive_walk(archive, &visitor, err);
  if (s.found.ptr != NULL)
    return *out = s.found, VD_OK;
  return code != VD_OK ? code : vd_fail(err, VD_NOTFOUND, "no member %.*s", VD_ARG(pattern));
}
