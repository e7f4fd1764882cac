// Reads arguments by the option table.
#include "cli/cli.h"

static const vd_option *find_option(const vd_verb *v, vd_view name) {
  for (const vd_option *o = vd_options; o->name != NULL; o++)
    if (vd_view_eq(name, vd_view_of(o->name)) && vd_verb_takes(v, o))
      return o;
  return NULL;
}

static void *field_of(vd_settings *s, const vd_option *o) { return (char *)s + o->offset; }

typedef struct arguments {
  int count, at;
  char **words;
} arguments;

// Takes the option at hand: "--name VALUE", "--name=VALUE" or "--flag".
static vd_code take_option(const vd_verb *v, arguments *in, vd_settings *s, vd_error *err) {
  vd_view word = vd_view_of(in->words[in->at]);
  size_t equals = vd_view_find(word, '=');
  bool joined = equals != word.len;
  const vd_option *o = find_option(v, vd_view_first(word, equals));
  if (o == NULL)
    return vd_fail(err, VD_USAGE, "'%s' takes no option '%.60s'; see 'vedette %s --help'", v->name,
                   word.ptr, v->name);
  if (o->argument == NULL && joined)
    return vd_fail(err, VD_USAGE, "%s takes no value", o->name);
  if (o->argument == NULL) {
    *(bool *)field_of(s, o) = true;
    return VD_OK;
  }
  if (!joined && in->at + 1 >= in->count)
    return vd_fail(err, VD_USAGE, "%s needs a value: %s %s", o->name, o->name, o->argument);
  *(const char **)field_of(s, o) = joined ? word.ptr + equals + 1 : in->words[++in->at];
  return VD_OK;
}

static vd_code take_operand(const vd_verb *v, const char *word, vd_settings *s, vd_error *err) {
  if (s->operand_count >= v->most || s->operand_count >= VD_COUNT(s->operands))
    return vd_fail(err, VD_USAGE, "'%s' does not take '%.60s'; see 'vedette %s --help'", v->name,
                   word, v->name);
  s->operands[s->operand_count++] = word;
  return VD_OK;
}

vd_code vd_settings_parse(const vd_verb *v, int argc, char **argv, vd_settings *s, vd_error *err) {
  bool only_operands = false;
  for (arguments in = {.count = argc, .words = argv}; in.at < in.count; in.at++) {
    const char *word = argv[in.at];
    bool option = !only_operands && word[0] == '-' && word[1] != '\0';
    if (option && strcmp(word, "--") == 0)
      only_operands = true;
    else if (option && strcmp(word, "-h") == 0)
      s->help = true;
    else
      VD_TRY(option ? take_option(v, &in, s, err) : take_operand(v, word, s, err));
  }
  if (!s->help && s->operand_count < v->least)
    return vd_fail(err, VD_USAGE, "usage: vedette %s %s", v->name, v->operands);
  return VD_OK;
}
