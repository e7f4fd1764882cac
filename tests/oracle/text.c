// Prints the TF-IDF vector of each document, one a line, and its Jaccard likeness to the document
// before, so that text.py can compare them with scikit-learn. With an argument, pairs of words too.
#include "graph/text.h"

static void *must_have(void *p) {
  if (p == NULL)
    abort();
  return p;
}

static void must(vd_code code) {
  if (code != VD_OK)
    abort();
}

static void print(const vd_vocabulary *v, const vd_text_vector *x, double likeness) {
  printf("%.17g", likeness);
  for (size_t i = 0; i < x->count; i++)
    printf("\t%.*s=%.17g", VD_ARG(v->words.at[x->at[i].index]), x->at[i].weight);
  printf("\n");
}

int main(int argc, char **argv) {
  (void)argv;
  vd_arena a = VD_ARENA((size_t)1 << 30);
  VD_VEC(vd_views) documents = {0};
  char *line = NULL;
  size_t room = 0;
  for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;)
    must(vd_text_words(&a, (vd_view){line, (size_t)n - 1}, argc > 1,
                       must_have(vd_vec_push(&a, &documents)), NULL));
  free(line);
  vd_vocabulary v = {0};
  must(vd_vocabulary_learn(&a, documents.at, documents.count, &v, NULL));
  vd_text_vector before = {0};
  for (size_t i = 0; i < documents.count; i++) {
    vd_text_vector x = {0};
    must(vd_vocabulary_weigh(&v, &a, &documents.at[i], &x, NULL));
    print(&v, &x, vd_text_jaccard(&before, &x));
    before = x;
  }
  vd_arena_free(&a);
  return EXIT_SUCCESS;
}
