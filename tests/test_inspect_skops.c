// skops: types that are shown, and what is built.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.json", "schema.json", CLEAN, VD_SEVERITY_INFO},
    {"operator_good.json", "schema.json", CLEAN, VD_SEVERITY_INFO},
    {"unknown.json", "schema.json", VD_CHECK_SKOPS_TYPE, VD_SEVERITY_LOW},
    {"system.json", "schema.json", VD_CHECK_SKOPS_CODE, VD_SEVERITY_CRITICAL},
    {"operator.json", "schema.json", VD_CHECK_SKOPS_MISMATCH, VD_SEVERITY_HIGH},
    {"method.json", "schema.json", VD_CHECK_SKOPS_MISMATCH, VD_SEVERITY_HIGH},
    {"method.json", "schema.json", VD_CHECK_SKOPS_CODE, VD_SEVERITY_HIGH},
    {"file.json", "schema.json", VD_CHECK_SKOPS_MISMATCH, VD_SEVERITY_MEDIUM},
};

Test(skops, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("skops", &samples[i]);
}

Test(skops, cut_and_changed_samples_are_survived) {
  torture_sample("skops", "method.json", "schema.json");
  torture_sample("skops", "good.json", "schema.json");
}

Test(skops, every_failing_allocation_is_survived) {
  starve_sample("skops", "method.json", "schema.json");
  starve_sample("skops", "good.json", "schema.json");
}
