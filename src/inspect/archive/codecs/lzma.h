// What xz, lzma and the LZMA members of zip share.
#pragma once

#include "inspect/archive/codec.h"

#include <lzma.h>

// Runs a decoder that was set up over head and then bytes; ends it.
vd_code vd_lzma_run(vd_unpack *u, lzma_stream *z, vd_view head, vd_view bytes,
                    vd_error *err) VD_MUST_USE;
