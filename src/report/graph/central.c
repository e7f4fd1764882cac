// graph central, graph communities: which nodes matter, and which hang together.
#include "graph/central.h"

#include "report/graph/view.h"

enum { NODES_SHOWN = 20, COMMUNITIES_SHOWN = 10 };

static vd_code parse_centrality(const char *text, vd_centrality *out, vd_error *err) {
  bool between = text != NULL && strcmp(text, "betweenness") == 0;
  if (text != NULL && !between && strcmp(text, "pagerank") != 0)
    return vd_fail(err, VD_USAGE, "--by takes pagerank or betweenness, not '%.40s'", text);
  *out = between ? VD_BETWEENNESS : VD_PAGERANK;
  return VD_OK;
}

static void put_ranked(vd_page *p, const vd_ranked_node *r, bool share) {
  vd_page_say(p, VD_INK_PLAIN, share ? "%12.7f " : "%14.0f ", r->score);
  if (!share)
    vd_page_say(p, VD_INK_DIM, "±%-11.0f ", r->error);
  vd_page_cell(p, VD_INK_DIM, vd_view_of(vd_node_kind_text(r->node.kind)), 15);
  vd_view_node(p, &r->node, share ? 28 : 43);
  vd_page_end_line(p);
}

static void put_ranked_json(vd_json_out *j, const vd_ranked_nodes *list) {
  vd_json_open(j, '[');
  for (size_t i = 0; i < list->count; i++) {
    vd_json_open(j, '{');
    vd_view_node_json(j, &list->at[i].node);
    vd_json_key(j, "score");
    vd_json_real(j, list->at[i].score, 9);
    vd_json_key(j, "error");
    vd_json_real(j, list->at[i].error, 9);
    vd_json_close(j, '}');
  }
  vd_json_close(j, ']');
}

vd_code vd_show_central(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_central_query query = {.limit = q->limit == 0 ? NODES_SHOWN : q->limit, .as_of = q->as_of};
  vd_ranked_nodes list;
  VD_TRY(parse_centrality(q->by, &query.by, err));
  VD_TRY(vd_view_kind(q, &query.kind, err));
  VD_TRY(vd_graph_central(q->g, &a, &query, &list, err));
  if (q->json) {
    vd_json_out json = vd_view_json(out);
    put_ranked_json(&json, &list);
    vd_buf_put_c(out, '\n');
    return vd_view_finish(out, err);
  }
  vd_page p = vd_view_page(q, out);
  for (size_t i = 0; i < list.count; i++)
    put_ranked(&p, &list.at[i], query.by == VD_PAGERANK);
  return vd_view_finish(out, err);
}

// ---- communities --------------------------------------------------------------------------------

static void put_lag(vd_page *p, const vd_lag *lag) {
  if (lag->count == 0)
    return;
  vd_page_spaces(p, 4);
  vd_page_say(p, VD_INK_DIM,
              "still reported %.0f days after publication (median; 90%% within %.0f) in %llu "
              "dated issues",
              lag->median, lag->p90, (unsigned long long)lag->count);
  vd_page_end_line(p);
}

static void put_community(vd_page *p, size_t number, const vd_community *c) {
  vd_page_say(p, VD_INK_BOLD, "%2zu  ", number);
  vd_page_say(p, VD_INK_PLAIN,
              "%u flaws, %u packages and products, %u repositories, %u other; density %.4f",
              c->vulnerabilities, c->packages, c->repositories, c->others, c->density);
  vd_page_end_line(p);
  for (size_t i = 0; i < c->leaders.count; i++) {
    vd_page_spaces(p, 4);
    vd_page_say(p, VD_INK_DIM, "%7.0f ", c->leaders.at[i].score);
    vd_view_node(p, &c->leaders.at[i].node, 12);
    vd_page_end_line(p);
  }
  put_lag(p, &c->lag);
}

static void put_lag_json(vd_json_out *j, const vd_lag *lag) {
  vd_json_key(j, "lag_days");
  vd_json_open(j, '{');
  vd_json_key(j, "count");
  vd_json_int(j, (int64_t)lag->count);
  vd_json_key(j, "median");
  vd_json_real(j, lag->median, 1);
  vd_json_key(j, "p90");
  vd_json_real(j, lag->p90, 1);
  vd_json_close(j, '}');
}

static void put_community_json(vd_json_out *j, const vd_community *c) {
  const struct {
    const char *name;
    uint32_t n;
  } sizes[] = {{"vulnerabilities", c->vulnerabilities},
               {"packages", c->packages},
               {"repositories", c->repositories},
               {"others", c->others}};
  vd_json_open(j, '{');
  for (size_t i = 0; i < VD_COUNT(sizes); i++) {
    vd_json_key(j, sizes[i].name);
    vd_json_int(j, sizes[i].n);
  }
  vd_json_key(j, "density");
  vd_json_real(j, c->density, 6);
  vd_json_key(j, "leaders");
  put_ranked_json(j, &c->leaders);
  put_lag_json(j, &c->lag);
  vd_json_close(j, '}');
}

static void put_communities_json(const vd_communities *all, vd_buf *out) {
  vd_json_out json = vd_view_json(out), *j = &json;
  vd_json_open(j, '{');
  vd_json_key(j, "count");
  vd_json_int(j, all->count);
  vd_json_key(j, "modularity");
  vd_json_real(j, all->quality, 6);
  put_lag_json(j, &all->lag);
  vd_json_key(j, "communities");
  vd_json_open(j, '[');
  for (size_t i = 0; i < all->list.count; i++)
    put_community_json(j, &all->list.at[i]);
  vd_json_close(j, ']');
  vd_json_close(j, '}');
  vd_buf_put_c(out, '\n');
}

vd_code vd_show_communities(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_communities_query query = {
      .limit = q->limit == 0 ? COMMUNITIES_SHOWN : q->limit, .resolution = 1, .as_of = q->as_of};
  vd_communities all;
  VD_TRY(vd_graph_communities(q->g, &a, &query, &all, err));
  if (q->json)
    return put_communities_json(&all, out), vd_view_finish(out, err);
  vd_page p = vd_view_page(q, out);
  vd_page_say(&p, VD_INK_DIM, "%u communities, modularity %.3f", all.count, all.quality);
  vd_page_end_line(&p);
  for (size_t i = 0; i < all.list.count; i++)
    put_community(&p, i + 1, &all.list.at[i]);
  if (all.lag.count == 0) {
    vd_page_say(&p, VD_INK_DIM,
                "patch propagation: no issue with a date; give github-issues/*.json to update");
    vd_page_end_line(&p);
  }
  return vd_view_finish(out, err);
}
