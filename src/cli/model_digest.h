// `vedette model hash` and `vedette model verify`.
#pragma once

#include "cli/cli.h"

int vd_model_hash(const vd_settings *s);
int vd_model_verify(const vd_settings *s);
