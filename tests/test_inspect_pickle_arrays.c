// Arrays and tensors in pickles: joblib's raw bytes between opcodes, PyTorch's old format, numpy.
#include "inspect_pickle.h"

static void look_at_file(inspected *i, const char *name) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  char path[256];
  vd_view bytes;
  (void)snprintf(path, sizeof path, "fuzz/corpus/model_pickle/%s", name);
  cr_assert(vd_file_read(&a, path, 1 << 20, &bytes, NULL) == VD_OK, "%s", path);
  look_named(i, name, bytes);
}

static const vd_tensor *tensor(const inspected *i, const char *name) {
  for (size_t n = 0; n < i->in.model.tensors.count; n++)
    if (vd_view_eq(i->in.model.tensors.at[n].name, vd_view_of(name)))
      return &i->in.model.tensors.at[n];
  return NULL;
}

static bool has_shape(const inspected *i, const char *name, vd_dtype dtype, uint64_t a,
                      uint64_t b) {
  const vd_tensor *t = tensor(i, name);
  return t != NULL && t->dtype == dtype && t->rank == (b == 0 ? 1U : 2U) && t->shape[0] == a &&
         (b == 0 || t->shape[1] == b);
}

static vd_view property(const inspected *i, const char *name) {
  for (size_t n = 0; n < i->in.model.properties.count; n++)
    if (vd_view_eq(i->in.model.properties.at[n].name, vd_view_of(name)))
      return i->in.model.properties.at[n].value;
  return VD_VIEW("");
}

Test(pickle_arrays, joblib_bytes_are_skipped_exactly) {
  SCOPED_INSPECTED i;
  look_at_file(&i, "arrays.joblib");
  EXPECT_SILENT(&i);
  cr_expect(has_shape(&i, "a", VD_DTYPE_F64, 3, 0) && has_shape(&i, "f", VD_DTYPE_I8, 2, 2));
  cr_expect(vd_view_eq(property(&i, "producer"), VD_VIEW("joblib")));
}

Test(pickle_arrays, a_call_behind_an_array_and_in_one_of_objects) {
  SCOPED_INSPECTED i;
  look_at_file(&i, "after_array.joblib");
  EXPECT_SAID(&i, PICKLE_EXECUTE, "posix.system(\"id\")");
  cr_expect(i.in.observations.count == 1 && i.in.model.tensor_count == 3);
  SCOPED_INSPECTED j;
  look_at_file(&j, "object_array.joblib");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "posix.system(\"id\")");
  cr_expect(j.in.observations.count == 1 && has_shape(&j, "n", VD_DTYPE_I64, 2, 0));
}

Test(pickle_arrays, structured_arrays_of_objects_hold_a_pickle) {
  SCOPED_INSPECTED i;
  look_at_file(&i, "structured.joblib");
  EXPECT_SILENT(&i);
}

Test(pickle_arrays, old_torch_files_are_five_pickles_and_storages) {
  SCOPED_INSPECTED i;
  look_at_file(&i, "legacy.pt");
  EXPECT_SILENT(&i);
  cr_expect(has_shape(&i, "w", VD_DTYPE_F32, 2, 3) && has_shape(&i, "h", VD_DTYPE_F16, 2, 0));
  cr_expect(i.in.model.parameters == 8);
  cr_expect(vd_view_eq(property(&i, "producer"), VD_VIEW("torch")));
  cr_expect(vd_view_eq(property(&i, "torch.format"), VD_VIEW("legacy")));
  SCOPED_INSPECTED j;
  look_at_file(&j, "legacy_call.pt");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "posix.system(\"id\")");
  cr_expect(j.in.observations.count == 1, "%.*s", VD_ARG(all_said(&j)));
  SCOPED_INSPECTED k;
  look_at_file(&k, "legacy_tail.pt");
  EXPECT_SAID(&k, TRAILING, "bytes follow");
  EXPECT_SAID(&k, PICKLE_EXECUTE, "os.system(\"id\")");
  cr_expect(k.in.model.parameters == 8);
}

Test(pickle_arrays, numpy_arrays_have_their_bytes) {
  SCOPED_INSPECTED i;
  look_at_file(&i, "ndarray.pkl");
  EXPECT_SILENT(&i);
  cr_assert(i.in.model.tensors.count == 1);
  const vd_tensor *t = &i.in.model.tensors.at[0];
  cr_expect(t->dtype == VD_DTYPE_F32 && t->rank == 2 && t->shape[1] == 3 && t->bytes.len == 24);
}

Test(pickle_arrays, arrays_that_are_cut_off_or_have_no_size) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view bytes;
  SCOPED_INSPECTED i;
  cr_assert(vd_file_read(&a, "fuzz/corpus/model_pickle/after_array.joblib", 1 << 20, &bytes,
                         NULL) == VD_OK);
  const char *payload = memmem(bytes.ptr, bytes.len, "posix", 5);
  cr_assert(payload != NULL);
  look_named(&i, "x.joblib", vd_view_first(bytes, (size_t)(payload - bytes.ptr) - 200));
  EXPECT_SAID(&i, UNREADABLE, "");
  SCOPED_INSPECTED j;
  LOOK(&j, "cjoblib.numpy_pickle\nNumpyArrayWrapper\n)\x81}(S'shape'\n(I1\ntub\x01\x02\x03"
           "cos\nsystem\n(S'id'\ntR.");
  EXPECT_SAID(&j, PICKLE_EXECUTE, "os.system(\"id\")");
  SCOPED_INSPECTED k;
  LOOK(&k, "cjoblib.numpy_pickle\nNDArrayWrapper\n)\x81}(S'filename'\nS'../x.npy'\nub.");
  EXPECT_SAID(&k, PICKLE_FILE, "loads an array from ../x.npy");
}
