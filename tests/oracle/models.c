// Prints what an inspection says of each file named on standard input, for models.py to compare
// with the libraries that write such files. One line a fact, parts separated by tabs, escaped as in
// oracle.py: "file PATH", "property NAME VALUE", "tensor NAME TYPE SHAPE OFFSET BYTES", "said CHECK
// EVIDENCE".
#include "inspect/inspect.h"

static void put(vd_view v) {
  for (size_t i = 0; i < v.len; i++)
    if (v.ptr[i] >= 0x20 && v.ptr[i] <= 0x7e && v.ptr[i] != '\\')
      putchar(v.ptr[i]);
    else
      printf("\\x%02x", (unsigned char)v.ptr[i]);
}

static void print_tensor(const vd_tensor *t) {
  printf("tensor\t");
  put(t->name);
  printf("\t%s\t", vd_dtype_text(t->dtype));
  for (unsigned i = 0; i < t->rank; i++)
    printf("%s%llu", i == 0 ? "" : ",", (unsigned long long)t->shape[i]);
  printf("\t%llu\t%zu\n", (unsigned long long)t->offset, t->bytes.len);
}

static void print_all(const char *path, const vd_inspection *in) {
  printf("file\t");
  put(vd_view_of(path));
  printf("\n");
  for (size_t i = 0; i < in->model.properties.count; i++) {
    printf("property\t");
    put(in->model.properties.at[i].name);
    printf("\t");
    put(in->model.properties.at[i].value);
    printf("\n");
  }
  for (size_t i = 0; i < in->model.tensors.count; i++)
    print_tensor(&in->model.tensors.at[i]);
  for (size_t i = 0; i < in->observations.count; i++) {
    printf("said\t%s\t", vd_checks[in->observations.at[i].check].name);
    put(in->observations.at[i].evidence);
    printf("\n");
  }
}

int main(void) {
  char *path = NULL;
  size_t room = 0;
  for (ssize_t n; (n = getline(&path, &room, stdin)) > 0;) {
    path[n - 1] = '\0';
    VD_SCOPED_ARENA file = VD_ARENA(1 << 28), arena = VD_ARENA(VD_INSPECT_REPORT_MAX);
    VD_SCOPED_ARENA scratch = VD_ARENA(VD_INSPECT_MEMORY_MAX);
    vd_inspection in = {.arena = &arena, .scratch = &scratch, .list_tensors = true};
    vd_view bytes;
    if (vd_file_read(&file, path, 1 << 27, &bytes, NULL) != VD_OK ||
        vd_inspect(&in, vd_view_of(path), bytes, NULL) != VD_OK)
      return EXIT_FAILURE;
    print_all(path, &in);
  }
  free(path);
  return EXIT_SUCCESS;
}
