// pip: the grammar of `pip install` arguments, which requirements files, Dockerfiles and setup
// scripts share. Private to package.
#pragma once

#include "package/package.h"

typedef enum vd_pip_kind {
  VD_PIP_TARGET, // no option: a requirement, URL or path
  VD_PIP_REQUIREMENT,
  VD_PIP_CONSTRAINT,
  VD_PIP_EDITABLE,
  VD_PIP_INDEX, // an index, extra index or find-links place
  VD_PIP_HASH,
  VD_PIP_OTHER,   // known, says nothing about packages
  VD_PIP_UNKNOWN, // no option pip or uv has
} vd_pip_kind;

typedef struct vd_pip_arg {
  vd_pip_kind kind;
  vd_view value; // of the option, or the target
} vd_pip_arg;

// The next argument of words from *at on, with the option's value taken along; false at the end.
bool vd_pip_arg_next(const vd_views *words, size_t *at, vd_pip_arg *out);

// Adds what one target names: PEP 508 text, URL, VCS address, local path or archive. Old spellings
// pip no longer takes are read as meant and noted. *added is NULL when there was nothing to add.
vd_code vd_pip_target_add(vd_inventory *inv, vd_view text, bool editable, uint32_t line,
                          vd_component **added) VD_MUST_USE;
// Adds a file that `-r` or `-c` names.
vd_code vd_pip_include_add(vd_inventory *inv, vd_view target, bool constraint,
                           uint32_t line) VD_MUST_USE;

// Notes an index or find-links URL; the default index says nothing and is left out.
void vd_pip_index_put(vd_buf *indexes, vd_view url);
// Sets the noted indexes on every component from first on.
vd_code vd_pip_indexes_set(vd_inventory *inv, size_t first, const vd_buf *indexes) VD_MUST_USE;

// What follows the last '/'.
vd_view vd_base_name(vd_view path);
// Name and version of a wheel's or source distribution's file name ("torch-2.0-...whl"); percent
// escapes are decoded into a. False when it is not such a name.
bool vd_dist_file_name(vd_arena *a, vd_view file, vd_view *name, vd_view *version);

// The dependency group and scope a file's path speaks of ("docs/requirements.txt",
// "requirements-dev.txt"); the group borrows from path, {NULL} when the path says nothing.
vd_scope vd_path_scope(vd_view path, vd_view *group);
// The scope of an extra or optional group: development for "dev", "test", "docs" and the like, else
// optional.
vd_scope vd_group_scope(vd_view group);
