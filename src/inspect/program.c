// Programs, told by their first bytes.
#include "inspect/program.h"

static bool is_elf(vd_view v) {
  static const char magic[] = "\x7f"
                              "ELF";
  if (v.len < 52 || !vd_view_starts(v, (vd_view){magic, 4}))
    return false;
  unsigned type = (unsigned char)v.ptr[v.ptr[5] == 2 ? 17 : 16];
  return (v.ptr[4] == 1 || v.ptr[4] == 2) && (v.ptr[5] == 1 || v.ptr[5] == 2) && v.ptr[6] == 1 &&
         type >= 1 && type <= 4;
}

static bool is_pe(vd_view v) {
  if (v.len < 0x40 || !vd_view_starts(v, VD_VIEW("MZ")))
    return false;
  vd_reader r = vd_reader_of(vd_view_from(v, 0x3c));
  return vd_view_starts(vd_view_from(v, vd_read_u32le(&r)), (vd_view){"PE\0\0", 4});
}

static bool is_macho(vd_view v) {
  vd_reader r = vd_reader_of(v);
  uint32_t magic = vd_read_u32le(&r), processor = vd_read_u32le(&r);
  (void)vd_read_u32le(&r);
  uint32_t type = vd_read_u32le(&r), commands = vd_read_u32le(&r);
  return !r.failed && (magic == 0xfeedface || magic == 0xfeedfacf) &&
         ((processor & 0xffffff) == 7 || (processor & 0xffffff) == 12) && type >= 1 && type <= 12 &&
         commands != 0 && commands < 1024;
}

const char *vd_program_of(vd_view bytes) {
  if (is_elf(bytes))
    return "an ELF program";
  if (vd_view_starts(bytes, VD_VIEW("MZqFpD='")))
    return "a program for any system (APE)";
  if (is_pe(bytes))
    return "a Windows program";
  return is_macho(bytes) ? "a macOS program" : NULL;
}

const char *vd_script_of(vd_view bytes) {
  vd_view line = vd_view_first(bytes, 128);
  if (!vd_view_starts(line, VD_VIEW("#!")))
    return NULL;
  line = vd_view_trim(vd_view_from(vd_view_first(line, vd_view_find(line, '\n')), 2));
  return vd_view_starts(line, VD_VIEW("/")) ? "a script" : NULL;
}

bool vd_program_named(vd_view name) {
  static const char patterns[] = "*.so *.so.* *.dll *.pyd *.dylib *.exe *.o *.a *.ko *.node *.sh "
                                 "*.py *.pl *.com *.sys *.bundle";
  vd_artefact a = {.path = name, .member = VD_VIEW("")};
  vd_view last = vd_artefact_name(&a);
  return vd_view_find(last, '.') == last.len || vd_artefact_matches(&a, patterns);
}
