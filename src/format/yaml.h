// The parts of the YAML reader: what is refused before libfyaml sees it, libfyaml itself, and what
// plain text means.
#pragma once

#include "format/format.h"

// Refuses what libfyaml cannot be trusted with: bytes that are not text, and shapes that make it
// put unbounded data on the stack.
vd_code vd_yaml_check(vd_view bytes, vd_error *err) VD_MUST_USE;

// Kind and payload of a plain scalar (YAML 1.2 core schema) whose text is v->text.
void vd_yaml_resolve(vd_value *v);

// The text of a flow scalar whose source is raw, without quotes; quote is '"', '\'' or 0 for plain.
// Borrows raw where it stands as is. FORMAT for an unknown escape, NOMEM.
vd_code vd_yaml_flow_text(vd_arena *a, vd_view raw, char quote, vd_view *out) VD_MUST_USE;

// libfyaml on bytes that vd_yaml_check let pass. It never prints.
typedef struct vd_yaml_input {
  struct fy_diag *diag;
  struct fy_parser *parser;
} vd_yaml_input;

// False when there is no memory; to be closed in either case. The bytes must outlive it.
bool vd_yaml_open(vd_view bytes, vd_yaml_input *out);
void vd_yaml_close(vd_yaml_input *input);
