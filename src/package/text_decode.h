// Text in the encodings its byte order mark announces. Private to package.
#pragma once

#include "base/base.h"

// *out is bytes without a UTF-8 mark, or UTF-16/32 with a mark turned into UTF-8 in a. Bytes
// without mark stay as they are (they need not be UTF-8). FORMAT when there are NUL bytes: not a
// text.
vd_code vd_text_decode(vd_arena *a, vd_view bytes, vd_view *out, vd_error *err) VD_MUST_USE;
