// What the files of the reader of R's serialisation share. Private to them.
#pragma once

#include "inspect/r/r_stream.h"

typedef enum vd_r_task_kind {
  VD_R_TASK_ITEM,      // an object
  VD_R_TASK_ELEMENTS,  // `left` elements of a vector
  VD_R_TASK_CODE,      // the expression of a promise
  VD_R_TASK_BYTECODE,  // the body of byte code: a vector, then constants
  VD_R_TASK_CONSTANTS, // the number of constants, then those
  VD_R_TASK_CONSTANT,  // `left` constants
  VD_R_TASK_LANGUAGE,  // a part of a call among constants, with its type in front
} vd_r_task_kind;

// Parts of byte code that stand in several places.
typedef struct vd_r_repeats {
  vd_r_node **at;
  size_t count;
} vd_r_repeats;

typedef struct vd_r_task {
  vd_r_task_kind kind;
  vd_r_when when;
  uint32_t left;
  vd_r_node **slot; // what is read goes here
  vd_r_node *owner; // of VD_R_TASK_CODE: the promise
  vd_r_repeats *repeats;
} vd_r_task;

typedef struct vd_r_stream {
  vd_arena *arena;
  vd_reader r;
  char form; // 'X': big-endian, 'B': little-endian, 'A': text
  vd_r_tree *tree;
  VD_VEC(vd_r_task) tasks;
  vd_r_refs references;
  bool no_memory, too_large;
} vd_r_stream;

// Numbers and texts in any of the three forms; failure is sticky in s->r.
int32_t vd_r_int(vd_r_stream *s);
vd_view vd_r_text(vd_r_stream *s, int32_t length);
uint64_t vd_r_length(vd_r_stream *s);
// Passes n numbers of a size; in text each is a word.
void vd_r_skip(vd_r_stream *s, uint64_t n, unsigned size);

// NULL, with the reason in the stream, when there may be no more.
vd_r_node *vd_r_new(vd_r_stream *s, vd_r_type type, vd_r_when when);
void vd_r_keep(vd_r_stream *s, vd_r_refs *refs, vd_r_node *node);
void vd_r_push(vd_r_stream *s, vd_r_task t);
void vd_r_push_item(vd_r_stream *s, vd_r_node **slot, vd_r_when when);

// Byte code: the start of an object, and the tasks VD_R_TASK_BYTECODE to VD_R_TASK_LANGUAGE.
void vd_r_bytecode(vd_r_stream *s, vd_r_node *node);
void vd_r_bytecode_run(vd_r_stream *s, vd_r_task *t);
