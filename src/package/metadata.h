// Core metadata of a distribution: METADATA and PKG-INFO. Private to package.
#pragma once

#include "package/package.h"

// Adds the distribution that the headers name, at its exact version. FORMAT when they name none.
vd_code vd_metadata_add(vd_inventory *inv, vd_view bytes, vd_component **added,
                        vd_error *err) VD_MUST_USE;
// The same from a name and version that are already known.
vd_code vd_metadata_add_version(vd_inventory *inv, vd_view name, vd_view version, uint32_t line,
                                vd_component **added) VD_MUST_USE;
