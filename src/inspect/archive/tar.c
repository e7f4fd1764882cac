// tar archives over mapped bytes. POSIX.1-2017 pax, and the manual of GNU tar for its extensions.
#include "inspect/archive/tar.h"

enum { BLOCK = 512 };

// What extension headers say of the member that follows.
typedef struct extension {
  vd_view name, link;
  bool has_size;
  uint64_t size;
} extension;

// Octal, or base 256 when the first bit is set; false for anything else.
static bool number(vd_view field, uint64_t *out) {
  uint64_t n = 0;
  size_t i = 0;
  if (field.len != 0 && ((unsigned char)field.ptr[0] & 0x80) != 0) {
    for (i = field.len - 8; i < field.len; i++)
      n = n << 8 | (unsigned char)field.ptr[i];
    return *out = n, n >> 62 == 0 && (unsigned char)field.ptr[0] == 0x80;
  }
  while (i < field.len && field.ptr[i] == ' ')
    i++;
  for (; i < field.len && field.ptr[i] >= '0' && field.ptr[i] <= '7'; i++)
    n = n << 3 | (uint64_t)(field.ptr[i] - '0');
  *out = n;
  return i == field.len || field.ptr[i] == '\0' || field.ptr[i] == ' ';
}

static bool checksum_right(vd_view block) {
  uint64_t stated;
  long plain = 0, with_signs = 0; // old writers summed signed characters
  if (block.len < BLOCK || !number(vd_view_first(vd_view_from(block, 148), 8), &stated))
    return false;
  for (size_t i = 0; i < BLOCK; i++) {
    bool own = i >= 148 && i < 156; // counts as blanks
    plain += own ? ' ' : (unsigned char)block.ptr[i];
    with_signs += own ? ' ' : (signed char)block.ptr[i];
  }
  return plain != 8L * ' ' && (stated == (uint64_t)plain || (long)stated == with_signs);
}

static vd_view text(vd_view block, size_t at, size_t len) {
  vd_view v = vd_view_first(vd_view_from(block, at), len);
  return vd_view_first(v, vd_view_find(v, '\0'));
}

bool vd_tar_recognise(vd_view bytes) {
  vd_view block = vd_view_first(bytes, BLOCK);
  return checksum_right(block) && block.ptr[0] != '\0';
}

vd_tar vd_tar_of(vd_arena *a, vd_view bytes) { return (vd_tar){.arena = a, .bytes = bytes}; }

static bool is_end(vd_view block) {
  return block.len == 0 || (block.ptr[0] == 0 && (block.len == 1 || memcmp(block.ptr, block.ptr + 1,
                                                                           block.len - 1) == 0));
}

static bool ustar_name(vd_arena *a, vd_view block, vd_view *out) {
  vd_view name = text(block, 0, 100), prefix = text(block, 345, 155);
  bool posix = vd_view_eq(vd_view_first(vd_view_from(block, 257), 6), (vd_view){"ustar\0", 6});
  *out = posix && prefix.len != 0 ? vd_arena_printf(a, "%.*s/%.*s", VD_ARG(prefix), VD_ARG(name))
                                  : name;
  return out->ptr != NULL;
}

// "LEN KEY=VALUE\n" records. The last one of a key counts.
static void read_pax(vd_view records, extension *x) {
  while (records.len != 0) {
    vd_view rest = records, number_text = vd_view_cut(&rest, ' ');
    uint64_t len;
    if (!vd_view_u64(number_text, &len) || len <= number_text.len + 1 || len > records.len)
      return;
    vd_view value = vd_view_first(rest, len - number_text.len - 2);
    vd_view key = vd_view_cut(&value, '=');
    if (vd_view_eq(key, VD_VIEW("path")) || vd_view_eq(key, VD_VIEW("GNU.sparse.name")))
      x->name = value;
    else if (vd_view_eq(key, VD_VIEW("linkpath")))
      x->link = value;
    else if (vd_view_eq(key, VD_VIEW("size")))
      x->has_size = vd_view_u64(value, &x->size);
    records = vd_view_from(records, len);
  }
}

static bool has_data(char type) { return strchr("123456", type) == NULL || type == '\0'; }

static vd_code fail_at(const vd_tar *t, vd_error *err, const char *what) {
  vd_code code = vd_fail(err, VD_FORMAT, "%s", what);
  if (err != NULL)
    err->offset = t->at;
  return code;
}

// Old GNU sparse headers go on in blocks of their own.
static uint64_t sparse_blocks(vd_view bytes, uint64_t at, vd_view block, char type) {
  uint64_t n = 0;
  bool more = type == 'S' && block.ptr[482] != 0;
  while (more && n < VD_TAR_SPARSE_MAX) {
    vd_view next = vd_view_first(vd_view_from(bytes, at + BLOCK * (n + 1)), BLOCK);
    more = next.len == BLOCK && next.ptr[504] != 0;
    n++;
  }
  return n;
}

static vd_code read_header(vd_tar *t, vd_view block, vd_tar_entry *e, vd_error *err) {
  if (!checksum_right(block))
    return fail_at(t, err, "a header is cut, or its checksum is wrong");
  e->at = t->at;
  e->type = block.ptr[156];
  e->link = text(block, 157, 100);
  if (!number(vd_view_first(vd_view_from(block, 124), 12), &e->size))
    return fail_at(t, err, "the size of a member is no number");
  return ustar_name(t->arena, block, &e->name) ? VD_OK
                                               : vd_fail(err, VD_NOMEM, "no memory for a name");
}

// Moves behind the header and, for members with data, behind that.
static void take(vd_tar *t, vd_view block, vd_tar_entry *e) {
  uint64_t start = t->at + BLOCK * (1 + sparse_blocks(t->bytes, t->at, block, e->type));
  uint64_t size = e->size = has_data(e->type) ? e->size : 0;
  e->bytes = vd_view_first(vd_view_from(t->bytes, start), size);
  uint64_t left = start < t->bytes.len ? t->bytes.len - start : 0;
  uint64_t padded = (size + BLOCK - 1) / BLOCK * BLOCK;
  t->at = left < padded ? t->bytes.len : start + padded;
}

static bool extend(extension *x, const vd_tar_entry *e) {
  switch (e->type) {
  case 'L': x->name = vd_view_first(e->bytes, vd_view_find(e->bytes, '\0')); return true;
  case 'K': x->link = vd_view_first(e->bytes, vd_view_find(e->bytes, '\0')); return true;
  case 'x':
  case 'X': read_pax(e->bytes, x); return true;
  case 'g': return true;
  default: return false;
  }
}

vd_code vd_tar_next(vd_tar *t, vd_tar_entry *out, vd_error *err) {
  extension x = {0};
  for (;;) {
    vd_view block = vd_view_first(vd_view_from(t->bytes, t->at), BLOCK);
    vd_tar_entry e = {0};
    if (is_end(block))
      return VD_NOTFOUND;
    VD_TRY(read_header(t, block, &e, err));
    bool extends = strchr("LKxXg", e.type) != NULL && e.type != '\0';
    if (!extends && x.has_size)
      e.size = x.size;
    take(t, block, &e);
    if (extends && extend(&x, &e))
      continue;
    e.name = x.name.len != 0 ? x.name : e.name;
    e.link = x.link.len != 0 ? x.link : e.link;
    *out = e;
    return VD_OK;
  }
}

bool vd_tar_resync(vd_tar *t) {
  for (uint64_t i = 1; i <= VD_TAR_SEARCH_MAX / BLOCK; i++) {
    vd_view block = vd_view_first(vd_view_from(t->bytes, t->at + i * BLOCK), BLOCK);
    if (block.len < BLOCK)
      return false;
    if (block.ptr[0] != '\0' && checksum_right(block)) {
      t->at += i * BLOCK;
      return true;
    }
  }
  return false;
}
