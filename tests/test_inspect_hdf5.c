// HDF5 files: Keras configurations, data outside the file, sizes that are not there.
#include "inspect_sample.h"

#include <sys/wait.h>
#include <unistd.h>

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

// libhdf5 itself may fall over changed bytes: each file is read by a process of its own, as the
// worker does. Nearly all must be read to the end, so that what falls over is not ours. A process
// takes a millisecond or two, so every third byte has to do.
enum { STEP = 3 };

static bool survives(vd_view bytes) {
  int status = 0;
  pid_t child = fork();
  cr_assert(child >= 0);
  if (child == 0) {
    VD_SCOPED_ARENA a = VD_ARENA(16 << 20), scratch = VD_ARENA(64 << 20);
    vd_inspection in = {.arena = &a, .scratch = &scratch, .list_tensors = true};
    _exit(vd_inspect(&in, VD_VIEW("x.h5"), bytes, NULL) == VD_OK ? 0 : 2);
  }
  cr_assert(waitpid(child, &status, 0) == child);
  cr_expect(!WIFEXITED(status) || WEXITSTATUS(status) != 2);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(hdf5, cut_files_are_survived) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view bytes = sample_bytes(&a, "hdf5", "external_link.h5");
  for (size_t i = 0; i < bytes.len; i += STEP)
    cr_expect(survives(vd_view_first(bytes, i)), "%zu bytes", i);
}

Test(hdf5, changed_files_are_read_or_end_their_process) {
  static const char *const files[] = {"fixed.h5", "external_link.h5"};
  size_t read = 0, all = 0;
  for (size_t f = 0; f < VD_COUNT(files); f++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    vd_view bytes = sample_bytes(&a, "hdf5", files[f]);
    char *copy = malloc(bytes.len);
    cr_assert(copy != NULL);
    memcpy(copy, bytes.ptr, bytes.len);
    for (size_t i = 0; i < bytes.len; i += STEP, all++) {
      copy[i] = (char)(bytes.ptr[i] ^ 0x22);
      read += survives((vd_view){copy, bytes.len});
      copy[i] = bytes.ptr[i];
    }
    free(copy);
  }
  cr_expect(read * 100 >= all * 98, "%zu of %zu", read, all);
}

Test(hdf5, every_failing_allocation_is_survived) {
  starve_sample("hdf5", "fixed.h5", "a.h5");
  starve_sample("hdf5", "external_link.h5", "a.h5");
}
