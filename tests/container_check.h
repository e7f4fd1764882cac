// What the tests of container formats share: inspecting a corpus file, and maltreating it.
#pragma once

#include "inspect/inspect.h"

#include <criterion/criterion.h>

static inline vd_view container_file(vd_arena *a, const char *format, const char *file) {
  vd_view path = vd_arena_printf(a, "fuzz/corpus/model_%s/%s", format, file), bytes = {0};
  cr_assert(vd_file_read(a, path.ptr, 1 << 20, &bytes, NULL) == VD_OK, "%s", path.ptr);
  return bytes;
}

static inline vd_inspection container_inspected(vd_arena *a, vd_arena *scratch, const char *file,
                                                vd_view bytes) {
  vd_inspection in = {.arena = a, .scratch = scratch, .list_tensors = true};
  cr_assert(vd_inspect(&in, vd_view_of(file), bytes, NULL) == VD_OK);
  return in;
}

static inline bool container_saw(const vd_inspection *in, vd_check_id check, const char *part) {
  for (size_t i = 0; i < in->observations.count; i++)
    if (in->observations.at[i].check == check &&
        vd_view_has(in->observations.at[i].evidence, vd_view_of(part)))
      return true;
  return false;
}

static inline const char *container_property(const vd_inspection *in, const char *name) {
  for (size_t i = 0; i < in->model.properties.count; i++)
    if (vd_view_eq(in->model.properties.at[i].name, vd_view_of(name)))
      return in->model.properties.at[i].value.ptr;
  return "";
}

// The corpus file leads to the check, with the text in its evidence.
static inline void container_expect(const char *format, const char *file, vd_check_id check,
                                    const char *part) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20), s = VD_ARENA(64 << 20);
  vd_inspection in = container_inspected(&a, &s, file, container_file(&a, format, file));
  cr_expect(container_saw(&in, check, part), "%s: no %s with %s", file, vd_checks[check].name,
            part);
}

// No check at all from `first` on, the section of containers, is met.
static inline void container_clean(const char *format, const char *file) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20), s = VD_ARENA(64 << 20);
  vd_inspection in = container_inspected(&a, &s, file, container_file(&a, format, file));
  for (size_t i = 0; i < in.observations.count; i++) {
    const vd_observation *o = &in.observations.at[i];
    bool ours = o->check >= VD_CHECK_ARCHIVE_DIFFERENTIAL && o->check <= VD_CHECK_ABSENT;
    cr_expect(!ours && (o->member.len != 0 || o->check > VD_CHECK_EXECUTABLE), "%s: %s: %s", file,
              vd_checks[o->check].name, o->evidence.ptr);
  }
}

static inline void container_inspect_copy(const char *file, const char *bytes, size_t n) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20), s = VD_ARENA(64 << 20);
  char *copy = malloc(n + 1); // of its exact size but one, so that ASan sees an over-read
  cr_assert(copy != NULL);
  memcpy(copy, bytes, n);
  (void)container_inspected(&a, &s, file, (vd_view){copy, n});
  free(copy);
}

// Every prefix, every byte changed in four ways, and every failing allocation is survived.
static inline void container_torture(const char *format, const char *file) {
  VD_SCOPED_ARENA keep = VD_ARENA(4 << 20);
  vd_view bytes = container_file(&keep, format, file);
  char *copy = malloc(bytes.len + 1);
  cr_assert(copy != NULL);
  for (size_t n = 0; n < bytes.len; n++)
    container_inspect_copy(file, bytes.ptr, n);
  static const unsigned char flips[] = {0x01, 0x80, 0xff, 0x20};
  for (size_t i = 0; i < bytes.len; i++)
    for (size_t k = 0; k < sizeof flips; k++) {
      memcpy(copy, bytes.ptr, bytes.len);
      copy[i] = (char)((unsigned char)copy[i] ^ flips[k]);
      container_inspect_copy(file, copy, bytes.len);
    }
  free(copy);
  for (unsigned n = 1; n < 200; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20), s = VD_ARENA(64 << 20);
    s.fail_at = n;
    (void)container_inspected(&a, &s, file, bytes);
  }
  for (unsigned n = 1; n < 100; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20), s = VD_ARENA(64 << 20);
    a.fail_at = n;
    vd_inspection in = {.arena = &a, .scratch = &s};
    vd_code code = vd_inspect(&in, vd_view_of(file), bytes, NULL);
    cr_assert(code == VD_OK || code == VD_NOMEM);
  }
}
