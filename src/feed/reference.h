// What a web address that a source calls an exploit names.
#pragma once

#include "base/base.h"

typedef struct vd_exploit_ref {
  vd_view key;       // of an exploit node; empty when the address cannot be one
  const char *class; // "exploitdb" or "poc"
} vd_exploit_ref;

// The exploit at an address: "edb/50383" for an entry of Exploit-DB, else the address itself with
// scheme and host in lower case and without '/' at its end.
vd_code vd_reference_exploit(vd_arena *a, vd_view url, vd_exploit_ref *out) VD_MUST_USE;
