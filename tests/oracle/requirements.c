// Reads one requirements file and prints a line for every component, for requirements.py.
#include "package/package.h"

#include <fcntl.h>

static void print(const vd_component *c) {
  printf("%u\t%.*s\t%.*s\t%.*s\t%s", c->line, VD_ARG(c->name), VD_ARG(c->specifiers),
         VD_ARG(c->url), c->hashed ? "hashed" : "");
  for (size_t i = 0; i < c->extras.count; i++)
    printf("%c%.*s", i == 0 ? '\t' : ',', VD_ARG(c->extras.at[i]));
  printf("%s\n", c->extras.count == 0 ? "\t" : "");
}

static int run(const char *path) {
  VD_SCOPED_ARENA arena = VD_ARENA((size_t)256 << 20);
  vd_view bytes;
  vd_inventory inv = {.arena = &arena, .path = VD_VIEW("requirements.txt")};
  const vd_manifest *kind = vd_manifest_by_name(VD_VIEW("requirements"));
  if (vd_file_read(&arena, path, VD_MANIFEST_BYTES_MAX, &bytes, NULL) != VD_OK ||
      vd_manifest_parse(kind, &inv, bytes, NULL) != VD_OK)
    return EXIT_FAILURE;
  printf("== %s\n", path);
  for (size_t i = 0; i < inv.components.count; i++)
    print(&inv.components.at[i]);
  return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
  int bad = argc < 2;
  for (int i = 1; i < argc && !bad; i++)
    bad = run(argv[i]);
  return bad;
}
