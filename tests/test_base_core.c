#include "base/base.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

Test(base, reader_failure_is_sticky) {
  vd_reader r = vd_reader_of(VD_VIEW("\x01\x02"));
  cr_assert(vd_read_u32le(&r) == 0);
  cr_assert(r.failed);
  cr_assert(vd_read_u8(&r) == 0);
}

Test(base, arena_respects_its_limit) {
  VD_SCOPED_ARENA a = VD_ARENA(64);
  cr_assert(vd_new_array(&a, char, 48) != NULL);
  cr_assert(vd_new_array(&a, char, 32) == NULL);
  cr_assert(vd_new_array(&a, uint64_t, SIZE_MAX / 4) == NULL);
}

static void fill(vd_arena *a, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 100) {
    char *p = vd_new_array(a, char, 100);
    cr_assert(p != NULL);
    for (size_t k = 0; k < 100; k++)
      cr_assert(p[k] == 0);
    memset(p, 'x', 100);
  }
}

Test(base, arena_rewinds_to_a_mark) {
  VD_SCOPED_ARENA a = VD_ARENA(80 << 10);
  vd_arena_mark start = vd_arena_mark_of(&a);
  fill(&a, 1000);
  vd_arena_rewind(&a, start);
  cr_assert(a.used == 0 && a.head == NULL);
  vd_view kept = vd_arena_copy(&a, VD_VIEW("kept"));
  vd_arena_mark mark = vd_arena_mark_of(&a);
  for (int i = 0; i < 10; i++) { // together more than the limit
    fill(&a, 50 << 10);
    vd_arena_rewind(&a, mark);
    cr_assert(a.used == mark.used);
  }
  cr_assert(vd_view_eq(kept, VD_VIEW("kept")));
}

Test(base, adopted_memory_stays_valid) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view kept;
  {
    VD_SCOPED_ARENA b = VD_ARENA(1 << 20);
    kept = vd_arena_copy(&b, VD_VIEW("kept"));
    vd_arena_adopt(&a, &b);
  }
  cr_assert(vd_view_eq(kept, VD_VIEW("kept")));
  cr_assert(vd_arena_copy(&a, kept).ptr != NULL);
}

Test(base, error_text_is_bounded) {
  vd_error e = {0};
  cr_assert(vd_fail(&e, VD_FORMAT, "%0300d", 7) == VD_FORMAT);
  cr_assert(e.text[sizeof e.text - 1] == '\0');
  cr_assert(vd_fail(NULL, VD_IO, "ignored") == VD_IO);
}

Test(base, lines_end_with_lf_or_crlf) {
  vd_view rest = VD_VIEW("a\r\n\nb"), line;
  cr_assert(vd_view_line(&rest, &line) && vd_view_eq(line, VD_VIEW("a")));
  cr_assert(vd_view_line(&rest, &line) && line.len == 0);
  cr_assert(vd_view_line(&rest, &line) && vd_view_eq(line, VD_VIEW("b")));
  cr_assert(!vd_view_line(&rest, &line));
}

Test(base, numbers_do_not_overflow) {
  uint64_t n = 7;
  cr_assert(vd_view_u64(VD_VIEW("18446744073709551615"), &n) && n == UINT64_MAX);
  cr_assert(!vd_view_u64(VD_VIEW("18446744073709551616"), &n));
  cr_assert(!vd_view_u64(VD_VIEW(""), &n) && !vd_view_u64(VD_VIEW("-1"), &n));
}

Test(base, map_finds_what_was_put) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_map m = VD_MAP(&a);
  int values[1000];
  for (int i = 0; i < 1000; i++)
    cr_assert(vd_map_put(&m, vd_arena_printf(&a, "key-%d", i), &values[i]) == VD_OK);
  cr_assert(m.count == 1000);
  cr_assert(vd_map_get(&m, VD_VIEW("key-512")) == &values[512]);
  cr_assert(vd_map_get(&m, VD_VIEW("key-1000")) == NULL);
}

Test(base, map_reports_exhaustion) {
  VD_SCOPED_ARENA a = VD_ARENA(64);
  vd_map m = VD_MAP(&a);
  cr_assert(vd_map_put(&m, VD_VIEW("k"), &a) == VD_NOMEM);
}

Test(base, buf_has_a_mandatory_maximum) {
  VD_SCOPED_BUF b = VD_BUF(8);
  vd_buf_put(&b, VD_VIEW("12345678"));
  cr_assert(!b.failed);
  vd_buf_put_c(&b, '9');
  cr_assert(b.failed && b.len == 8);
}

static bool escapes_to(const char *text, size_t len, const char *expected) {
  VD_SCOPED_BUF b = VD_BUF(256);
  vd_buf_put_escaped(&b, (vd_view){text, len});
  return vd_view_eq(vd_buf_view(&b), vd_view_of(expected)) &&
         vd_text_columns((vd_view){text, len}) >= 1;
}

Test(base, hostile_text_cannot_drive_a_terminal) {
  cr_assert(escapes_to("\x1b[31m", 5, "\\x1b[31m"));
  cr_assert(escapes_to("a\nb", 3, "a\\nb"));
  cr_assert(escapes_to("\xE2\x80\xAE", 3, "\\u{202e}")); // right-to-left override
  cr_assert(escapes_to("\xC2\x9B", 2, "\\u{9b}"));       // C1 control sequence introducer
  cr_assert(escapes_to("\xFF\xC0\x80", 3, "\\xff\\xc0\\x80"));
  cr_assert(escapes_to("\xED\xA0\x80", 3, "\\xed\\xa0\\x80")); // surrogate
  cr_assert(escapes_to("na\xC3\xAFve", 6, "na\xC3\xAFve"));
}

Test(base, utf8_round_trip) {
  for (uint32_t cp = 0; cp < 0x110000; cp += 37) {
    char out[4];
    uint32_t back = 0;
    size_t n = vd_utf8_encode(cp, out);
    bool surrogate = cp >= 0xD800 && cp < 0xE000;
    cr_assert((n == 0) == surrogate);
    if (n != 0)
      cr_assert(vd_utf8_decode((vd_view){out, n}, &back) == n && back == cp);
  }
}

static void square(void *ctx, size_t i) { ((size_t *)ctx)[i] = i * i; }

Test(base, pool_visits_every_item_once) {
  size_t out[1000];
  vd_pool_run(4, VD_COUNT(out), square, out);
  for (size_t i = 0; i < VD_COUNT(out); i++)
    cr_assert(out[i] == i * i);
}

Test(base, file_read_refuses_what_is_not_a_file) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view bytes = {0};
  vd_error e = {0};
  cr_assert(vd_file_read(&a, "/nonexistent/x", 10, &bytes, &e) == VD_NOTFOUND);
  cr_assert(vd_file_read(&a, "/dev/zero", 10, &bytes, &e) == VD_UNSUPPORTED);
  cr_assert(vd_file_read(&a, "/etc/passwd", 1, &bytes, &e) == VD_LIMIT);
  cr_assert(bytes.ptr == NULL);
}

Test(base, file_write_replaces_files_and_spares_devices) {
  char path[] = "/tmp/vedette-write-XXXXXX";
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_FD fd = mkstemp(path);
  cr_assert(fd >= 0);
  vd_view bytes = {0};
  struct stat st;
  cr_assert(vd_file_write(path, VD_VIEW("second"), NULL) == VD_OK);
  cr_assert(vd_file_read(&a, path, 100, &bytes, NULL) == VD_OK);
  cr_assert(vd_view_eq(bytes, VD_VIEW("second")));
  cr_assert(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600); // as mkstemp made it
  (void)unlink(path);
  cr_assert(symlink("/dev/null", path) == 0);
  cr_assert(vd_file_write(path, VD_VIEW("gone"), NULL) == VD_OK);
  cr_assert(lstat(path, &st) == 0 && S_ISLNK(st.st_mode));
  cr_assert(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
  (void)unlink(path);
}
