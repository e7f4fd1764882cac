// The first byte picks how many columns a table has; the rest is the table.
#include "graph/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use_cell(vd_view cell) {
  vd_view item;
  double number;
  size_t items = 0;
  for (vd_view rest = cell; vd_list_next(&rest, &item);)
    items++;
  if (items > cell.len || (vd_decimal(cell, &number) && !(number >= 0)) || vd_date_number(cell) < 0)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const headers[] = {"a", "a\tb", "a\tb\tc", "a\tb\tc\td\te\tf\tg"};
  vd_table t;
  vd_view cells[VD_TABLE_COLUMNS_MAX] = {0};
  bool more = true;
  if (size == 0)
    return 0;
  vd_view bytes = {(const char *)data + 1, size - 1};
  vd_code code = vd_table_open(&t, bytes, headers[data[0] % VD_COUNT(headers)], NULL);
  while (code == VD_OK && more) {
    code = vd_table_next(&t, cells, &more, NULL);
    for (unsigned i = 0; code == VD_OK && more && i < t.columns; i++)
      use_cell(cells[i]);
  }
  return 0;
}
