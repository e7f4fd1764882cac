// The halves of the YAML reader: what is refused before libfyaml sees it, and what plain text
// means.
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
