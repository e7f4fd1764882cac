// The readers behind feeds.def, and what they share.
#pragma once

#include "feed/feed.h"
#include "format/format.h"

#define FACTS_FEED FEED
#define FEED(name, ...)                                                                            \
  vd_code vd_read_##name(vd_arena *a, const vd_input *in, const vd_feed_sink *sink, vd_error *err);
#include "feed/feeds.def"
#undef FEED
#undef FACTS_FEED

bool vd_entry_pysec(vd_view path);     // */vulns/*.yaml
bool vd_entry_ghsa(vd_view path);      // */advisories/github-reviewed/*.json
bool vd_entry_osv(vd_view path);       // *.json
bool vd_entry_malicious(vd_view path); // */osv/malicious/pypi/*.json, */osv/withdrawn/pypi/*.json
bool vd_entry_cve(vd_view path);       // */CVE-*.json
bool vd_entry_xml(vd_view path);       // *.xml
bool vd_entry_sigma(vd_view path);     // rules*/*.yml
bool vd_entry_poc(vd_view path);       // */CVE-*.json, */CVE-*.md
bool vd_entry_any(vd_view path);
bool vd_entry_markdown(vd_view path);
bool vd_entry_owasp_ai_exchange(vd_view path);
bool vd_entry_owasp_aisvs(vd_view path);
bool vd_entry_owasp_llm(vd_view path);
bool vd_entry_owasp_ml(vd_view path);
bool vd_entry_owasp_agentic(vd_view path);
bool vd_entry_owasp_web(vd_view path);
bool vd_entry_cosai(vd_view path);
bool vd_entry_avid(vd_view path);
bool vd_entry_avid_labels(vd_view path);
bool vd_entry_aiid(vd_view path);
bool vd_entry_study(vd_view path);

// Text of any scalar as written ("1.10" of an unquoted YAML number); {NULL} for null, bool,
// containers and NULL.
vd_view vd_scalar(const vd_value *v);
vd_view vd_scalar_at(const vd_value *table, const char *key);
// Not empty and free of white space and control bytes, so it can be an item of a list in a cell.
bool vd_token_valid(vd_view v);
// Starts with a calendar date (YYYY-MM-DD).
bool vd_date_valid(vd_view v);
// The later of two dates by their first ten bytes; {NULL} counts as earliest.
vd_view vd_date_later(vd_view a, vd_view b);

// The longest start of v of at most max bytes that cuts no UTF-8 sequence.
vd_view vd_text_cut(vd_view v, size_t max);
// What a definition keeps of a description: trimmed and cut at VD_TEXT_MAX.
vd_view vd_feed_text(vd_view v);

// The same of a text with <xhtml:...> tags in it, as CWE and CAPEC have them: without the tags,
// runs of white space made one blank. {NULL} when there is no memory only.
vd_view vd_feed_plain(vd_arena *a, vd_view v);
// ASCII letters made small, in the arena; {NULL} when there is no memory.
vd_view vd_feed_lower(vd_arena *a, vd_view v);
// The words of text around a place in it, for evidence: at most VD_EVIDENCE_MAX bytes.
vd_view vd_text_around(vd_view text, size_t offset);

// Reports a record, or a part of one, that cannot be used: "WHY: DETAIL", or "WHY" without detail.
void vd_feed_bad(const vd_feed_sink *sink, vd_view place, const char *why, vd_view detail);
// Reports, as a record's place, its number in its list.
void vd_feed_bad_record(const vd_feed_sink *sink, size_t number, const char *reason);

// Hands a finished record on; NOMEM when one of its parts found no memory.
vd_code vd_feed_record(const vd_feed_sink *sink, const vd_record *r) VD_MUST_USE;

// One OSV document: hands the advisory on when it names a PyPI package. FORMAT when it has no id.
vd_code vd_osv_read(vd_arena *a, const vd_value *doc, const vd_feed_sink *sink, vd_error *err);

// A list cell under construction: ids sorted, without duplicates, joined by spaces.
typedef struct vd_id_list {
  vd_arena *arena;
  vd_views ids;
  bool numbered; // ordered by vd_id_compare, not by bytes
} vd_id_list;

// Adds prefix + id; what is not a token is left out.
vd_code vd_id_list_add(vd_id_list *list, const char *prefix, vd_view id) VD_MUST_USE;
vd_view vd_id_list_join(const vd_id_list *list); // {NULL} on NOMEM
// Orders "CWE-79" before "CWE-502": by the part up to the last '-', then by length, then by bytes;
// texts without '-' by bytes.
int vd_id_compare(vd_view a, vd_view b);

// Hands over one node; n columns. Reports and skips it when the id is not a token.
typedef struct vd_node_columns {
  vd_view at[4];
  size_t count;
  vd_view text; // description, cut for the graph; {NULL} when there is none
} vd_node_columns;
vd_code vd_feed_node(const vd_feed_sink *sink, const char *table, vd_view id, vd_view name,
                     const vd_node_columns *columns) VD_MUST_USE;
