// XGBoost models: trees that point outside themselves, objectives, UBJSON.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.json", "model.json", CLEAN, VD_SEVERITY_INFO},
    {"good.ubj", NULL, CLEAN, VD_SEVERITY_INFO},
    {"outside.json", "model.json", VD_CHECK_TREE_STRUCTURE, VD_SEVERITY_HIGH},
    {"ragged.json", "model.json", VD_CHECK_TREE_STRUCTURE, VD_SEVERITY_HIGH},
    {"custom.json", "model.json", VD_CHECK_BOOSTER_CUSTOM, VD_SEVERITY_LOW},
    {"trailing.ubj", NULL, VD_CHECK_PICKLE_EXECUTE, VD_SEVERITY_CRITICAL},
    {"trailing.ubj", NULL, VD_CHECK_TRAILING, VD_SEVERITY_MEDIUM},
    {"cut.ubj", NULL, VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
    {"huge.ubj", NULL, VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
    {"old.bin", "model.bin", VD_CHECK_BOOSTER_OLD, VD_SEVERITY_LOW},
};

Test(xgboost, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("xgboost", &samples[i]);
}

Test(xgboost, cut_and_changed_samples_are_survived) {
  torture_sample("xgboost", "good.json", "model.json");
  torture_sample("xgboost", "good.ubj", "model.ubj");
}

Test(xgboost, every_failing_allocation_is_survived) {
  starve_sample("xgboost", "good.json", "model.json");
  starve_sample("xgboost", "good.ubj", "model.ubj");
}
