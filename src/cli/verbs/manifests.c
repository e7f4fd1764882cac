// vedette manifests
#include "cli/cli.h"
#include "package/package.h"

static int run(const vd_settings *s) {
  (void)s;
  for (const vd_manifest *m = vd_manifests; m->name != NULL; m++)
    printf("%-18s %s\n%-18s   %s\n", m->name, m->summary, "", m->paths);
  return VD_EXIT_CLEAN;
}

const vd_verb vd_verb_manifests = {
    .name = "manifests",
    .operands = "",
    .summary = "list the manifest kinds a scan reads and the file names it knows them by",
    .details = "Prints each manifest kind with the path patterns that select its files. In a\n"
               "pattern '*' matches within one path part; a pattern without '/' looks at the\n"
               "file name only.",
    .options = "",
    .run = run,
};
