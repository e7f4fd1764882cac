// --help, for the program and for each verb.
#include "cli/cli.h"

void vd_print_help(FILE *out) {
  (void)fputs("vedette - finds what is wrong in an AI system: which dependency, which attack, "
              "which fix\n\nUsage: vedette VERB [OPTIONS] [OPERANDS]\n\nVerbs:\n",
              out);
  for (const vd_verb *const *v = vd_verbs; *v != NULL; v++)
    (void)fprintf(out, "  %-11s %-14s %s\n", (*v)->name, (*v)->operands, (*v)->summary);
  (void)fputs("\nStart with:\n"
              "  vedette scan .            rank what is wrong here, with fixes\n"
              "  vedette why ID            everything known about one finding\n"
              "  vedette VERB --help       what a verb does, its options and examples\n"
              "\nExit status: 0 nothing at or above the threshold, 1 findings, 2 wrong usage,\n"
              "3 input or environment error.\n",
              out);
}

void vd_print_verb_help(FILE *out, const vd_verb *v) {
  (void)fprintf(out, "Usage: vedette %s%s%s%s\n\n%s\n", v->name,
                v->options[0] != '\0' ? " [OPTIONS]" : "", v->operands[0] != '\0' ? " " : "",
                v->operands, v->details);
  (void)fputs("\nOptions:\n", out);
  for (const vd_option *o = vd_options; o->name != NULL; o++) {
    char head[40];
    (void)snprintf(head, sizeof head, "%s %s", o->name, o->argument == NULL ? "" : o->argument);
    if (vd_verb_takes(v, o))
      (void)fprintf(out, "  %-18s %s\n", head, o->help);
  }
}
