// Pickles that strict parsers reject: what Python runs of them is found all the same.
#include "inspect_pickle.h"

#define CALL "cos\nsystem\n(S'id'\ntR"

Test(pickle_broken, what_ran_before_the_damage_is_said) {
  static const vd_view broken[] = {
      VD_VIEW_INIT(CALL "\xff"),          VD_VIEW_INIT(CALL),
      VD_VIEW_INIT(CALL "g99\n."),        VD_VIEW_INIT(CALL "aaaaaaa."),
      VD_VIEW_INIT(CALL "X\xff\xff\0\0"), VD_VIEW_INIT(CALL "0t."),
      VD_VIEW_INIT(CALL "\x80\x09."),     VD_VIEW_INIT(CALL "Ix\n."),
  };
  for (size_t n = 0; n < VD_COUNT(broken); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, "x.pkl", broken[n]);
    cr_expect(said(&i, VD_CHECK_PICKLE_EXECUTE, "os.system(\"id\")") != NULL, "%zu", n);
    cr_expect(said(&i, VD_CHECK_PICKLE_MALFORMED, "runs up to byte") != NULL, "%zu", n);
  }
}

Test(pickle_broken, oddities_are_said_and_do_not_hide_anything) {
  static const struct {
    vd_view bytes;
    const char *text;
  } odd[] = {
      {VD_VIEW_INIT("N0\x80\x02" CALL "."), "PROTO does not come first"},
      {VD_VIEW_INIT("\x80\x04\x95\xff\0\0\0\0\0\0\0" CALL "."), "a frame reaches over its end"},
      {VD_VIEW_INIT("\x80\x04\x95\3\0\0\0\0\0\0\0" CALL "."), "crosses the end of a frame"},
      {VD_VIEW_INIT("\x80\x04\x95\4\0\0\0\0\0\0\0cos\nsystem\n(S'id'\ntR."),
       "reaches over the end of its frame"},
      {VD_VIEW_INIT("\x80\x04\x95\x12\0\0\0\0\0\0\0\x95\1\0\0\0\0\0\0\0" CALL "."),
       "inside another"},
      {VD_VIEW_INIT("N" CALL "."), "left on its stack"},
      {VD_VIEW_INIT("Np0\np0\n0" CALL "."), "given away twice"},
      {VD_VIEW_INIT("Nr\xff\xff\xff\xff"
                    "0" CALL "."),
       "far above"},
      {VD_VIEW_INIT("c\nx\n0" CALL "."), "no name"},
      {VD_VIEW_INIT("c\xd0\xbes\nsystem\n0" CALL "."), "other than ASCII"},
      {VD_VIEW_INIT("cmine\nA\nI5\nR0" CALL "."), "no tuple"},
  };
  for (size_t n = 0; n < VD_COUNT(odd); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, "x.pkl", odd[n].bytes);
    EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
    EXPECT_SAID(&i, PICKLE_MALFORMED, odd[n].text);
  }
}

// Python takes the last byte of a line for its newline.
Test(pickle_broken, a_call_in_a_line_that_does_not_end) {
  SCOPED_INSPECTED i;
  LOOK(&i, "(S'id'\nios\nsystem!");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  EXPECT_SAID(&i, PICKLE_MALFORMED, "ends without STOP");
}

Test(pickle_broken, inst_without_a_mark_imports) {
  SCOPED_INSPECTED i;
  LOOK(&i, "ios\nsystem\n.");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "imports os.system");
  EXPECT_SAID(&i, PICKLE_MALFORMED, "there is no MARK");
}

Test(pickle_broken, several_in_a_row) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x02N.\x80\x02" CALL ".");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  EXPECT_SAID(&i, TRAILING, "another pickle");
}

Test(pickle_broken, inside_other_data) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x02N.some text that is no pickle\n" CALL ".and more");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  EXPECT_SAID(&i, PICKLE_MALFORMED, "inside other data");
  EXPECT_SAID(&i, TRAILING, "bytes follow the pickle");
  SCOPED_INSPECTED j;
  LOOK(&j, "not a pickle at all\n" CALL ".");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "os.system(\"id\")");
  EXPECT_SAID(&j, UNREADABLE, "pickle");
}

Test(pickle_broken, a_broken_pickle_that_reaches_nothing_is_unreadable) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x04]\x94(K\1K\2");
  EXPECT_SAID(&i, UNREADABLE, "ends without STOP");
  cr_expect(i.in.observations.count == 1);
}

Test(pickle_broken, text_is_not_taken_for_a_pickle) {
  static const char *const texts[] = {
      "import os\n\nprint('x')\n",
      "# a comment\n(a, b)\n",
      "N.\n",
      "I am a text.\nIt goes on.\n",
      "{\"a\": 1}\n",
      "c\nlass\nmethod\n",
      "col1,col2\n1,2\n",
      "()\n.",
      "\n",
      "S'abc'\n.",
      "create table x (a int);\n",
      "Version 1\nVfoo\nVbar\n",
      "p0\np1\n",
      "(1, 2, 3).\n",
  };
  for (size_t n = 0; n < VD_COUNT(texts); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, "x.txt", vd_view_of(texts[n]));
    cr_expect(i.in.model.formats.count == 0, "%s", texts[n]);
  }
}

Test(pickle_broken, pickles_under_any_name) {
  SCOPED_INSPECTED i;
  look_named(&i, "weights.txt", VD_VIEW(CALL "."));
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  cr_expect(vd_inspect_wants(VD_VIEW("weights.txt"), VD_VIEW(CALL "."), sizeof CALL));
}

// ---- bounds -------------------------------------------------------------------------------------

static vd_view repeated(vd_arena *a, const char *first, const char *unit, size_t n,
                        const char *last) {
  VD_SCOPED_BUF b = VD_BUF((size_t)16 << 20);
  vd_buf_put(&b, vd_view_of(first));
  for (size_t i = 0; i < n; i++)
    vd_buf_put(&b, vd_view_of(unit));
  vd_buf_put(&b, vd_view_of(last));
  vd_view out = vd_arena_copy(a, vd_buf_view(&b));
  cr_assert(!b.failed && out.ptr != NULL);
  return out;
}

Test(pickle_broken, deep_nesting_is_bounded) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)64 << 20);
  SCOPED_INSPECTED i, j;
  look_named(&i, "x.pkl", repeated(&a, "N", "\x85", 100000, "0cos\nsystem\n(S'id'\ntR."));
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  look_named(&j, "x.pkl", repeated(&a, "cos\nsystem\nN", "\x85", 10000, "\x85R."));
  EXPECT_SAID(&j, PICKLE_EXECUTE, "os.system(");
}

Test(pickle_broken, chains_of_partials_end) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)64 << 20);
  SCOPED_INSPECTED i;
  vd_view open = repeated(&a, "", "cfunctools\npartial\n(", 200, "");
  vd_view whole = vd_arena_printf(&a, "%.*scos\nsystem\n%.*s)R.", (int)open.len, open.ptr, 400,
                                  repeated(&a, "", "tR", 200, "").ptr);
  look_named(&i, "x.pkl", whole);
  cr_expect(said(&i, VD_CHECK_PICKLE_INDIRECT, "more calls than are followed") != NULL ||
                said(&i, VD_CHECK_PICKLE_EXECUTE, "os.system") != NULL,
            "%.*s", VD_ARG(all_said(&i)));
}

Test(pickle_broken, a_memo_that_holds_itself_is_bounded) {
  SCOPED_INSPECTED i;
  LOOK(&i, "cos\nsystem\n(]q\0h\0ah\0h\0h\0h\0tR.");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(");
  SCOPED_INSPECTED j;
  LOOK(&j, "}q\0h\0h\0s" CALL ".");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "os.system(\"id\")");
}

Test(pickle_broken, marks_and_steps_are_bounded) {
  VD_SCOPED_ARENA a = VD_ARENA((size_t)64 << 20);
  SCOPED_INSPECTED i;
  look_named(&i, "x.pkl", repeated(&a, "\x80\x02", "(", (size_t)VD_PICKLE_STACK_MAX + 2, "."));
  EXPECT_SAID(&i, LIMIT, "too many marks");
}

// pickle.loads reads on as if there were no frame; pickle.load of a file drops what is left of it
// and goes on behind it; pickle.py ends. Each of them must be seen.
Test(pickle_broken, a_line_across_the_end_of_a_frame_hides_no_name) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x04\x95\4\0\0\0\0\0\0\0cmacos\nsystem\n(S'id'\ntR.");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  EXPECT_SAID(&i, PICKLE_MALFORMED, "crosses the end of a frame");
  const vd_observation *o = said(&i, VD_CHECK_PICKLE_MALFORMED, "crosses");
  cr_expect(o != NULL && o->severity == VD_SEVERITY_HIGH);
}

Test(pickle_broken, a_text_across_the_end_of_a_frame_hides_no_call) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x04\x95\3\0\0\0\0\0\0\0V" CALL "0N."); // the text is "cos", or "" and opcodes
  EXPECT_SAID(&i, PICKLE_MALFORMED, "crosses the end of a frame");
  SCOPED_INSPECTED j;
  LOOK(&j, "\x80\x04\x95\3\0\0\0\0\0\0\0VaX\n" CALL "."); // all readers come to the call
  EXPECT_SAID(&j, PICKLE_EXECUTE, "os.system(\"id\")");
}

// Which crossings drop depends on the file that is read, so all of them are taken both ways.
Test(pickle_broken, crossings_are_followed_in_every_combination) {
  SCOPED_INSPECTED i;
  LOOK(&i, "\x80\x04\x95\3\0\0\0\0\0\0\0Vab\n0" // dropped: "" and a call of nothing: broken
           "\x95\4\0\0\0\0\0\0\0cmacos\nsystem\n(S'id'\ntR.");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "os.system(\"id\")");
  SCOPED_INSPECTED j;
  LOOK(&j, "\x80\x04"
           "\x95\2\0\0\0\0\0\0\0Va\n0"
           "\x95\2\0\0\0\0\0\0\0Va\n0"
           "\x95\2\0\0\0\0\0\0\0Va\n0"
           "\x95\2\0\0\0\0\0\0\0Va\n0"
           "\x95\2\0\0\0\0\0\0\0Va\n0N.");
  EXPECT_SAID(&j, PICKLE_MALFORMED, "more ways than are followed");
}
