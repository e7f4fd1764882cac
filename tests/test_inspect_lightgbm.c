// LightGBM models: trees that point outside themselves, objectives.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.txt", "model.txt", CLEAN, VD_SEVERITY_INFO},
    {"outside.txt", "model.txt", VD_CHECK_TREE_STRUCTURE, VD_SEVERITY_HIGH},
    {"leaf.txt", "model.txt", VD_CHECK_TREE_STRUCTURE, VD_SEVERITY_HIGH},
    {"leaves.txt", "model.txt", VD_CHECK_TREE_STRUCTURE, VD_SEVERITY_HIGH},
    {"custom.txt", "model.txt", VD_CHECK_BOOSTER_CUSTOM, VD_SEVERITY_LOW},
};

Test(lightgbm, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("lightgbm", &samples[i]);
}

Test(lightgbm, cut_and_changed_samples_are_survived) {
  torture_sample("lightgbm", "good.txt", "model.txt");
  torture_sample("lightgbm", "leaves.txt", "model.txt");
}

Test(lightgbm, every_failing_allocation_is_survived) {
  starve_sample("lightgbm", "good.txt", "model.txt");
  starve_sample("lightgbm", "leaves.txt", "model.txt");
}
