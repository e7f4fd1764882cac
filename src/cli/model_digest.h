// `vedette model hash` and `vedette model verify`.
#pragma once

#include "cli/cli.h"

int vd_model_hash(const vd_settings *s);
int vd_model_verify(const vd_settings *s);
// Whether --format says json; USAGE for anything but that and terminal.
vd_code vd_model_format(const vd_settings *s, bool *json, vd_error *err) VD_MUST_USE;
