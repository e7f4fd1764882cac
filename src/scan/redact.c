// Credentials in URLs must not leave the scan: "https://user:token@host" becomes
// "https://***@host".
#include "scan/inventory.h"

// Length of the user part before '@' in what follows "://"; 0 when there is none worth hiding.
static size_t user_length(vd_view authority) {
  size_t end = 0, at = 0;
  while (end < authority.len && strchr("/?# \t\"'", authority.ptr[end]) == NULL)
    end++;
  for (size_t i = 0; i < end; i++)
    if (authority.ptr[i] == '@')
      at = i;
  return vd_view_eq(vd_view_first(authority, at), VD_VIEW("git")) ? 0 : at; // ssh://git@host
}

bool vd_redact(vd_arena *a, vd_view *text) {
  VD_SCOPED_BUF b = VD_BUF(VD_MANIFEST_BYTES_MAX);
  vd_view rest = *text;
  bool found = false;
  while (rest.len != 0) {
    const char *mark = memmem(rest.ptr, rest.len, "://", 3);
    size_t keep = mark == NULL ? rest.len : (size_t)(mark - rest.ptr) + 3;
    vd_buf_put(&b, vd_view_first(rest, keep));
    rest = vd_view_from(rest, keep);
    size_t user = user_length(rest);
    if (user != 0)
      vd_buf_put(&b, VD_VIEW("***"));
    rest = vd_view_from(rest, user);
    found |= user != 0;
  }
  if (!found)
    return true;
  *text = b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
  return text->ptr != NULL;
}
