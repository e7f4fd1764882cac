// vedette version
#include "cli/cli.h"

static int run(const vd_settings *s) {
  (void)s;
  puts("vedette " VD_VERSION);
  return VD_EXIT_CLEAN;
}

const vd_verb vd_verb_version = {
    .name = "version",
    .operands = "",
    .summary = "print the version",
    .details = "Prints the program's name and version.",
    .options = "",
    .run = run,
};
