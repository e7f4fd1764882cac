// Reading ids of arXiv: YYMM.NNNN(N) since 2007, archive/YYMMNNN before.
#include "feed/sources/papers.h"

#include "package/ascii.h"

static size_t digits(vd_view v) {
  size_t n = 0;
  while (n < v.len && vd_is_digit(v.ptr[n]))
    n++;
  return n;
}

static size_t measure_new(vd_view v) {
  if (digits(v) != 4 || v.len < 9 || v.ptr[4] != '.')
    return 0;
  size_t n = digits(vd_view_from(v, 5));
  bool month = v.ptr[2] == '0' || (v.ptr[2] == '1' && v.ptr[3] <= '2');
  return month && (n == 4 || n == 5) ? 5 + n : 0;
}

// "cs/0701001", "math.GT/0309136", "hep-th/9901001"
static size_t measure_old(vd_view v) {
  size_t slash = vd_view_find(v, '/');
  if (slash < 2 || slash > 16 || digits(vd_view_from(v, slash + 1)) != 7)
    return 0;
  for (size_t i = 0; i < slash; i++) {
    char c = vd_lower(v.ptr[i]);
    if ((c < 'a' || c > 'z') && c != '-' && c != '.')
      return 0;
  }
  return slash + 8;
}

vd_view vd_paper_id(vd_view text) {
  size_t n = measure_new(text);
  n = n > 0 ? n : measure_old(text);
  if (n == 0)
    return (vd_view){0};
  vd_view id = vd_view_first(text, n), rest = vd_view_from(text, n);
  size_t version = vd_view_starts(rest, VD_VIEW("v")) ? 1 + digits(vd_view_from(rest, 1)) : 0;
  rest = vd_view_from(rest, version == 1 ? 0 : version);
  return rest.len > 0 && vd_is_alnum(rest.ptr[0]) ? (vd_view){0} : id;
}

vd_view vd_paper_id_of_url(vd_view url) {
  static const vd_view hosts[] = {
      VD_VIEW_INIT("https://arxiv.org/"), VD_VIEW_INIT("http://arxiv.org/"),
      VD_VIEW_INIT("https://www.arxiv.org/"), VD_VIEW_INIT("https://export.arxiv.org/")};
  static const vd_view kinds[] = {VD_VIEW_INIT("abs/"), VD_VIEW_INIT("pdf/"),
                                  VD_VIEW_INIT("html/")};
  for (size_t h = 0; h < VD_COUNT(hosts); h++)
    for (size_t k = 0; k < VD_COUNT(kinds); k++) {
      vd_view rest = vd_view_from(url, hosts[h].len);
      if (vd_view_starts(url, hosts[h]) && vd_view_starts(rest, kinds[k]))
        return vd_paper_id(vd_view_from(rest, kinds[k].len));
    }
  return (vd_view){0};
}

vd_view vd_paper_key(vd_arena *a, vd_view id) {
  return vd_arena_printf(a, "arxiv/%.*s", VD_ARG(id));
}
