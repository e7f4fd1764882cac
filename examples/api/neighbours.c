/* Prints a node of the knowledge graph, what stands around it and who says so, and the best path to
 * another node. usage: neighbours KNOWLEDGE.DB ID OTHER-ID
 *
 * cc neighbours.c $(pkg-config --cflags --libs vedette) */
#include <stdio.h>
#include <vedette.h>

/* What sources say is untrusted: control bytes must not reach a terminal. */
static void say(const char *text) {
  for (; text != NULL && *text != '\0'; text++)
    putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

static int print_edge(void *ctx, const vedette_edge *e) {
  (void)ctx;
  printf("  %s %s ", e->outgoing ? "->" : "<-", e->kind);
  say(e->node.key);
  printf("  %.2f by ", e->confidence);
  say(e->source);
  printf(" (%s) in ", e->method);
  say(e->document);
  putchar('\n');
  return 0;
}

static int print_path(void *ctx, const vedette_path *p) {
  size_t i;
  (void)ctx;
  printf("path, cost %.2f, confidence %.2f\n  ", p->cost, p->confidence);
  say(p->from.key);
  putchar('\n');
  for (i = 0; i < p->step_count; i++)
    print_edge(NULL, &p->steps[i]);
  return 0;
}

static int show(vedette_graph *g, const char *id, const char *other_id, vedette_error *err) {
  vedette_node *node = NULL, *other = NULL;
  int code = vedette_find(g, id, &node, err);
  if (code == VEDETTE_OK)
    code = vedette_find(g, other_id, &other, err);
  if (code == VEDETTE_OK) {
    vedette_query around = {0, 0, 5};
    vedette_path_query way = {0, 0, 0, 1};
    around.node = way.from = node->id;
    way.to = other->id;
    printf("%s ", node->kind);
    say(node->key);
    putchar('\n');
    code = vedette_neighbours(g, &around, print_edge, NULL, err);
    if (code == VEDETTE_OK)
      code = vedette_paths(g, &way, print_path, NULL, err);
  }
  vedette_node_free(node);
  vedette_node_free(other);
  return code;
}

int main(int argc, char **argv) {
  vedette_error err = {0, ""};
  vedette_graph *g = NULL;
  int code = VEDETTE_USAGE;
  if (argc != 4) {
    fprintf(stderr, "usage: %s KNOWLEDGE.DB ID OTHER-ID\n", argv[0]);
    return 2;
  }
  code = vedette_open(argv[1], &g, &err);
  if (code == VEDETTE_OK)
    code = show(g, argv[2], argv[3], &err);
  if (code != VEDETTE_OK)
    fprintf(stderr, "%s\n", err.text);
  vedette_close(g);
  return code == VEDETTE_OK ? 0 : 1;
}
