// Prints name, type and shape of each tensor of the HDF5 files given, one a line, so that hdf5.py
// can compare them with h5py.
#include "inspect/inspect.h"

static void print(const vd_tensor *t) {
  printf("%.*s\t%s\t", VD_ARG(t->name), vd_dtype_text(t->dtype));
  for (unsigned i = 0; i < t->rank; i++)
    printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)t->shape[i]);
  printf("\t%llu\n", (unsigned long long)t->offset);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    VD_SCOPED_ARENA file = VD_ARENA((size_t)1 << 30), arena = VD_ARENA(VD_INSPECT_REPORT_MAX);
    VD_SCOPED_ARENA scratch = VD_ARENA(VD_INSPECT_MEMORY_MAX);
    vd_inspection in = {.arena = &arena, .scratch = &scratch, .list_tensors = true};
    vd_view bytes;
    if (vd_file_read(&file, argv[i], (size_t)1 << 29, &bytes, NULL) != VD_OK ||
        vd_inspect(&in, vd_view_of(argv[i]), bytes, NULL) != VD_OK)
      return 1;
    for (size_t t = 0; t < in.model.tensors.count; t++)
      print(&in.model.tensors.at[t]);
  }
  return 0;
}
