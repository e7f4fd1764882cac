// Writes one export of the sample graph to standard output, for programs that read the format:
// oracle_export FORMAT [standard]
#include "../export_fixture.h"

#include <unistd.h>

static vd_code write_export(const char *path, const char *format, bool standard, vd_error *err) {
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  SCOPED_FILES files = {0};
  VD_TRY(vd_graph_open(path, VD_GRAPH_READ, &g, err));
  vd_export_request q = {.graph = g, .standard = standard};
  VD_TRY(export_write(format, &q, &files, err));
  const vd_buf *text = &files.texts[0];
  return fwrite(text->ptr, 1, text->len, stdout) == text->len ? VD_OK : VD_IO;
}

int main(int argc, char **argv) {
  char folder[] = "/tmp/vd-export-XXXXXX", path[64];
  vd_error err = {0};
  if (argc < 2 || mkdtemp(folder) == NULL)
    return 2;
  (void)snprintf(path, sizeof path, "%s/k.db", folder);
  vd_code code = sample_build(path, &err);
  if (code == VD_OK)
    code = write_export(path, argv[1], argc > 2, &err);
  if (code != VD_OK)
    fprintf(stderr, "%s\n", err.text);
  (void)unlink(path);
  (void)rmdir(folder);
  return code != VD_OK;
}
