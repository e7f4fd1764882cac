// What a pickle may cost those who look at it, and those who load it.
#include "inspect_pickle.h"

#include <time.h>

static vd_view repeated(vd_arena *a, vd_view head, vd_view part, size_t times, vd_view tail) {
  VD_CLEANUP(vd_buf_free) vd_buf b = {.max = SIZE_MAX};
  vd_buf_put(&b, head);
  for (size_t n = 0; n < times; n++)
    vd_buf_put(&b, part);
  vd_buf_put(&b, tail);
  return vd_arena_copy(a, vd_buf_view(&b));
}

// ---- those who load it --------------------------------------------------------------------------

Test(pickle_cost, references_that_double_are_said) {
  static const struct {
    vd_view part;
    size_t times;
  } bombs[] = {
      {VD_VIEW_INIT("2\x86"), 40},                    // tuples: x = (x, x)
      {VD_VIEW_INIT("q\1]q\2h\1ah\1ah\2"), 40},       // lists
      {VD_VIEW_INIT("q\1(h\1h\1h\1h\1t"), 20},        // fours
      {VD_VIEW_INIT("q\1}q\2K\1h\1sK\2h\1sh\2"), 40}, // dictionaries
      {VD_VIEW_INIT("q\1(h\1h\1l"), 40},              // LIST
  };
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  for (size_t n = 0; n < VD_COUNT(bombs); n++) {
    SCOPED_INSPECTED i;
    look_named(&i, "x.pkl",
               repeated(&a, VD_VIEW("\x80\x02]"), bombs[n].part, bombs[n].times, VD_VIEW(".")));
    const vd_observation *o = said(&i, VD_CHECK_PICKLE_EXPANDS, "values");
    cr_expect(o != NULL && o->severity == VD_SEVERITY_MEDIUM, "%zu:\n%.*s", n,
              VD_ARG(all_said(&i)));
  }
}

Test(pickle_cost, references_that_are_shared_are_honest) {
  VD_SCOPED_ARENA a = VD_ARENA(4 << 20);
  SCOPED_INSPECTED row, table, self;
  look_named(
      &row, "x.pkl", // one text in a list of 50,000
      repeated(&a, VD_VIEW("\x80\x02](X\5\0\0\0helloq\1"), VD_VIEW("h\1"), 50000, VD_VIEW("e.")));
  EXPECT_SILENT(&row);
  look_named(&table, "x.pkl", // a row of 5,000 in a table of 5,000 of it
             repeated(&a,
                      vd_arena_copy(&a, repeated(&a, VD_VIEW("\x80\x02](](K\1"), VD_VIEW("K\1"),
                                                 5000, VD_VIEW("eq\1"))),
                      VD_VIEW("h\1"), 5000, VD_VIEW("e.")));
  EXPECT_SILENT(&table);
  LOOK(&self, "\x80\x02]q\1(K\1h\1e."); // holds itself
  EXPECT_SILENT(&self);
}

Test(pickle_cost, a_list_of_itself_again_and_again_is_said) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  SCOPED_INSPECTED i;
  look_named(&i, "x.pkl",
             repeated(&a, VD_VIEW("\x80\x04]\x94"), VD_VIEW("h\0a"), 40, VD_VIEW(".")));
  EXPECT_SAID(&i, PICKLE_EXPANDS, "holds itself");
}

// ---- those who look at it -----------------------------------------------------------------------

static double seconds(void) {
  struct timespec t;
  cr_assert(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// Sanitizers make it some ten times slower.
#if defined(__SANITIZE_ADDRESS__) || !defined(__OPTIMIZE__)
static const double most = 20;
#else
static const double most = 2;
#endif

// bzip2 of 1.3 MB of 'c', damaged at its end: what each byte began was looked for up to the end.
Test(pickle_cost, a_small_file_costs_little) {
  static const char file[] =
      "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x05\x4e\x2e\xd5\x00\x00\x13\xd3\x80\x00"
      "\x10\x00\xc1\x18\x00\x0e\x22\x8c\x20\x20\x00\x50\xa6\x00\x00\x2a\xa8\x69\x93\xd0"
      "\xc9\x34\x49\x63\x24\x17\x20\xa2\x0c\x92\x58\x82\x49\x00\x00\xa1\x43\xf1\x77\x24"
      "\x53\x85\x09\x00\xff\x0f\x00\x00\x54\xb6\xed\x50";
  SCOPED_INSPECTED i;
  double before = seconds();
  look_named(&i, "x.joblib", (vd_view){file, sizeof file - 1});
  cr_expect(seconds() - before < most, "%f s", seconds() - before);
}

// What other levels may have unpacked from a few bytes: a megabyte of it.
Test(pickle_cost, what_looks_like_pickles_everywhere_costs_little) {
  static const vd_view parts[] = {
      VD_VIEW_INIT("c"),
      VD_VIEW_INIT("("),
      VD_VIEW_INIT("(V"),
      VD_VIEW_INIT("(P"),
      VD_VIEW_INIT("\x80\x04"),
      VD_VIEW_INIT("\x8c\1"),
      VD_VIEW_INIT("(Sx"),
      VD_VIEW_INIT("ca\nb\n"),
      VD_VIEW_INIT("ca\nb\n)"),
      VD_VIEW_INIT("ca\nb\n)R"),
      VD_VIEW_INIT("cos\nsystem\n)R."),
      VD_VIEW_INIT("((((N"),
      VD_VIEW_INIT("I1\n"),
      VD_VIEW_INIT("\x80\2N.xxxx"),
      VD_VIEW_INIT("(Va\nVb\nVc\n"),
  };
  for (size_t n = 0; n < VD_COUNT(parts); n++) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
    SCOPED_INSPECTED i;
    vd_view bytes = repeated(&a, VD_VIEW("\x80\2N.no pickle"), parts[n],
                             ((size_t)1 << 20) / parts[n].len, VD_VIEW(""));
    double before = seconds();
    look_named(&i, "x.pkl", bytes);
    cr_expect(seconds() - before < 5 * most, "%zu: %f s", n, seconds() - before);
  }
}

// A few bytes that call a decoder of a text again and again.
Test(pickle_cost, calls_that_are_followed_cost_little) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20);
  SCOPED_INSPECTED i;
  vd_view text = repeated(&a, VD_VIEW("cbase64\nb64decode\nq\1X\xf0\xff\0\0"), VD_VIEW("QUFBQUFB"),
                          8190, VD_VIEW("\x85q\2"));
  double before = seconds();
  look_named(&i, "x.pkl", repeated(&a, text, VD_VIEW("h\1h\2R0"), 20000, VD_VIEW(".")));
  cr_expect(seconds() - before < 5 * most, "%f s", seconds() - before);
}
