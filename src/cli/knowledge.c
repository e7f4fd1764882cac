// Finds the knowledge base: the user's own, or the one that ships with the program.
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

// Where the user's own lies by the XDG base directory specification; false without a home.
static bool home_path(char *out, size_t size) {
  const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
  int n = -1;
  if (data != NULL && data[0] == '/')
    n = snprintf(out, size, "%s/vedette/knowledge.db", data);
  else if (home != NULL && home[0] == '/')
    n = snprintf(out, size, "%s/.local/share/vedette/knowledge.db", home);
  return n > 0 && (size_t)n < size;
}

static vd_code given_path(const char *given, char *out, size_t size, bool *found, vd_error *err) {
  const char *env = getenv("VEDETTE_DB");
  if (given == NULL && env != NULL && *env != '\0')
    given = env;
  *found = given != NULL;
  if (given != NULL && snprintf(out, size, "%s", given) >= (int)size)
    return vd_fail(err, VD_LIMIT, "the path of the knowledge base is too long");
  return VD_OK;
}

vd_code vd_knowledge_home(const char *given, char *out, size_t size, vd_error *err) {
  bool found;
  VD_TRY(given_path(given, out, size, &found, err));
  if (found)
    return VD_OK;
  if (!home_path(out, size))
    return vd_fail(err, VD_NOTFOUND, "neither XDG_DATA_HOME nor HOME is set; give --db FILE");
  return vd_folders_make(out, err);
}

vd_code vd_cache_home(const char *given, const char *mirror, char *out, size_t size,
                      vd_error *err) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  char base[3072], place[32] = "mirror";
  int n = -1;
  if (cache != NULL && cache[0] == '/')
    n = snprintf(base, sizeof base, "%s", cache);
  else if (home != NULL && home[0] == '/')
    n = snprintf(base, sizeof base, "%s/.cache", home);
  if (given == NULL && n < 0)
    return vd_fail(err, VD_NOTFOUND, "neither XDG_CACHE_HOME nor HOME is set; give --cache DIR");
  if (mirror != NULL)
    (void)snprintf(place, sizeof place, "mirror-%016llx",
                   (unsigned long long)vd_hash(vd_view_of(mirror)));
  int length = given != NULL ? snprintf(out, size, "%s", given)
                             : snprintf(out, size, "%s/vedette/%s", base, place);
  bool fits = length > 0 && (size_t)length < size && (given != NULL || (size_t)n < sizeof base);
  return fits ? VD_OK : vd_fail(err, VD_LIMIT, "the path of the cache is too long");
}

vd_code vd_knowledge_path(const char *given, char *out, size_t size, vd_error *err) {
  bool found;
  VD_TRY(given_path(given, out, size, &found, err));
  if (found || (home_path(out, size) && access(out, R_OK) == 0))
    return VD_OK;
  return vd_knowledge_shipped(out, size, err);
}

vd_code vd_knowledge_shipped(char *out, size_t size, vd_error *err) {
  static const char *const places[] = {"knowledge.db", "../share/vedette/knowledge.db"};
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
