// Dockerfiles: their instructions, and the packages that RUN instructions install. Private to
// package.
#pragma once

#include "package/package.h"

typedef struct vd_docker {
  vd_view rest;
  uint32_t line; // physical line last read
  char escape;   // continuation character
  bool heredocs; // still believed; one without end makes "<<" plain text
  vd_buf text;
} vd_docker;

typedef struct vd_instruction {
  vd_view keyword;
  vd_view text;  // after the keyword; '\v' where lines were joined, '\n' before heredoc lines
  uint32_t line; // of the keyword
} vd_instruction;

vd_docker vd_docker_of(vd_view text);
void vd_docker_done(vd_docker *d);
// The next instruction, valid until the next call; false at the end.
bool vd_docker_next(vd_docker *d, vd_instruction *out);

// Adds what the shell text installs with pip or conda.
vd_code vd_docker_run(vd_inventory *inv, vd_view text, uint32_t line) VD_MUST_USE;
// The same for one command given as words.
vd_code vd_docker_run_words(vd_inventory *inv, const vd_views *words, uint32_t line) VD_MUST_USE;
