// Addresses of GitHub as keys of repositories and issues (docs/graph.md).
#pragma once

#include "base/base.h"

typedef struct vd_github {
  vd_view owner, name; // as written, borrowed
  vd_view number;      // of the issue or pull request; empty when the address is no such thing
  bool pull;
} vd_github;

// Reads "https://github.com/OWNER/NAME..." or "https://api.github.com/repos/OWNER/NAME...", with
// "/issues/N", "/pull/N" or "/pulls/N" behind it or anything else; also with "http" or "www.".
// False when it is another address.
bool vd_github_parse(vd_view url, vd_github *out);
// Reads "OWNER/NAME".
bool vd_github_parse_name(vd_view text, vd_github *out);
// "github/owner/name" and "github/owner/name#number", lower case; {NULL} when there is no memory.
vd_view vd_github_repository(vd_arena *a, const vd_github *g);
vd_view vd_github_issue(vd_arena *a, const vd_github *g);
// "OWNER/NAME#NUMBER" as written, for people; without number "OWNER/NAME".
vd_view vd_github_title(vd_arena *a, const vd_github *g);
