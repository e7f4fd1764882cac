// Fuzzes what a mirror's index and PATH.origin are read with: a path that is taken stays below the
// folder, and its address holds nothing but a path.
#include "feed/mirror.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_path(vd_view path) {
  vd_view rest = path;
  while (rest.len != 0) {
    vd_view name = vd_view_cut(&rest, '/');
    if (name.len == 0 || name.ptr[0] == '.')
      abort();
  }
}

static void check_pick(vd_view line) {
  static const vd_feed feed = {.file = "a/b-*.gz **.json|c", .fetch = ""};
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_mirror m = {.url = "http://m", .index = VD_INDEX_READ};
  vd_addresses picked = {0};
  m.listed.at = &line;
  m.listed.count = 1;
  if (vd_mirror_pick(&m, &a, &feed, &picked, NULL) != VD_OK)
    return;
  for (size_t i = 0; i < picked.count; i++)
    for (size_t k = 0; k < picked.at[i].url.len; k++)
      if (picked.at[i].url.ptr[k] <= ' ' || strchr("?#\\\"<>", picked.at[i].url.ptr[k]) != NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  vd_view rest = {(const char *)data, size}, line;
  vd_origin o, again;
  if (vd_origin_parse(rest, &o) && o.etag.len < 512 && o.last_modified.len < 512) {
    vd_view text = vd_origin_print(&a, &o);
    if (text.ptr == NULL || !vd_origin_parse(text, &again) || again.source != o.source)
      abort();
  }
  while (vd_view_line(&rest, &line))
    if (vd_mirror_path_valid(line)) {
      check_path(line);
      check_pick(line);
    }
  return 0;
}
