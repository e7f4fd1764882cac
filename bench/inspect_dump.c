// Prints what an inspection says of each file given: for looking at single files, without a
// sandbox.
#include "inspect/inspect.h"

static void put(FILE *out, const char *label, vd_view v) {
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  vd_buf_put_escaped(&b, v);
  (void)fprintf(out, "%s%.*s", label, (int)b.len, b.ptr == NULL ? "" : b.ptr);
}

static void print_all(const char *path, const vd_inspection *in) {
  put(stdout, "", vd_view_of(path));
  for (size_t i = 0; i < in->model.formats.count; i++)
    (void)printf("%s%s", i == 0 ? ": " : ", ", in->model.formats.at[i]);
  (void)printf("\n");
  for (size_t i = 0; i < in->observations.count; i++) {
    const vd_observation *o = &in->observations.at[i];
    (void)printf("  %s %s", vd_severity_text(o->severity), vd_checks[o->check].name);
    put(stdout, " ", o->member);
    (void)printf("@%llu", (unsigned long long)o->offset);
    put(stdout, ": ", o->evidence);
    (void)printf("\n");
  }
  for (size_t i = 0; i < in->model.properties.count; i++) {
    put(stdout, "  ", in->model.properties.at[i].name);
    put(stdout, " = ", in->model.properties.at[i].value);
    (void)printf("\n");
  }
  (void)printf("  tensors %llu, parameters %llu\n", (unsigned long long)in->model.tensor_count,
               (unsigned long long)in->model.parameters);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    VD_SCOPED_ARENA file = VD_ARENA((size_t)2 << 30), arena = VD_ARENA(VD_INSPECT_REPORT_MAX);
    VD_SCOPED_ARENA scratch = VD_ARENA(VD_INSPECT_MEMORY_MAX);
    vd_inspection in = {.arena = &arena, .scratch = &scratch};
    vd_error err = {0};
    vd_view bytes;
    if (vd_file_read(&file, argv[i], (size_t)1 << 30, &bytes, &err) != VD_OK ||
        vd_inspect(&in, vd_view_of(argv[i]), bytes, &err) != VD_OK)
      (void)fprintf(stderr, "%s: %s\n", argv[i], err.text);
    else
      print_all(argv[i], &in);
  }
  return 0;
}
