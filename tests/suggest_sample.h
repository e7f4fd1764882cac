// A small world to learn in: three kinds of flaw, each mapped to its technique, and a technique no
// flaw is mapped to.
#pragma once

#include "graph/suggest.h"

#include <criterion/criterion.h>

enum { SAMPLE_LABELS = 5, SAMPLE_EXAMPLES = 24 };

static const vd_suggest_technique sample_labels[SAMPLE_LABELS] = {
    {VD_VIEW_INIT("T1001"), VD_VIEW_INIT("Run Commands"), VD_VIEW_INIT("A shell runs commands.")},
    {VD_VIEW_INIT("T1002.001"), VD_VIEW_INIT("Read Files"), VD_VIEW_INIT("Files are read.")},
    {VD_VIEW_INIT("AML.T0003"), VD_VIEW_INIT("Stop Service"), VD_VIEW_INIT("A service stops.")},
    {VD_VIEW_INIT("T1004"), VD_VIEW_INIT("Steal Cookies"),
     VD_VIEW_INIT("Cookies of a browser are stolen by a page.")},
    {VD_VIEW_INIT("T1005"), VD_VIEW_INIT("Nothing"), VD_VIEW_INIT("")},
};

typedef struct sample_kind {
  const char *text;
  vd_view cwe, facet, label;
} sample_kind;

static const sample_kind sample_kinds[] = {
    {"a crafted request runs shell commands on the server", VD_VIEW_INIT("CWE-78"),
     VD_VIEW_INIT("AV:N"), VD_VIEW_INIT("T1001")},
    {"a crafted path reads files outside the folder", VD_VIEW_INIT("CWE-22"), VD_VIEW_INIT("AV:N"),
     VD_VIEW_INIT("T1002.001")},
    {"a crafted image makes the process loop and stop", VD_VIEW_INIT("CWE-835"),
     VD_VIEW_INIT("AV:L"), VD_VIEW_INIT("AML.T0003")},
};

static const vd_suggest_prior sample_priors[] = {
    {VD_VIEW_INIT("CWE-1004"), VD_VIEW_INIT("T1004"), 0.9},
    {VD_VIEW_INIT("CWE-1004"), VD_VIEW_INIT("T1005"), 0.2},
    {VD_VIEW_INIT("CWE-22"), VD_VIEW_INIT("T1002.001"), 0.6},
    {VD_VIEW_INIT("CWE-22"), VD_VIEW_INIT("T9999"), 0.6}, // no label: passed over
    {VD_VIEW_INIT("CWE-78"), VD_VIEW_INIT("T1001"), 0.5},
};

typedef struct sample_world {
  vd_arena arena;
  vd_suggest_example *examples;
  vd_suggest_input in;
} sample_world;

__attribute__((unused)) static vd_views sample_list(vd_arena *a, vd_view one) {
  vd_views v = {0};
  vd_view *slot = vd_vec_push(a, &v);
  cr_assert(slot != NULL);
  *slot = one;
  return v;
}

__attribute__((unused)) static sample_world sample_world_new(void) {
  static const char *const products[] = {"alpha", "beta", "gamma", "delta"};
  sample_world w = {.arena = VD_ARENA(1 << 20)};
  w.examples = vd_new_array(&w.arena, vd_suggest_example, SAMPLE_EXAMPLES);
  for (size_t i = 0; i < SAMPLE_EXAMPLES; i++) {
    const sample_kind *k = &sample_kinds[i % 3];
    w.examples[i] = (vd_suggest_example){
        .id = vd_arena_printf(&w.arena, "CVE-2099-%04zu", i),
        .text =
            vd_arena_printf(&w.arena, "In %s %zu.%zu, %s", products[i / 3 % 4], i, i % 5, k->text),
        .cwe = sample_list(&w.arena, k->cwe),
        .facets = sample_list(&w.arena, k->facet),
        .labels = sample_list(&w.arena, k->label),
    };
  }
  w.in = (vd_suggest_input){sample_labels,   SAMPLE_LABELS, w.examples,
                            SAMPLE_EXAMPLES, sample_priors, VD_COUNT(sample_priors)};
  return w;
}
