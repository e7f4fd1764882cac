// Lines of the input become texts, weaknesses and labels of examples, then the question.
#include "graph/suggest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { EXAMPLES = 14 };

static const vd_suggest_technique labels[] = {
    {VD_VIEW_INIT("T1001"), VD_VIEW_INIT("Run Commands"), VD_VIEW_INIT("A shell runs commands.")},
    {VD_VIEW_INIT("T1002.001"), VD_VIEW_INIT("Read Files"), VD_VIEW_INIT("Files are read.")},
    {VD_VIEW_INIT("AML.T0003"), VD_VIEW_INIT("Stop"), VD_VIEW_INIT("")},
};
static const vd_suggest_prior priors[] = {{VD_VIEW_INIT("CWE-1"), VD_VIEW_INIT("T1001"), 0.5}};

// One field of the next line: text, weaknesses, facets, label, parted by tabs.
static void fill(vd_arena *a, vd_view *rest, vd_suggest_example *e) {
  vd_view line = {0};
  (void)vd_view_line(rest, &line);
  e->text = vd_view_cut(&line, '\t');
  for (unsigned i = 0; i < 3; i++) {
    vd_views *list = i == 0 ? &e->cwe : i == 1 ? &e->facets : &e->labels;
    vd_view *slot = vd_vec_push(a, list);
    if (slot != NULL)
      *slot = vd_view_cut(&line, '\t');
  }
}

static void check(const vd_suggestions *g) {
  for (size_t i = 0; i < g->count; i++)
    if (!(g->at[i].confidence >= 0 && g->at[i].confidence <= 1) || g->at[i].label >= 3)
      abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)64 << 20);
  vd_view rest = {(const char *)data, size};
  vd_suggest_example examples[EXAMPLES] = {0};
  const vd_suggester *s = NULL;
  vd_suggestions out = {0};
  for (size_t i = 0; i < EXAMPLES; i++) {
    fill(&a, &rest, &examples[i]);
    vd_view *slot = vd_vec_push(&a, &examples[i].labels);
    if (slot != NULL)
      *slot = labels[i % 3].id;
  }
  vd_suggest_input in = {labels, VD_COUNT(labels), examples, EXAMPLES, priors, VD_COUNT(priors)};
  vd_suggest_example question = {0};
  fill(&a, &rest, &question);
  vd_suggest_options o = {.pairs = size % 2 != 0};
  if (vd_suggester_train(&a, &in, &o, &s, NULL) == VD_OK &&
      vd_suggester_rank(s, &a, &(vd_suggest_query){&question, 3}, &out, NULL) == VD_OK)
    check(&out);
  return 0;
}
