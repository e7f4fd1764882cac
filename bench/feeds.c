// Times the feed readers: reads the feeds of a mirror named (or all it has) into a sink that only
// counts, and prints what each took and handed over.
#include "feed/feed.h"

#include <sys/resource.h>
#include <time.h>

typedef struct tally {
  uint64_t facts; // advisories, nodes, scores, catalogue entries
  uint64_t records, definitions, properties, links, text, bad;
  bool show; // print what is bad
} tally;

static double now_s(clockid_t clock) {
  struct timespec t;
  (void)clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static vd_code count_fact(void *ctx) {
  ((tally *)ctx)->facts++;
  return VD_OK;
}

static vd_code on_advisory(void *ctx, const vd_advisory *a) {
  ((tally *)ctx)->text += a->summary.len + a->details.len;
  return count_fact(ctx);
}

static vd_code on_node(void *ctx, const vd_fact_node *n) {
  ((tally *)ctx)->text += n->text.len;
  return count_fact(ctx);
}

static vd_code on_kev(void *ctx, const vd_kev *k) {
  (void)k;
  return count_fact(ctx);
}

static vd_code on_epss(void *ctx, const vd_score *s) {
  (void)s;
  return count_fact(ctx);
}

static vd_code on_record(void *ctx, const vd_record *r) {
  tally *t = ctx;
  t->records++;
  t->definitions += r->definitions.count;
  t->properties += r->properties.count;
  t->links += r->links.count;
  for (size_t i = 0; i < r->definitions.count; i++)
    t->text += r->definitions.at[i].text.len;
  return VD_OK;
}

static vd_code on_snapshot(void *ctx, vd_view version, vd_view date) {
  (void)ctx;
  (void)version;
  (void)date;
  return VD_OK;
}

static void on_bad(void *ctx, vd_view place, const vd_error *err) {
  tally *t = ctx;
  t->bad++;
  if (t->show)
    (void)fprintf(stderr, "%.*s: %s\n", VD_ARG(place), err->text);
}

static void measure(const vd_feed *feed, const char *mirror, bool show) {
  tally t = {.show = show};
  vd_feed_sink sink = {&t,      NULL,      on_advisory, on_node, on_kev,
                       on_epss, on_record, on_snapshot, on_bad};
  vd_error err = {0};
  double start = now_s(CLOCK_MONOTONIC), worked = now_s(CLOCK_PROCESS_CPUTIME_ID);
  vd_code code = vd_feed_run(feed, mirror, &sink, &err);
  double took = now_s(CLOCK_MONOTONIC) - start;
  worked = now_s(CLOCK_PROCESS_CPUTIME_ID) - worked;
  if (code != VD_OK) {
    (void)printf("%-18s %s\n", feed->name, err.text);
    return;
  }
  (void)printf("%-18s %7.2f %7.2f %9llu %9llu %9llu %9llu %9llu %7.1f %6llu\n", feed->name, took,
               worked, (unsigned long long)t.facts, (unsigned long long)t.records,
               (unsigned long long)t.definitions, (unsigned long long)t.properties,
               (unsigned long long)t.links, (double)t.text / 1e6, (unsigned long long)t.bad);
}

static bool named(const char *name, int argc, char **argv) {
  bool any = false;
  for (int i = 2; i < argc; i++) {
    if (strcmp(argv[i], name) == 0)
      return true;
    any |= argv[i][0] != '-';
  }
  return !any;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    (void)fprintf(stderr, "usage: bench_feeds MIRROR [--bad] [FEED...]\n");
    return EXIT_FAILURE;
  }
  bool show = argc > 2 && strcmp(argv[2], "--bad") == 0;
  (void)printf("%-18s %7s %7s %9s %9s %9s %9s %9s %7s %6s\n", "feed", "s", "CPU s", "facts",
               "records", "defined", "properties", "links", "MB text", "bad");
  for (const vd_feed *f = vd_feeds; f->name != NULL; f++)
    if (named(f->name, argc, argv))
      measure(f, argv[1], show);
  struct rusage use;
  (void)getrusage(RUSAGE_SELF, &use);
  (void)printf("peak %ld MiB\n", use.ru_maxrss >> 10);
  return EXIT_SUCCESS;
}
