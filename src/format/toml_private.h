// What the two halves of the TOML parser share: the cursor over the text, and scalar values.
#pragma once

#include "format/format.h"

typedef struct vd_toml_cursor {
  const char *start, *at, *end; // start is behind a byte-order mark
  const char *line_start;
  uint32_t line;
  vd_arena *arena;
  vd_error *err;
} vd_toml_cursor;

// Gives the failure just recorded its place in the text, and returns code. Counts lines from the
// start, which a parse does only once.
vd_code vd_toml_at(const vd_toml_cursor *c, const char *at, vd_code code);

static inline int vd_toml_peek(const vd_toml_cursor *c) {
  return c->at < c->end ? (unsigned char)*c->at : -1;
}

static inline uint32_t vd_toml_column(const vd_toml_cursor *c) {
  return (uint32_t)(c->at - c->line_start + 1);
}

// Steps over "\n" or "\r\n" when one is next.
bool vd_toml_newline(vd_toml_cursor *c);

// A string at its opening quote; `multi` allows the triple-quoted kinds.
vd_code vd_toml_string(vd_toml_cursor *c, bool multi, vd_view *out) VD_MUST_USE;
// A boolean, number or date-time: sets kind, text and the number.
vd_code vd_toml_scalar(vd_toml_cursor *c, vd_value *out) VD_MUST_USE;
