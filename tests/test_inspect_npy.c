// NumPy arrays: the literal in front, objects, sizes.
#include "container_check.h"
#include "inspect/arrays/npy_header.h"

static vd_code read(const char *text, vd_npy_header *h) {
  return vd_npy_header_read(vd_view_of(text), h, NULL);
}

Test(npy, reads_what_numpy_writes) {
  vd_npy_header h;
  cr_assert(read("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }   \n", &h) == VD_OK);
  cr_expect(h.dtype == VD_DTYPE_F32 && h.item == 4 && h.fortran && h.rank == 2 && h.shape[1] == 3);
  cr_assert(read("{'descr': '|b1', 'fortran_order': False, 'shape': (), }", &h) == VD_OK);
  cr_expect(h.dtype == VD_DTYPE_BOOL && h.rank == 0 && !h.objects);
  cr_assert(read("{'descr': '<U5', 'fortran_order': False, 'shape': (7L,), }", &h) == VD_OK);
  cr_expect(h.item == 20 && h.shape[0] == 7);
}

Test(npy, finds_objects_wherever_the_type_has_them) {
  vd_npy_header h;
  cr_assert(read("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", &h) == VD_OK);
  cr_expect(h.objects);
  cr_assert(read("{'descr': [('O', '<i4'), ('b', [('c', '|O8')])], 'fortran_order': False, "
                 "'shape': (1,)}",
                 &h) == VD_OK);
  cr_expect(h.objects);
  cr_assert(read("{'descr': [('O', '<i4')], 'fortran_order': False, 'shape': (1,)}", &h) == VD_OK);
  cr_expect(!h.objects, "the name of a field is no type");
}

Test(npy, refuses_what_is_no_literal) {
  static const char *const bad[] = {
      "",
      "{",
      "[]",
      "{'descr': f(), 'fortran_order': False, 'shape': ()}",
      "{'descr': '<f4', 'fortran_order': False}",
      "{'descr': '<f4', 'shape': (), 'more': 1}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': 3}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f4', 'fortran_order': False, 'shape': ()} + x",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
  };
  vd_npy_header h;
  for (size_t i = 0; i < VD_COUNT(bad); i++)
    cr_expect(read(bad[i], &h) == VD_FORMAT, "%s", bad[i]);
}

Test(npy, says_what_is_wrong_with_an_array) {
  container_expect("npy", "object.npy", VD_CHECK_NPY_OBJECT, "'|O'");
  container_expect("npy", "structured_object.npy", VD_CHECK_NPY_OBJECT, "'|O'");
  container_expect("npy", "code.npy", VD_CHECK_NPY_HEADER, "__import__('os').system('id')");
  container_expect("npy", "short.npy", VD_CHECK_UNREADABLE, "needs 24 bytes, 20 are there");
  container_expect("npy", "trailing.npy", VD_CHECK_TRAILING, "21 bytes follow the array");
}

Test(npy, honest_arrays_lead_to_nothing_but_tensors) {
  static const char *const files[] = {"f4.npy", "unicode.npy", "structured.npy", "two.npy",
                                      "v2.npy"};
  for (size_t i = 0; i < VD_COUNT(files); i++)
    container_clean("npy", files[i]);
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in = container_inspected(&a, &s, "two.npy", container_file(&a, "npy", "two.npy"));
  cr_expect(in.model.tensor_count == 2 && in.model.parameters == 12);
}

Test(npy, survives_maltreatment, .timeout = 120) {
  container_torture("npy", "f4.npy");
  container_torture("npy", "structured_object.npy");
  container_torture("npy", "two.npy");
}
