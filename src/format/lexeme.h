// Parts of scalars that several formats write alike; private to this module.
#pragma once

#include "base/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// The nearest double of decimal text [-]digits[.digits][e[+-]digits], whatever the locale says.
double vd_real_of(vd_view text);

// The value of at most eight hexadecimal digits; false when any byte is none, or v is empty.
bool vd_hex_of(vd_view v, uint32_t *out);

// What follows "\u" at the start of v: four hex digits, or a surrogate pair with its second "\u".
// A lone surrogate becomes U+FFFD. Returns the bytes read, 0 when malformed.
size_t vd_utf16_escape(vd_view v, uint32_t *cp);

#ifdef __cplusplus
}
#endif
