#include "feed/mirror.h"

#include <criterion/criterion.h>

static bool fits(const char *pattern, const char *path) {
  return vd_mirror_pattern_fits(vd_view_of(pattern), vd_view_of(path));
}

Test(mirror, patterns_name_what_they_name_in_a_folder) {
  cr_assert(fits("kev/k.json", "kev/k.json") && !fits("kev/k.json", "kev/k.json5"));
  cr_assert(fits("epss/e-*.csv.gz", "epss/e-2099.csv.gz"));
  cr_assert(!fits("epss/e-*.csv.gz", "epss/old/e-2099.csv.gz"), "* stays in its folder");
  cr_assert(!fits("epss/e-*.csv.gz", "other/e-2099.csv.gz"));
  cr_assert(!fits("a/xy*yz", "a/xyz"), "beginning and end may not overlap");
  cr_assert(fits("owasp/**.md", "owasp/a/b/c.md") && fits("owasp/**.md", "owasp/c.md"));
  cr_assert(!fits("owasp/A**.md", "owasp/a/B.md") && fits("owasp/A**.md", "owasp/a/A1.md"));
}

Test(mirror, paths_stay_in_the_mirror) {
  static const char *const good[] = {"a", "kev/k.json", "attack_to_cve/Att&ckToCveMappings.csv",
                                     "a/b..c/d e.json", "a/\xC3\xA9.json"};
  static const char *const bad[] = {"",   "/a",     "a//b", "../a", "a/../b", "a/..",    "a/",
                                    ".a", "a/.b/c", "./a",  "a\\b", "a/\nb",  "a\x7f/b", "a/\xff"};
  for (size_t i = 0; i < VD_COUNT(good); i++)
    cr_assert(vd_mirror_path_valid(vd_view_of(good[i])), "%s", good[i]);
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_assert(!vd_mirror_path_valid(vd_view_of(bad[i])), "%s", bad[i]);
  char longest[VD_MIRROR_PATH_MAX + 1];
  memset(longest, 'a', sizeof longest);
  cr_assert(vd_mirror_path_valid((vd_view){longest, VD_MIRROR_PATH_MAX}));
  cr_assert(!vd_mirror_path_valid((vd_view){longest, sizeof longest}));
}

static const vd_feed yearly = {.name = "yearly",
                               .file = "y/n-**.gz z/one.json z/two.json|z/two.xml",
                               .fetch = "https://a.example/n-{2097-}.gz>y/n-{2097-}.gz "
                                        "https://a.example/1>z/one.json "
                                        "https://a.example/2?x=%26>z/two.json"};

Test(mirror, a_plan_has_every_year_and_knows_what_may_be_missing) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_mirror m = {.today = 20990101};
  vd_addresses plan;
  cr_assert(vd_mirror_plan(&m, &a, &yearly, &plan, NULL) == VD_OK && plan.count == 5);
  cr_assert(vd_view_eq(plan.at[0].url, VD_VIEW("https://a.example/n-2097.gz")));
  cr_assert(vd_view_eq(plan.at[2].path, VD_VIEW("y/n-2099.gz")) && plan.at[2].optional);
  cr_assert(vd_view_eq(plan.at[3].path, VD_VIEW("z/one.json")) && !plan.at[3].optional);
  cr_assert(vd_view_eq(plan.at[4].url, VD_VIEW("https://a.example/2?x=%26")));
  cr_assert(plan.at[4].optional, "another form of it would do");
}

Test(mirror, a_mirror_serves_the_same_paths_under_its_own_address) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_mirror m = {.today = 20970101, .url = "http://m.example/feeds//"};
  static const vd_feed odd = {.file = "a/Att&ck ?.csv", .fetch = "https://x>a/Att&ck%?.csv"};
  vd_addresses plan;
  cr_assert(vd_mirror_plan(&m, &a, &yearly, &plan, NULL) == VD_OK && plan.count == 3);
  cr_assert(vd_view_eq(plan.at[1].url, VD_VIEW("http://m.example/feeds/z/one.json")));
  cr_assert(vd_mirror_plan(&m, &a, &odd, &plan, NULL) == VD_OK && plan.count == 1);
  cr_assert(vd_view_eq(plan.at[0].url, VD_VIEW("http://m.example/feeds/a/Att%26ck%25%3F.csv")));
}

Test(mirror, an_index_is_chosen_from_as_a_folder_is) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view listed[] = {VD_VIEW("y/n-3.gz"),   VD_VIEW("e/e-2.csv"), VD_VIEW("z/two.xml"),
                      VD_VIEW("y/b/n-1.gz"), VD_VIEW("e/e-9.csv"), VD_VIEW("e/e-1.csv"),
                      VD_VIEW("other.json")};
  vd_mirror m = {.url = "http://m.example", .index = VD_INDEX_READ};
  m.listed.at = listed;
  m.listed.count = VD_COUNT(listed);
  static const vd_feed feed = {.file = "e/e-*.csv y/n-**.gz z/two.json|z/two.xml", .fetch = ""};
  vd_addresses picked;
  cr_assert(vd_mirror_pick(&m, &a, &feed, &picked, NULL) == VD_OK && picked.count == 4);
  static const char *const want[] = {"e/e-9.csv", "y/n-3.gz", "y/b/n-1.gz", "z/two.xml"};
  for (size_t i = 0; i < VD_COUNT(want); i++)
    cr_assert(vd_view_eq(picked.at[i].path, vd_view_of(want[i])), "%zu", i);
}

// What every feed of ours is fetched to is a path of a mirror, and one its reader looks for.
Test(mirror, every_feed_is_fetched_to_where_it_is_read) {
  vd_mirror m = {.today = 20260101};
  for (const vd_feed *f = vd_feeds; f->name != NULL; f++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_addresses plan;
    cr_assert(vd_mirror_plan(&m, &a, f, &plan, NULL) == VD_OK, "%s", f->name);
    for (size_t i = 0; i < plan.count; i++) {
      bool read = false;
      vd_view groups = vd_view_of(f->file);
      while (groups.len != 0) {
        vd_view choices = vd_view_cut(&groups, ' ');
        while (choices.len != 0)
          read |= vd_mirror_pattern_fits(vd_view_cut(&choices, '|'), plan.at[i].path);
      }
      cr_assert(read && vd_mirror_path_valid(plan.at[i].path), "%s: %.*s", f->name,
                VD_ARG(plan.at[i].path));
      cr_assert(vd_view_starts(plan.at[i].url, VD_VIEW("https://")), "%s", f->name);
    }
  }
}

Test(mirror, no_memory_for_a_plan_is_said) {
  vd_mirror m = {.today = 20990101, .url = "http://m.example"};
  for (unsigned n = 1;; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    a.fail_at = n;
    vd_addresses plan = {0};
    vd_code code = vd_mirror_plan(&m, &a, &yearly, &plan, NULL);
    if (code == VD_OK)
      break;
    cr_assert(code == VD_NOMEM && plan.count == 0);
    cr_assert(n < 1000);
  }
}

Test(mirror, an_origin_reads_back_and_half_of_it_does_not) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_origin in = {0xfedcba9876543210, 12345, VD_VIEW("\"tag\""), {0}}, out;
  vd_view text = vd_origin_print(&a, &in);
  cr_assert(vd_origin_parse(text, &out));
  cr_assert(out.source == in.source && out.bytes == 12345 && vd_view_eq(out.etag, in.etag));
  cr_assert(out.last_modified.ptr == NULL);
  for (size_t n = 0; n + 1 < text.len; n++) // the last line is empty
    cr_assert(!vd_origin_parse(vd_view_first(text, n), &out), "%zu bytes", n);
  cr_assert(!vd_origin_parse(VD_VIEW("vedette origin 1\nfedc 5\n\n\n"), &out));
  cr_assert(!vd_origin_parse(VD_VIEW("vedette origin 1\nfedcba987654321g 5\n\n\n"), &out));
}
