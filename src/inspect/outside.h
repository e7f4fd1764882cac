// Paths that models state, and whether they leave the folder of the model.
#pragma once

#include "base/base.h"

// Why a loader that joins path to the model's folder ends elsewhere ("is absolute", "climbs with
// ..", "is a URL", ...), or NULL when it stays inside.
const char *vd_path_outside(vd_view path);
