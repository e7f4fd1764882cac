// graph: the knowledge graph in one SQLite file. Typed nodes and edges, each edge with provenance,
// plus the narrow tables matching needs at speed. Text handed out lives in the arena given.
#pragma once

#include "base/base.h"

// ---- kinds -------------------------------------------------------------------------------

// Stored by name, so a database outlives reordering. Append freely.
#define VD_NODE_KINDS(X)                                                                           \
  X(VULNERABILITY, "vulnerability") /* one id of a flaw: CVE-..., GHSA-..., PYSEC-..., MAL-... */  \
  X(PACKAGE, "package")             /* purl type/name: "pypi/numpy", normalised */                 \
  X(WEAKNESS, "weakness")           /* CWE-79 */                                                   \
  X(PATTERN, "pattern")             /* CAPEC-63 */                                                 \
  X(TECHNIQUE, "technique")         /* T1190, AML.T0011.000 */                                     \
  X(TACTIC, "tactic")               /* TA0001, AML.TA0004 */                                       \
  X(MITIGATION, "mitigation")       /* M1048, AML.M0013, "nist-800-53/AC-2", "cosai/control..." */ \
  X(ROLE, "role")                   /* what a package does in an AI system: "model-loading" */     \
  X(STAGE, "stage")                 /* ML lifecycle stage */                                       \
  X(LAYER, "layer")                 /* infrastructure layer */                                     \
  X(PRODUCT, "product")             /* CPE part:vendor:product "a:google:tensorflow" */            \
  X(REPOSITORY, "repository")       /* "github/OWNER/NAME", lower case */                          \
  X(ISSUE, "issue")                 /* "github/owner/name#123" (issues and pull requests) */       \
  X(EXPLOIT, "exploit")             /* "edb/50383", "msf/exploit/...", "nuclei/CVE-...", a URL */  \
  X(INCIDENT, "incident")           /* "aiid/123", AML.CS0001, "avid/AVID-2022-R0001" */           \
  X(DOCUMENT, "document")           /* "arxiv/2301.00001", a URL */                                \
  X(RISK, "risk")           /* list entry: "LLM01:2025", "ASI03", "ML02:2023", "A03:2021" */       \
  X(ACTOR, "actor")         /* G0007, "misp/UUID", "persona/white-box-insider" not here */         \
  X(SOFTWARE, "software")   /* malware or tool: S0154 */                                           \
  X(CAMPAIGN, "campaign")   /* C0024 */                                                            \
  X(DETECTION, "detection") /* DET0001, AN0001, "sigma/UUID" */                                    \
  X(ASSET, "asset")         /* asset class of an AI system */                                      \
  X(PERSONA, "persona")     /* who attacks: black box, insider, supply chain */                    \
  X(SURFACE, "surface")     /* what is finally compromised: "public-api" */                        \
  X(CLUSTER, "cluster")     /* centroid: "success/3", "stealth/7", "cost/2" */

typedef enum vd_node_kind {
#define X(id, name) VD_NODE_##id,
  VD_NODE_KINDS(X)
#undef X
      VD_NODE_KIND_COUNT
} vd_node_kind;

#define VD_EDGE_KINDS(X)                                                                           \
  X(AFFECTS, "affects")           /* vulnerability -> package | product */                         \
  X(HAS_WEAKNESS, "has_weakness") /* vulnerability -> weakness */                                  \
  X(CHILD_OF, "child_of")         /* weakness, pattern, technique or detection -> its parent */    \
  X(EXPLOITED_BY, "exploited_by") /* weakness -> pattern */                                        \
  X(USES, "uses")           /* pattern | actor | software | campaign -> technique | software */    \
  X(ENABLES, "enables")     /* weakness in a role -> technique (curated) */                        \
  X(ACHIEVES, "achieves")   /* technique -> tactic */                                              \
  X(MITIGATES, "mitigates") /* mitigation -> technique | pattern | weakness | risk */              \
  X(REFERS_TO, "refers_to") /* ATLAS technique | tactic -> the ATT&CK one it adapts */             \
  X(PLAYS, "plays")         /* package -> role */                                                  \
  X(OCCURS_IN,                                                                                     \
    "occurs_in") /* role | technique | vulnerability | incident | risk ... -> stage | layer */     \
  X(ALIAS_OF, "alias_of")       /* same thing under another id; symmetric, makes classes */        \
  X(REVOKED_BY, "revoked_by")   /* old id -> its successor; joins the class of the successor */    \
  X(MAPS_TO, "maps_to")         /* vulnerability | risk | mitigation -> technique, risk, ... */    \
  X(REPORTED_IN, "reported_in") /* vulnerability -> issue | document */                            \
  X(REFERENCES,                                                                                    \
    "references") /* issue | document | risk -> technique | weakness | vulnerability */            \
  X(SHARES_VECTOR, "shares_vector") /* vulnerability -> technique: similar words (TF-IDF) */       \
  X(MEMBER_OF, "member_of")     /* vulnerability -> attack-success cluster; issue -> repository */ \
  X(STEALTH_SIM, "stealth_sim") /* vulnerability -> stealth cluster */                             \
  X(COST_SIM, "cost_sim")       /* vulnerability -> cost cluster */                                \
  X(CAUSES, "causes")           /* technique | vulnerability -> incident */                        \
  X(TARGETS,                                                                                       \
    "targets") /* technique | risk | actor | incident | vulnerability -> asset | surface | ... */  \
  X(EVIDENCE_OF,                                                                                   \
    "evidence_of") /* incident | document | exploit -> technique | vulnerability | risk */         \
  X(DEPENDS_ON, "depends_on")       /* repository | package -> package | product */                \
  X(EXPLOITS, "exploits")           /* exploit -> vulnerability */                                 \
  X(DETECTS, "detects")             /* detection -> technique | vulnerability */                   \
  X(ATTRIBUTED_TO, "attributed_to") /* campaign | incident -> actor */

typedef enum vd_edge_kind {
#define X(id, name) VD_EDGE_##id,
  VD_EDGE_KINDS(X)
#undef X
      VD_EDGE_KIND_COUNT
} vd_edge_kind;

const char *vd_node_kind_text(vd_node_kind k);
const char *vd_edge_kind_text(vd_edge_kind k);

// ---- opening -------------------------------------------------------------------------------

typedef struct vd_graph vd_graph;

typedef enum vd_graph_mode {
  VD_GRAPH_READ,   // must exist with a schema this build knows; the file itself is not written. One
                   // moment for the life of the handle, whatever an updater does meanwhile
  VD_GRAPH_UPDATE, // opened for writing in WAL mode, migrated to the newest schema
  VD_GRAPH_CREATE, // as UPDATE, but a missing file is created
} vd_graph_mode;

// NOTFOUND, FORMAT (not a vedette database, or from a newer version), IO. Free with vd_graph_close.
vd_code vd_graph_open(const char *path, vd_graph_mode mode, vd_graph **out,
                      vd_error *err) VD_MUST_USE;
void vd_graph_close(vd_graph **g); // also for VD_CLEANUP; NULL is fine

// A handle for reading sees the moment it was opened for its life, and a lock goes with that. One
// that lives long rests between uses: it holds no lock then, and begins a new moment to read on.
// What vd_graph_map keeps in the handle stays as it was. FORMAT when another version of the program
// has changed the schema meanwhile.
void vd_graph_rest(vd_graph *g);
vd_code vd_graph_resume(vd_graph *g, vd_error *err) VD_MUST_USE;

// ---- compiling facts/ -------------------------------------------------------------------------

// Reads the text tables of a facts folder (docs/facts.md) into an empty graph in one transaction.
// The file ends in rollback-journal mode, vacuumed, so it can be shipped and opened read-only.
// FORMAT names the table and line in err.text.
vd_code vd_facts_compile(const char *facts_dir, const char *db_path, vd_error *err) VD_MUST_USE;

// ---- reading: what matching needs -------------------------------------------------------------

// A flaw under all its names.
typedef struct vd_flaw {
  vd_view id;                  // primary: CVE, else GHSA, else the first other id in byte order
  vd_views ids;                // every id of the flaw, primary first, then byte order
  vd_view published, modified; // RFC 3339; {NULL} when unknown
  vd_view severity;            // the label a source gives ("high"), {NULL} when none
  vd_views cvss;               // vectors, newest version first
  vd_views cwe;                // "CWE-502", ...
  vd_views cwe_names;          // parallel to cwe
  bool kev, ransomware;
  vd_view kev_added;            // date; {NULL} when not in KEV
  double epss, epss_percentile; // 0-1; negative when not scored
} vd_flaw;

// One package's entry in one or more advisories with the same ranges.
typedef struct vd_affected {
  const vd_flaw *flaw;
  vd_views advisories; // the ids that say so
  vd_view ranges;      // "[,1.2) [2.0,2.3.1] [3,)": PEP 440 intervals, see docs/facts.md
  vd_views versions;   // listed versions that lie outside the ranges
} vd_affected;

typedef struct vd_package_facts {
  vd_view name;                 // normalised PyPI name
  vd_views versions;            // known versions, ascending; not every release there is
  VD_VEC(vd_affected) affected; // in byte order of flaw id, then advisory
} vd_package_facts;

// NOTFOUND when the knowledge base has nothing on the package (name: normalised PyPI name).
vd_code vd_graph_package(vd_graph *g, vd_arena *a, vd_view name, vd_package_facts *out,
                         vd_error *err) VD_MUST_USE;
// By any of its ids, case-insensitively.
vd_code vd_graph_flaw(vd_graph *g, vd_arena *a, vd_view id, vd_flaw *out,
                      vd_error *err) VD_MUST_USE;

typedef struct vd_package_id {
  vd_view type, name; // purl type and name: "conda", "pytorch"
} vd_package_id;

// The PyPI name of a package of another ecosystem: for "conda" the curated name (facts/curated/
// conda.tsv), else the same name; {NULL} when the curated table says it is something else, and for
// ecosystems the knowledge base does not cover. A "pypi" name is returned as it is.
vd_code vd_graph_pypi_name(vd_graph *g, vd_arena *a, vd_package_id of, vd_view *out,
                           vd_error *err) VD_MUST_USE;

// ---- reading: what the flaw is used for -------------------------------------------------------

typedef struct vd_step { // one node on a path, and the edge that leads to it
  vd_view key, name;     // "CWE-502", "Deserialization of Untrusted Data"
  vd_view edge;          // edge kind that leads here; {NULL} on the first step
  vd_view source;        // provenance of that edge ("cwe", "capec", "curated")
} vd_step;

typedef struct vd_technique_link {
  vd_view id, name;
  vd_view method;          // "curated" or "chain" (CWE-CAPEC-technique)
  vd_view reason;          // the curated rule's clause; {NULL} for a chain
  double confidence;       // 0-1
  VD_VEC(vd_step) path;    // from the flaw to the technique
  VD_VEC(vd_step) tactics; // key and name of each tactic it achieves
} vd_technique_link;

typedef struct vd_mapping {
  VD_VEC(vd_technique_link) techniques; // best first; empty when there is no honest path
  vd_views stages;                      // lifecycle stages, in lifecycle order
  vd_view layer;                        // infrastructure layer; {NULL} when not known
  vd_view why_none;                     // one sentence when techniques is empty, else {NULL}
} vd_mapping;

typedef struct vd_map_query {
  const vd_flaw *flaw;
  vd_view package; // normalised PyPI name
} vd_map_query;

// Techniques, stages and layer of a flaw in a package, by curated (role, weakness) rules first and
// specificity-weighted chains after them (docs/mapping.md has weights and cuts).
vd_code vd_graph_map(vd_graph *g, vd_arena *a, const vd_map_query *q, vd_mapping *out,
                     vd_error *err) VD_MUST_USE;

// What a check of ours states about itself.
typedef struct vd_check_query {
  vd_view check;      // its name: the first step of the paths
  vd_view cwe;        // "CWE-502"
  vd_view techniques; // ids, blank-separated, best first
  vd_view role;       // whose stages and layer it touches: "model-loading"
  vd_view reason;     // one clause; borrowed
  double confidence;
} vd_check_query;

typedef struct vd_check_mapping {
  vd_view weakness; // name of the CWE; "" when the knowledge base does not have it
  vd_mapping mapping;
} vd_check_mapping;

// Techniques of a check with their tactics, its stages and layer, and the name of its weakness.
vd_code vd_graph_map_check(vd_graph *g, vd_arena *a, const vd_check_query *q, vd_check_mapping *out,
                           vd_error *err) VD_MUST_USE;

// ---- about the knowledge ----------------------------------------------------------------------

typedef struct vd_source {
  vd_view name, version, date, licence, url; // date: YYYY-MM-DD of the snapshot
  uint64_t records;
} vd_source;

typedef struct vd_graph_info {
  VD_VEC(vd_source) sources; // by name
  vd_view knowledge_date;    // newest snapshot date
  uint64_t nodes, edges, flaws, packages;
} vd_graph_info;

vd_code vd_graph_about(vd_graph *g, vd_arena *a, vd_graph_info *out, vd_error *err) VD_MUST_USE;
