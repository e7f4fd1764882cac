// PMML models: entities, scripts, classes.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.pmml", NULL, CLEAN, VD_SEVERITY_INFO},
    {"xxe.pmml", NULL, VD_CHECK_PMML_ENTITY, VD_SEVERITY_HIGH},
    {"laughs.pmml", NULL, VD_CHECK_PMML_ENTITY, VD_SEVERITY_HIGH},
    {"dtd.pmml", NULL, VD_CHECK_PMML_ENTITY, VD_SEVERITY_MEDIUM},
    {"script.pmml", NULL, VD_CHECK_PMML_CODE, VD_SEVERITY_HIGH},
    {"function.pmml", NULL, VD_CHECK_PMML_CODE, VD_SEVERITY_MEDIUM},
    {"cut.pmml", NULL, VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
};

Test(pmml, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("pmml", &samples[i]);
}

Test(pmml, cut_and_changed_samples_are_survived) {
  torture_sample("pmml", "xxe.pmml", "m.pmml");
  torture_sample("pmml", "script.pmml", "m.pmml");
}

Test(pmml, every_failing_allocation_is_survived) {
  starve_sample("pmml", "xxe.pmml", "m.pmml");
  starve_sample("pmml", "script.pmml", "m.pmml");
}
