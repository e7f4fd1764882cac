// vedette completion
#include "cli/cli.h"

static void print_options(const vd_verb *v, const char *before, const char *after) {
  for (const vd_option *o = vd_options; o->name != NULL; o++)
    if (vd_verb_takes(v, o))
      printf("%s%s%s", before, o->name, after);
}

static void print_bash(void) {
  fputs("# bash completion for vedette; written by 'vedette completion bash'\n"
        "_vedette() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]} options=\n"
        "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
        "    COMPREPLY=($(compgen -W \"",
        stdout);
  for (const vd_verb *const *v = vd_verbs; *v != NULL; v++)
    printf("%s%s", v == vd_verbs ? "" : " ", (*v)->name);
  fputs("\" -- \"$word\"))\n    return\n  fi\n  case $verb in\n", stdout);
  for (const vd_verb *const *v = vd_verbs; *v != NULL; v++) {
    printf("    %s) options=\"", (*v)->name);
    print_options(*v, "", " ");
    fputs("\" ;;\n", stdout);
  }
  fputs("  esac\n"
        "  case $word in\n"
        "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
        "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
        "  esac\n"
        "}\n"
        "complete -o filenames -F _vedette vedette\n",
        stdout);
}

// Text inside a single-quoted zsh description: quotes doubled up, brackets and colons escaped.
static void print_zsh_text(const char *text) {
  for (; *text != '\0'; text++) {
    if (*text == '\'')
      fputs("'\\'", stdout);
    else if (*text == '[' || *text == ']' || *text == ':')
      putchar('\\');
    putchar(*text);
  }
}

static void print_zsh_verb(const vd_verb *v) {
  printf("    %s) _arguments", v->name);
  for (const vd_option *o = vd_options; o->name != NULL; o++) {
    if (!vd_verb_takes(v, o))
      continue;
    printf(" \\\n      '%s[", o->name);
    print_zsh_text(o->help);
    printf("]%s%s%s'", o->argument == NULL ? "" : ":", o->argument == NULL ? "" : o->argument,
           o->argument == NULL ? "" : ":_files");
  }
  fputs(" \\\n      '*:file:_files' ;;\n", stdout);
}

static void print_zsh(void) {
  fputs("#compdef vedette\n# zsh completion for vedette; written by 'vedette completion zsh'\n"
        "local -a verbs=(\n",
        stdout);
  for (const vd_verb *const *v = vd_verbs; *v != NULL; v++) {
    printf("  '%s:", (*v)->name);
    print_zsh_text((*v)->summary);
    fputs("'\n", stdout);
  }
  fputs(")\n"
        "if (( CURRENT == 2 )); then\n"
        "  _describe verb verbs\n"
        "else\n"
        "  local verb=$words[2]\n"
        "  shift words; (( CURRENT-- ))\n"
        "  case $verb in\n",
        stdout);
  for (const vd_verb *const *v = vd_verbs; *v != NULL; v++)
    print_zsh_verb(*v);
  fputs("  esac\nfi\n", stdout);
}

static int run(const vd_settings *s) {
  bool bash = strcmp(s->operands[0], "bash") == 0;
  if (!bash && strcmp(s->operands[0], "zsh") != 0) {
    vd_error err = {0};
    (void)vd_fail(&err, VD_USAGE, "completion takes bash or zsh, not '%.40s'", s->operands[0]);
    return vd_die(&err);
  }
  if (bash)
    print_bash();
  else
    print_zsh();
  return VD_EXIT_CLEAN;
}

const vd_verb vd_verb_completion = {
    .name = "completion",
    .operands = "bash|zsh",
    .summary = "print the completion script of a shell",
    .details = "Prints a completion script, written from the tables of verbs and options.\n"
               "\n"
               "Example:\n"
               "  source <(vedette completion bash)",
    .options = "",
    .least = 1,
    .most = 1,
    .run = run,
};
