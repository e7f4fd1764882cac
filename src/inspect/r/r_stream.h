// R's serialisation, read into a tree: enough of it to tell what its code would call.
// https://cran.r-project.org/doc/manuals/r-release/R-ints.html#Serialization-Formats
#pragma once

#include "base/base.h"

// Types of objects as the stream numbers them.
typedef enum vd_r_type {
  VD_R_SYMBOL = 1,
  VD_R_LIST = 2,
  VD_R_CLOSURE = 3,
  VD_R_ENVIRONMENT = 4,
  VD_R_PROMISE = 5,
  VD_R_CALL = 6,
  VD_R_SPECIAL = 7,
  VD_R_BUILTIN = 8,
  VD_R_CHARS = 9,
  VD_R_LOGICAL = 10,
  VD_R_INTEGER = 13,
  VD_R_REAL = 14,
  VD_R_COMPLEX = 15,
  VD_R_STRINGS = 16,
  VD_R_DOTS = 17,
  VD_R_VECTOR = 19,
  VD_R_EXPRESSION = 20,
  VD_R_BYTECODE = 21,
  VD_R_POINTER = 22,
  VD_R_WEAK = 23,
  VD_R_RAW = 24,
  VD_R_S4 = 25,
  VD_R_ALTREP = 238,
  VD_R_ATTRIBUTE_LIST = 239,
  VD_R_ATTRIBUTE_CALL = 240,
  VD_R_REPEATED = 243,
  VD_R_REPEAT_DEFINED = 244,
  VD_R_PERSISTENT = 247,
  VD_R_PACKAGE = 248,
  VD_R_NAMESPACE = 249,
  VD_R_UNBOUND = 252,
  VD_R_NULL = 254,
  VD_R_REFERENCE = 255,
} vd_r_type;

// When code runs that is found in the stream.
typedef enum vd_r_when {
  VD_R_NEVER,   // it is data until someone evaluates it
  VD_R_CALLED,  // when a function is called
  VD_R_TOUCHED, // as soon as the object is looked at: a promise without a value
} vd_r_when;

typedef struct vd_r_node {
  vd_r_type type;
  vd_r_when when;
  uint64_t offset;
  vd_view text; // of symbols and builtins; the first of strings
  struct vd_r_node *car, *cdr, *tag, *attributes;
} vd_r_node;

typedef struct vd_r_ref {
  vd_r_node *node;
} vd_r_ref;

typedef VD_VEC(vd_r_ref) vd_r_refs;

typedef struct vd_r_tree {
  unsigned version;
  uint32_t writer; // R version as 0x00MMmmpp
  vd_r_node *root;
  vd_r_refs calls;    // every call there is
  vd_r_refs promises; // those without a value
  size_t nodes, environments, pointers, closures;
  uint64_t end; // first byte behind the object
} vd_r_tree;

// Whether bytes begin as a stream does ("X\n", "A\n" or "B\n", or an .RData file with one).
bool vd_r_stream_is(vd_view bytes);
// The tree lives in the arena and borrows from bytes. On FORMAT, LIMIT and NOMEM it holds what was
// read until then. err->offset tells where.
vd_code vd_r_stream_read(vd_arena *a, vd_view bytes, vd_r_tree *out, vd_error *err) VD_MUST_USE;
