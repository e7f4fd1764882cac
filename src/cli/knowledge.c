// Finds the knowledge base that ships with the program.
#include "cli/cli.h"

#include <unistd.h>

// The folder the running program lies in, without a trailing slash; false when it cannot be told.
static bool program_folder(char *out, size_t size) {
  ssize_t n = readlink("/proc/self/exe", out, size - 1);
  if (n <= 0)
    return false;
  out[n] = '\0';
  char *slash = strrchr(out, '/');
  if (slash == NULL)
    return false;
  *slash = '\0';
  return true;
}

vd_code vd_knowledge_path(const char *given, char *out, size_t size, vd_error *err) {
  static const char *const places[] = {"knowledge.db", "../share/vedette/knowledge.db"};
  const char *env = getenv("VEDETTE_DB");
  if (given == NULL && env != NULL && *env != '\0')
    given = env;
  if (given != NULL) {
    if (snprintf(out, size, "%s", given) >= (int)size)
      return vd_fail(err, VD_LIMIT, "the path of the knowledge base is too long");
    return VD_OK;
  }
  char folder[3072];
  if (!program_folder(folder, sizeof folder))
    return vd_fail(err, VD_IO, "cannot tell where the program lies; give --db FILE");
  for (size_t i = 0; i < VD_COUNT(places); i++) {
    (void)snprintf(out, size, "%s/%s", folder, places[i]);
    if (access(out, R_OK) == 0)
      return VD_OK;
  }
  return vd_fail(err, VD_NOTFOUND, "no knowledge.db in %.90s or its share folder; give --db FILE",
                 folder);
}
