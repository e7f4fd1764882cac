// What `vedette model hash` and `vedette model verify` print.
#pragma once

#include "scan/digest.h"

// Digest and path of each file, then the root: as sha256sum prints them.
void vd_report_digest(const vd_digest *d, vd_buf *b);
void vd_report_digest_json(const vd_digest *d, vd_buf *b);
// Each difference, how many files are as signed, and that who signed was not verified.
void vd_report_signature(const vd_signature *s, const vd_signed_comparison *c, vd_buf *b);
