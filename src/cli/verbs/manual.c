// vedette manual
#include "cli/cli.h"

// Roff takes '.' and ''' at the start of a line as requests and '\' and '-' as special.
static void put_roff(const char *text) {
  bool at_start = true;
  for (; *text != '\0'; text++) {
    if (at_start && (*text == '.' || *text == '\''))
      fputs("\\&", stdout);
    if (*text == '\\' || *text == '-')
      putchar('\\');
    putchar(*text);
    at_start = *text == '\n';
  }
}

static void put_verb(const vd_verb *v) {
  printf(".SS ");
  put_roff(v->name);
  printf(" %s\n", v->operands);
  put_roff(v->summary);
  fputs(".\n.PP\n.nf\n", stdout);
  put_roff(v->details);
  fputs("\n.fi\n", stdout);
  for (const vd_option *o = vd_options; o->name != NULL; o++) {
    if (!vd_verb_takes(v, o) || strcmp(o->name, "--help") == 0)
      continue;
    fputs(".TP\n.B ", stdout);
    put_roff(o->name);
    printf(" %s\n", o->argument == NULL ? "" : o->argument);
    put_roff(o->help);
    fputs("\n", stdout);
  }
}

static int run(const vd_settings *s) {
  (void)s;
  fputs(".TH VEDETTE 1 \"\" \"vedette " VD_VERSION "\"\n"
        ".SH NAME\n"
        "vedette \\- finds what is wrong in an AI system and says which fix comes first\n"
        ".SH SYNOPSIS\n"
        ".B vedette\n.I VERB\n.RI [ OPTIONS ]\n.RI [ OPERANDS ]\n"
        ".SH VERBS\n",
        stdout);
  for (const vd_verb *const *v = vd_verbs; *v != NULL; v++)
    put_verb(*v);
  fputs(".SH EXIT STATUS\n"
        "0: nothing at or above the threshold; 1: findings; 2: wrong usage; 3: input or\n"
        "environment error (also when a file could not be read and nothing else was found).\n"
        ".SH ENVIRONMENT\n"
        ".TP\n.B VEDETTE_DB\nthe knowledge base to use when \\-\\-db is not given\n"
        ".TP\n.B NO_COLOR\nno colours when set to anything\n",
        stdout);
  return VD_EXIT_CLEAN;
}

const vd_verb vd_verb_manual = {
    .name = "manual",
    .operands = "",
    .summary = "print the manual page (roff)",
    .details = "Prints the manual page, written from the tables of verbs and options.\n"
               "\n"
               "Example:\n"
               "  vedette manual | man -l -",
    .options = "",
    .run = run,
};
