// Which addresses a feed is fetched from: its own, or those of a mirror that may list its files.
#include "feed/mirror.h"

static vd_code no_memory(vd_error *err) {
  return vd_fail(err, VD_NOMEM, "no memory for the addresses of a feed");
}

// ---- patterns ----------------------------------------------------------------------------------

static size_t folder_length(vd_view path) {
  size_t slash = path.len;
  while (slash > 0 && path.ptr[slash - 1] != '/')
    slash--;
  return slash;
}

bool vd_mirror_pattern_fits(vd_view pattern, vd_view path) {
  size_t star = vd_view_find(pattern, '*'), folder = folder_length(pattern);
  if (star == pattern.len)
    return vd_view_eq(pattern, path);
  bool deep = star + 1 < pattern.len && pattern.ptr[star + 1] == '*';
  vd_view prefix = vd_view_from(vd_view_first(pattern, star), folder);
  vd_view suffix = vd_view_from(pattern, star + 1 + deep);
  vd_view name = vd_view_from(path, folder_length(path));
  return vd_view_starts(path, vd_view_first(pattern, folder)) &&
         (deep || folder_length(path) == folder) && name.len >= prefix.len + suffix.len &&
         vd_view_starts(name, prefix) && vd_view_ends(name, suffix);
}

// The name of a folder or file that cannot lead out of the mirror or hide in it.
static bool name_valid(vd_view name) {
  for (size_t i = 0; i < name.len; i++)
    if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f || name.ptr[i] == '\\')
      return false;
  return name.len != 0 && name.ptr[0] != '.';
}

bool vd_mirror_path_valid(vd_view path) {
  size_t bad;
  if (path.len == 0 || path.len > VD_MIRROR_PATH_MAX || !vd_utf8_valid(path, &bad) ||
      path.ptr[path.len - 1] == '/')
    return false;
  while (path.len != 0)
    if (!name_valid(vd_view_cut(&path, '/')))
      return false;
  return true;
}

static bool has_alternative(const vd_feed *feed, vd_view path) {
  vd_view groups = vd_view_of(feed->file);
  while (groups.len != 0) {
    vd_view group = vd_view_cut(&groups, ' ');
    bool several = vd_view_find(group, '|') != group.len;
    while (several && group.len != 0)
      if (vd_mirror_pattern_fits(vd_view_cut(&group, '|'), path))
        return true;
  }
  return false;
}

// ---- addresses ---------------------------------------------------------------------------------

// mirror + "/" + path, whose bytes are written so that they can only be a path.
static vd_view mirror_url(vd_arena *a, const char *mirror, vd_view path) {
  VD_SCOPED_BUF b = VD_BUF(VD_FETCH_URL_MAX);
  vd_view base = vd_view_of(mirror);
  while (vd_view_ends(base, VD_VIEW("/")))
    base.len--;
  vd_buf_put(&b, base);
  vd_buf_put_c(&b, '/');
  for (size_t i = 0; i < path.len; i++) {
    unsigned char c = (unsigned char)path.ptr[i];
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 c == '/' || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      vd_buf_put_c(&b, (char)c);
    else
      vd_buf_printf(&b, "%%%02X", c);
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static vd_code add(vd_arena *a, const vd_mirror *m, const vd_address *address, vd_addresses *out,
                   vd_error *err) {
  if (out->count >= VD_ADDRESSES_MAX && m->index != VD_INDEX_READ)
    return vd_fail(err, VD_LIMIT, "a feed has more than %d addresses", VD_ADDRESSES_MAX);
  vd_address *slot = vd_vec_push(a, out);
  if (slot == NULL)
    return no_memory(err);
  *slot = *address;
  slot->path = vd_arena_copy(a, address->path);
  slot->url = m->url == NULL ? vd_arena_copy(a, address->url) : mirror_url(a, m->url, slot->path);
  return slot->url.ptr == NULL || slot->path.ptr == NULL ? no_memory(err) : VD_OK;
}

// "{2002-}": the first year, and where the braces begin and end; false when v has none.
static bool find_years(vd_view v, size_t *begin, size_t *end, int64_t *first) {
  uint64_t year = 0;
  *begin = vd_view_find(v, '{');
  *end = *begin + 7;
  if (*end > v.len || v.ptr[*end - 1] != '}' || v.ptr[*end - 2] != '-' ||
      !vd_view_u64(vd_view_first(vd_view_from(v, *begin + 1), 4), &year))
    return false;
  *first = (int64_t)year;
  return true;
}

static vd_view with_year(vd_arena *a, vd_view v, int64_t year) {
  size_t begin, end;
  int64_t first;
  if (!find_years(v, &begin, &end, &first))
    return v;
  VD_SCOPED_BUF b = VD_BUF(VD_FETCH_URL_MAX);
  vd_buf_put(&b, vd_view_first(v, begin));
  vd_buf_printf(&b, "%lld", (long long)year);
  vd_buf_put(&b, vd_view_from(v, end));
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}

static vd_code add_years(vd_arena *a, const vd_mirror *m, const vd_address *pattern,
                         vd_addresses *out, vd_error *err) {
  size_t begin, end;
  int64_t first = 0;
  if (!find_years(pattern->path, &begin, &end, &first))
    return add(a, m, pattern, out, err);
  for (int64_t year = first; year <= m->today / 10000; year++) {
    vd_address one = {.url = with_year(a, pattern->url, year),
                      .path = with_year(a, pattern->path, year),
                      .optional = true};
    VD_TRY(add(a, m, &one, out, err));
  }
  return VD_OK;
}

vd_code vd_mirror_plan(const vd_mirror *m, vd_arena *a, const vd_feed *feed, vd_addresses *out,
                       vd_error *err) {
  vd_addresses found = {0};
  vd_view entries = vd_view_of(feed->fetch);
  while (entries.len != 0) {
    vd_address one = {.path = vd_view_cut(&entries, ' ')};
    one.url = vd_view_cut(&one.path, '>');
    one.optional = has_alternative(feed, one.path);
    if (one.path.len != 0)
      VD_TRY(add_years(a, m, &one, &found, err));
  }
  *out = found;
  return VD_OK;
}

// ---- an index ----------------------------------------------------------------------------------

// Adds what is listed for one pattern; "*" is the last in byte order, as in a folder.
static vd_code pick(vd_arena *a, const vd_mirror *m, vd_view pattern, vd_addresses *out,
                    vd_error *err) {
  size_t star = vd_view_find(pattern, '*');
  bool last = star < pattern.len && !vd_view_starts(vd_view_from(pattern, star), VD_VIEW("**"));
  vd_view best = {0};
  for (size_t i = 0; i < m->listed.count; i++) {
    vd_address one = {.path = m->listed.at[i]};
    if (!vd_mirror_pattern_fits(pattern, one.path))
      continue;
    if (!last)
      VD_TRY(add(a, m, &one, out, err));
    else if (best.len == 0 || vd_view_cmp(best, one.path) < 0)
      best = one.path;
  }
  return best.len == 0 ? VD_OK : add(a, m, &(vd_address){.path = best}, out, err);
}

vd_code vd_mirror_pick(const vd_mirror *m, vd_arena *a, const vd_feed *feed, vd_addresses *out,
                       vd_error *err) {
  vd_addresses found = {0};
  vd_view groups = vd_view_of(feed->file);
  while (groups.len != 0) {
    vd_view choices = vd_view_cut(&groups, ' ');
    size_t before = found.count;
    while (choices.len != 0 && found.count == before)
      VD_TRY(pick(a, m, vd_view_cut(&choices, '|'), &found, err));
  }
  *out = found;
  return VD_OK;
}
