// Jinja templates as tokens. The lexer knows strings, comments and raw blocks; there is no parser.
// https://jinja.palletsprojects.com/en/stable/templates/
#pragma once

#include "inspect/inspect.h"

typedef enum vd_jinja_kind {
  VD_JINJA_TEXT,      // what is copied to the output
  VD_JINJA_OUTPUT,    // {{
  VD_JINJA_STATEMENT, // {%
  VD_JINJA_END,       // }} or %}
  VD_JINJA_NAME,
  VD_JINJA_STRING, // with its quotes, as written
  VD_JINJA_NUMBER,
  VD_JINJA_SIGN, // one character, or two for ** // == != <= >=
} vd_jinja_kind;

typedef struct vd_jinja_token {
  vd_jinja_kind kind;
  vd_view text; // inside the template
} vd_jinja_token;

typedef VD_VEC(vd_jinja_token) vd_jinja_tokens;

// LIMIT above VD_TEMPLATE_TOKENS_MAX, NOMEM. What does not end is read to the end of the template.
vd_code vd_jinja_lex(vd_arena *a, vd_view text, vd_jinja_tokens *out, vd_error *err) VD_MUST_USE;

// The value of a string token, escapes undone; cut at VD_TEMPLATE_TEXT_MAX.
typedef struct vd_jinja_string {
  char text[VD_TEMPLATE_TEXT_MAX];
  size_t len;
} vd_jinja_string;

void vd_jinja_unquote(vd_view token, vd_jinja_string *out);

// ---- jinja_text.c

// Invisible characters, orders to the model and the like in text that a template adds.
vd_code vd_jinja_check_text(vd_inspection *in, vd_view template,
                            const vd_jinja_tokens *tokens) VD_MUST_USE;
