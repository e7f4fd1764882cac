// A CVE record on its way to the graph: what the readers of CVE JSON 5 and of NVD have in common.
// Adding never fails: what finds no memory makes the record fail when it is handed over.
#pragma once

#include "feed/sources/sources.h"

typedef struct vd_cve {
  vd_arena *arena;
  const vd_feed_sink *sink;
  vd_record record;
  vd_ref node;   // the flaw
  vd_view where; // what speaks at the moment ("cna", "adp CISA-ADP"): the evidence of its links
  vd_map said;   // what the record states already, so that no second container repeats it
} vd_cve;

// "CVE-" with a year from 1999 to 2099 and 4 to 7 digits.
bool vd_cve_valid(vd_view id);

// id: valid, and borrowed.
vd_cve vd_cve_of(vd_arena *a, const vd_feed_sink *sink, vd_view id);
void vd_cve_define(vd_cve *c, vd_view title, vd_view text);
// Defines it as rejected, and nothing else.
void vd_cve_reject(vd_cve *c);
// The date of the record, unless it has one or the text is none.
void vd_cve_dated(vd_cve *c, vd_view date);
// NOMEM when an addition found no memory.
vd_code vd_cve_finish(vd_cve *c, vd_error *err) VD_MUST_USE;

// Each is added once; empty ones are not. What is no date, vector, ... is reported to the sink.
void vd_cve_property(vd_cve *c, const char *name, vd_view value);
void vd_cve_date(vd_cve *c, const char *name, vd_view value); // kept as YYYY-MM-DD
void vd_cve_cvss(vd_cve *c, vd_view vector);
// One decision point of SSVC ("Exploitation", "PoC"); points that are no property are left out.
void vd_cve_ssvc(vd_cve *c, vd_view point, vd_view value);

// A link away from the flaw. When another container stated it, what speaks joins its evidence.
void vd_cve_link(vd_cve *c, vd_edge_kind kind, vd_ref dst);
// "CWE-79", or words among which ids are found; false when there is none.
bool vd_cve_weakness(vd_cve *c, vd_view text);
// A CPE name, as affected.
void vd_cve_product(vd_cve *c, vd_view cpe);
// Kept: GitHub issues and pull requests, and exploits; `exploit`: the source tags it as one.
void vd_cve_reference(vd_cve *c, vd_view url, bool exploit);
// The value of the first item of [{lang, value}] in English ("en", "en-US", "eng"); else {NULL}.
vd_view vd_cve_english(const vd_value *list);
// What speaks: a part of a record, with the name of its source where it has a usable one.
void vd_cve_speaker(vd_cve *c, const char *part, vd_view source);
// An array of `tags`: does one say that a reference is an exploit?
bool vd_cve_tags_exploit(const vd_value *tags);

// An entry of `affected` (CVE JSON 5): products by CPE, PyPI packages, else vendor and product.
// Entries that only say what is not affected are left out.
void vd_cve_affected(vd_cve *c, const vd_value *entry);
// `configurations` (NVD 2.0) or `cpeApplicability` (CVE JSON 5): what they match as vulnerable.
void vd_cve_configurations(vd_cve *c, const vd_value *list);
