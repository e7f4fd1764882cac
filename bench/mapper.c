// Trains and asks the suggester as bench/mapper.py says on standard input, so that the evaluation
// measures this code and the metrics are computed elsewhere. Fields are separated by tabs, members
// of a list by '|':
//   L id name description               a technique
//   P key technique weight              a prior
//   E id weight text cwe facets labels  an example
//   Q id text cwe facets                a question
//   RUN top without                     train, answer, forget everything
// Answers: "R id" and top fields "technique confidence method", then "T train_ms rank_us bytes".
#include "graph/suggest.h"

#include <time.h>

typedef struct bench {
  vd_arena arena, scratch;
  VD_VEC(vd_suggest_technique) labels;
  VD_VEC(vd_suggest_prior) priors;
  VD_VEC(vd_suggest_example) examples;
  VD_VEC(vd_suggest_example) questions;
} bench;

static void *must_have(void *p) {
  if (p == NULL)
    abort();
  return p;
}

static double now_ms(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double number(vd_view v) {
  char text[32] = {0};
  memcpy(text, v.ptr, v.len < sizeof text - 1 ? v.len : sizeof text - 1);
  return strtod(text, NULL);
}

static vd_views list(bench *b, vd_view text) {
  vd_views out = {0};
  while (text.len != 0)
    *(vd_view *)must_have(vd_vec_push(&b->arena, &out)) = vd_view_cut(&text, '|');
  return out;
}

static void add_example(bench *b, vd_view rest) {
  vd_suggest_example *e = must_have(vd_vec_push(&b->arena, &b->examples));
  e->id = vd_view_cut(&rest, '\t');
  e->weight = number(vd_view_cut(&rest, '\t'));
  e->text = vd_view_cut(&rest, '\t');
  e->cwe = list(b, vd_view_cut(&rest, '\t'));
  e->facets = list(b, vd_view_cut(&rest, '\t'));
  e->labels = list(b, rest);
}

static void add_question(bench *b, vd_view rest) {
  vd_suggest_example *e = must_have(vd_vec_push(&b->arena, &b->questions));
  e->id = vd_view_cut(&rest, '\t');
  e->text = vd_view_cut(&rest, '\t');
  e->cwe = list(b, vd_view_cut(&rest, '\t'));
  e->facets = list(b, rest);
}

static void answer(bench *b, const vd_suggester *s, const vd_suggest_example *q, size_t top) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)64 << 20);
  vd_suggestions list = {0};
  if (vd_suggester_rank(s, &a, &(vd_suggest_query){q, top}, &list, NULL) != VD_OK)
    abort();
  printf("R\t%.*s", VD_ARG(q->id));
  for (size_t i = 0; i < list.count; i++)
    printf("\t%.*s %.6f %s", VD_ARG(b->labels.at[list.at[i].label].id), list.at[i].confidence,
           vd_suggest_method_text(list.at[i].method));
  printf("\n");
}

// Time of ten suggestions for every question, evidence included.
static double ask_all(const bench *b, const vd_suggester *s) {
  double start = now_ms();
  for (size_t i = 0; i < b->questions.count; i++) {
    VD_SCOPED_ARENA a = VD_ARENA((size_t)64 << 20);
    vd_suggestions list = {0};
    vd_suggest_query q = {&b->questions.at[i], 10};
    if (vd_suggester_rank(s, &a, &q, &list, NULL) != VD_OK)
      abort();
  }
  return (now_ms() - start) * 1e3 / (double)(b->questions.count + (b->questions.count == 0));
}

static void run(bench *b, vd_view rest) {
  vd_error err = {0};
  const vd_suggester *s = NULL;
  size_t before = b->arena.used, top = (size_t)number(vd_view_cut(&rest, '\t'));
  vd_suggest_input in = {.labels = b->labels.at,
                         .label_count = b->labels.count,
                         .examples = b->examples.at,
                         .example_count = b->examples.count,
                         .priors = b->priors.at,
                         .prior_count = b->priors.count};
  vd_suggest_options o = {.without = (unsigned)number(rest), .scratch = &b->scratch};
  double start = now_ms();
  if (vd_suggester_train(&b->arena, &in, &o, &s, &err) != VD_OK) {
    (void)fprintf(stderr, "%s\n", err.text);
    exit(EXIT_FAILURE);
  }
  double train = now_ms() - start;
  size_t bytes = b->arena.used - before + b->scratch.used;
  for (size_t i = 0; i < b->questions.count; i++)
    answer(b, s, &b->questions.at[i], top);
  printf("T\t%.1f\t%.1f\t%zu\n", train, ask_all(b, s), bytes);
  vd_arena_free(&b->arena);
  vd_arena_free(&b->scratch);
  *b = (bench){.arena = {.limit = b->arena.limit}, .scratch = {.limit = b->scratch.limit}};
}

static void obey(bench *b, vd_view line) {
  vd_view rest = line, word = vd_view_cut(&rest, '\t');
  if (vd_view_eq(word, VD_VIEW("L"))) {
    vd_suggest_technique *l = must_have(vd_vec_push(&b->arena, &b->labels));
    l->id = vd_view_cut(&rest, '\t');
    l->name = vd_view_cut(&rest, '\t');
    l->description = rest;
  } else if (vd_view_eq(word, VD_VIEW("P"))) {
    vd_suggest_prior *p = must_have(vd_vec_push(&b->arena, &b->priors));
    p->key = vd_view_cut(&rest, '\t');
    p->label = vd_view_cut(&rest, '\t');
    p->weight = number(rest);
  } else if (vd_view_eq(word, VD_VIEW("E"))) {
    add_example(b, rest);
  } else if (vd_view_eq(word, VD_VIEW("Q"))) {
    add_question(b, rest);
  } else if (vd_view_eq(word, VD_VIEW("RUN"))) {
    run(b, rest);
  }
}

int main(void) {
  bench b = {.arena = VD_ARENA((size_t)1 << 30), .scratch = VD_ARENA((size_t)1 << 30)};
  char *line = NULL;
  size_t room = 0;
  for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
    vd_view copy = vd_arena_copy(&b.arena, (vd_view){line, (size_t)n - 1});
    if (copy.ptr == NULL)
      abort();
    obey(&b, copy);
  }
  free(line);
  vd_arena_free(&b.arena);
  vd_arena_free(&b.scratch);
  return EXIT_SUCCESS;
}
