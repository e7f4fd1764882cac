// What the tests of model formats share: samples of the corpus under a name, what must be found in
// them, and the same bytes cut, changed and read with failing allocations.
#pragma once

#include "inspect/inspect.h"

#include <criterion/criterion.h>

enum { CLEAN = VD_CHECK_COUNT }; // nothing above information is found

typedef struct sample {
  const char *file; // in fuzz/corpus/model_FORMAT
  const char *name; // it is inspected as; NULL = file
  int check;        // that must be found, or CLEAN
  vd_severity severity;
} sample;

static inline vd_view sample_bytes(vd_arena *a, const char *format, const char *file) {
  vd_view path = vd_arena_printf(a, "fuzz/corpus/model_%s/%s", format, file), bytes = {0};
  cr_assert(vd_file_read(a, path.ptr, 1 << 20, &bytes, NULL) == VD_OK, "%s", path.ptr);
  return bytes;
}

static inline vd_inspection sample_inspect(vd_arena *a, vd_arena *scratch, const char *name,
                                           vd_view bytes) {
  vd_inspection in = {.arena = a, .scratch = scratch, .list_tensors = true};
  cr_assert(vd_inspect(&in, vd_view_of(name), bytes, NULL) == VD_OK, "%s", name);
  return in;
}

static inline const vd_observation *sample_find(const vd_inspection *in, int check) {
  const vd_observation *best = NULL;
  for (size_t i = 0; i < in->observations.count; i++) {
    const vd_observation *o = &in->observations.at[i];
    bool wanted = check == CLEAN ? o->severity > VD_SEVERITY_INFO : o->check == (unsigned)check;
    if (wanted && (best == NULL || o->severity > best->severity))
      best = o;
  }
  return best;
}

static inline bool sample_has_format(const vd_inspection *in, const char *format) {
  for (size_t i = 0; i < in->model.formats.count; i++)
    if (strcmp(in->model.formats.at[i], format) == 0)
      return true;
  return false;
}

// The head alone already says that the file is wanted, and the whole is read as the format.
static inline void expect_sample(const char *format, const sample *s) {
  VD_SCOPED_ARENA file = VD_ARENA(2 << 20), a = VD_ARENA(16 << 20), scratch = VD_ARENA(64 << 20);
  const char *name = s->name == NULL ? s->file : s->name;
  vd_view bytes = sample_bytes(&file, format, s->file);
  cr_expect(vd_inspect_wants(vd_view_of(name), vd_view_first(bytes, VD_HEAD_BYTES), bytes.len),
            "%s is not wanted", s->file);
  vd_inspection in = sample_inspect(&a, &scratch, name, bytes);
  cr_expect(sample_has_format(&in, format), "%s is not read as %s", s->file, format);
  const vd_observation *o = sample_find(&in, s->check);
  if (s->check == CLEAN)
    cr_expect(o == NULL, "%s: %s: %s", s->file, vd_checks[o->check].name, o->evidence.ptr);
  else
    cr_expect(o != NULL && o->severity == s->severity, "%s: %s: %s", s->file,
              o == NULL ? "nothing found" : vd_severity_text(o->severity),
              o == NULL ? "" : o->evidence.ptr);
}

// Every prefix, and every byte changed in three ways, as copies whose end no reader may pass.
static inline void torture_sample(const char *format, const char *file, const char *name) {
  static const char instead[] = {'\0', '"', '\xff'};
  VD_SCOPED_ARENA a = VD_ARENA(2 << 20);
  vd_view bytes = sample_bytes(&a, format, file);
  size_t step = bytes.len > 2048 ? 7 : 1;
  for (size_t i = 0; i < bytes.len; i += step)
    for (size_t k = 0; k <= sizeof instead; k++) {
      VD_SCOPED_ARENA arena = VD_ARENA(16 << 20), scratch = VD_ARENA(64 << 20);
      size_t len = k == sizeof instead ? i : bytes.len;
      char *copy = malloc(len + 1);
      cr_assert(copy != NULL);
      memcpy(copy, bytes.ptr, len);
      if (k < sizeof instead)
        copy[i] = instead[k];
      char *exact = realloc(copy, len == 0 ? 1 : len);
      (void)sample_inspect(&arena, &scratch, name, (vd_view){exact, len});
      free(exact);
    }
}

// Each allocation of the format fails in turn; what it cannot do becomes an observation. Each of
// the report's own fails in turn, which ends the inspection.
static inline void starve_sample(const char *format, const char *file, const char *name) {
  VD_SCOPED_ARENA file_arena = VD_ARENA(2 << 20);
  vd_view bytes = sample_bytes(&file_arena, format, file);
  for (unsigned n = 1; n < 400; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20), scratch = VD_ARENA(64 << 20);
    scratch.fail_at = n;
    (void)sample_inspect(&a, &scratch, name, bytes);
  }
  for (unsigned n = 1; n < 40; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20), scratch = VD_ARENA(64 << 20);
    a.fail_at = n;
    vd_inspection in = {.arena = &a, .scratch = &scratch};
    vd_code code = vd_inspect(&in, vd_view_of(name), bytes, NULL);
    cr_expect(code == VD_OK || code == VD_NOMEM);
  }
}
