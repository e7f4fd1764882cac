// vedette graph
#include "report/graph.h"

#include "cli/export.h"
#include "cli/run.h"
#include "graph/table.h"

static vd_code parse_limit(const char *text, size_t *out, vd_error *err) {
  uint64_t n = 0;
  if (text == NULL)
    return VD_OK;
  if (!vd_view_u64(vd_view_of(text), &n) || n == 0 || n > VD_LIST_MAX)
    return vd_fail(err, VD_USAGE, "--limit takes a whole number from 1 to %d, not '%.40s'",
                   VD_LIST_MAX, text);
  *out = (size_t)n;
  return VD_OK;
}

static vd_code check_format(const vd_graph_report *report, const char *format, vd_error *err) {
  vd_view known = vd_view_of(report->formats);
  while (format != NULL && known.len > 0)
    if (vd_view_eq(vd_view_cut(&known, ' '), vd_view_of(format)))
      return VD_OK;
  return format == NULL ? VD_OK
                        : vd_fail(err, VD_USAGE, "graph %s has the formats %s, not '%.40s'",
                                  report->name, report->formats, format);
}

static vd_code prepare(const vd_settings *s, const vd_graph_report **report, vd_graph_request *q,
                       vd_error *err) {
  *report = vd_graph_report_by_name(vd_view_of(s->operands[0]));
  if (*report == NULL)
    return vd_fail(err, VD_USAGE, "no report 'graph %.40s'; see 'vedette graph --help'",
                   s->operands[0]);
  q->operand_count = s->operand_count - 1;
  if (q->operand_count < (*report)->least || q->operand_count > (*report)->most)
    return vd_fail(err, VD_USAGE, "usage: vedette graph %s %s", (*report)->name,
                   (*report)->operands);
  for (size_t i = 0; i < q->operand_count; i++)
    q->operands[i] = s->operands[i + 1];
  q->as_of = s->as_of == NULL ? 0 : vd_date_number(vd_view_of(s->as_of));
  if (s->as_of != NULL && q->as_of == 0)
    return vd_fail(err, VD_USAGE, "--as-of takes YYYY-MM-DD, not '%.40s'", s->as_of);
  VD_TRY(check_format(*report, s->format, err));
  q->format = s->format;
  q->by = s->by;
  q->kind = s->kind;
  q->source = s->source;
  q->json = s->format != NULL && strcmp(s->format, "json") == 0;
  q->term = vd_term_of(stdout, s->no_color || s->output);
  return parse_limit(s->limit, &q->limit, err);
}

static int run(const vd_settings *s) {
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  vd_error err = {0};
  vd_graph_request q = {0};
  const vd_graph_report *report = NULL;
  char path[4096];
  if (strcmp(s->operands[0], "export") == 0)
    return vd_graph_export(s);
  if (prepare(s, &report, &q, &err) != VD_OK ||
      vd_knowledge_path(s->db, path, sizeof path, &err) != VD_OK ||
      vd_graph_open(path, VD_GRAPH_READ, &g, &err) != VD_OK ||
      vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  q.g = g;
  if (report->write(&q, &d.text, &err) != VD_OK || vd_delivery_finish(&d, &err) != VD_OK)
    return vd_die(&err);
  return VD_EXIT_CLEAN;
}

const vd_verb vd_verb_graph = {
    .name = "graph",
    .operands = "REPORT [ARGUMENTS]",
    .summary = "look into the knowledge graph: show, search, walk, count",
    .details =
        "Reads the knowledge base and writes nothing. REPORT is one of:\n"
        "\n"
        "  show ID         everything stated of one node: names, properties, edges, who says so\n"
        "  neighbours ID   the nodes around one, grouped by kind of edge; --kind KIND\n"
        "  search TEXT     full text over ids, names and descriptions, best first; --kind KIND.\n"
        "                  All words must occur; 'a phrase' in quotes, word* for a prefix\n"
        "  path A B        the best explained paths from one node to another\n"
        "  stats           how many nodes and edges of each kind, and from which source\n"
        "  central         the most central nodes: --by pagerank (default) or betweenness,\n"
        "                  --kind technique\n"
        "  communities     communities of flaws and what they affect, and how long dependants\n"
        "                  stay on vulnerable versions where issues have dates\n"
        "  prevalence      how often flaws are reported in issues: --by type (default),\n"
        "                  package, repository or severity; --source study for the study's\n"
        "  pareto          how few packages hold most of the reported flaws\n"
        "  verify          check that what must hold holds: references, classes, days\n"
        "  export          the graph, or a part of it, for other programs: --format jsonl,\n"
        "                  stix, graphml, neo4j or navigator (docs/export.md)\n"
        "\n"
        "--format json gives JSON; prevalence and pareto also take svg and png (VEDETTE_FONT\n"
        "names another font file). --as-of DATE asks show, neighbours, path, central and\n"
        "communities what held on that day.\n"
        "\n"
        "ID is an id in any case (cve-2021-44228, t1190, CWE-79), a PyPI name, or KIND:KEY.\n"
        "\n"
        "Examples:\n"
        "  vedette graph show CVE-2023-48022\n"
        "  vedette graph show AML.T0011 --as-of 2025-06-30\n"
        "  vedette graph search 'model extraction' --limit 5\n"
        "  vedette graph path CVE-2023-48022 AML.T0010\n"
        "  vedette graph pareto --source study --format png --output pareto.png\n"
        "  vedette graph export --format stix --around pypi/torch --hops 2 --output torch.json",
    .options =
        "--format --output --db --as-of --limit --by --kind --source --around --hops --standard "
        "--domain --edge --packages --quiet --no-color",
    .least = 1,
    .most = 4,
    .run = run,
};
