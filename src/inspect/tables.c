// The tables of inspect, from their .def files.
#include "inspect/inspect.h"

const vd_check vd_checks[VD_CHECK_COUNT] = {
#define CHECK(id, name, severity, confidence, cwe, techniques, title, fix)                         \
  {name, VD_SEVERITY_##severity, confidence, cwe, techniques, title, fix},
#include "inspect/checks.def"
#undef CHECK
};

const vd_loader_flaw vd_loader_flaws[] = {
#define LOADER(check, package, cve)           {VD_CHECK_##check, package, cve, "*"},
#define LOADER_OF(check, package, cve, names) {VD_CHECK_##check, package, cve, names},
#include "inspect/loaders.def"
#undef LOADER
#undef LOADER_OF
    {0},
};

#define FORMAT(name) extern const vd_format vd_format_##name;
#include "inspect/formats.def"
#undef FORMAT

const vd_format *const vd_formats[] = {
#define FORMAT(name) &vd_format_##name,
#include "inspect/formats.def"
#undef FORMAT
    NULL,
};

_Static_assert(VD_COUNT(vd_loader_flaws) <= VD_LOADERS_MAX,
               "loaders.def has outgrown VD_LOADERS_MAX");
