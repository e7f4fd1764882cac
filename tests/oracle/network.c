// Answers questions about graphs, a line each, for network.py: "graph" takes one, the other words
// ask.
#include "graph/network.h"

#include "tokens.h"

typedef struct asked {
  tokens *in;
  vd_arena arena;
  vd_network net;
} asked;

static void take_graph(asked *q) {
  vd_arena_free(&q->arena);
  uint32_t nodes = tokens_count(q->in), edges = tokens_count(q->in);
  uint32_t *src = vd_new_array(&q->arena, uint32_t, edges);
  uint32_t *dst = vd_new_array(&q->arena, uint32_t, edges);
  float *weight = vd_new_array(&q->arena, float, edges);
  vd_error err = {0};
  if (src == NULL || dst == NULL || weight == NULL)
    abort();
  for (uint32_t e = 0; e < edges; e++) {
    src[e] = tokens_count(q->in);
    dst[e] = tokens_count(q->in);
    weight[e] = (float)tokens_real(q->in);
  }
  vd_edge_list list = {nodes, edges, src, dst, weight};
  tokens_must(vd_network_build(&q->arena, &list, &q->net, &err), &err);
}

static void print_scores(const double *score, uint32_t n) {
  for (uint32_t v = 0; v < n; v++)
    printf("%.17g ", score[v]);
  printf("\n");
}

static void tell_pagerank(asked *q) {
  vd_pagerank_options o = {tokens_real(q->in), 1e-9, 1000};
  vd_pagerank out;
  vd_error err = {0};
  tokens_must(vd_network_pagerank(&q->arena, &q->net, &o, &out, &err), &err);
  print_scores(out.score, q->net.nodes);
}

static void tell_betweenness(asked *q) {
  vd_betweenness_options o = {.directed = tokens_count(q->in) != 0, .jobs = 2};
  vd_betweenness out;
  vd_error err = {0};
  tokens_must(vd_network_betweenness(&q->arena, &q->net, &o, &out, &err), &err);
  print_scores(out.score, q->net.nodes);
}

static vd_leiden_options read_objective(asked *q) {
  vd_view name = tokens_word(q->in);
  vd_objective objective = vd_view_eq(name, VD_VIEW("CPM")) ? VD_CPM : VD_MODULARITY;
  return (vd_leiden_options){.objective = objective, .resolution = tokens_real(q->in)};
}

static void tell_leiden(asked *q) {
  vd_leiden_options o = read_objective(q);
  vd_partition out;
  vd_error err = {0};
  o.seed = tokens_count(q->in);
  tokens_must(vd_network_leiden(&q->arena, &q->net, &o, &out, &err), &err);
  printf("%.17g", out.quality);
  for (uint32_t v = 0; v < q->net.nodes; v++)
    printf(" %u", out.community[v]);
  printf("\n");
}

static void tell_quality(asked *q) {
  vd_leiden_options o = read_objective(q);
  vd_partition p = {.count = q->net.nodes};
  double quality;
  p.community = vd_new_array(&q->arena, uint32_t, q->net.nodes);
  for (uint32_t v = 0; p.community != NULL && v < q->net.nodes; v++)
    p.community[v] = tokens_count(q->in);
  tokens_must(vd_network_quality(&q->arena, &q->net, &o, &p, &quality), &(vd_error){0});
  printf("%.17g\n", quality);
}

// "cost node node ... ; cost node ..."
static void tell_paths(asked *q) {
  vd_path_query query = {.from = tokens_count(q->in), .hops_max = VD_PATH_HOPS_MAX};
  query.to = tokens_count(q->in);
  query.count = tokens_count(q->in);
  query.undirected = tokens_count(q->in) != 0;
  query.hop_cost = tokens_real(q->in);
  query.hub_factor = tokens_real(q->in);
  vd_paths out = {0};
  vd_error err = {0};
  tokens_must(vd_network_paths(&q->arena, &q->net, &query, &out, &err), &err);
  for (size_t i = 0; i < out.list.count; i++) {
    printf("%s%.17g", i == 0 ? "" : ";", out.list.at[i].cost);
    for (uint32_t h = 0; h <= out.list.at[i].hops; h++)
      printf(" %u", out.list.at[i].node[h]);
  }
  printf("\n");
}

static void tell_components(asked *q) {
  vd_components out;
  vd_error err = {0};
  tokens_must(vd_network_components(&q->arena, &q->net, &out, &err), &err);
  for (uint32_t v = 0; v < q->net.nodes; v++)
    printf("%u ", out.component[v]);
  printf("\n");
}

int main(void) {
  static const struct {
    const char *word;
    void (*answer)(asked *q);
  } words[] = {{"graph", take_graph},
               {"pagerank", tell_pagerank},
               {"betweenness", tell_betweenness},
               {"leiden", tell_leiden},
               {"quality", tell_quality},
               {"paths", tell_paths},
               {"components", tell_components}};
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
