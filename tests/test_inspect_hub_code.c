// Python code that downloads from hubs: pinned, unpinned, with code of the repository.
#include "inspect/text/hub_code.h"
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.py", NULL, CLEAN, VD_SEVERITY_INFO},
    {"unpinned.py", NULL, VD_CHECK_HUB_UNPINNED, VD_SEVERITY_LOW},
    {"trust.py", NULL, VD_CHECK_HUB_TRUST, VD_SEVERITY_MEDIUM},
    {"trust.py", NULL, VD_CHECK_HUB_UNPINNED, VD_SEVERITY_LOW},
    {"notebook.ipynb", NULL, VD_CHECK_HUB_TRUST, VD_SEVERITY_MEDIUM},
    {"odd.py", NULL, CLEAN, VD_SEVERITY_INFO},
};

Test(hub_code, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("hub_code", &samples[i]);
}

Test(hub_code, cut_and_changed_samples_are_survived) {
  torture_sample("hub_code", "unpinned.py", "a.py");
  torture_sample("hub_code", "notebook.ipynb", "a.ipynb");
}

Test(hub_code, every_failing_allocation_is_survived) {
  starve_sample("hub_code", "unpinned.py", "a.py");
  starve_sample("hub_code", "notebook.ipynb", "a.ipynb");
}

Test(hub_code, every_call_is_named_once) {
  VD_SCOPED_ARENA file = VD_ARENA(1 << 20), a = VD_ARENA(1 << 20), scratch = VD_ARENA(1 << 20);
  vd_inspection in =
      sample_inspect(&a, &scratch, "a.py", sample_bytes(&file, "hub_code", "unpinned.py"));
  cr_expect(in.observations.count == 5, "%zu", in.observations.count);
}

// The first pass, written without lanes.
static bool named(const char *text) {
  static const char *const marks[] = {"m_pretrained",  "t_download", "b_download", "d_dataset",
                                      "t_remote_code", "b.load",     "pipeline("};
  for (size_t i = 0; i < VD_COUNT(marks); i++)
    if (strstr(text, marks[i]) != NULL)
      return true;
  return false;
}

Test(hub_code, the_first_pass_agrees_with_a_plain_one) {
  static const char *const words[] = {"m_pretrained",  "t_download", "b_download", "d_dataset",
                                      "t_remote_code", "b.load",     "pipeline(",  "m_pretraine",
                                      "peline(",       "b.loa",      "ne("};
  char text[160];
  for (size_t w = 0; w < VD_COUNT(words); w++)
    for (size_t len = 0; len < 120; len++)
      for (size_t at = 0; at <= len; at += 1 + len / 16) {
        memset(text, '_', sizeof text);
        memcpy(text + at, words[w], strlen(words[w]));
        text[at + strlen(words[w]) > len ? at + strlen(words[w]) : len] = '\0';
        cr_assert(vd_hub_code_named(vd_view_of(text)) == named(text), "%s", text);
      }
}
