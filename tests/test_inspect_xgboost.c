// XGBoost models: trees that point outside themselves, objectives, UBJSON.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.json", "model.json", CLEAN, VD_SEVERITY_INFO},
    {"good.ubj", NULL, CLEAN, VD_SEVERITY_INFO},
    {"optimised.ubj", NULL, CLEAN, VD_SEVERITY_INFO},
    {"outside.ubj", NULL, VD_CHECK_TREE_STRUCTURE, VD_SEVERITY_HIGH},
    {"custom.ubj", NULL, VD_CHECK_BOOSTER_CUSTOM, VD_SEVERITY_LOW},
    {"count.ubj", NULL, VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
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
  torture_sample("xgboost", "outside.ubj", "model.ubj");
}

Test(xgboost, every_failing_allocation_is_survived) {
  starve_sample("xgboost", "good.json", "model.json");
  starve_sample("xgboost", "outside.ubj", "model.ubj");
}

// Containers with a count have no closing bracket, as XGBoost writes them.
Test(xgboost, ubjson_is_described) {
  VD_SCOPED_ARENA file = VD_ARENA(1 << 20), a = VD_ARENA(1 << 20), scratch = VD_ARENA(1 << 20);
  vd_inspection in =
      sample_inspect(&a, &scratch, "model.ubj", sample_bytes(&file, "xgboost", "optimised.ubj"));
  cr_assert(in.model.properties.count == 2);
  cr_expect_str_eq(in.model.properties.at[0].value.ptr, "1");
  cr_expect_str_eq(in.model.properties.at[1].value.ptr, "binary:logistic");
}
