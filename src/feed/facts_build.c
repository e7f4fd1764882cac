// `facts build`: reads every feed of a mirror, joins what they state, writes the tables.
#include "feed/collect.h"

static vd_code read_feeds(vd_collection *f, const char *mirror, vd_error *err) {
  vd_feed_sink sink = vd_collect_sink(f);
  for (const vd_feed *feed = vd_feeds; feed->name != NULL; feed++) {
    if (!feed->facts)
      continue;
    size_t first = f->statements.count;
    f->source = vd_vec_push(f->arena, &f->sources);
    if (f->source == NULL)
      return vd_fail(err, VD_NOMEM, "out of memory while reading the feeds");
    f->source->feed = feed;
    VD_TRY(vd_feed_run(feed, mirror, &sink, err));
    if (f->statements.count > first)
      vd_collect_dates(f, first);
  }
  return VD_OK;
}

vd_code vd_facts_build(const char *mirror, const char *out_dir, FILE *notices,
                       vd_facts_stats *stats, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FACTS_MEMORY_MAX);
  vd_collection f = {.arena = &a,
                     .notices = notices,
                     .package_by_name = VD_MAP(&a),
                     .node_by_id = VD_MAP(&a),
                     .name_by_id = VD_MAP(&a)};
  VD_TRY(read_feeds(&f, mirror, err));
  if (vd_collect_merge(&f) != VD_OK || vd_collect_link(&f) != VD_OK)
    return vd_fail(err, VD_NOMEM, "out of memory while joining the feeds");
  VD_TRY(vd_collect_write(&f, out_dir, err));
  if (stats != NULL)
    *stats = f.stats;
  return VD_OK;
}
