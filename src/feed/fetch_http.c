// Reading what an HTTP server says of a body: its length, range, validators and checksum.
#include "feed/fetch_http.h"

// ---- the head ----------------------------------------------------------------------------------

static const vd_view field_names[VD_HTTP_FIELD_COUNT] = {
#define X(name, text) VD_VIEW_INIT(text),
    VD_HTTP_FIELDS(X)
#undef X
};

// "HTTP/1.1 200 OK", "HTTP/2 200"
static unsigned status_of(vd_view line) {
  uint64_t status = 0;
  (void)vd_view_cut(&line, ' ');
  if (!vd_view_u64(vd_view_first(line, 3), &status) || status < 100 || status > 599)
    return 0;
  return (unsigned)status;
}

static vd_view without_end(vd_view line) {
  while (line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r'))
    line.len--;
  return line;
}

vd_code vd_http_head_line(vd_http_head *h, vd_arena *a, vd_view line) {
  vd_view value = without_end(line);
  if (vd_view_starts(value, VD_VIEW("HTTP/"))) {
    *h = (vd_http_head){.status = status_of(value)};
    return VD_OK;
  }
  h->complete |= value.len == 0;
  vd_view name = vd_view_cut(&value, ':');
  for (size_t i = 0; i < VD_HTTP_FIELD_COUNT; i++) {
    if (!vd_view_ieq(name, field_names[i]))
      continue;
    h->value[i] = vd_arena_copy(a, vd_view_trim(value));
    if (h->value[i].ptr == NULL)
      return VD_NOMEM;
  }
  return VD_OK;
}

// ---- ranges ------------------------------------------------------------------------------------

bool vd_http_range_parse(vd_view value, vd_http_range *out) {
  vd_http_range r;
  if (!vd_view_ieq(vd_view_cut(&value, ' '), VD_VIEW("bytes")))
    return false;
  vd_view first = vd_view_cut(&value, '-'), last = vd_view_cut(&value, '/');
  if (!vd_view_u64(first, &r.first) || !vd_view_u64(last, &r.last) ||
      !vd_view_u64(value, &r.total) || r.first > r.last || r.last >= r.total)
    return false;
  *out = r;
  return true;
}

// ---- checksums ---------------------------------------------------------------------------------

static int digit_of(const char *digits, char c) {
  const char *at = c == '\0' ? NULL : strchr(digits, c);
  return at == NULL ? -1 : (int)(at - digits);
}

bool vd_http_hex_parse(vd_view text, uint8_t digest[VD_SHA256_BYTES]) {
  uint8_t bytes[VD_SHA256_BYTES] = {0};
  if (text.len != sizeof bytes * 2)
    return false;
  for (size_t i = 0; i < text.len; i++) {
    int digit = digit_of("0123456789abcdefABCDEF", text.ptr[i]);
    if (digit < 0)
      return false;
    bytes[i / 2] = (uint8_t)(bytes[i / 2] << 4 | (digit < 16 ? digit : digit - 6));
  }
  memcpy(digest, bytes, sizeof bytes);
  return true;
}

// 32 bytes are 43 digits of base64 and one '='.
static bool base64_parse(vd_view text, uint8_t digest[VD_SHA256_BYTES]) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  uint8_t bytes[VD_SHA256_BYTES + 1] = {0};
  if (text.len != 44 || text.ptr[43] != '=')
    return false;
  for (size_t i = 0; i < 43; i++) {
    int digit = digit_of(digits, text.ptr[i]);
    if (digit < 0)
      return false;
    for (size_t bit = 0; bit < 6; bit++)
      if ((digit >> (5 - bit) & 1) != 0)
        bytes[(i * 6 + bit) / 8] |= (uint8_t)(0x80 >> (i * 6 + bit) % 8);
  }
  memcpy(digest, bytes, VD_SHA256_BYTES);
  return true;
}

bool vd_http_digest_parse(vd_view value, uint8_t digest[VD_SHA256_BYTES]) {
  while (value.len > 0) {
    vd_view bytes = vd_view_trim(vd_view_cut(&value, ','));
    if (!vd_view_eq(vd_view_trim(vd_view_cut(&bytes, '=')), VD_VIEW("sha-256")))
      continue;
    bytes = vd_view_trim(bytes);
    if (bytes.len >= 2 && bytes.ptr[0] == ':' && bytes.ptr[bytes.len - 1] == ':')
      return base64_parse((vd_view){bytes.ptr + 1, bytes.len - 2}, digest);
  }
  return false;
}

// ---- validators --------------------------------------------------------------------------------

static bool only_between(vd_view v, char low, char high) {
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] < low || v.ptr[i] > high)
      return false;
  return true;
}

vd_view vd_http_etag(vd_view value) {
  vd_view tag = vd_view_from(value, vd_view_starts(value, VD_VIEW("W/")) ? 2 : 0);
  if (value.len > VD_FETCH_VALIDATOR_MAX || tag.len < 2 || tag.ptr[0] != '"' ||
      vd_view_find(vd_view_from(tag, 1), '"') != tag.len - 2 || !only_between(tag, '!', '~'))
    return (vd_view){0};
  return value;
}

vd_view vd_http_date(vd_view value) {
  bool usable =
      value.len > 0 && value.len <= VD_FETCH_VALIDATOR_MAX && only_between(value, ' ', '~');
  return usable ? value : (vd_view){0};
}

bool vd_http_etag_strong(vd_view etag) { return etag.len > 0 && etag.ptr[0] == '"'; }
