// What a web address that a source refers to names: a GitHub issue or pull request, an exploit.
#pragma once

#include "base/base.h"

typedef struct vd_github_issue {
  vd_view key;        // "github/owner/name#123", lower case; in the arena
  vd_view repository; // "github/owner/name": the start of key
  bool pull;
} vd_github_issue;

// False when the address names no issue or pull request. NOMEM leaves *out untouched.
vd_code vd_reference_issue(vd_arena *a, vd_view url, bool *found, vd_github_issue *out) VD_MUST_USE;

typedef struct vd_exploit_ref {
  vd_view key;       // of an exploit node; empty when the address cannot be one
  const char *class; // "exploitdb" or "poc"
} vd_exploit_ref;

// The exploit at an address: "edb/50383" for an entry of Exploit-DB, else the address itself with
// scheme and host in lower case and without '/' at its end.
vd_code vd_reference_exploit(vd_arena *a, vd_view url, vd_exploit_ref *out) VD_MUST_USE;
