// graph prevalence, graph pareto: how often flaws are reported, and how few things hold most of
// them.
#include "graph/prevalence.h"

#include "report/chart.h"
#include "report/graph/view.h"

enum { ROWS_SHOWN = 20 };

static vd_code parse_by(const char *text, vd_prevalence_by *out, vd_error *err) {
  static const char *const words[] = {[VD_BY_TYPE] = "type",
                                      [VD_BY_PACKAGE] = "package",
                                      [VD_BY_REPOSITORY] = "repository",
                                      [VD_BY_SEVERITY] = "severity"};
  for (unsigned i = 0; text != NULL && i < VD_COUNT(words); i++)
    if (strcmp(text, words[i]) == 0)
      return *out = i, VD_OK;
  return text == NULL
             ? VD_OK
             : vd_fail(err, VD_USAGE,
                       "--by takes type, package, repository or severity, not '%.40s'", text);
}

static void put_totals_json(vd_json_out *j, const vd_prevalence *p) {
  const struct {
    const char *name;
    uint64_t n;
  } totals[] = {{"occurrences", p->occurrences},
                {"cves", p->cves},
                {"issues", p->issues},
                {"repositories", p->repositories},
                {"dependencies", p->dependencies}};
  vd_json_key(j, "totals");
  vd_json_open(j, '{');
  for (size_t i = 0; i < VD_COUNT(totals); i++) {
    vd_json_key(j, totals[i].name);
    vd_json_int(j, (int64_t)totals[i].n);
  }
  vd_json_close(j, '}');
}

static void put_row_json(vd_json_out *j, const vd_prevalence_row *r) {
  vd_json_open(j, '{');
  vd_json_member(j, "key", r->key);
  vd_json_member(j, "name", r->name);
  vd_json_key(j, "occurrences");
  vd_json_int(j, (int64_t)r->occurrences);
  vd_json_key(j, "cves");
  vd_json_int(j, (int64_t)r->cves);
  vd_json_key(j, "issues");
  vd_json_int(j, (int64_t)r->issues);
  vd_json_key(j, "repositories");
  vd_json_int(j, (int64_t)r->repositories);
  vd_json_close(j, '}');
}

static void put_json(const vd_prevalence *p, size_t most, vd_buf *out) {
  vd_json_out json = vd_view_json(out), *j = &json;
  vd_json_open(j, '{');
  put_totals_json(j, p);
  vd_json_member(j, "labels", p->labels);
  vd_json_key(j, "rows");
  vd_json_open(j, '[');
  for (size_t i = 0; i < p->rows.count && i < most; i++)
    put_row_json(j, &p->rows.at[i]);
  vd_json_close(j, ']');
  vd_json_close(j, '}');
  vd_buf_put_c(out, '\n');
}

// ---- charts -------------------------------------------------------------------------------------

typedef struct chart_parts { // what a chart borrows
  vd_arena *arena;
  const vd_prevalence *p;
  bool cves; // bars count flaws, else occurrences
  bool cumulative;
  bool picture; // SVG or PNG
} chart_parts;

static vd_code make_bars(const chart_parts *c, size_t most, vd_chart *out, vd_error *err) {
  size_t n = c->p->rows.count < most ? c->p->rows.count : most;
  vd_bar *bars = vd_new_array(c->arena, vd_bar, n + 1);
  double *line = vd_new_array(c->arena, double, n + 1), sum = 0, all = 0;
  if (bars == NULL || line == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for a chart");
  for (size_t i = 0; i < c->p->rows.count; i++)
    all += (double)(c->cves ? c->p->rows.at[i].cves : c->p->rows.at[i].occurrences);
  for (size_t i = 0; i < n; i++) {
    const vd_prevalence_row *r = &c->p->rows.at[i];
    bars[i] = (vd_bar){.label = r->name, .value = (double)(c->cves ? r->cves : r->occurrences)};
    bars[i].note = vd_arena_printf(c->arena, "%llu CVE%s in %llu %s", (unsigned long long)r->cves,
                                   r->cves == 1 ? "" : "s", (unsigned long long)r->repositories,
                                   r->repositories == 1 ? "repository" : "repositories");
    line[i] = all > 0 ? (sum += bars[i].value) / all : 0;
  }
  out->bars = bars;
  out->count = n;
  out->cumulative = c->cumulative ? line : NULL;
  return VD_OK;
}

// The terminal says in a line of its own how types were counted; a picture has room for one.
static vd_view subtitle(const chart_parts *c) {
  const vd_prevalence *p = c->p;
  if (c->picture && p->labels.ptr != NULL)
    return vd_arena_printf(c->arena, "%llu occurrences of %llu CVEs, %.*s",
                           (unsigned long long)p->occurrences, (unsigned long long)p->cves,
                           VD_ARG(p->labels));
  return vd_arena_printf(c->arena,
                         "%llu occurrences of %llu CVEs in %llu issues of %llu repositories, "
                         "%llu dependencies",
                         (unsigned long long)p->occurrences, (unsigned long long)p->cves,
                         (unsigned long long)p->issues, (unsigned long long)p->repositories,
                         (unsigned long long)p->dependencies);
}

// How few rows hold four fifths, in words.
static vd_view pareto_title(const chart_parts *c) {
  double all = 0, sum = 0;
  size_t n = 0;
  for (size_t i = 0; i < c->p->rows.count; i++)
    all += (double)c->p->rows.at[i].cves;
  while (n < c->p->rows.count && sum < 0.8 * all)
    sum += (double)c->p->rows.at[n++].cves;
  return vd_arena_printf(c->arena, "%zu of %zu hold %.0f of %.0f flaws (80%%)", n, c->p->rows.count,
                         sum, all);
}

static vd_code draw(const vd_graph_request *q, const chart_parts *parts, vd_buf *out,
                    vd_error *err) {
  vd_chart chart = {.title = parts->cumulative ? pareto_title(parts)
                                               : VD_VIEW("Prevalence of reported flaws"),
                    .subtitle = subtitle(parts),
                    .value_name = parts->cves ? VD_VIEW("CVEs") : VD_VIEW("occurrences")};
  VD_TRY(make_bars(parts, q->limit == 0 ? ROWS_SHOWN : q->limit, &chart, err));
  if (chart.title.ptr == NULL || chart.subtitle.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for a chart");
  if (q->format != NULL && strcmp(q->format, "svg") == 0)
    return vd_chart_svg(&chart, out, err);
  if (q->format != NULL && strcmp(q->format, "png") == 0)
    return vd_chart_png(&chart, out, err);
  vd_chart_terminal(&chart, &q->term, out);
  if (parts->p->labels.ptr != NULL)
    vd_buf_printf(out, "%.*s\n", VD_ARG(parts->p->labels));
  return vd_view_finish(out, err);
}

static vd_code show(const vd_graph_request *q, vd_prevalence_by by, bool cumulative, vd_buf *out,
                    vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_GRAPH_MEMORY_MAX);
  vd_prevalence p;
  VD_TRY(parse_by(q->by, &by, err));
  bool cves = cumulative || by == VD_BY_PACKAGE;
  vd_prevalence_query query = {.by = by,
                               .source = q->source == NULL ? (vd_view){0} : vd_view_of(q->source),
                               .rank_by_cves = cves};
  VD_TRY(vd_prevalence_read(q->g, &a, &query, &p, err));
  if (q->json)
    return put_json(&p, q->limit == 0 ? p.rows.count : q->limit, out), vd_view_finish(out, err);
  bool picture =
      q->format != NULL && (strcmp(q->format, "svg") == 0 || strcmp(q->format, "png") == 0);
  chart_parts parts = {&a, &p, cves, cumulative, picture};
  return draw(q, &parts, out, err);
}

vd_code vd_show_prevalence(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  return show(q, VD_BY_TYPE, false, out, err);
}

vd_code vd_show_pareto(const vd_graph_request *q, vd_buf *out, vd_error *err) {
  return show(q, VD_BY_PACKAGE, true, out, err);
}
