// CSV: the rules of RFC 4180 one by one, and hostile input.
#include "format/format.h"

#include <criterion/criterion.h>

// Records joined as "a|b;c|d;" so that a case fits on a line; "!" ends a failed read.
static const char *records(vd_view bytes, char separator, vd_error *err) {
  static char text[512];
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_BUF b = VD_BUF(sizeof text - 1);
  vd_csv csv = vd_csv_of(&a, bytes, separator);
  vd_views row = {0};
  vd_code code;
  while ((code = vd_csv_next(&csv, &row, err)) == VD_OK)
    for (size_t i = 0; i < row.count; i++) {
      vd_buf_put(&b, row.at[i]);
      vd_buf_put_c(&b, i + 1 == row.count ? ';' : '|');
    }
  if (code != VD_NOTFOUND)
    vd_buf_put_c(&b, '!');
  if (b.len != 0)
    memcpy(text, b.ptr, b.len);
  text[b.len] = '\0';
  return text;
}

static void reads(const char *csv, const char *expected) {
  vd_error err = {0};
  const char *got = records(vd_view_of(csv), ',', &err);
  cr_assert(strcmp(got, expected) == 0, "%s: got %s (%s)", csv, got, err.text);
}

Test(csv, rfc4180_section_2) {
  reads("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "aaa|bbb|ccc;zzz|yyy|xxx;");         // 1
  reads("aaa,bbb,ccc\r\nzzz,yyy,xxx", "aaa|bbb|ccc;zzz|yyy|xxx;");             // 2
  reads("a, b ,c\n", "a| b |c;");                                              // 4: spaces are text
  reads("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", "aaa|bbb|ccc;zzz|yyy|xxx;"); // 5
  reads("\"aaa\",\"b \r\nbb\",\"c,c\"\r\nz", "aaa|b \r\nbb|c,c;z;");           // 6
  reads("\"aaa\",\"b\"\"bb\",\"\"\"\"", "aaa|b\"bb|\";");                      // 7
}

Test(csv, edges) {
  reads("", "");
  reads("\n", ";");
  reads(",\n,,", "|;||;");
  reads("\"\"", ";");
  reads("a\rb,c", "a\rb|c;");
  reads("\xEF\xBB\xBF\"a\",b", "a|b;");
  cr_assert(strcmp(records(VD_VIEW("a\tb,c\n"), '\t', NULL), "a|b,c;") == 0);
}

static void fails(const char *csv, uint32_t line, uint32_t column) {
  vd_error err = {0};
  const char *got = records(vd_view_of(csv), ',', &err);
  cr_assert(got[strlen(got) - 1] == '!' && err.code == VD_FORMAT, "%s: %s", csv, got);
  cr_assert(err.line == line && err.column == column, "%s: %u:%u", csv, err.line, err.column);
  cr_assert(strcmp(records(vd_view_of(csv), ',', NULL), got) == 0);
}

Test(csv, stray_quotes_are_refused_with_their_place) {
  fails("a,b\"c\n", 1, 4);
  fails("x\n\"a\nb", 2, 1);
  fails("x\n\"a\nb\"c,d", 3, 3);
  fails("\"a\" ,b", 1, 4);
}

Test(csv, lines_count_breaks_inside_fields) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_csv csv = vd_csv_of(&a, VD_VIEW("a,\"b\n\nc\"\r\nd\n"), ',');
  vd_views row;
  cr_assert(vd_csv_next(&csv, &row, NULL) == VD_OK && csv.line == 4);
  cr_assert(vd_csv_next(&csv, &row, NULL) == VD_OK && csv.line == 5);
  cr_assert(vd_csv_next(&csv, &row, NULL) == VD_NOTFOUND);
}

static const char sample[] = "a,\"b\"\"\",c\r\n\"x\ny\",,1,2,3,4,5,6,7\n";

Test(csv, every_prefix_is_harmless) {
  for (size_t n = 0; n < sizeof sample; n++) {
    char *exact = malloc(n + 1);
    memcpy(exact, sample, n);
    vd_error err = {0};
    (void)records((vd_view){exact, n}, ',', &err);
    cr_assert(err.code == VD_OK || (err.code == VD_FORMAT && err.line != 0));
    free(exact);
  }
}

Test(csv, every_allocation_may_fail) {
  unsigned n = 1;
  for (vd_code code = VD_NOMEM; code != VD_NOTFOUND; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = n;
    vd_csv csv = vd_csv_of(&a, vd_view_of(sample), ',');
    vd_views row = {0};
    do
      code = vd_csv_next(&csv, &row, NULL);
    while (code == VD_OK);
    cr_assert(code == VD_NOMEM || code == VD_NOTFOUND);
  }
  cr_assert(n > 4);
}
