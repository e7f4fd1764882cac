// Every prefix, every byte changed and every failing allocation of the pickles of the corpus.
#include "inspect_pickle.h"

#include <dirent.h>

typedef void (*torture)(vd_view bytes);

static void each_file(torture run) {
  static const char folder[] = "fuzz/corpus/model_pickle";
  DIR *d = opendir(folder);
  size_t files = 0;
  cr_assert(d != NULL);
  for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
    char path[512];
    vd_view bytes;
    if (e->d_name[0] == '.')
      continue;
    (void)snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    cr_assert(vd_file_read(&a, path, 1 << 20, &bytes, NULL) == VD_OK, "%s", path);
    if (bytes.len < 4096)
      run(bytes);
    files++;
  }
  (void)closedir(d);
  cr_assert(files > 10);
}

// In an allocation of its exact size, so that sanitizers see what is read beyond it.
static void look_at_copy(vd_view bytes) {
  SCOPED_INSPECTED i;
  char *copy = malloc(bytes.len + (bytes.len == 0));
  cr_assert(copy != NULL);
  memcpy(copy, bytes.ptr, bytes.len);
  look_named(&i, "x.pkl", (vd_view){copy, bytes.len});
  cr_assert(i.in.work > VD_INSPECT_WORK_MIN / 2);
  free(copy);
}

static void cut(vd_view bytes) {
  for (size_t n = 0; n < bytes.len; n++)
    look_at_copy(vd_view_first(bytes, n));
}

static void flip(vd_view bytes) {
  static const unsigned char instead[] = {0x00, 0xff, '.', '(', 'R', 0x80, 0x93, '\n'};
  char copy[4096];
  memcpy(copy, bytes.ptr, bytes.len);
  for (size_t n = 0; n < bytes.len; n++)
    for (size_t k = 0; k < VD_COUNT(instead); k++) {
      copy[n] = (char)instead[k];
      look_at_copy((vd_view){copy, bytes.len});
      copy[n] = bytes.ptr[n];
    }
}

// Scratch memory that ends is a fact about the file; what was said before stays.
static void starve(vd_view bytes) {
  for (unsigned n = 1; n < 400; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 24), s = VD_ARENA(1 << 24);
    s.fail_at = n;
    vd_inspection in = {.arena = &a, .scratch = &s};
    cr_assert(vd_inspect(&in, VD_VIEW("x.pkl"), bytes, NULL) == VD_OK);
    if (s.fail_at != 0)
      break;
    cr_expect(in.observations.count != 0, "allocation %u of %.*s: silent", n,
              (int)(bytes.len < 60 ? bytes.len : 60), bytes.ptr);
  }
}

static void starve_report(vd_view bytes) {
  for (unsigned n = 1; n < 60; n++) {
    VD_SCOPED_ARENA a = VD_ARENA(1 << 24), s = VD_ARENA(1 << 24);
    a.fail_at = n;
    vd_inspection in = {.arena = &a, .scratch = &s};
    vd_code code = vd_inspect(&in, VD_VIEW("x.pkl"), bytes, NULL);
    cr_assert(code == VD_OK || code == VD_NOMEM);
  }
}

Test(pickle_torture, every_prefix) { each_file(cut); }
Test(pickle_torture, every_byte_changed) { each_file(flip); }
Test(pickle_torture, every_failing_allocation) { each_file(starve); }
Test(pickle_torture, every_failing_allocation_of_the_report) { each_file(starve_report); }
