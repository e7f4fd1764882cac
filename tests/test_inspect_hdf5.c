// HDF5 files: Keras configurations, data outside the file, sizes that are not there.
#include "inspect_sample.h"

static const sample samples[] = {
    {"good.h5", NULL, CLEAN, VD_SEVERITY_INFO},
    {"many.h5", NULL, CLEAN, VD_SEVERITY_INFO},
    {"latest.h5", NULL, CLEAN, VD_SEVERITY_INFO},
    {"lambda.h5", NULL, VD_CHECK_KERAS_LAMBDA, VD_SEVERITY_CRITICAL},
    {"training.h5", NULL, VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"fixed.h5", NULL, VD_CHECK_KERAS_CODE, VD_SEVERITY_CRITICAL},
    {"bad_config.h5", NULL, VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
    {"external_link.h5", NULL, VD_CHECK_HDF5_EXTERNAL, VD_SEVERITY_HIGH},
    {"external_data.h5", NULL, VD_CHECK_HDF5_EXTERNAL, VD_SEVERITY_HIGH},
    {"virtual.h5", NULL, VD_CHECK_HDF5_EXTERNAL, VD_SEVERITY_HIGH},
    {"bomb.h5", NULL, VD_CHECK_HDF5_BOMB, VD_SEVERITY_MEDIUM},
    {"filter.h5", NULL, VD_CHECK_HDF5_FILTER, VD_SEVERITY_LOW},
    {"trailing.h5", NULL, VD_CHECK_TRAILING, VD_SEVERITY_MEDIUM},
    {"trailing.h5", NULL, VD_CHECK_PICKLE_EXECUTE, VD_SEVERITY_CRITICAL},
    {"user_block.h5", NULL, VD_CHECK_TRAILING, VD_SEVERITY_MEDIUM},
    {"cut.h5", NULL, VD_CHECK_UNREADABLE, VD_SEVERITY_MEDIUM},
};

Test(hdf5, samples_are_what_they_are) {
  for (size_t i = 0; i < VD_COUNT(samples); i++)
    expect_sample("hdf5", &samples[i]);
}

Test(hdf5, cut_and_changed_samples_are_survived) {
  torture_sample("hdf5", "fixed.h5", "a.h5");
  torture_sample("hdf5", "external_link.h5", "a.h5");
}

Test(hdf5, every_failing_allocation_is_survived) {
  starve_sample("hdf5", "fixed.h5", "a.h5");
  starve_sample("hdf5", "external_link.h5", "a.h5");
}
