// Prints the members of each zip or tar given: name in hexadecimal, size, CRC-32.
#include "inspect/archive/codec.h"
#include "inspect/archive/tar.h"
#include "inspect/archive/zip.h"

#include <zlib.h>

static void print_member(vd_view name, vd_view bytes) {
  (void)printf("m ");
  for (size_t i = 0; i < name.len; i++)
    (void)printf("%02x", (unsigned char)name.ptr[i]);
  (void)printf(" %zu %08lx\n", bytes.len, crc32(0, (const Bytef *)bytes.ptr, (uInt)bytes.len));
}

static void print_entry(vd_inspection *in, const vd_zip *z, const vd_zip_entry *e) {
  static const char *const codecs[] = {[8] = "deflate", [12] = "bzip2", [14] = "lzma_zip"};
  vd_unpack u = {.in = in, .out = VD_BUF(1 << 24)};
  vd_view packed = vd_zip_packed(z, e);
  if (e->method == 0)
    print_member(e->name, packed);
  else if (e->method < VD_COUNT(codecs) && codecs[e->method] != NULL &&
           vd_codec_named(vd_view_of(codecs[e->method]))->unpack(&u, packed, NULL) == VD_OK)
    print_member(e->name, vd_buf_view(&u.out));
  else
    (void)printf("unreadable\n");
  vd_buf_free(&u.out);
}

static void print_zip(vd_inspection *in, vd_view bytes) {
  vd_zip z;
  if (vd_zip_read(in, bytes, &z, NULL) != VD_OK)
    return;
  for (size_t i = 0; i < z.entries.count; i++)
    print_entry(in, &z, &z.entries.at[i]);
}

static void print_tar(vd_arena *a, vd_view bytes) {
  vd_tar t = vd_tar_of(a, bytes);
  vd_tar_entry e;
  while (vd_tar_next(&t, &e, NULL) == VD_OK)
    print_member(e.name, e.bytes);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    VD_SCOPED_ARENA file = VD_ARENA(1 << 26), arena = VD_ARENA(1 << 26),
                    scratch = VD_ARENA(1 << 26);
    vd_artefact at = {.path = vd_view_of(argv[i]), .member = VD_VIEW("")};
    if (vd_file_read(&file, argv[i], 1 << 25, &at.bytes, NULL) != VD_OK)
      return EXIT_FAILURE;
    vd_inspection in = {.arena = &arena, .scratch = &scratch, .budget = 1 << 28, .at = &at};
    (void)printf("file %s\n", argv[i]);
    if (vd_zip_recognise(at.bytes, false))
      print_zip(&in, at.bytes);
    else
      print_tar(&scratch, at.bytes);
    for (size_t k = 0; k < in.observations.count; k++)
      (void)printf("observed %s\n", in.observations.at[k].evidence.ptr);
  }
  return EXIT_SUCCESS;
}
