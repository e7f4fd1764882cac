// advisory: an OSV advisory as a record of the graph, and as the text kept beside that record from
// which the tables of matching are made.
#pragma once

#include "feed/feed.h"

// The record of an advisory: its definition, dates, vectors, weaknesses, aliases and packages. A
// withdrawn one only says that it is.
vd_record vd_advisory_record(vd_arena *a, const vd_advisory *adv);

// One fact a line, a letter and its text. {NULL} on NOMEM.
vd_view vd_advisory_encode(vd_arena *a, const vd_advisory *adv);
// FORMAT with the line for a text that vd_advisory_encode does not write.
vd_code vd_advisory_decode(vd_arena *a, vd_view text, vd_advisory *out, vd_error *err) VD_MUST_USE;

// The record of a row of the facts tables (a technique, weakness, ...), with its relations; false
// for a row that is no thing of its own ("revoked").
bool vd_fact_record(vd_arena *a, const vd_fact_node *n, vd_record *out);
