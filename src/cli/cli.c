// Dispatch, and the tables of verbs and options.
#include "cli/cli.h"

#include <unistd.h>

#define VERB(name) extern const vd_verb vd_verb_##name;
#include "cli/verbs.def"
#undef VERB

const vd_verb *const vd_verbs[] = {
#define VERB(name) &vd_verb_##name,
#include "cli/verbs.def"
#undef VERB
    NULL,
};

const vd_option vd_options[] = {
#define OPTION(field, name, argument, help) {name, argument, help, offsetof(vd_settings, field)},
#define FLAG(field, name, help)             {name, NULL, help, offsetof(vd_settings, field)},
#include "cli/options.def"
#undef OPTION
#undef FLAG
    {0},
};

const vd_verb *vd_verb_by_name(const char *name) {
  for (const vd_verb *const *v = vd_verbs; *v != NULL; v++)
    if (strcmp((*v)->name, name) == 0)
      return *v;
  return NULL;
}

bool vd_verb_takes(const vd_verb *v, const vd_option *o) {
  vd_view rest = vd_view_of(v->options);
  while (rest.len != 0)
    if (vd_view_eq(vd_view_cut(&rest, ' '), vd_view_of(o->name)))
      return true;
  return strcmp(o->name, "--help") == 0;
}

int vd_die(const vd_error *err) {
  VD_SCOPED_BUF b = VD_BUF(4096);
  vd_buf_put(&b, VD_VIEW("vedette: "));
  vd_buf_put_escaped(&b, vd_view_of(err->text[0] != '\0' ? err->text : vd_code_text(err->code)));
  vd_buf_put_c(&b, '\n');
  (void)fwrite(b.ptr, 1, b.len, stderr);
  return err->code == VD_USAGE ? VD_EXIT_USAGE : VD_EXIT_ERROR;
}

static int run_verb(const vd_verb *v, int argc, char **argv) {
  vd_settings s = {0};
  vd_error err = {0};
  if (vd_settings_parse(v, argc, argv, &s, &err) != VD_OK)
    return vd_die(&err);
  if (s.help) {
    vd_print_verb_help(stdout, v);
    return VD_EXIT_CLEAN;
  }
  return v->run(&s);
}

int vd_cli_main(int argc, char **argv) {
  if (argc < 2) {
    vd_print_help(stderr);
    return VD_EXIT_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
    name = "help";
  if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
    name = "version";
  const vd_verb *v = vd_verb_by_name(name);
  vd_error err = {0};
  if (v == NULL) {
    (void)vd_fail(&err, VD_USAGE, "no verb '%.60s'; 'vedette help' lists them", name);
    return vd_die(&err);
  }
  return run_verb(v, argc - 2, argv + 2);
}
