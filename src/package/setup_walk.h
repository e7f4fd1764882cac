// Following the keyword arguments of setup() to the requirement strings behind them. Private to
// package.
#pragma once

#include "package/package.h"
#include "package/py_names.h"
#include "package/setup_args.h"

typedef struct vd_setup_job {
  uint32_t from, to;
  bool dict; // the range is extras_require, whose keys are groups
  vd_view extra;
} vd_setup_job;

typedef struct vd_setup_walk {
  vd_inventory *inv;
  const vd_py_tokens *tokens;
  const vd_py_names *names;
  VD_VEC(vd_setup_job) jobs; // a queue, so that what stands first is read first
  size_t done;
  bool *placed; // by token: it was added already; each literal is one declaration
  vd_map table; // "name" -> its entry in a list of requirements that the file looks up by name
  bool tabled;
  vd_setup_arg arg;
  bool included;     // a file was found behind the argument
  uint32_t computed; // line of something that is known at run time only, 0 = none
} vd_setup_walk;

// Adds everything the expression in [from, to) leads to.
vd_code vd_setup_walk_argument(vd_setup_walk *w, vd_setup_arg arg, uint32_t from,
                               uint32_t to) VD_MUST_USE;

// ---- setup_table.c: requirements looked up by name, as deps["torch"] or deps_list("torch") ------

// Whether name[...] looks up a table made of a list of requirements.
bool vd_setup_is_table(const vd_setup_walk *w, vd_view name);
// Whether name(...) does.
bool vd_setup_is_table_function(const vd_setup_walk *w, vd_view name);
// The token of the entry for a package name, 0 when there is none. NOMEM in *code.
uint32_t vd_setup_table_get(vd_setup_walk *w, vd_view table, vd_view name, vd_code *code);
