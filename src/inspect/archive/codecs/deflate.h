// What gzip, zlib and bare deflate streams share.
#pragma once

#include "inspect/archive/codec.h"

// Inflates one stream; window is zlib's windowBits: negative for bare deflate, above 15 for gzip.
vd_code vd_inflate(vd_unpack *u, vd_view bytes, int window, vd_error *err) VD_MUST_USE;
