// vedette update
#include "cli/update.h"

#include "feed/feed.h"

static vd_code read_only(vd_arena *a, const char *text, vd_views *out, vd_error *err) {
  vd_view rest = text == NULL ? (vd_view){0} : vd_view_of(text);
  while (rest.len > 0) {
    vd_view name = vd_view_cut(&rest, ',');
    vd_view *slot = vd_vec_push(a, out);
    if (vd_feed_by_name(name) == NULL)
      return vd_fail(err, VD_USAGE, "--only: no feed '%.*s'; 'vedette update --list' shows them",
                     VD_ARG(vd_view_first(name, 60)));
    if (slot == NULL)
      return vd_fail(err, VD_NOMEM, "no memory");
    *slot = name;
  }
  return VD_OK;
}

static int run(const vd_settings *s) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  vd_error err = {0};
  vd_update_options o = {
      .mirror = s->from, .dry_run = s->dry_run, .notices = s->quiet ? NULL : stderr};
  vd_update_result result = {0};
  char path[4096], shipped[4096];
  if (read_only(&a, s->only, &o.only, &err) != VD_OK ||
      vd_update_day(&a, s->date, &o.today, &o.now, &err) != VD_OK ||
      vd_knowledge_home(s->db, path, sizeof path, &err) != VD_OK ||
      vd_graph_open(path, VD_GRAPH_CREATE, &g, &err) != VD_OK)
    return vd_die(&err);
  if (vd_knowledge_shipped(shipped, sizeof shipped, &err) == VD_OK)
    o.shipped = shipped;
  if (s->status)
    return vd_update_status(g, &err) == VD_OK ? VD_EXIT_CLEAN : vd_die(&err);
  if (vd_update_run(g, &a, &o, &result, &err) != VD_OK)
    return vd_die(&err);
  vd_update_print(&result);
  return result.failed == 0 ? VD_EXIT_CLEAN : VD_EXIT_ERROR;
}

const vd_verb vd_verb_update = {
    .name = "update",
    .operands = "",
    .summary = "bring the knowledge base up to date",
    .details = "Reads every feed",
    .options = "--from --only --date --db --status --dry-run --quiet",
    .run = run,
};
