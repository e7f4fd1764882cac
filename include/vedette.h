/* vedette: reading the knowledge graph from C and C++. C99, no other header of the project needed.
 *
 * Every function that can fail returns VEDETTE_OK or a negative code and fills *err when given.
 * Outputs are untouched on failure. The library never prints, exits or writes to the file.
 *
 * Text is UTF-8, ends in NUL, may be NULL where nothing is stated, and is upstream's: escape it
 * before a terminal or a page sees it. What a callback is handed lives until the callback returns.
 *
 * Callbacks return 0 to go on and anything else to end the walk, which is no error. A callback may
 * call every function on the same handle but vedette_close.
 *
 * A handle is for one thread at a time; several handles on one file, in any threads, are fine.
 *
 * Days are numbers, YYYYMMDD. as_of 0 asks what holds now, a day what held then. */
#ifndef VEDETTE_H
#define VEDETTE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define VEDETTE_API __attribute__((visibility("default")))
#else
#define VEDETTE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Codes keep their numbers; new ones may come. */
enum {
  VEDETTE_OK = 0,
  VEDETTE_NOMEM = -1,       /* out of memory */
  VEDETTE_LIMIT = -2,       /* more than a bound allows */
  VEDETTE_FORMAT = -3,      /* not a knowledge base, a damaged one, or of another version */
  VEDETTE_NOTFOUND = -4,    /* no such file or node */
  VEDETTE_IO = -5,          /* the file cannot be read */
  VEDETTE_USAGE = -6,       /* an argument makes no sense */
  VEDETTE_UNSUPPORTED = -7, /* not a regular file */
};

/* The caller's; text is one sentence without a final stop and may quote input. */
typedef struct vedette_error {
  int code;
  char text[256];
} vedette_error;

/* "0.1.0"; static. */
VEDETTE_API const char *vedette_version(void);

/* ---- opening --------------------------------------------------------------------------------- */

typedef struct vedette_graph vedette_graph;

/* Opens a knowledge base for reading. Each call on the handle sees one moment of the file, and
 * none holds a lock while it calls back or once it has returned: no reader keeps `vedette update`
 * from its work. The next call sees what was committed meanwhile. Free with vedette_close.
 * NOTFOUND, FORMAT, IO, UNSUPPORTED, NOMEM. */
VEDETTE_API int vedette_open(const char *path, vedette_graph **out, vedette_error *err);
/* NULL is fine. */
VEDETTE_API void vedette_close(vedette_graph *g);

/* ---- nodes ----------------------------------------------------------------------------------- */

typedef struct vedette_node {
  int64_t id;             /* of the node and all its aliases; nodes never leave a file */
  const char *kind;       /* "vulnerability", "technique", ...: docs/graph.md */
  const char *key;        /* "CVE-2021-44228", "pypi/numpy" */
  const char *name;       /* NULL when not stated */
  const char *node_class; /* framework, ecosystem, ...; NULL when not stated */
  int defined;            /* 0: others name it, no source defines it */
} vedette_node;

/* The node people mean by id: in any case, "kind:key" where kinds share a key, a PyPI name alone.
 * The result is the caller's; free with vedette_node_free. NOTFOUND. */
VEDETTE_API int vedette_find(vedette_graph *g, const char *id, vedette_node **out,
                             vedette_error *err);
/* NULL is fine. */
VEDETTE_API void vedette_node_free(vedette_node *node);

typedef struct vedette_query {
  int64_t node; /* vedette_node.id; NOTFOUND when there is none */
  int64_t as_of;
  size_t limit; /* of neighbours: of each kind and direction; 1 to 1,000,000 */
} vedette_query;

typedef struct vedette_property {
  const char *name, *value, *source, *document;
  int64_t since, until; /* until 0 while it holds */
} vedette_property;

/* Calls back for each property of the node and its aliases, by name, the best source first. */
VEDETTE_API int vedette_properties(vedette_graph *g, const vedette_query *q,
                                   int (*each)(void *ctx, const vedette_property *p), void *ctx,
                                   vedette_error *err);

/* ---- edges ----------------------------------------------------------------------------------- */

typedef struct vedette_edge {
  const char *kind;             /* "affects", "has_weakness", ...: docs/graph.md */
  int outgoing;                 /* 0: it leads from the other end to here */
  vedette_node node;            /* the other end */
  double confidence;            /* 0 to 1 */
  const char *source, *method;  /* who says so, and how they know */
  const char *document, *place; /* in which record, and where that lies */
  const char *evidence;         /* the field or words there */
  int64_t since, until;         /* until 0 while it holds */
  uint64_t alike;               /* edges of this kind and direction now; 0 on a path */
} vedette_edge;

/* Calls back for each edge of the node and its aliases: outgoing first, by kind, most confident
 * first. edge->alike tells what q->limit leaves out. */
VEDETTE_API int vedette_neighbours(vedette_graph *g, const vedette_query *q,
                                   int (*each)(void *ctx, const vedette_edge *edge), void *ctx,
                                   vedette_error *err);

/* ---- search ---------------------------------------------------------------------------------- */

typedef struct vedette_hit {
  vedette_node node;
  const char *snippet; /* the words around the match */
  double score;        /* BM25, higher is better */
} vedette_hit;

typedef struct vedette_search_query {
  const char *text; /* all words must occur; "a phrase" in quotes; word* for a prefix */
  size_t limit;     /* 1 to 1,000,000 */
} vedette_search_query;

/* Full text over ids, names and descriptions as they are now, best first. USAGE without a word. */
VEDETTE_API int vedette_search(vedette_graph *g, const vedette_search_query *q,
                               int (*each)(void *ctx, const vedette_hit *hit), void *ctx,
                               vedette_error *err);

/* ---- paths ----------------------------------------------------------------------------------- */

typedef struct vedette_path {
  vedette_node from;
  const vedette_edge *steps; /* step_count of them; steps[i].node is where the step leads */
  size_t step_count;
  double cost;       /* lower is better: docs/graph.md */
  double confidence; /* product of the steps' */
  int complete;      /* 0: the search gave up before it had seen every way */
} vedette_path;

typedef struct vedette_path_query {
  int64_t from, to; /* vedette_node.id; NOTFOUND when there is none */
  int64_t as_of;
  size_t count; /* paths wanted, 1 to 1,024 */
} vedette_path_query;

/* Calls back for each of the best paths of at most 6 edges, walked either way, best first; not at
 * all when there is none. LIMIT when the search gave up before it had found any. The first call
 * reads the graph into memory (16 bytes an edge twice), which the handle keeps until the file
 * changes; other days than now are read each time. */
VEDETTE_API int vedette_paths(vedette_graph *g, const vedette_path_query *q,
                              int (*each)(void *ctx, const vedette_path *path), void *ctx,
                              vedette_error *err);

/* ---- counts ---------------------------------------------------------------------------------- */

typedef struct vedette_count {
  int is_edge;
  const char *kind;
  const char *node_class;      /* of nodes; NULL when not stated, and for edges */
  const char *source, *method; /* of edges */
  uint64_t count;
  uint64_t defined; /* of nodes: those that a source defines */
} vedette_count;

/* Calls back for each kind and class of node, then for each kind, source and method of edge. */
VEDETTE_API int vedette_counts(vedette_graph *g, int (*each)(void *ctx, const vedette_count *c),
                               void *ctx, vedette_error *err);

#ifdef __cplusplus
}
#endif

#endif
