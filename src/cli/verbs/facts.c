// vedette facts
#include "cli/cli.h"
#include "feed/feed.h"
#include "graph/graph.h"

static int build(const vd_settings *s) {
  vd_error err = {0};
  vd_facts_stats stats = {0};
  const char *to = s->to != NULL ? s->to : "facts";
  if (s->from == NULL) {
    (void)vd_fail(&err, VD_USAGE, "facts build needs --from DIR, a mirror of the feeds");
    return vd_die(&err);
  }
  if (vd_facts_build(s->from, to, s->quiet ? NULL : stderr, &stats, &err) != VD_OK)
    return vd_die(&err);
  printf("%llu advisories, %llu flaws, %llu withdrawn, %llu packages, %llu bad records, %.2f MiB\n",
         (unsigned long long)stats.advisories, (unsigned long long)stats.flaws,
         (unsigned long long)stats.withdrawn, (unsigned long long)stats.packages,
         (unsigned long long)stats.bad, (double)stats.bytes / (1 << 20));
  return VD_EXIT_CLEAN;
}

static int compile(const vd_settings *s) {
  vd_error err = {0};
  const char *from = s->from != NULL ? s->from : "facts";
  const char *output = s->output != NULL ? s->output : "knowledge.db";
  return vd_facts_compile(from, output, &err) == VD_OK ? VD_EXIT_CLEAN : vd_die(&err);
}

static int run(const vd_settings *s) {
  vd_error err = {0};
  if (strcmp(s->operands[0], "build") == 0)
    return build(s);
  if (strcmp(s->operands[0], "compile") == 0)
    return compile(s);
  (void)vd_fail(&err, VD_USAGE, "facts takes build or compile, not '%.40s'", s->operands[0]);
  return vd_die(&err);
}

const vd_verb vd_verb_facts = {
    .name = "facts",
    .operands = "build|compile",
    .summary = "build the facts tables from feeds, or compile them to a knowledge base",
    .details =
        "facts build --from MIRROR [--to facts]\n"
        "    reads the feeds of a mirror folder (PYSEC, GHSA, malicious packages, CWE, CAPEC, "
        "ATT&CK,\n"
        "    ATLAS, KEV, EPSS)\n"
        "    and writes the sorted text tables of facts: ids, names, ranges, vectors, dates and\n"
        "    relations, no descriptions. facts/curated is never touched.\n"
        "facts compile [--from facts] [--output knowledge.db]\n"
        "    compiles the tables to the read-only knowledge base a scan uses.\n"
        "\n"
        "Example:\n"
        "  vedette facts build --from ../shared/feeds && vedette facts compile",
    .options = "--from --to --output --quiet",
    .least = 1,
    .most = 1,
    .run = run,
};
