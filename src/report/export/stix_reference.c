// external_references: where an id is known in the world, by the names STIX and the sources use.
#include "report/export/stix.h"

// The first row whose kind and prefix fit says what an id is called; what follows the prefix is the
// external id. %s in an address is that id. STIX fixes the names "cve" and "capec".
typedef struct known {
  vd_node_kind kind;
  bool keep;          // the prefix is part of the id
  const char *prefix; // of the key
  const char *name;
  const char *url; // NULL: none
} known;

static const known table[] = {
    {VD_NODE_VULNERABILITY, true, "CVE-", "cve", "https://www.cve.org/CVERecord?id=%s"},
    {VD_NODE_VULNERABILITY, true, "GHSA-", "ghsa", "https://github.com/advisories/%s"},
    {VD_NODE_VULNERABILITY, true, "PYSEC-", "pysec", "https://osv.dev/vulnerability/%s"},
    {VD_NODE_VULNERABILITY, true, "", "osv", "https://osv.dev/vulnerability/%s"},
    {VD_NODE_WEAKNESS, true, "CWE-", "cwe", "https://cwe.mitre.org/data/definitions/%s.html"},
    {VD_NODE_PATTERN, true, "CAPEC-", "capec", "https://capec.mitre.org/data/definitions/%s.html"},
    {VD_NODE_TECHNIQUE, true, "AML.", "mitre-atlas", "https://atlas.mitre.org/techniques/%s"},
    {VD_NODE_TECHNIQUE, true, "T", "mitre-attack", "https://attack.mitre.org/techniques/%s"},
    {VD_NODE_TACTIC, true, "AML.", "mitre-atlas", "https://atlas.mitre.org/tactics/%s"},
    {VD_NODE_TACTIC, true, "TA", "mitre-attack", "https://attack.mitre.org/tactics/%s"},
    {VD_NODE_MITIGATION, true, "AML.", "mitre-atlas", "https://atlas.mitre.org/mitigations/%s"},
    {VD_NODE_MITIGATION, true, "M", "mitre-attack", "https://attack.mitre.org/mitigations/%s"},
    {VD_NODE_MITIGATION, false, "nist-800-53/", "NIST 800-53", NULL},
    {VD_NODE_MITIGATION, false, "csa-ccm/", "CSA CCM", NULL},
    {VD_NODE_ACTOR, true, "G", "mitre-attack", "https://attack.mitre.org/groups/%s"},
    {VD_NODE_ACTOR, false, "misp/", "misp-galaxy", NULL},
    {VD_NODE_SOFTWARE, true, "S", "mitre-attack", "https://attack.mitre.org/software/%s"},
    {VD_NODE_CAMPAIGN, true, "C", "mitre-attack", "https://attack.mitre.org/campaigns/%s"},
    {VD_NODE_DETECTION, true, "DET", "mitre-attack",
     "https://attack.mitre.org/detectionstrategies/%s"},
    {VD_NODE_DETECTION, false, "sigma/", "sigma", NULL},
    {VD_NODE_INCIDENT, true, "AML.", "mitre-atlas", "https://atlas.mitre.org/studies/%s"},
    {VD_NODE_INCIDENT, false, "aiid/", "AI Incident Database",
     "https://incidentdatabase.ai/cite/%s"},
    {VD_NODE_INCIDENT, false, "avid/", "AVID", NULL},
    {VD_NODE_DOCUMENT, false, "arxiv/", "arXiv", "https://arxiv.org/abs/%s"},
    {VD_NODE_REPOSITORY, false, "github/", "GitHub", "https://github.com/%s"},
    {VD_NODE_ISSUE, false, "github/", "GitHub", "https://github.com/%s"},
    {VD_NODE_EXPLOIT, false, "edb/", "exploit-db", "https://www.exploit-db.com/exploits/%s"},
    {VD_NODE_EXPLOIT, false, "msf/", "metasploit", NULL},
    {VD_NODE_EXPLOIT, false, "nuclei/", "nuclei", NULL},
};

static const known *known_of(const vd_walk_id *node) {
  for (size_t i = 0; i < VD_COUNT(table); i++)
    if (table[i].kind == node->kind && vd_view_starts(node->key, vd_view_of(table[i].prefix)))
      return &table[i];
  return NULL;
}

static bool is_hex(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

bool vd_stix_is_uri(vd_view v) {
  static const char *const schemes[] = {"https://", "http://", "ftp://"};
  static const char other[] = "-._~:/?#@!$&'()*+,;=%";
  size_t start = 0, fragments = 0;
  for (size_t i = 0; i < VD_COUNT(schemes); i++)
    if (vd_view_starts(v, vd_view_of(schemes[i])))
      start = strlen(schemes[i]);
  for (size_t i = start; i < v.len; i++) {
    char c = v.ptr[i];
    bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
    if (!plain && (c == '\0' || strchr(other, c) == NULL))
      return false;
    fragments += c == '#';
    if (c == '%' && (i + 2 >= v.len || !is_hex(v.ptr[i + 1]) || !is_hex(v.ptr[i + 2])))
      return false;
  }
  return start != 0 && v.len > start && fragments <= 1;
}

// The sub-technique T1059.006 is T1059/006 in ATT&CK's addresses, the weakness CWE-79 is 79, the
// issue o/n#1 is o/n/issues/1.
static void put_in_address(vd_buf *b, const known *k, vd_view id) {
  bool attack = strcmp(k->name, "mitre-attack") == 0;
  if (k->kind == VD_NODE_WEAKNESS || k->kind == VD_NODE_PATTERN)
    id = vd_view_from(id, strlen(k->prefix));
  for (size_t i = 0; i < id.len; i++) {
    if (attack && id.ptr[i] == '.')
      vd_buf_put_c(b, '/');
    else if (k->kind == VD_NODE_ISSUE && id.ptr[i] == '#')
      vd_buf_put(b, VD_VIEW("/issues/"));
    else
      vd_buf_put_c(b, id.ptr[i]);
  }
}

static bool address_of(vd_arena *a, const known *k, vd_view id, vd_view *out) {
  VD_SCOPED_BUF b = VD_BUF(VD_GRAPH_VALUE_MAX);
  vd_view before = vd_view_of(k->url), rest = before;
  before = vd_view_cut(&rest, '%');
  vd_buf_put(&b, before);
  put_in_address(&b, k, id);
  vd_buf_put(&b, vd_view_from(rest, 1)); // without the s of %s
  if (b.failed)
    return false;
  *out = vd_arena_copy(a, vd_buf_view(&b));
  return out->ptr != NULL;
}

bool vd_stix_reference_of(vd_arena *a, const vd_walk_id *node, vd_stix_reference *out) {
  const known *k = known_of(node);
  *out = (vd_stix_reference){0};
  if (k == NULL && vd_stix_is_uri(node->key)) {
    *out = (vd_stix_reference){.source_name = VD_VIEW("web"), .url = node->key};
    return true;
  }
  if (k == NULL)
    return true;
  out->source_name = vd_view_of(k->name);
  out->external_id = vd_view_from(node->key, k->keep ? 0 : strlen(k->prefix));
  return k->url == NULL || address_of(a, k, out->external_id, &out->url);
}

static bool is_digits(vd_view v) {
  uint64_t n;
  return vd_view_u64(v, &n);
}

// CVE-YYYY-N with at least four digits at the end, and no zero before more than four.
static bool is_cve(vd_view id) {
  vd_view year = vd_view_first(vd_view_from(id, 4), 4), number = vd_view_from(id, 9);
  return vd_view_starts(id, VD_VIEW("CVE-")) && id.len > 9 && id.ptr[8] == '-' && is_digits(year) &&
         is_digits(number) && number.len >= 4 && (number.len == 4 || number.ptr[0] != '0');
}

static bool is_capec(vd_view id) {
  return vd_view_starts(id, VD_VIEW("CAPEC-")) && is_digits(vd_view_from(id, 6));
}

static bool is_plain(vd_view id) {
  for (size_t i = 0; i < id.len; i++)
    if (id.ptr[i] <= ' ' || id.ptr[i] >= 0x7F)
      return false;
  return id.len != 0;
}

// STIX wants ids of CVE and CAPEC in one form, under these names and no others.
bool vd_stix_reference_fits(vd_stix_reference *r) {
  bool cve = vd_view_eq(r->source_name, VD_VIEW("cve"));
  bool capec = vd_view_eq(r->source_name, VD_VIEW("capec"));
  bool fits = is_cve(r->external_id) == cve && is_capec(r->external_id) == capec;
  if (!fits || !is_plain(r->external_id))
    r->external_id = (vd_view){0};
  if (!vd_stix_is_uri(r->url))
    r->url = (vd_view){0};
  if (r->source_name.len == 0)
    return false;
  return r->external_id.len != 0 || (!cve && !capec && r->url.len != 0);
}
