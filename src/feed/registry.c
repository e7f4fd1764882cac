// The table of feeds, made from feeds.def.
#include "feed/sources/sources.h"

const vd_feed vd_feeds[] = {
#define FEED(id, about, terms, where, files, entries)                                              \
  {.name = #id,                                                                                    \
   .summary = (about),                                                                             \
   .licence = (terms),                                                                             \
   .url = (where),                                                                                 \
   .file = (files),                                                                                \
   .read = vd_read_##id,                                                                           \
   .wants = (entries)},
#include "feed/feeds.def"
#undef FEED
    {.name = NULL},
};

const vd_feed *vd_feed_by_name(vd_view name) {
  for (const vd_feed *f = vd_feeds; f->name != NULL; f++)
    if (vd_view_eq(name, vd_view_of(f->name)))
      return f;
  return NULL;
}
