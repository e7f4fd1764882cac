// Full-text search, and counting what there is.
#include "graph/read.h"
#include "graph/store.h"

enum {
  SCORE_NAMED = 1000, // above any BM25 score
  HITS_MORE = 32,     // looked at beyond four times what is asked for, since priors reorder them
};

static vd_code no_memory(vd_error *err) { return vd_fail(err, VD_NOMEM, "no memory for a search"); }

// ---- the query ---------------------------------------------------------------------------------

static bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The next word, or phrase in quotes, of what people typed.
static bool next_word(vd_view *rest, vd_view *word, bool *prefix) {
  size_t n = 0;
  while (rest->len > 0 && is_space(rest->ptr[0]))
    *rest = vd_view_from(*rest, 1);
  if (rest->len == 0)
    return false;
  bool quoted = rest->ptr[0] == '"';
  if (quoted)
    *rest = vd_view_from(*rest, 1);
  while (n < rest->len && (quoted ? rest->ptr[n] != '"' : !is_space(rest->ptr[n])))
    n++;
  *word = vd_view_first(*rest, n);
  *rest = vd_view_from(*rest, n + quoted);
  *prefix = !quoted && vd_view_ends(*word, VD_VIEW("*"));
  return true;
}

static bool has_letter(vd_view word) {
  for (size_t i = 0; i < word.len; i++) {
    unsigned char c = (unsigned char)word.ptr[i];
    if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c >= 0x80)
      return true;
  }
  return false;
}

// Every word as a string of FTS5, so that nothing typed is an operator: "a-b" is the phrase a b.
static void put_query(vd_buf *b, vd_view text) {
  vd_view word;
  bool prefix;
  while (next_word(&text, &word, &prefix)) {
    if (!has_letter(word))
      continue;
    vd_buf_put(b, b->len == 0 ? VD_VIEW("\"") : VD_VIEW(" \""));
    for (size_t i = 0; i < word.len; i++)
      if (word.ptr[i] != '"' && word.ptr[i] != '\0')
        vd_buf_put_c(b, word.ptr[i]);
    vd_buf_put(b, prefix ? VD_VIEW("\"*") : VD_VIEW("\""));
  }
}

// ---- hits --------------------------------------------------------------------------------------

typedef struct raw_hit {
  int64_t node;
  vd_view snippet;
  double score;
} raw_hit;
typedef VD_VEC(raw_hit) raw_hits;

typedef struct matching {
  vd_view query;
  size_t limit;
  int64_t last; // row looked at
} matching;

// Ends the matches behind the first count (or limit, when that is more) of them.
static vd_code stop_after(vd_graph *g, matching *m, size_t count, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_SEARCH_LAST);
  bool row = false;
  if (s == NULL)
    return vd_store_fail(g, "search", err);
  vd_sql_text(s, 1, m->query);
  (void)sqlite3_bind_int64(s, 2, (int64_t)(count > m->limit ? count : m->limit));
  (void)sqlite3_bind_int64(s, 3, m->last);
  VD_TRY(vd_sql_next(g, s, &row, err));
  if (row)
    m->last = sqlite3_column_int64(s, 0);
  return VD_OK;
}

static vd_code match(vd_graph *g, vd_arena *a, const matching *m, raw_hits *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_SEARCH);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "search", err);
  vd_sql_text(s, 1, m->query);
  (void)sqlite3_bind_int64(s, 2, (int64_t)m->limit);
  (void)sqlite3_bind_int64(s, 3, m->last);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    raw_hit *hit = row ? vd_vec_push(a, out) : NULL;
    if (row && (hit == NULL || !vd_sql_copy(a, s, 1, &hit->snippet)))
      return no_memory(err);
    if (row) {
      hit->node = sqlite3_column_int64(s, 0);
      hit->score = -sqlite3_column_double(s, 2);
    }
  }
  return VD_OK;
}

// Words that very many definitions have: those with them in id or name come first, and of either
// kind only the first that were written are ranked.
static vd_code match_common(vd_graph *g, vd_arena *a, const matching *all, raw_hits *out,
                            vd_error *err) {
  VD_SCOPED_BUF b = VD_BUF(VD_LINE_MAX + 64);
  matching seen = {all->query, all->limit, INT64_MAX};
  vd_buf_printf(&b, "{key name} : (");
  vd_buf_put(&b, all->query);
  vd_buf_put_c(&b, ')');
  if (b.failed)
    return no_memory(err);
  VD_TRY(stop_after(g, &seen, VD_SEARCH_SEEN_MAX, err));
  matching named = {vd_buf_view(&b), all->limit, seen.last};
  VD_TRY(stop_after(g, &named, VD_SEARCH_RANKED_MAX, err));
  VD_TRY(match(g, a, &named, out, err));
  return out->count < all->limit ? match(g, a, all, out, err) : VD_OK;
}

static vd_code match_any(vd_graph *g, vd_arena *a, matching *m, raw_hits *out, vd_error *err) {
  VD_TRY(stop_after(g, m, VD_SEARCH_RANKED_MAX, err));
  return m->last == INT64_MAX ? match(g, a, m, out, err) : match_common(g, a, m, out, err);
}

static bool is_known(const vd_search_hits *hits, int64_t canon) {
  for (size_t i = 0; hits->at != NULL && i < hits->count; i++)
    if (hits->at[i].node.id == canon)
      return true;
  return false;
}

// Entries of a framework say what a thing is; papers and rules only speak of it.
static double prior(vd_node_kind kind) {
  static const vd_node_kind entries[] = {VD_NODE_TECHNIQUE,    VD_NODE_TACTIC, VD_NODE_WEAKNESS,
                                         VD_NODE_PATTERN,      VD_NODE_RISK,   VD_NODE_PACKAGE,
                                         VD_NODE_VULNERABILITY};
  for (size_t i = 0; i < VD_COUNT(entries); i++)
    if (kind == entries[i])
      return 1.5;
  return 1;
}

static vd_code add_hit(vd_graph *g, vd_arena *a, const raw_hit *raw, vd_search_hits *out,
                       vd_error *err) {
  vd_node node;
  VD_TRY(vd_node_get(g, a, raw->node, &node, err));
  if (node.canon != node.id)
    VD_TRY(vd_node_get(g, a, node.canon, &node, err));
  if (is_known(out, node.id))
    return VD_OK;
  vd_search_hit *hit = vd_vec_push(a, out);
  if (hit == NULL)
    return no_memory(err);
  *hit = (vd_search_hit){node, raw->snippet, raw->score * prior(node.kind)};
  return VD_OK;
}

static int by_score(const void *pa, const void *pb) {
  const vd_search_hit *a = pa, *b = pb;
  if (a->score != b->score)
    return a->score > b->score ? -1 : 1;
  return (a->node.id > b->node.id) - (a->node.id < b->node.id);
}

// A text that is the id of a node means that node before all others.
static vd_code add_named(vd_graph *g, vd_arena *a, vd_view text, vd_search_hits *out,
                         vd_error *err) {
  vd_node node;
  vd_code code = vd_node_find(g, a, text, &node, err);
  if (code == VD_NOTFOUND)
    return VD_OK;
  VD_TRY(code);
  vd_search_hit *hit = vd_vec_push(a, out);
  if (hit == NULL)
    return no_memory(err);
  *hit = (vd_search_hit){.node = node, .score = SCORE_NAMED};
  return VD_OK;
}

// NOLINTNEXTLINE(readability-function-size): every VD_TRY counts as statements
static vd_code add_hits(vd_graph *g, vd_arena *a, const vd_search_query *q, vd_view query,
                        vd_search_hits *out, vd_error *err) {
  raw_hits raw = {0};
  size_t kept = 0;
  // Several definitions of one thing share a hit, and a kind may be asked for: look at more.
  size_t most = q->limit * (q->kind == VD_NODE_KIND_COUNT ? 4 : 64) + HITS_MORE;
  matching m = {query, most, INT64_MAX};
  VD_TRY(match_any(g, a, &m, &raw, err));
  for (size_t i = 0; raw.at != NULL && i < raw.count; i++)
    VD_TRY(add_hit(g, a, &raw.at[i], out, err));
  for (size_t i = 0; i < out->count; i++)
    // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
    if (q->kind == VD_NODE_KIND_COUNT || out->at[i].node.kind == q->kind)
      // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the vector holds as many as it counts
      out->at[kept++] = out->at[i];
  out->count = kept;
  return VD_OK;
}

vd_code vd_graph_search(vd_graph *g, vd_arena *a, const vd_search_query *q, vd_search_hits *out,
                        vd_error *err) {
  VD_SCOPED_BUF query = VD_BUF(VD_LINE_MAX);
  vd_search_hits hits = {0};
  put_query(&query, q->text);
  if (query.failed)
    return vd_fail(err, VD_LIMIT, "the search text is too long");
  if (query.len == 0)
    return vd_fail(err, VD_USAGE, "nothing to search for: give at least one word");
  VD_TRY(add_named(g, a, q->text, &hits, err));
  VD_TRY(add_hits(g, a, q, vd_buf_view(&query), &hits, err));
  if (hits.count > 1)
    qsort(hits.at, hits.count, sizeof *hits.at, by_score);
  hits.count = hits.count > q->limit ? q->limit : hits.count;
  *out = hits;
  return VD_OK;
}

// ---- counts ------------------------------------------------------------------------------------

static vd_code count_nodes(vd_graph *g, vd_arena *a, vd_graph_counts *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_KIND_COUNTS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "count nodes", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    vd_kind_count *c = row ? vd_vec_push(a, &out->nodes) : NULL;
    if (row && (c == NULL || !vd_sql_copy(a, s, 1, &c->class)))
      return no_memory(err);
    if (!row)
      break;
    c->kind = vd_node_kind_of(g, sqlite3_column_int64(s, 0));
    c->nodes = (uint64_t)sqlite3_column_int64(s, 2);
    c->defined = (uint64_t)sqlite3_column_int64(s, 3);
  }
  return VD_OK;
}

static vd_code count_edges(vd_graph *g, vd_arena *a, vd_graph_counts *out, vd_error *err) {
  VD_SCOPED_SQL *s = vd_store_sql(g, VD_SQL_EDGE_COUNTS);
  bool row = true;
  if (s == NULL)
    return vd_store_fail(g, "count edges", err);
  while (row) {
    VD_TRY(vd_sql_next(g, s, &row, err));
    vd_edge_count *c = row ? vd_vec_push(a, &out->edges) : NULL;
    if (row &&
        (c == NULL || !vd_sql_copy(a, s, 1, &c->source) || !vd_sql_copy(a, s, 2, &c->method)))
      return no_memory(err);
    if (!row)
      break;
    c->kind = vd_edge_kind_of(g, sqlite3_column_int64(s, 0));
    c->edges = (uint64_t)sqlite3_column_int64(s, 3);
  }
  return VD_OK;
}

vd_code vd_graph_count(vd_graph *g, vd_arena *a, vd_graph_counts *out, vd_error *err) {
  vd_graph_counts counts = {0};
  VD_TRY(count_nodes(g, a, &counts, err));
  VD_TRY(count_edges(g, a, &counts, err));
  *out = counts;
  return VD_OK;
}
