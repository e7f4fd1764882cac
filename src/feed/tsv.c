// One text table: cells, rows, sorting by bytes.
#include "feed/collect.h"

static bool is_control(char c) { return (c >= 0 && c < ' ') || c == 0x7f; }

static void put_clean(vd_buf *b, vd_view text) {
  for (size_t i = 0; i < text.len; i++)
    if (is_control(text.ptr[i]))
      vd_buf_put_c(b, ' ');
    else
      vd_buf_put_c(b, text.ptr[i]);
}

void vd_tsv_row(vd_tsv *t, const vd_view *cells, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (i > 0)
      vd_buf_put_c(&t->text, '\t');
    put_clean(&t->text, cells[i]);
  }
  vd_buf_put_c(&t->text, '\n');
}

static int by_bytes(const void *a, const void *b) {
  return vd_view_cmp(*(const vd_view *)a, *(const vd_view *)b);
}

static vd_code sorted_lines(vd_arena *a, vd_view text, vd_views *out) {
  vd_view line;
  while (vd_view_line(&text, &line)) {
    vd_view *slot = vd_vec_push(a, out);
    if (slot == NULL)
      return VD_NOMEM;
    *slot = line;
  }
  if (out->count > 1)
    qsort(out->at, out->count, sizeof *out->at, by_bytes);
  return VD_OK;
}

vd_view vd_tsv_finish(vd_arena *a, const vd_tsv *t) {
  VD_SCOPED_BUF b = VD_BUF(t->text.max + 4096);
  vd_views lines = {0};
  if (t->text.failed || sorted_lines(a, vd_buf_view(&t->text), &lines) != VD_OK)
    return (vd_view){0};
  vd_buf_printf(&b, "# %s\n", t->heading);
  for (size_t i = 0; i < lines.count; i++) {
    if (i > 0 && vd_view_eq(lines.at[i], lines.at[i - 1]))
      continue;
    vd_buf_put(&b, lines.at[i]);
    vd_buf_put_c(&b, '\n');
  }
  return b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
}
