// GGUF: honest files of all versions, and headers made to overflow their loaders.
#include "inspect_binary.h"

static const char name[] = "m.gguf";

Test(gguf, says_what_headers_break) {
  static const said all[] = {
      {"gguf/good", name, 0, NULL},
      {"gguf/version-1", name, 0, NULL},
      {"gguf/version-2", name, 0, NULL},
      {"gguf/big-endian", name, 0, NULL},
      {"gguf/counts", name, VD_CHECK_GGUF_HEADER, "4611686018427387904 tensors"},
      {"gguf/overflow", name, VD_CHECK_GGUF_HEADER, "overflows its size"},
      {"gguf/past-end", name, VD_CHECK_GGUF_HEADER, "ends past the file"},
      {"gguf/offset", name, VD_CHECK_GGUF_HEADER, "ends past the file"},
      {"gguf/overlap", name, VD_CHECK_GGUF_HEADER, "tensor b overlaps"},
      {"gguf/twice", name, VD_CHECK_GGUF_HEADER, "key general.name is there twice"},
      {"gguf/twice", name, VD_CHECK_GGUF_HEADER, "tensor a is there twice"},
      {"gguf/rank", name, VD_CHECK_GGUF_HEADER, "too many dimensions"},
      {"gguf/alignment", name, VD_CHECK_GGUF_HEADER, "general.alignment is 0"},
      {"gguf/text-length", name, VD_CHECK_GGUF_HEADER, "18446744073709551615 bytes"},
      {"gguf/array-length", name, VD_CHECK_GGUF_HEADER, "2305843009213693952 elements"},
      {"gguf/array-in-array", name, VD_CHECK_UNREADABLE, "array of arrays"},
      {"gguf/negative-type", name, VD_CHECK_GGUF_HEADER, "negative type"},
      {"gguf/trailing", name, VD_CHECK_TRAILING, "200 bytes"},
      {"gguf/template", name, VD_CHECK_TEMPLATE_INJECTION, "__subclasses__"},
      {"gguf/template-tool", name, VD_CHECK_TEMPLATE_INJECTION, "__subclasses__"},
  };
  for (size_t i = 0; i < VD_COUNT(all); i++)
    expect_said(&all[i]);
}

Test(gguf, describes_a_model) {
  static const char *const files[] = {"gguf/good", "gguf/version-1", "gguf/big-endian"};
  for (size_t i = 0; i < VD_COUNT(files); i++) {
    expect_property(files[i], name, "general.architecture", "llama");
    expect_property(files[i], name, "licence", "mit");
    expect_property(files[i], name, "general.file_type", "2");
    expect_property(files[i], name, "tensor types", "F32 x 1, Q4_0 x 1");
  }
}

Test(gguf, lists_tensors_with_their_bytes) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 22), scratch = VD_ARENA(1 << 22);
  vd_inspection in = look(&a, &scratch, name, corpus_file(&a, "gguf/good"));
  cr_assert(in.model.tensors.count == 2 && in.model.parameters == 36);
  const vd_tensor *t = &in.model.tensors.at[1];
  cr_expect(vd_view_eq(t->name, VD_VIEW("b")) && t->dtype == VD_DTYPE_F32 && t->bytes.len == 16);
}

Test(gguf, survives_everything) {
  torture("gguf/template-tool", name);
  torture("gguf/big-endian", name);
  torture("gguf/version-1", name);
}
