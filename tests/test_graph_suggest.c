#include "suggest_sample.h"

#include <math.h>

static const vd_suggester *train(vd_arena *a, const vd_suggest_input *in) {
  const vd_suggester *s = NULL;
  vd_error err = {0};
  cr_assert(vd_suggester_train(a, in, NULL, &s, &err) == VD_OK, "%s", err.text);
  return s;
}

static vd_suggestions ask(const vd_suggester *s, vd_arena *a, const vd_suggest_example *q,
                          size_t top) {
  vd_suggestions out = {0};
  cr_assert(vd_suggester_rank(s, a, &(vd_suggest_query){q, top}, &out, NULL) == VD_OK);
  return out;
}

static void add(vd_arena *a, vd_views *list, vd_view one) {
  vd_view *slot = vd_vec_push(a, list);
  if (slot != NULL)
    *slot = one;
  cr_assert(slot != NULL);
}

static bool has(const vd_views *list, const char *text) {
  for (size_t i = 0; i < list->count; i++)
    if (vd_view_eq(list->at[i], vd_view_of(text)))
      return true;
  return false;
}

Test(suggest, what_was_learned_comes_first_with_its_evidence) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  sample_world w = sample_world_new();
  const vd_suggester *s = train(&a, &w.in);
  vd_suggest_example q = {.text = VD_VIEW("An image of odd size makes omega loop"),
                          .cwe = sample_list(&a, VD_VIEW("CWE-835")),
                          .facets = sample_list(&a, VD_VIEW("AV:N"))};
  vd_suggestions g = ask(s, &a, &q, 10);
  cr_assert(g.count == SAMPLE_LABELS && g.at[0].label == 2);
  cr_assert(g.at[0].method == VD_SUGGEST_LEARNED);
  cr_assert(g.at[0].confidence > 0.2 && g.at[0].confidence > 5 * g.at[1].confidence);
  cr_assert(has(&g.at[0].terms, "loop") && has(&g.at[0].terms, "image"));
  cr_assert(!has(&g.at[0].terms, "AV:N"));
  cr_assert(g.at[0].nearest.count == 3 && g.at[0].nearest.at[0].likeness > 0.2);
  for (size_t i = 0; i < 3; i++) {
    uint64_t number = 0;
    cr_assert(vd_view_u64(vd_view_from(g.at[0].nearest.at[i].id, 9), &number) && number % 3 == 2);
    cr_assert(i == 0 || g.at[0].nearest.at[i].likeness <= g.at[0].nearest.at[i - 1].likeness);
  }
  for (size_t i = 1; i < g.count; i++)
    cr_assert(g.at[i].confidence <= g.at[i - 1].confidence && g.at[i].confidence > 0);
  cr_assert(ask(s, &a, &q, 2).count == 2 && ask(s, &a, &q, 0).count == 0);
  vd_arena_free(&w.arena);
}

Test(suggest, weaknesses_and_facets_speak_without_text) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  sample_world w = sample_world_new();
  const vd_suggester *s = train(&a, &w.in);
  vd_suggest_example q = {.cwe = sample_list(&a, VD_VIEW("CWE-835")),
                          .facets = sample_list(&a, VD_VIEW("AV:L"))};
  vd_suggestions g = ask(s, &a, &q, 1);
  cr_assert(g.at[0].label == 2 && has(&g.at[0].terms, "CWE-835"));
  vd_arena_free(&w.arena);
}

Test(suggest, a_named_technique_comes_first_whatever_else_is_said) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  sample_world w = sample_world_new();
  const vd_suggester *s = train(&a, &w.in);
  vd_suggest_example q = {.text = VD_VIEW("runs shell commands on the server (see t1005, T1002, "
                                          "xAML.T0003 and AML.T0003.)")};
  vd_suggestions g = ask(s, &a, &q, 3);
  cr_assert(g.at[0].method == VD_SUGGEST_STATED && g.at[1].method == VD_SUGGEST_STATED);
  cr_assert(g.at[0].label == 2 && g.at[1].label == 4); // T1002 is not T1002.001
  cr_assert(has(&g.at[0].terms, "AML.T0003") && has(&g.at[1].terms, "t1005"));
  cr_assert(g.at[2].label == 0 && g.at[2].method == VD_SUGGEST_LEARNED);
  vd_arena_free(&w.arena);
}

Test(suggest, priors_and_descriptions_reach_what_no_example_has) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  sample_world w = sample_world_new();
  const vd_suggester *s = train(&a, &w.in);
  vd_suggest_example q = {.cwe = sample_list(&a, VD_VIEW("CWE-1004"))};
  vd_suggestions g = ask(s, &a, &q, 5);
  size_t at = 0, other = 0; // T1004 and T1005: no example has either, the prior of one is heavier
  for (size_t i = 0; i < g.count; i++) {
    at = g.at[i].label == 3 ? i : at;
    other = g.at[i].label == 4 ? i : other;
  }
  cr_assert(g.at[at].method == VD_SUGGEST_CHAIN && has(&g.at[at].terms, "CWE-1004"));
  cr_assert(g.at[at].nearest.count == 0 && g.at[at].confidence > g.at[other].confidence);
  vd_suggest_options alone = {.without = 1U << VD_SUGGEST_LEARNED | 1U << VD_SUGGEST_TEXT};
  cr_assert(vd_suggester_train(&a, &w.in, &alone, &s, NULL) == VD_OK);
  cr_assert(ask(s, &a, &q, 1).at[0].label == 3);
  vd_suggest_example t = {.text = VD_VIEW("reads files")};
  alone.without = 1U << VD_SUGGEST_LEARNED | 1U << VD_SUGGEST_CHAIN;
  cr_assert(vd_suggester_train(&a, &w.in, &alone, &s, NULL) == VD_OK);
  g = ask(s, &a, &t, 1);
  cr_assert(g.at[0].label == 1 && g.at[0].method == VD_SUGGEST_TEXT && has(&g.at[0].terms, "file"));
  vd_arena_free(&w.arena);
}

Test(suggest, a_flaw_like_none_gets_base_rates) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  sample_world w = sample_world_new();
  const vd_suggester *s = train(&a, &w.in);
  vd_suggest_example q = {.text = VD_VIEW("zzz")};
  vd_suggestions g = ask(s, &a, &q, 5);
  for (size_t i = 0; i < g.count; i++) {
    cr_assert(g.at[i].confidence < 0.5 && g.at[i].terms.count == 0);
    cr_assert(g.at[i].method == VD_SUGGEST_LEARNED && g.at[i].nearest.count == 0);
  }
  vd_arena_free(&w.arena);
}

Test(suggest, weights_say_whom_to_believe) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  sample_world w = sample_world_new();
  vd_suggest_example q = {.text = VD_VIEW("runs shell commands on the server")};
  for (size_t i = 0; i < SAMPLE_EXAMPLES; i += 6) { // half of the first kind says otherwise
    w.examples[i].labels = sample_list(&a, VD_VIEW("T1005"));
    w.examples[i].weight = 0.05;
  }
  cr_assert(ask(train(&a, &w.in), &a, &q, 1).at[0].label == 0);
  for (size_t i = 0; i < SAMPLE_EXAMPLES; i += 3)
    w.examples[i].weight = i % 6 == 0 ? 1 : 0.05;
  cr_assert(ask(train(&a, &w.in), &a, &q, 1).at[0].label == 4);
  vd_arena_free(&w.arena);
}

Test(suggest, the_same_input_gives_the_same_bits) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  sample_world w = sample_world_new();
  const vd_suggester *one = train(&a, &w.in), *two = train(&a, &w.in);
  for (size_t i = 0; i < SAMPLE_EXAMPLES; i++) {
    vd_suggestions x = ask(one, &a, &w.examples[i], 5), y = ask(two, &a, &w.examples[i], 5);
    for (size_t k = 0; k < x.count; k++) {
      cr_assert(x.at[k].label == y.at[k].label && x.at[k].terms.count == y.at[k].terms.count);
      cr_assert(x.at[k].confidence == y.at[k].confidence);
    }
  }
  vd_arena_free(&w.arena);
}

// ---- what must be refused -----------------------------------------------------------------------

static void refuse(const vd_suggest_input *in, const vd_suggest_options *o, vd_code code) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  const vd_suggester *s = (const vd_suggester *)(const void *)"untouched", *before = s;
  vd_error err = {0};
  cr_assert(vd_suggester_train(&a, in, o, &s, &err) == code && err.code == code, "%s", err.text);
  cr_assert(s == before && err.text[0] != '\0');
}

Test(suggest, wrong_input_is_refused) {
  sample_world w = sample_world_new();
  static const double bad[] = {-0.1, 1.1, NAN, INFINITY};
  for (size_t i = 0; i < VD_COUNT(bad); i++) {
    w.examples[3].weight = bad[i];
    refuse(&w.in, NULL, VD_USAGE);
    w.examples[3].weight = 0;
    vd_suggest_prior p = {VD_VIEW("CWE-1"), VD_VIEW("T1001"), bad[i]};
    vd_suggest_input in = w.in;
    in.priors = &p;
    in.prior_count = 1;
    refuse(&in, NULL, VD_USAGE);
    refuse(&w.in, &(vd_suggest_options){.facet_share = bad[i]}, VD_USAGE);
    refuse(&w.in, &(vd_suggest_options){.shrink = bad[i] == 1.1 ? -1 : bad[i]}, VD_USAGE);
  }
  vd_suggest_input few = w.in;
  few.example_count = VD_SUGGEST_EXAMPLES_MIN - 1;
  refuse(&few, NULL, VD_USAGE);
  few.example_count = 0;
  refuse(&few, NULL, VD_USAGE);
  few = w.in;
  few.label_count = 0;
  refuse(&few, NULL, VD_USAGE);
  vd_arena_free(&w.arena);
}

Test(suggest, technique_ids_are_checked) {
  sample_world w = sample_world_new();
  vd_suggest_technique labels[2] = {sample_labels[0], sample_labels[0]};
  vd_suggest_input in = w.in;
  in.labels = labels;
  in.label_count = 2;
  labels[1].id = VD_VIEW("t1001");
  refuse(&in, NULL, VD_USAGE);
  labels[1].id = VD_VIEW("");
  refuse(&in, NULL, VD_USAGE);
  labels[1].id = VD_VIEW("T1234567890123456789012345678901234567890123456789012345678901234567890");
  refuse(&in, NULL, VD_USAGE);
  vd_arena_free(&w.arena);
}

Test(suggest, too_much_is_refused) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  sample_world w = sample_world_new();
  vd_suggest_input in = w.in;
  in.examples = vd_new_array(&a, vd_suggest_example, VD_SUGGEST_EXAMPLES_MAX + 1);
  in.example_count = VD_SUGGEST_EXAMPLES_MAX + 1;
  refuse(&in, NULL, VD_LIMIT);
  in = w.in;
  in.labels = vd_new_array(&a, vd_suggest_technique, VD_SUGGEST_LABELS_MAX + 1);
  in.label_count = VD_SUGGEST_LABELS_MAX + 1;
  refuse(&in, NULL, VD_LIMIT);
  vd_arena_free(&w.arena);
}

// ---- memory and hostile text --------------------------------------------------------------------

static vd_code train_and_ask(sample_world *w, unsigned nth, unsigned scratch_nth) {
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  VD_SCOPED_ARENA scratch = VD_ARENA(8 << 20);
  const vd_suggester *s = NULL;
  vd_suggestions out = {0};
  vd_suggest_options o = {.scratch = &scratch, .pairs = true};
  a.fail_at = nth;
  scratch.fail_at = scratch_nth;
  vd_code code = vd_suggester_train(&a, &w->in, &o, &s, NULL);
  cr_assert((code == VD_OK) == (s != NULL));
  if (code == VD_OK)
    code = vd_suggester_rank(s, &a, &(vd_suggest_query){&w->examples[1], 5}, &out, NULL);
  cr_assert(code == VD_NOMEM || (code == VD_OK && out.count == 5 && out.at[0].label == 1));
  cr_assert(code == VD_OK || out.count == 0);
  return code;
}

Test(suggest, every_allocation_may_fail) {
  sample_world w = sample_world_new();
  unsigned kept = 1, scratch = 1;
  while (train_and_ask(&w, kept, 0) != VD_OK)
    kept++;
  while (train_and_ask(&w, 0, scratch) != VD_OK)
    scratch++;
  cr_assert(kept > 50 && scratch > 100);
  vd_arena_free(&w.arena);
}

Test(suggest, hostile_text_is_only_text) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)256 << 20);
  sample_world w = sample_world_new();
  size_t size = 1 << 20;
  char *bytes = vd_new_array(&a, char, size);
  for (size_t i = 0; i < size; i++)
    bytes[i] = (char)(i * 2654435761U >> 13);
  w.examples[0].text = (vd_view){bytes, size};
  w.examples[0].id = (vd_view){0};
  memset(bytes + size / 2, '.', size / 4);
  w.examples[1].text = vd_view_from(w.examples[0].text, size / 2);
  w.examples[1].facets = (vd_views){0};
  for (size_t i = 0; i < 5000; i++)
    add(&a, &w.examples[1].facets, (vd_view){bytes + i, i % 300});
  const vd_suggester *s = train(&a, &w.in);
  for (size_t i = 0; i < 2; i++) {
    vd_suggestions g = ask(s, &a, &w.examples[i], SAMPLE_LABELS);
    for (size_t k = 0; k < g.count; k++)
      cr_assert(g.at[k].confidence >= 0 && g.at[k].confidence <= 1);
  }
  cr_assert(ask(s, &a, &(vd_suggest_example){0}, 9).count == SAMPLE_LABELS);
  vd_arena_free(&w.arena);
}

Test(suggest, methods_have_names) {
  cr_assert_str_eq(vd_suggest_method_text(VD_SUGGEST_STATED), "stated");
  cr_assert_str_eq(vd_suggest_method_text(VD_SUGGEST_TEXT), "text");
  cr_assert_str_eq(vd_suggest_method_text(VD_SUGGEST_METHOD_COUNT), "?");
}
