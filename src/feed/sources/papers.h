// Ids of arXiv, as readers of papers and of lists of papers need them.
#pragma once

#include "base/base.h"

// The id at the start of text without its version ("2301.00001", "cs/0701001"); {NULL} when there
// is none. Borrowed from text.
vd_view vd_paper_id(vd_view text);
// The id in an address of arXiv (".../abs/ID", ".../pdf/ID.pdf", ".../html/ID"), {NULL} when it is
// no such address.
vd_view vd_paper_id_of_url(vd_view url);
// "arxiv/ID"; {NULL} when there is no memory.
vd_view vd_paper_key(vd_arena *a, vd_view id);
