// Reading addresses of GitHub.
#include "feed/github.h"

#include "package/ascii.h"

// Longest name of an owner or a repository; GitHub allows 39 and 100.
enum { NAME_MAX_BYTES = 100 };

static bool name_valid(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (!vd_is_alnum(v.ptr[i]) && v.ptr[i] != '-' && v.ptr[i] != '_' && v.ptr[i] != '.')
      return false;
  return v.len > 0 && v.len <= NAME_MAX_BYTES;
}

static vd_view before_any(vd_view v, const char *marks) {
  size_t n = 0;
  while (n < v.len && strchr(marks, v.ptr[n]) == NULL)
    n++;
  return vd_view_first(v, n);
}

// "issues/12", "pull/12#issuecomment-1"
static void read_number(vd_view rest, vd_github *g) {
  vd_view word = vd_view_cut(&rest, '/');
  bool pull = vd_view_eq(word, VD_VIEW("pull")) || vd_view_eq(word, VD_VIEW("pulls"));
  vd_view number = before_any(rest, "/?#");
  uint64_t value;
  if ((!pull && !vd_view_eq(word, VD_VIEW("issues"))) || number.len > 12 ||
      vd_view_starts(number, VD_VIEW("0")) || !vd_view_u64(number, &value))
    return;
  g->number = number;
  g->pull = pull;
}

bool vd_github_parse_name(vd_view text, vd_github *out) {
  vd_view name = text, owner = vd_view_cut(&name, '/');
  if (!name_valid(owner) || !name_valid(name))
    return false;
  *out = (vd_github){.owner = owner, .name = name};
  return true;
}

bool vd_github_parse(vd_view url, vd_github *out) {
  static const vd_view heads[] = {
      VD_VIEW_INIT("https://github.com/"), VD_VIEW_INIT("http://github.com/"),
      VD_VIEW_INIT("https://www.github.com/"), VD_VIEW_INIT("http://www.github.com/"),
      VD_VIEW_INIT("https://api.github.com/repos/")};
  for (size_t i = 0; i < VD_COUNT(heads); i++) {
    if (!vd_view_ieq(vd_view_first(url, heads[i].len), heads[i]))
      continue;
    vd_view rest = vd_view_from(url, heads[i].len), owner = vd_view_cut(&rest, '/');
    vd_view name = before_any(rest, "/?#");
    vd_github g = {.owner = owner, .name = name};
    if (vd_view_ends(name, VD_VIEW(".git")))
      g.name.len -= 4;
    if (!name_valid(owner) || !name_valid(g.name))
      return false;
    read_number(vd_view_from(rest, name.len + 1), &g);
    *out = g;
    return true;
  }
  return false;
}

static vd_view lowered(vd_arena *a, vd_view text) {
  char *at = text.ptr == NULL ? NULL : vd_new_array(a, char, text.len + 1);
  for (size_t i = 0; at != NULL && i < text.len; i++)
    at[i] = vd_lower(text.ptr[i]);
  return (vd_view){at, at == NULL ? 0 : text.len};
}

vd_view vd_github_repository(vd_arena *a, const vd_github *g) {
  return lowered(a, vd_arena_printf(a, "github/%.*s/%.*s", VD_ARG(g->owner), VD_ARG(g->name)));
}

vd_view vd_github_issue(vd_arena *a, const vd_github *g) {
  return lowered(a, vd_arena_printf(a, "github/%.*s/%.*s#%.*s", VD_ARG(g->owner), VD_ARG(g->name),
                                    VD_ARG(g->number)));
}

vd_view vd_github_title(vd_arena *a, const vd_github *g) {
  return vd_arena_printf(a, "%.*s/%.*s%s%.*s", VD_ARG(g->owner), VD_ARG(g->name),
                         g->number.len > 0 ? "#" : "", VD_ARG(g->number));
}
