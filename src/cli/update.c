// What `vedette update` prints: one line a feed, and the state of each source.
#include "cli/update.h"

#include "graph/table.h"

#include <time.h>

vd_code vd_update_day(vd_arena *a, const char *date, int64_t *today, vd_view *now, vd_error *err) {
  char text[32];
  struct tm t;
  time_t clock = time(NULL);
  if (gmtime_r(&clock, &t) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t) == 0)
    return vd_fail(err, VD_IO, "cannot tell the time");
  *now = vd_arena_copy(a, vd_view_of(text));
  *today = vd_date_number(date == NULL ? vd_view_first(*now, 10) : vd_view_of(date));
  if (*today == 0)
    return vd_fail(err, VD_USAGE, "--date takes YYYY-MM-DD, not '%.40s'", date);
  return now->ptr == NULL ? vd_fail(err, VD_NOMEM, "no memory") : VD_OK;
}

static void print_feed(const vd_feed_result *r) {
  static const char *const words[] = {"absent", "unchanged", "updated", "FAILED"};
  const vd_write_counts *c = &r->counts;
  printf("%-16s %-10s", r->feed->name, words[r->outcome]);
  if (r->outcome == VD_FEED_UPDATED)
    printf(" %7llu records  +%llu ~%llu -%llu  %llu bad  %.2f s", (unsigned long long)c->records,
           (unsigned long long)c->added, (unsigned long long)c->changed,
           (unsigned long long)c->gone, (unsigned long long)c->bad, r->seconds);
  if (r->outcome == VD_FEED_FAILED)
    printf(" %s", r->error.text[0] != '\0' ? r->error.text : vd_code_text(r->error.code));
  printf("\n");
}

void vd_update_print(const vd_update_result *r) {
  for (size_t i = 0; i < r->feeds.count; i++)
    if (r->feeds.at[i].outcome != VD_FEED_ABSENT)
      print_feed(&r->feeds.at[i]);
  if (r->derive_seconds > 0.005)
    printf("%-16s %-10s %.2f s\n", "derived", "updated", r->derive_seconds);
}

vd_code vd_update_status(vd_graph *g, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_source_states states;
  VD_TRY(vd_source_states_read(g, &a, &states, err));
  for (size_t i = 0; i < states.count; i++) {
    const vd_source_state *s = &states.at[i];
    printf("%-16.*s %-12.*s %-14.*s %8llu records %6llu bad  %.*s %.*s\n", VD_ARG(s->name),
           VD_ARG(s->date), VD_ARG(s->version), (unsigned long long)s->records,
           (unsigned long long)s->bad, VD_ARG(s->checked), VD_ARG(s->error));
  }
  return VD_OK;
}
