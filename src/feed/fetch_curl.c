// Loading libcurl once for the whole program.
#include "feed/fetch_curl.h"

#include <dlfcn.h>
#include <pthread.h>

// Written once, under pthread_once.
static struct {
  pthread_once_t once;
  vd_curl table;
  vd_error failure;
} loaded = {.once = PTHREAD_ONCE_INIT};

static const struct {
  const char *name;
  size_t at;
} functions[] = {
#define X(name) {"curl_" #name, offsetof(vd_curl, name)},
    VD_CURL_FUNCTIONS(X)
#undef X
};

static vd_code find_functions(void *library) {
  for (size_t i = 0; i < VD_COUNT(functions); i++) {
    void *found = dlsym(library, functions[i].name);
    if (found == NULL)
      return vd_fail(&loaded.failure, VD_UNSUPPORTED, "libcurl.so.4 has no %s", functions[i].name);
    memcpy((char *)&loaded.table + functions[i].at, &found, sizeof found);
  }
  return VD_OK;
}

// The library stays open: it is in use until the program ends.
static void load(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    const char *why = dlerror();
    (void)vd_fail(&loaded.failure, VD_UNSUPPORTED, "cannot load libcurl (package libcurl4): %s",
                  why == NULL ? "no reason given" : why);
    return;
  }
  if (find_functions(library) != VD_OK)
    return;
  CURLcode code = loaded.table.global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK)
    (void)vd_fail(&loaded.failure, VD_UNSUPPORTED, "cannot start libcurl: %s",
                  loaded.table.easy_strerror(code));
}

vd_code vd_curl_load(const vd_curl **out, vd_error *err) {
  (void)pthread_once(&loaded.once, load);
  if (loaded.failure.code != VD_OK)
    return vd_fail(err, loaded.failure.code, "%s", loaded.failure.text);
  *out = &loaded.table;
  return VD_OK;
}
