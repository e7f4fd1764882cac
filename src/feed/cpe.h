// CPE names, as NVD and CVE records name products.
#pragma once

#include "base/base.h"

// The product key "part:vendor:product" of a CPE 2.3 formatted string ("cpe:2.3:a:google:...") or a
// CPE 2.2 URI ("cpe:/a:google:..."): lower case, unescaped, in the arena. Empty when the text is no
// CPE name or names no product ("*" or "-" as vendor or product). NOMEM. https://cpe.mitre.org
vd_code vd_cpe_product(vd_arena *a, vd_view cpe, vd_view *out) VD_MUST_USE;
