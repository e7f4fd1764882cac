// R objects: what runs when they are looked at, and what they only hold.
#include "inspect/r/r_stream.h"
#include "inspect_binary.h"

Test(rds, says_what_objects_do) {
  static const said all[] = {
      {"rds/model", "m.rds", 0, NULL},
      {"rds/text", "m.rds", 0, NULL},
      {"rds/native", "m.rds", 0, NULL},
      {"rds/version-2", "m.rds", 0, NULL},
      {"rds/compiled", "m.rds", 0, NULL},
      {"rds/pointer", "m.rds", 0, NULL},
      {"rds/image", "m.rda", 0, NULL},
      {"rds/image-text", "m.RData", 0, NULL},
      {"rds/promise-system", "m.rds", VD_CHECK_R_PROMISE, "system(\"id\")"},
      {"rds/promise-object", "m.rds", VD_CHECK_R_PROMISE, "system(\"id > /tmp/x\")"},
      {"rds/promise-eval", "m.rds", VD_CHECK_R_PROMISE, "eval(parse(\"system('id')\"))"},
      {"rds/promise-namespace", "m.rds", VD_CHECK_R_PROMISE, "system2(\"id\", args = \"-u\")"},
      {"rds/promise-harmless", "m.rds", VD_CHECK_R_LATE, "+(x, ...)"},
      {"rds/function-system", "m.rds", VD_CHECK_R_CODE, "system(\"curl"},
      {"rds/compiled-system", "m.rds", VD_CHECK_R_CODE, "system(\"curl"},
      {"rds/trailing", "m.rds", VD_CHECK_TRAILING, "10 bytes"},
      {"rds/cut", "m.rds", VD_CHECK_UNREADABLE, "cut"},
      {"rds/deep", "m.rds", VD_CHECK_UNREADABLE, "cut"},
      {"rds/length", "m.rds", VD_CHECK_UNREADABLE, "cut"},
      {"compressed/promise.rds", "m.rds", VD_CHECK_R_PROMISE, "system(\"id > /tmp/x\")"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
}

Test(rds, describes_an_object) {
  expect_property("rds/model", "m.rds", "class", "lm");
  expect_property("rds/version-2", "m.rds", "serialisation version", "2");
  expect_property("rds/pointer", "m.rds", "external pointers", "1");
  expect_property("rds/compiled", "m.rds", "functions", "1");
}

Test(rds, a_tree_keeps_what_was_read_before_the_damage) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22);
  vd_view bytes = corpus_file(&a, "rds/promise-object");
  vd_r_tree t;
  vd_error err = {0};
  bytes.len -= 4;
  cr_expect(vd_r_stream_read(&a, bytes, &t, &err) == VD_FORMAT && t.calls.count == 1);
}

Test(rds, survives_everything) {
  torture("rds/promise-namespace", "m.rds");
  torture("rds/compiled-system", "m.rds");
  torture("rds/image-text", "m.rda");
  torture("rds/native", "m.rds");
}
