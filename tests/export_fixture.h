// Exports of the sample graph kept in memory, for the tests and the oracles.
#pragma once

#include "graph_sample.h"
#include "report/export.h"

enum { EXPORT_FILES_MAX = 64 };

typedef struct export_files {
  size_t count;
  size_t most; // bytes a text may have; 0: many
  char names[EXPORT_FILES_MAX][64];
  vd_buf texts[EXPORT_FILES_MAX];
} export_files;

static inline void export_files_free(export_files *f) {
  for (size_t i = 0; i < f->count; i++)
    vd_buf_free(&f->texts[i]);
}
#define SCOPED_FILES VD_CLEANUP(export_files_free) export_files

static inline vd_code export_open(void *ctx, const char *name, vd_buf **out, vd_error *err) {
  export_files *f = ctx;
  if (f->count == EXPORT_FILES_MAX)
    return vd_fail(err, VD_LIMIT, "too many files");
  (void)snprintf(f->names[f->count], sizeof f->names[0], "%s", name == NULL ? "" : name);
  f->texts[f->count] = VD_BUF(f->most == 0 ? (size_t)64 << 20 : f->most);
  *out = &f->texts[f->count++];
  return VD_OK;
}

static inline vd_code export_write(const char *format, const vd_export_request *q, export_files *f,
                                   vd_error *err) {
  const vd_export *e = vd_export_by_name(vd_view_of(format));
  if (e == NULL)
    return vd_fail(err, VD_USAGE, "no format %s", format);
  return e->write(q, &(vd_export_files){f, export_open}, err);
}
