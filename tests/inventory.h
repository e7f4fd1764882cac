// What tests of manifest kinds share: one inventory over a text, and looking into it.
#pragma once

#include "package/package.h"

#include <criterion/criterion.h>

// The inventory of text read as kind; the arena is the caller's.
static inline vd_inventory read_as(vd_arena *arena, const char *kind, const char *path,
                                   const char *text) {
  vd_error err = {0};
  vd_inventory inv = {.arena = arena, .path = vd_view_of(path)};
  const vd_manifest *m = vd_manifest_by_name(vd_view_of(kind));
  cr_assert_not_null(m, "%s", kind);
  vd_code code = vd_manifest_parse(m, &inv, vd_view_of(text), &err);
  cr_assert_eq(code, VD_OK, "%s: %s", vd_code_text(code), err.text);
  return inv;
}

static inline bool is(vd_view v, const char *text) { return vd_view_eq(v, vd_view_of(text)); }

static inline void put_part(vd_buf *out, const char *before, vd_view v, const char *after) {
  if (v.ptr != NULL)
    vd_buf_printf(out, "%s%.*s%s", before, VD_ARG(v), after);
}

static inline void put_component(vd_buf *out, const vd_component *c) {
  vd_buf_printf(out, "%u %.*s", c->line, VD_ARG(c->name));
  for (size_t i = 0; i < c->extras.count; i++)
    put_part(out, i == 0 ? "[" : ",", c->extras.at[i], i + 1 == c->extras.count ? "]" : "");
  put_part(out, "", c->requirement, "");
  put_part(out, " @ ", c->url, "");
  put_part(out, " =", c->version, "");
  put_part(out, " ; ", c->marker, "");
  put_part(out, " {", c->group, "}");
  if (c->scope != VD_SCOPE_RUNTIME)
    vd_buf_printf(out, " %s", vd_scope_text(c->scope));
  vd_buf_printf(out, "%s%s%s\n", c->hashed ? " hashed" : "", c->constraint ? " constraint" : "",
                c->local ? " local" : "");
}

// One line a component: line name[extras]requirement @ url =version ; marker {group} scope flags.
static inline vd_view summary(vd_arena *arena, const vd_inventory *inv) {
  VD_SCOPED_BUF out = VD_BUF(1 << 20);
  for (size_t i = 0; i < inv->components.count; i++)
    put_component(&out, &inv->components.at[i]);
  return vd_arena_copy(arena, vd_buf_view(&out));
}

static inline void expect(const char *kind, const char *path, const char *text,
                          const char *components) {
  VD_SCOPED_ARENA arena = VD_ARENA(64 << 20);
  vd_inventory inv = read_as(&arena, kind, path, text);
  vd_view seen = summary(&arena, &inv);
  cr_expect(is(seen, components), "%s\nread as\n%.*sinstead of\n%s", text, (int)seen.len, seen.ptr,
            components);
}

// Every prefix of text is read without fault, and every failing allocation is reported as NOMEM.
static inline void torture(const char *kind, const char *path, const char *text) {
  const vd_manifest *m = vd_manifest_by_name(vd_view_of(kind));
  for (size_t n = 0; n <= strlen(text); n++) {
    VD_SCOPED_ARENA arena = VD_ARENA(64 << 20);
    vd_inventory inv = {.arena = &arena, .path = vd_view_of(path)};
    char *exact = malloc(n + 1); // so that the sanitizer sees a read past the prefix
    cr_assert_not_null(exact);
    memcpy(exact, text, n);
    char *tight = realloc(exact, n == 0 ? 1 : n);
    vd_code code = vd_manifest_parse(m, &inv, (vd_view){tight, n}, NULL);
    cr_expect(code == VD_OK || code == VD_FORMAT || code == VD_UNSUPPORTED, "prefix %zu", n);
    free(tight);
  }
  vd_code code = VD_NOMEM;
  for (unsigned fail = 1; code == VD_NOMEM; fail++) {
    VD_SCOPED_ARENA arena = VD_ARENA(64 << 20);
    vd_inventory inv = {.arena = &arena, .path = vd_view_of(path)};
    arena.fail_at = fail;
    code = vd_manifest_parse(m, &inv, vd_view_of(text), NULL);
    cr_expect(code == VD_OK || inv.components.count + inv.notices.count + inv.includes.count == 0);
  }
  cr_expect_eq(code, VD_OK);
}
