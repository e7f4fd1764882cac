// export: `vedette graph export`.
#pragma once

#include "cli/cli.h"

int vd_graph_export(const vd_settings *s);
