// pyproject.toml: what the standard tables and the tables of tools share while one file is read.
// Private to package.
#pragma once

#include "package/document.h"

typedef struct vd_pyproject {
  vd_inventory *inv;
  vd_arena *scratch; // ends with the call
  const vd_value *doc;
  size_t first;      // component of this file
  size_t standard;   // components up to here are from [project]
  vd_map indexes;    // name of an index or source -> const vd_view, its URL
  vd_buf everywhere; // URLs that any package may come from, space-separated
} vd_pyproject;

// The tables of tools: Poetry, PDM, Hatch, uv, Flit, Rye, setuptools.
vd_code vd_pyproject_tools(vd_pyproject *p) VD_MUST_USE;
// [tool.poetry.dependencies] and its relatives.
vd_code vd_pyproject_poetry(vd_pyproject *p) VD_MUST_USE;
// Indexes that tools name, collected before any dependency is read.
vd_code vd_pyproject_indexes(vd_pyproject *p) VD_MUST_USE;
// Applies [tool.uv.sources] and the indexes to what was read.
vd_code vd_pyproject_sources(vd_pyproject *p) VD_MUST_USE;
// Sets the place of every component of this file that `sources` names.
vd_code vd_pyproject_place(vd_pyproject *p, const vd_value *sources, size_t end) VD_MUST_USE;
