// The table of feeds, made from feeds.def.
#include "feed/sources/sources.h"

// A file of CTID's repository and where its copy belongs.
#define CTID_ADDRESS(path)                                                                         \
  "https://raw.githubusercontent.com/center-for-threat-informed-defense/mappings-explorer/main/"   \
  "mappings/" path ">ctid-mappings/mappings/" path

#define ENTRY(id, about, terms, where, files, addresses, entries, in_facts)                        \
  {.name = #id,                                                                                    \
   .summary = (about),                                                                             \
   .licence = (terms),                                                                             \
   .url = (where),                                                                                 \
   .file = (files),                                                                                \
   .fetch = (addresses),                                                                           \
   .read = vd_read_##id,                                                                           \
   .wants = (entries),                                                                             \
   .facts = (in_facts)},

const vd_feed vd_feeds[] = {
#define FACTS_FEED(...) ENTRY(__VA_ARGS__, true)
#define FEED(...)       ENTRY(__VA_ARGS__, false)
#include "feed/feeds.def"
#undef FACTS_FEED
#undef FEED
    {.name = NULL},
};

const vd_feed *vd_feed_by_name(vd_view name) {
  for (const vd_feed *f = vd_feeds; f->name != NULL; f++)
    if (vd_view_eq(name, vd_view_of(f->name)))
      return f;
  return NULL;
}
