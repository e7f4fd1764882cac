#include "format/format.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static void walk(vd_view bytes, vd_buf *out) {
  vd_json_walk w;
  vd_json_item item;
  vd_error err = {0};
  vd_code code = vd_json_walk_of(bytes, &w, &err);
  while (code == VD_OK) {
    code = vd_json_walk_next(&w, &item, &err);
    if (code != VD_OK)
      break;
    cr_assert(item.text.ptr == bytes.ptr + item.offset);
    vd_buf_printf(out, "%.*s=%.*s|", VD_ARG(item.key), VD_ARG(item.text));
  }
  if (code == VD_NOTFOUND)
    vd_buf_put(out, VD_VIEW("end"));
  else
    vd_buf_printf(out, "%d: %s", (int)err.offset, err.text);
}

static void expect(const char *text, const char *expected) {
  VD_SCOPED_BUF out = VD_BUF(1 << 16);
  walk(vd_view_of(text), &out);
  cr_assert(vd_view_eq(vd_buf_view(&out), vd_view_of(expected)), "%s gives %.*s", text,
            (int)out.len, out.ptr);
}

Test(json_walk, objects) {
  expect("{}", "end");
  expect("{\"a\":1}", "a=1|end");
  expect(" { \"a\" : [1, {\"b\": \"]}\"}] , \"c\\\"\":{\"d\":{}}, \"e\":null }\n",
         "a=[1, {\"b\": \"]}\"}]|c\\\"={\"d\":{}}|e=null|end");
  expect("{\"a\":\"\\\\\",\"b\":\"\\\"\"}", "a=\"\\\\\"|b=\"\\\"\"|end");
}

Test(json_walk, arrays) {
  expect("[]", "end");
  expect("\xEF\xBB\xBF[ [] ,{\"a\":[[]]},-1.5e3, \"x\"]", "=[]|={\"a\":[[]]}|=-1.5e3|=\"x\"|end");
}

Test(json_walk, broken_containers) {
  expect("", "0: neither an object nor an array");
  expect("7", "0: neither an object nor an array");
  expect("{\"a\":1", "6: the document ends too early");
  expect("{\"a\":1,", "a=1|7: expected a member name in quotes");
  expect("{\"a\":1,}", "7: expected a value");
  expect("{\"a\" 1}", "5: expected ':'");
  expect("{\"a\":}", "5: a value is missing or not closed");
  expect("{a:1}", "1: expected a member name in quotes");
  expect("{\"a", "1: expected a member name in quotes");
  expect("[", "1: a value is missing or not closed");
  expect("[1,,2]", "=1|3: a value is missing or not closed");
  expect("[1 2]", "3: expected ','");
  expect("[1}", "2: expected ','");
  expect("[\"abc", "1: a value is missing or not closed");
  expect("[\"abc\\\"", "1: a value is missing or not closed");
  expect("[\"abc\\", "1: a value is missing or not closed");
  expect("[{\"a\":[}]", "9: the document ends too early");
  expect("[1] []", "=1|4: text after the end of the document");
}

Test(json_walk, every_prefix) {
  static const char text[] =
      "{\"a\": [1, {\"b\": \"]\\\"}\"}], \"c\": {\"d\": \"\\\\\"}, \"e\": true}";
  for (size_t n = 0; n < sizeof text - 1; n++) {
    VD_SCOPED_BUF out = VD_BUF(1 << 16);
    char *copy = malloc(n + (n == 0));
    cr_assert(copy != NULL);
    memcpy(copy, text, n);
    walk((vd_view){copy, n}, &out);
    cr_assert(!vd_view_ends(vd_buf_view(&out), VD_VIEW("end")), "%zu bytes", n);
    free(copy);
  }
}

// Ten million brackets cost no memory, and no more than a second.
Test(json_walk, deep, .timeout = 10) {
  size_t n = 10 << 20;
  char *text = malloc(n);
  cr_assert(text != NULL);
  memset(text, '[', n / 2);
  memset(text + n / 2, ']', n - n / 2);
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  walk((vd_view){text, n}, &out);
  cr_assert(vd_view_ends(vd_buf_view(&out), VD_VIEW("end")));
  free(text);
}
