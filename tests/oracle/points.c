// Answers questions about points, a line each, for points.py: "points" takes some, other words ask.
#include "graph/points.h"

#include "tokens.h"

typedef struct asked {
  tokens *in;
  vd_arena arena;
  vd_points points;
} asked;

static void take_points(asked *q) {
  vd_arena_free(&q->arena);
  uint32_t rows = tokens_count(q->in), columns = tokens_count(q->in);
  float *at = vd_new_array(&q->arena, float, (size_t)rows *columns);
  if (at == NULL)
    abort();
  for (size_t i = 0; i < (size_t)rows * columns; i++)
    at[i] = (float)tokens_real(q->in);
  q->points = (vd_points){at, rows, columns};
}

static void print_clusters(const asked *q, double score, const uint32_t *cluster) {
  printf("%.17g", score);
  for (uint32_t i = 0; i < q->points.rows; i++)
    printf(" %u", cluster[i]);
  printf("\n");
}

static vd_kmeans_options read_options(asked *q) {
  vd_kmeans_options o = {.restarts = 10, .rounds_max = 300, .tolerance = 1e-4, .jobs = 2};
  o.clusters = tokens_count(q->in);
  o.seed = tokens_count(q->in);
  return o;
}

static void tell_kmeans(asked *q) {
  vd_kmeans_options o = read_options(q);
  vd_kmeans out;
  vd_error err = {0};
  tokens_must(vd_points_kmeans(&q->arena, &q->points, &o, &out, &err), &err);
  print_clusters(q, out.inertia, out.cluster);
}

static void tell_mixture(asked *q) {
  vd_mixture_options o = {read_options(q), 500, 1e-4, 1e-6};
  vd_mixture out;
  vd_error err = {0};
  tokens_must(vd_points_mixture(&q->arena, &q->points, &o, &out, &err), &err);
  printf("%.17g ", out.bic);
  print_clusters(q, out.log_likelihood, out.cluster);
}

static void tell_linkage(asked *q) {
  vd_linkage linkage = vd_view_eq(tokens_word(q->in), VD_VIEW("ward")) ? VD_WARD : VD_AVERAGE;
  vd_merge *out;
  vd_error err = {0};
  tokens_must(vd_points_linkage(&q->arena, &q->points, linkage, &out, &err), &err);
  for (uint32_t i = 0; i + 1 < q->points.rows; i++)
    printf("%u %u %.17g %u ", out[i].left, out[i].right, out[i].height, out[i].size);
  printf("\n");
}

int main(void) {
  static const struct {
    const char *word;
    void (*answer)(asked *q);
  } words[] = {{"points", take_points},
               {"kmeans", tell_kmeans},
               {"mixture", tell_mixture},
               {"linkage", tell_linkage}};
  tokens in = tokens_read();
  asked q = {.in = &in, .arena = VD_ARENA((size_t)1 << 30)};
  for (vd_view word = tokens_word(&in); word.len != 0; word = tokens_word(&in)) {
    size_t i = 0;
    while (i < VD_COUNT(words) && !vd_view_eq(word, vd_view_of(words[i].word)))
      i++;
    if (i == VD_COUNT(words))
      return EXIT_FAILURE;
    words[i].answer(&q);
  }
  vd_arena_free(&q.arena);
  vd_arena_free(&in.arena);
  return EXIT_SUCCESS;
}
