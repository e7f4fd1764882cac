// A small graph written through the writer that has something of everything: every kind of node,
// classes of aliases, two sources that disagree, history, and text made to break formats.
#pragma once

#include "graph/write.h"

#define SAMPLE_HOSTILE                                                                             \
  "=1+1|'cmd' <b "                                                                                 \
  "a=\"1\">&amp;]]>\"};{\"x\":1}\r\n,;\t\x1f\x01\xff\xE2\x80\xAE\xEF\xBF\xBF\xED\xA0\x80\\"        \
  "u0000 \"\""
#define SAMPLE_CPE_KEY "a:Ven dor:torch+like:x"

enum {
  SAMPLE_FIRST_DAY = 20990201, // of both editions that follow
  SAMPLE_LAST_DAY = 20990301,  // when alpha no longer says what it said of CVE-2099-0003
};

typedef struct sample_node {
  vd_node_kind kind;
  const char *key, *name, *class, *text, *date;
  int64_t position;
} sample_node;

typedef struct sample_property {
  vd_node_kind kind;
  const char *key, *name, *value;
} sample_property;

typedef struct sample_link {
  vd_node_kind src_kind;
  const char *src;
  vd_edge_kind kind;
  vd_node_kind dst_kind;
  const char *dst, *role, *method;
  double confidence;
  const char *evidence;
} sample_link;

// What a source states; a record is a node with the properties and links that begin at it.
typedef struct sample_source {
  const char *name;
  int64_t rank;
  const sample_node *nodes;
  size_t node_count;
  const sample_property *properties;
  size_t property_count;
  const sample_link *links;
  size_t link_count;
} sample_source;

#define V VD_NODE_VULNERABILITY
static const sample_node sample_alpha_nodes[] = {
    {V, "CVE-2099-0001", "Unsafe loading", "cve", "Loading runs code.", "2099-01-02", 0},
    {V, "GHSA-aaaa-bbbb-cccc", "Code execution in torch-like", "ghsa", NULL, "2099-01-03", 0},
    {V, "CVE-2099-0002\n", SAMPLE_HOSTILE, SAMPLE_HOSTILE, SAMPLE_HOSTILE, NULL, 0},
    {V, "CVE-2099-0003", "Short-lived", "cve", NULL, "2099-01-05", 0},
    {V, "PYSEC-2099-9", NULL, "pysec", NULL, "2099-01-06", 0},
    {V, "CAPEC-1", "A pattern's id on a flaw", "osv", NULL, "2099-01-06", 0},
    {VD_NODE_PACKAGE, "pypi/torch-like", "torch-like", "pypi", NULL, NULL, 0},
    {VD_NODE_PACKAGE, "npm/@scope/torch-like", NULL, "npm", NULL, NULL, 0},
    {VD_NODE_PRODUCT, SAMPLE_CPE_KEY, NULL, NULL, NULL, NULL, 0},
    {VD_NODE_PRODUCT, "a:other:torch_like", NULL, NULL, NULL, NULL, 0},
    {VD_NODE_WEAKNESS, "CWE-502", "Deserialization", "Base", NULL, NULL, 0},
    {VD_NODE_WEAKNESS, "CWE-913", "Dynamic code", "Class", NULL, NULL, 0},
    {VD_NODE_PATTERN, "CAPEC-586", "Object injection", "Detailed", NULL, NULL, 0},
    {VD_NODE_TECHNIQUE, "T9001", "Exploit the public", "attack", "How.", NULL, 0},
    {VD_NODE_TECHNIQUE, "T9001.001", "Exploit a model", "attack", NULL, NULL, 0},
    {VD_NODE_TECHNIQUE, "AML.T9001", "Unsafe artifacts", "atlas", NULL, NULL, 0},
    {VD_NODE_TECHNIQUE, "T9900", "No tactic at all", "attack", NULL, NULL, 0},
    {VD_NODE_TACTIC, "TA9001", "Command and Control", "attack", NULL, NULL, 11},
    {VD_NODE_TACTIC, "TA9002", "Initial Access", "attack", NULL, NULL, 1},
    {VD_NODE_TACTIC, "AML.TA9001", "AI Model Access", "atlas", NULL, NULL, 4},
    {VD_NODE_MITIGATION, "M9001", "Patch", "attack", NULL, NULL, 0},
    {VD_NODE_MITIGATION, "nist-800-53/AC-2", "Accounts", "nist-800-53", NULL, NULL, 0},
    {VD_NODE_ACTOR, "G9001", "Group", "group", NULL, NULL, 0},
    {VD_NODE_ACTOR, "misp/0000", "Actor", "misp", NULL, NULL, 0},
    {VD_NODE_SOFTWARE, "S9001", "Malware", "malware", NULL, NULL, 0},
    {VD_NODE_SOFTWARE, "S9002", "Tool", "tool", NULL, NULL, 0},
    {VD_NODE_CAMPAIGN, "C9001", "Campaign", NULL, NULL, NULL, 0},
    {VD_NODE_DETECTION, "DET9001", "Detection", "strategy", NULL, NULL, 0},
    {VD_NODE_INCIDENT, "aiid/9001", "Incident", "aiid", NULL, "2099-01-07", 0},
    {VD_NODE_DOCUMENT, "https://example.org/a?b=%20#c", "Report", "report", NULL, NULL, 0},
    {VD_NODE_DOCUMENT, "arxiv/9901.00001", "A paper about nothing", "paper", NULL, NULL, 0},
    {VD_NODE_ISSUE, "github/o/n#1", "o/n#1", "issue", NULL, NULL, 0},
    {VD_NODE_REPOSITORY, "github/o/n", "O/N", NULL, NULL, NULL, 0},
    {VD_NODE_EXPLOIT, "edb/9001", "Exploit", "exploitdb", NULL, NULL, 0},
    {VD_NODE_EXPLOIT, "nuclei/CVE-2099-0001", "Check", "nuclei", NULL, NULL, 0},
    {VD_NODE_RISK, "LLM01:2099", "Injection", "owasp-llm", NULL, NULL, 1},
    {VD_NODE_STAGE, "deployment", "Deployment", NULL, NULL, NULL, 5},
    {VD_NODE_LAYER, "serving", "Serving", NULL, NULL, NULL, 0},
    {VD_NODE_ROLE, "model-loading", "Model loading", NULL, NULL, NULL, 0},
    {VD_NODE_ASSET, "model", "Model", NULL, NULL, NULL, 0},
    {VD_NODE_PERSONA, "insider", "Insider", NULL, NULL, NULL, 0},
    {VD_NODE_SURFACE, "public-api", "Public API", NULL, NULL, NULL, 0},
    {VD_NODE_CLUSTER, "success/3", NULL, "success", NULL, NULL, 0},
};

static const sample_property sample_alpha_properties[] = {
    {V, "CVE-2099-0001", "cvss", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"},
    {V, "CVE-2099-0001", "cvss", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"},
    {V, "CVE-2099-0001", "published", "2099-01-01"},
    {V, "CVE-2099-0001", "modified", "2099-01-20"},
    {V, "CVE-2099-0001", "severity", "critical"},
    {V, "CVE-2099-0001", "url", "https://example.org/advisory?id=1"},
    {V, "CVE-2099-0001", "url", "javascript:alert(1)"},
    {V, "CVE-2099-0001", "url", "https://example.org/<script>"},
    {V, "CVE-2099-0001", "name", "a property called as a column is"},
    {V, "CVE-2099-0002\n", "tag", SAMPLE_HOSTILE},
    {V, "CVE-2099-0002\n", "modified", "2098-99-99"},
    {V, "CVE-2099-0003", "severity", "low"},
    {V, "PYSEC-2099-9", "withdrawn", "2099-01-08"},
    {V, "PYSEC-2099-9", "status", "withdrawn"},
    {VD_NODE_SOFTWARE, "S9001", "synonym", "Mal"},
    {VD_NODE_SOFTWARE, "S9001", "synonym", "Ware"},
    {VD_NODE_CAMPAIGN, "C9001", "first_seen", "2098-05-01"},
    {VD_NODE_CAMPAIGN, "C9001", "last_seen", "2098-06-01"},
    {VD_NODE_DOCUMENT, "https://example.org/a?b=%20#c", "date", "2098-12-31"},
};

static const sample_link sample_alpha_links[] = {
    {V, "GHSA-aaaa-bbbb-cccc", VD_EDGE_ALIAS_OF, V, "CVE-2099-0001", NULL, "stated", 1, NULL},
    {VD_NODE_PRODUCT, SAMPLE_CPE_KEY, VD_EDGE_ALIAS_OF, VD_NODE_PRODUCT, "a:other:torch_like", NULL,
     "curated", 1, NULL},
    {VD_NODE_PRODUCT, "a:other:torch_like", VD_EDGE_ALIAS_OF, VD_NODE_PACKAGE, "pypi/torch-like",
     NULL, "curated", 1, NULL},
    {V, "GHSA-aaaa-bbbb-cccc", VD_EDGE_AFFECTS, VD_NODE_PACKAGE, "pypi/torch-like", NULL, "stated",
     1, "fixed 2.0"},
    {V, "GHSA-aaaa-bbbb-cccc", VD_EDGE_AFFECTS, VD_NODE_PACKAGE, "pypi/torch-like", NULL, "stated",
     1, "introduced 3.0, fixed 3.1"},
    {V, "CVE-2099-0001", VD_EDGE_AFFECTS, VD_NODE_PRODUCT, SAMPLE_CPE_KEY, NULL, "stated", 1, NULL},
    {V, "CVE-2099-0001", VD_EDGE_HAS_WEAKNESS, VD_NODE_WEAKNESS, "CWE-502", NULL, "stated", 1,
     NULL},
    {V, "CVE-2099-0001", VD_EDGE_MAPS_TO, VD_NODE_TECHNIQUE, "T9001", NULL, "chain", 0.4, NULL},
    {V, "CVE-2099-0001", VD_EDGE_MAPS_TO, VD_NODE_TECHNIQUE, "AML.T9001", "model-loading",
     "curated", 0.95, "rule 1"},
    {V, "CVE-2099-0002\n", VD_EDGE_MAPS_TO, VD_NODE_TECHNIQUE, "T9001", NULL, "text", 0.9,
     SAMPLE_HOSTILE},
    {V, "CVE-2099-0002\n", VD_EDGE_MAPS_TO, VD_NODE_TECHNIQUE, "T9900", NULL, "text", 1.0 / 3,
     NULL},
    {V, "CVE-2099-0002\n", VD_EDGE_REPORTED_IN, VD_NODE_ISSUE, "github/o/n#1", NULL, "stated", 1,
     NULL},
    {V, "CVE-2099-0003", VD_EDGE_AFFECTS, VD_NODE_PACKAGE, "npm/@scope/torch-like", NULL, "stated",
     1, NULL},
    {V, "CVE-2099-0001", VD_EDGE_MEMBER_OF, VD_NODE_CLUSTER, "success/3", NULL, "learned", 0.5,
     NULL},
    {VD_NODE_WEAKNESS, "CWE-502", VD_EDGE_CHILD_OF, VD_NODE_WEAKNESS, "CWE-913", NULL, "stated", 1,
     NULL},
    {VD_NODE_WEAKNESS, "CWE-502", VD_EDGE_EXPLOITED_BY, VD_NODE_PATTERN, "CAPEC-586", NULL,
     "stated", 1, NULL},
    {VD_NODE_PATTERN, "CAPEC-586", VD_EDGE_USES, VD_NODE_TECHNIQUE, "T9001", NULL, "stated", 1,
     NULL},
    {VD_NODE_TECHNIQUE, "T9001.001", VD_EDGE_CHILD_OF, VD_NODE_TECHNIQUE, "T9001", NULL, "stated",
     1, NULL},
    {VD_NODE_TECHNIQUE, "T9001", VD_EDGE_ACHIEVES, VD_NODE_TACTIC, "TA9001", NULL, "stated", 1,
     NULL},
    {VD_NODE_TECHNIQUE, "T9001", VD_EDGE_ACHIEVES, VD_NODE_TACTIC, "TA9002", NULL, "stated", 1,
     NULL},
    {VD_NODE_TECHNIQUE, "AML.T9001", VD_EDGE_ACHIEVES, VD_NODE_TACTIC, "AML.TA9001", NULL, "stated",
     1, NULL},
    {VD_NODE_TECHNIQUE, "AML.T9001", VD_EDGE_REFERS_TO, VD_NODE_TECHNIQUE, "T9001", NULL, "stated",
     1, NULL},
    {VD_NODE_MITIGATION, "M9001", VD_EDGE_MITIGATES, VD_NODE_TECHNIQUE, "T9001", NULL, "stated", 1,
     NULL},
    {VD_NODE_MITIGATION, "nist-800-53/AC-2", VD_EDGE_MITIGATES, VD_NODE_TECHNIQUE, "T9001", NULL,
     "stated", 1, NULL},
    {VD_NODE_ACTOR, "G9001", VD_EDGE_USES, VD_NODE_TECHNIQUE, "T9001", NULL, "stated", 1, NULL},
    {VD_NODE_ACTOR, "G9001", VD_EDGE_USES, VD_NODE_SOFTWARE, "S9001", NULL, "stated", 1, NULL},
    {VD_NODE_SOFTWARE, "S9002", VD_EDGE_USES, VD_NODE_TECHNIQUE, "T9001", NULL, "stated", 1, NULL},
    {VD_NODE_CAMPAIGN, "C9001", VD_EDGE_ATTRIBUTED_TO, VD_NODE_ACTOR, "G9001", NULL, "stated", 1,
     NULL},
    {VD_NODE_DETECTION, "DET9001", VD_EDGE_DETECTS, VD_NODE_TECHNIQUE, "T9001", NULL, "stated", 1,
     NULL},
    {VD_NODE_TECHNIQUE, "AML.T9001", VD_EDGE_CAUSES, VD_NODE_INCIDENT, "aiid/9001", NULL, "stated",
     1, NULL},
    {VD_NODE_INCIDENT, "aiid/9001", VD_EDGE_TARGETS, VD_NODE_ASSET, "model", NULL, "stated", 1,
     NULL},
    {VD_NODE_DOCUMENT, "https://example.org/a?b=%20#c", VD_EDGE_REFERENCES, VD_NODE_TECHNIQUE,
     "T9001", NULL, "text", 0.9, "T9001"},
    {VD_NODE_ISSUE, "github/o/n#1", VD_EDGE_MEMBER_OF, VD_NODE_REPOSITORY, "github/o/n", NULL,
     "stated", 1, NULL},
    {VD_NODE_REPOSITORY, "github/o/n", VD_EDGE_DEPENDS_ON, VD_NODE_PACKAGE, "pypi/torch-like", NULL,
     "stated", 1, NULL},
    {VD_NODE_EXPLOIT, "edb/9001", VD_EDGE_EXPLOITS, V, "CVE-2099-0001", NULL, "stated", 1, NULL},
    {VD_NODE_EXPLOIT, "nuclei/CVE-2099-0001", VD_EDGE_EXPLOITS, V, "CVE-2099-0001", NULL, "stated",
     1, NULL},
    {VD_NODE_RISK, "LLM01:2099", VD_EDGE_MAPS_TO, VD_NODE_TECHNIQUE, "AML.T9001", NULL, "stated", 1,
     NULL},
    {VD_NODE_RISK, "LLM01:2099", VD_EDGE_OCCURS_IN, VD_NODE_STAGE, "deployment", NULL, "stated", 1,
     NULL},
    {VD_NODE_PACKAGE, "pypi/torch-like", VD_EDGE_PLAYS, VD_NODE_ROLE, "model-loading", NULL,
     "curated", 1, NULL},
};

// Another source: it knows the flaw by the same id, rates it lower, and names what nobody defines.
static const sample_node sample_beta_nodes[] = {
    {V, "CVE-2099-0001", "Another title", "cve", "Another text.", "2099-01-04", 0},
};

static const sample_property sample_beta_properties[] = {
    {V, "CVE-2099-0001", "severity", "high"},
    {V, "CVE-2099-0001", "published", "2099-01-03"},
};

static const sample_link sample_beta_links[] = {
    {V, "CVE-2099-0001", VD_EDGE_AFFECTS, VD_NODE_PACKAGE, "pypi/torch-like", NULL, "stated", 1,
     NULL},
    {V, "CVE-2099-0001", VD_EDGE_MAPS_TO, VD_NODE_TECHNIQUE, "T9001", NULL, "curated", 0.8, NULL},
    {V, "CVE-2099-0001", VD_EDGE_MAPS_TO, VD_NODE_TECHNIQUE, "T9777", NULL, "curated", 0.8, NULL},
    {V, "CVE-2099-0001", VD_EDGE_AFFECTS, VD_NODE_PRODUCT, SAMPLE_HOSTILE, NULL, "stated", 1, NULL},
};
#undef V

#define SAMPLE_SOURCE(prefix, order)                                                               \
  {                                                                                                \
    .name = #prefix, .rank = (order), .nodes = sample_##prefix##_nodes,                            \
    .node_count = VD_COUNT(sample_##prefix##_nodes), .properties = sample_##prefix##_properties,   \
    .property_count = VD_COUNT(sample_##prefix##_properties), .links = sample_##prefix##_links,    \
    .link_count = VD_COUNT(sample_##prefix##_links)                                                \
  }

static const sample_source sample_sources[] = {SAMPLE_SOURCE(alpha, 1), SAMPLE_SOURCE(beta, 2)};

static inline vd_view sample_text(const char *text) {
  return text == NULL ? (vd_view){0} : vd_view_of(text);
}

static inline void sample_add_links(vd_record *r, const sample_source *s, const sample_node *n) {
  for (size_t i = 0; i < s->link_count; i++) {
    const sample_link *l = &s->links[i];
    if (l->src_kind != n->kind || strcmp(l->src, n->key) != 0)
      continue;
    vd_link *link = vd_record_link(r, vd_ref_of(n->kind, vd_view_of(n->key)), l->kind,
                                   vd_ref_of(l->dst_kind, vd_view_of(l->dst)));
    link->context = vd_ref_of(VD_NODE_ROLE, sample_text(l->role));
    link->method = l->method;
    link->confidence = l->confidence;
    link->evidence = sample_text(l->evidence);
  }
}

static inline vd_code sample_write_node(vd_writer *w, const sample_source *s, const sample_node *n,
                                        vd_error *err) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_ref ref = vd_ref_of(n->kind, vd_view_of(n->key));
  vd_record r = vd_record_of(&a, vd_arena_printf(&a, "%s/%s", vd_node_kind_text(n->kind), n->key),
                             sample_text(n->date));
  vd_definition *d = vd_record_define(&r, ref, sample_text(n->name));
  r.place = VD_VIEW("sample.json");
  d->class = sample_text(n->class);
  d->text = sample_text(n->text);
  d->position = n->position;
  for (size_t i = 0; i < s->property_count; i++)
    if (s->properties[i].kind == n->kind && strcmp(s->properties[i].key, n->key) == 0)
      vd_record_property(&r, ref, s->properties[i].name, vd_view_of(s->properties[i].value));
  sample_add_links(&r, s, n);
  return vd_writer_record(w, &r, err);
}

// One edition of a source; skip is the key of a node it does not state, or NULL.
static inline vd_code sample_write(vd_graph *g, const sample_source *s, int64_t today,
                                   const char *skip, vd_error *err) {
  VD_CLEANUP(vd_writer_free) vd_writer *w = NULL;
  vd_edition e = {.source = s->name,
                  .licence = "CC0-1.0",
                  .url = "https://example.org/source",
                  .rank = s->rank,
                  .today = today};
  VD_TRY(vd_writer_begin(g, &e, &w, err));
  for (size_t i = 0; i < s->node_count; i++)
    if (skip == NULL || strcmp(s->nodes[i].key, skip) != 0)
      VD_TRY(sample_write_node(w, s, &s->nodes[i], err));
  if (s->rank == 1)
    VD_TRY(vd_writer_score(w,
                           &(vd_score_row){vd_cve_number(VD_VIEW("CVE-2099-0001")), 94358, 99963},
                           SAMPLE_FIRST_DAY, err));
  vd_edition_end end = {.version = VD_VIEW("9.1"), .date = VD_VIEW("2099-02-01"), .content = today};
  return vd_writer_commit(w, &end, NULL, err);
}

static inline vd_code sample_build(const char *path, vd_error *err) {
  VD_CLEANUP(vd_graph_close) vd_graph *g = NULL;
  VD_TRY(vd_graph_open(path, VD_GRAPH_CREATE, &g, err));
  for (size_t i = 0; i < VD_COUNT(sample_sources); i++)
    VD_TRY(sample_write(g, &sample_sources[i], SAMPLE_FIRST_DAY, NULL, err));
  return sample_write(g, &sample_sources[0], SAMPLE_LAST_DAY, "CVE-2099-0003", err);
}
