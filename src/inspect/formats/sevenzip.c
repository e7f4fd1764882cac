// 7z, rar and cab archives: scanners that know zip alone pass what is packed in them.
#include "inspect/archive/archive_members.h"

static bool recognise(const vd_artefact *a) {
  static const char seven[] = "7z\xbc\xaf\x27\x1c", rar[] = "Rar!\x1a\x07";
  return a->bytes.len >= 32 && (vd_view_starts(a->bytes, (vd_view){seven, 6}) ||
                                vd_view_starts(a->bytes, (vd_view){rar, 6}) ||
                                vd_view_starts(a->bytes, (vd_view){"MSCF\0\0\0\0", 8}));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  return vd_archive_members(in, a->bytes, err);
}

const vd_format vd_format_sevenzip = {
    .name = "sevenzip",
    .description = "7z, rar and cab archives",
    .patterns = "*.7z *.rar *.cab",
    .carrier = true,
    .recognise = recognise,
    .inspect = inspect,
};
