// Shared by the tests of binary model formats: files of the corpora (written by binary_models.py),
// what must be said of them, and what hostile variants must not break.
#pragma once

#include "inspect/inspect.h"

#include <criterion/criterion.h>

// A corpus file under a name of its format, and one thing that is said of it; no evidence: nothing
// is.
typedef struct said {
  const char *file; // "onnx/good", below fuzz/corpus/model_
  const char *name; // "m.onnx"
  vd_check_id check;
  const char *evidence; // part of it
} said;

static inline vd_view corpus_file(vd_arena *a, const char *file) {
  char path[256];
  vd_view bytes = {0};
  (void)snprintf(path, sizeof path, "fuzz/corpus/model_%s", file);
  cr_assert(vd_file_read(a, path, 1 << 20, &bytes, NULL) == VD_OK, "%s", path);
  return bytes;
}

static inline void show(const char *file, const vd_inspection *in) {
  for (size_t i = 0; i < in->observations.count; i++) {
    const vd_observation *o = &in->observations.at[i];
    cr_log_error("%s: %s: %.*s", file, vd_checks[o->check].name, VD_ARG(o->evidence));
  }
}

static inline bool says(const vd_inspection *in, vd_check_id check, const char *evidence) {
  for (size_t i = 0; i < in->observations.count; i++)
    if (in->observations.at[i].check == check &&
        vd_view_has(in->observations.at[i].evidence, vd_view_of(evidence)))
      return true;
  return false;
}

static inline vd_inspection look(vd_arena *a, vd_arena *scratch, const char *name, vd_view bytes) {
  vd_inspection in = {.arena = a, .scratch = scratch, .list_tensors = true};
  cr_assert(vd_inspect(&in, vd_view_of(name), bytes, NULL) == VD_OK);
  return in;
}

static inline void expect_said(const said *s) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22), scratch = VD_ARENA(1 << 26);
  vd_inspection in = look(&a, &scratch, s->name, corpus_file(&a, s->file));
  bool good = s->evidence == NULL ? in.observations.count == 0 : says(&in, s->check, s->evidence);
  cr_expect(good, "%s: %s", s->file, s->evidence == NULL ? "clean" : s->evidence);
  if (!good)
    show(s->file, &in);
}

static inline vd_view property_of(const vd_inspection *in, const char *name) {
  for (size_t i = 0; i < in->model.properties.count; i++)
    if (vd_view_eq(in->model.properties.at[i].name, vd_view_of(name)))
      return in->model.properties.at[i].value;
  return VD_VIEW("");
}

static inline void expect_property(const char *file, const char *as, const char *name,
                                   const char *value) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22), scratch = VD_ARENA(1 << 26);
  vd_inspection in = look(&a, &scratch, as, corpus_file(&a, file));
  vd_view found = property_of(&in, name);
  cr_expect(vd_view_eq(found, vd_view_of(value)), "%s: %s = %.*s, not %s", file, name,
            VD_ARG(found), value);
}

// The bytes in memory of exactly their size, so that sanitizers see what reads past it.
static inline void look_at_copy(const char *name, const char *bytes, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22), scratch = VD_ARENA(1 << 26);
  char *copy = malloc(size == 0 ? 1 : size);
  cr_assert(copy != NULL);
  memcpy(copy, bytes, size);
  (void)look(&a, &scratch, name, (vd_view){copy, size});
  free(copy);
}

// Every prefix, every byte changed in three ways, every allocation failing.
static inline void torture(const char *file, const char *name) {
  VD_SCOPED_ARENA own = VD_ARENA(1 << 20);
  vd_view bytes = corpus_file(&own, file);
  char *copy = malloc(bytes.len);
  cr_assert(copy != NULL);
  memcpy(copy, bytes.ptr, bytes.len);
  for (size_t n = 0; n < bytes.len; n++)
    look_at_copy(name, copy, n);
  for (size_t i = 0; i < bytes.len; i++) {
    static const uint8_t flips[] = {0xff, 0x80, 0x01};
    for (size_t k = 0; k < VD_COUNT(flips); k++) {
      copy[i] = (char)((uint8_t)bytes.ptr[i] ^ flips[k]);
      look_at_copy(name, copy, bytes.len);
    }
    copy[i] = bytes.ptr[i];
  }
  free(copy);
  for (unsigned n = 1;; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 22), scratch = VD_ARENA(1 << 26);
    scratch.fail_at = n;
    vd_inspection in = look(&a, &scratch, name, bytes);
    if (scratch.fail_at != 0)
      break;
    // Memory that was refused while reading is said; members of a lost name are still looked at.
    cr_expect(in.artefacts != 0);
  }
  for (unsigned n = 1;; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 22), scratch = VD_ARENA(1 << 26);
    a.fail_at = n;
    vd_inspection in = {.arena = &a, .scratch = &scratch, .list_tensors = true};
    vd_code code = vd_inspect(&in, vd_view_of(name), bytes, NULL);
    if (a.fail_at != 0)
      break;
    cr_expect(code == VD_NOMEM || code == VD_OK, "%s: allocation %u: %d", file, n, code);
  }
}
