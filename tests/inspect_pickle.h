// What the tests of pickles share: an inspection of a few bytes, and what it said.
#pragma once

#include "inspect/inspect.h"

#include <criterion/criterion.h>

typedef struct inspected {
  vd_arena arena, scratch;
  vd_inspection in;
} inspected;

static inline void inspected_free(inspected *i) {
  vd_arena_free(&i->arena);
  vd_arena_free(&i->scratch);
}

#define SCOPED_INSPECTED VD_CLEANUP(inspected_free) inspected

static inline void look_named(inspected *i, const char *path, vd_view bytes) {
  *i = (inspected){.arena = VD_ARENA((size_t)64 << 20), .scratch = VD_ARENA((size_t)512 << 20)};
  i->in = (vd_inspection){.arena = &i->arena, .scratch = &i->scratch, .list_tensors = true};
  cr_assert(vd_inspect(&i->in, vd_view_of(path), bytes, NULL) == VD_OK);
}

// A literal without its final NUL; it may have others.
#define LOOK(i, literal) look_named((i), "x.pkl", (vd_view){literal, sizeof(literal) - 1})

static inline const vd_observation *said(const inspected *i, vd_check_id check, const char *part) {
  for (size_t n = 0; n < i->in.observations.count; n++) {
    const vd_observation *o = &i->in.observations.at[n];
    if (o->check == check && vd_view_has(o->evidence, vd_view_of(part)))
      return o;
  }
  return NULL;
}

static inline vd_view all_said(inspected *i) {
  vd_view text = VD_VIEW("");
  for (size_t n = 0; n < i->in.observations.count; n++) {
    const vd_observation *o = &i->in.observations.at[n];
    text =
        vd_arena_printf(&i->arena, "%.*s%s %s: %.*s\n", VD_ARG(text), vd_severity_text(o->severity),
                        vd_checks[o->check].name, VD_ARG(o->evidence));
  }
  return text;
}

#define EXPECT_SAID(i, check, part)                                                                \
  cr_expect(said((i), VD_CHECK_##check, (part)) != NULL, "no %s \"%s\" in:\n%.*s", #check, (part), \
            VD_ARG(all_said(i)))

#define EXPECT_SILENT(i) cr_expect((i)->in.observations.count == 0, "%.*s", VD_ARG(all_said(i)))
