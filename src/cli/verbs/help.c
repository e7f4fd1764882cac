// vedette help
#include "cli/cli.h"

static int run(const vd_settings *s) {
  if (s->operand_count == 0) {
    vd_print_help(stdout);
    return VD_EXIT_CLEAN;
  }
  const vd_verb *v = vd_verb_by_name(s->operands[0]);
  if (v == NULL) {
    vd_error err = {0};
    (void)vd_fail(&err, VD_USAGE, "no verb '%.60s'; 'vedette help' lists them", s->operands[0]);
    return vd_die(&err);
  }
  vd_print_verb_help(stdout, v);
  return VD_EXIT_CLEAN;
}

const vd_verb vd_verb_help = {
    .name = "help",
    .operands = "[VERB]",
    .summary = "explain the program or one verb",
    .details = "Without VERB, lists the verbs; with one, explains it like 'vedette VERB --help'.",
    .options = "",
    .most = 1,
    .run = run,
};
