#include "graph/text.h"

#include <criterion/criterion.h>
#include <math.h>

static vd_views words_of(vd_arena *a, const char *text, bool pairs) {
  vd_views out = {0};
  cr_assert(vd_text_words(a, vd_view_of(text), pairs, &out, NULL) == VD_OK);
  return out;
}

static void expect_words(const char *text, bool pairs, const char *joined) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_BUF b = VD_BUF(1 << 16);
  vd_views w = words_of(&a, text, pairs);
  for (size_t i = 0; i < w.count; i++)
    vd_buf_printf(&b, "%s%.*s", i == 0 ? "" : "|", VD_ARG(w.at[i]));
  cr_assert(vd_view_eq(vd_buf_view(&b), vd_view_of(joined)), "%s: %.*s", text,
            VD_ARG(vd_buf_view(&b)));
}

Test(text, words_are_lower_case_runs_without_the_idle_ones) {
  expect_words("SQL-Injection in the WebUI: r16p0, 2.4.7 and CVE-2021-1234.", false,
               "sql|injection|webui|r16p0|cve");
  expect_words("Servers, access, analysis, apparatus, bus, dlls", false,
               "server|access|analysis|apparatus|bus|dll");
  expect_words("", false, "");
  expect_words(" \xff\xfe caf\xc3\xa9 na\xc3\xafve x y", false, "caf|na|ve");
}

Test(text, pairs_follow_the_words) {
  expect_words("remote code in a crafted page", true,
               "remote|code|crafted|page|remote code|code crafted|crafted page");
  expect_words("alone", true, "alone");
}

Test(text, every_idle_word_is_found) {
  expect_words(
      "A An And Are As At Be By Can Could For From In Into Is It Its May Of On Or That The "
      "This To Via Was Were Which With",
      false, "");
}

Test(text, long_words_and_texts_are_cut) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 20);
  size_t size = VD_TEXT_BYTES_MAX + 100;
  char *text = vd_new_array(&a, char, size);
  vd_views w = {0};
  memset(text, 'a', size);
  cr_assert(vd_text_words(&a, (vd_view){text, size}, false, &w, NULL) == VD_OK && w.count == 0);
  for (size_t i = 0; i < size; i++)
    text[i] = i % 3 == 2 ? ' ' : 'q';
  cr_assert(vd_text_words(&a, (vd_view){text, size}, false, &w, NULL) == VD_OK);
  cr_assert(w.count == VD_TEXT_WORDS_MAX);
  memset(text, '\0', size);
  for (size_t i = 0; i < 10; i++)
    text[VD_TEXT_BYTES_MAX - 4 + i] = "lastbeyond"[i];
  cr_assert(vd_text_words(&a, (vd_view){text, size}, false, &w, NULL) == VD_OK);
  cr_assert(w.count == 1 && vd_view_eq(w.at[0], VD_VIEW("last")));
}

Test(text, weights_follow_the_formula) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_views d[] = {words_of(&a, "heap heap stack", false), words_of(&a, "heap page", false),
                  words_of(&a, "", false)};
  vd_vocabulary v = {0};
  vd_text_vector x = {0}, none = {0};
  cr_assert(vd_vocabulary_learn(&a, d, 3, &v, NULL) == VD_OK);
  cr_assert(v.words.count == 3 && vd_view_eq(v.words.at[0], VD_VIEW("heap")) &&
            vd_view_eq(v.words.at[2], VD_VIEW("stack")));
  cr_assert(vd_vocabulary_weigh(&v, &a, &d[0], &x, NULL) == VD_OK);
  double heap = (1 + log(2)) * (log(4.0 / 3) + 1), stack = log(4.0 / 2) + 1;
  double length = sqrt(heap * heap + stack * stack);
  cr_assert(x.count == 2 && x.at[0].index == 0 && x.at[1].index == 2);
  cr_assert(fabs(x.at[0].weight - heap / length) < 1e-15);
  cr_assert(fabs(x.at[1].weight - stack / length) < 1e-15);
  vd_views unknown = words_of(&a, "other words", false);
  cr_assert(vd_vocabulary_weigh(&v, &a, &unknown, &none, NULL) == VD_OK && none.count == 0);
}

Test(text, likeness_of_vectors) {
  vd_text_term p[] = {{1, 0.6}, {4, 0.8}}, q[] = {{0, 0.5}, {4, 0.5}, {7, 0.5}};
  vd_text_vector x = {p, 2, 2}, y = {q, 3, 3}, none = {0};
  cr_assert(vd_text_dot(&x, &y) == 0.8 * 0.5 && vd_text_dot(&x, &none) == 0);
  cr_assert(vd_text_jaccard(&x, &y) == 0.25 && vd_text_jaccard(&x, &x) == 1);
  cr_assert(vd_text_jaccard(&x, &none) == 0 && vd_text_jaccard(&none, &none) == 0);
}

Test(text, every_allocation_may_fail) {
  vd_code code = VD_NOMEM;
  for (unsigned nth = 1; code != VD_OK; nth++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_views w = {0};
    vd_vocabulary v = {0};
    vd_text_vector x = {0};
    a.fail_at = nth;
    code =
        vd_text_words(&a, VD_VIEW("one two three four five six seven eight nine"), true, &w, NULL);
    if (code == VD_OK)
      code = vd_vocabulary_learn(&a, &w, 1, &v, NULL);
    if (code == VD_OK)
      code = vd_vocabulary_weigh(&v, &a, &w, &x, NULL);
    cr_assert(code == VD_NOMEM || (code == VD_OK && w.count == 17 && x.count == 17));
    cr_assert(code == VD_OK || x.count == 0);
  }
}
