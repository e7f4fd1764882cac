// cli: arguments in, exit status out. Verbs and options are tables; --help, the manual and the
// shell completions are written from them.
#pragma once

#include "base/base.h"
#include "risk/risk.h"

typedef enum vd_exit {
  VD_EXIT_CLEAN = 0,    // nothing at or above the threshold
  VD_EXIT_FINDINGS = 1, // findings at or above it
  VD_EXIT_USAGE = 2,    // wrong usage
  VD_EXIT_ERROR = 3,    // input or environment error
} vd_exit;

int vd_cli_main(int argc, char **argv);

// What the options of options.def said; NULL or false when not given.
typedef struct vd_settings {
#define OPTION(field, name, argument, help) const char *field;
#define FLAG(field, name, help)             bool field;
#include "cli/options.def"
#undef OPTION
#undef FLAG
  const char *operands[4];
  size_t operand_count;
} vd_settings;

typedef struct vd_option {
  const char *name;     // "--format"
  const char *argument; // "FORMAT"; NULL for a flag
  const char *help;
  size_t offset; // of its field in vd_settings
} vd_option;

extern const vd_option vd_options[]; // ends with a NULL name

typedef struct vd_verb {
  const char *name;
  const char *operands; // "[TARGET]"
  const char *summary;  // one line
  const char *details;  // paragraphs for --help and the manual, wrapped at 78 columns
  const char *options;  // names it takes: "--format --output"
  size_t least, most;   // operands
  int (*run)(const vd_settings *s);
} vd_verb;

extern const vd_verb *const vd_verbs[]; // ends with NULL
const vd_verb *vd_verb_by_name(const char *name);

// True when the verb takes the option (every verb takes --help).
bool vd_verb_takes(const vd_verb *v, const vd_option *o);

// Fills s from argv; USAGE with a sentence that says what would be right.
vd_code vd_settings_parse(const vd_verb *v, int argc, char **argv, vd_settings *s, vd_error *err);

// Prints "vedette: ..." on standard error, escaped, and returns the exit status for the code.
int vd_die(const vd_error *err);

// The knowledge base: --db, else $VEDETTE_DB, else knowledge.db beside the program or in its share
// folder. NOTFOUND says where it looked.
vd_code vd_knowledge_path(const char *given, char *out, size_t size, vd_error *err);

// The user's own knowledge base, which `update` writes: --db, else $VEDETTE_DB, else vedette/ in
// the XDG data directory, whose folders are made when missing.
vd_code vd_knowledge_home(const char *given, char *out, size_t size, vd_error *err);

// Where `update` keeps fetched files: `given`, else a folder of vedette/ in the XDG cache
// directory, one for the official addresses (mirror NULL) and one for each mirror.
vd_code vd_cache_home(const char *given, const char *mirror, char *out, size_t size,
                      vd_error *err) VD_MUST_USE;

// The one that came with the program, beside it or in its share folder. NOTFOUND.
vd_code vd_knowledge_shipped(char *out, size_t size, vd_error *err);

void vd_print_help(FILE *out);
void vd_print_verb_help(FILE *out, const vd_verb *v);
