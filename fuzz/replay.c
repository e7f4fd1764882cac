// Runs a fuzz target over a corpus folder, so gcc and ctest can do it too.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Every input gets an allocation of its exact size, so that sanitizers see an over-read.
static int replay(const char *dir, const char *name) {
  char path[4096];
  (void)snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *f = fopen(path, "rbe");
  if (f == NULL || fseek(f, 0, SEEK_END) != 0)
    return EXIT_FAILURE;
  long size = ftell(f);
  rewind(f);
  uint8_t *data = size < 0 ? NULL : malloc((size_t)size + (size == 0));
  int bad = data == NULL || fread(data, 1, (size_t)size, f) != (size_t)size;
  if (!bad)
    (void)LLVMFuzzerTestOneInput(data, (size_t)size);
  free(data);
  return fclose(f) != 0 || bad;
}

int main(int argc, char **argv) {
  DIR *d = argc == 2 ? opendir(argv[1]) : NULL;
  if (d == NULL)
    return EXIT_FAILURE;
  int failed = 0, inputs = 0;
  for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
    if (e->d_name[0] != '.') {
      failed |= replay(argv[1], e->d_name);
      inputs++;
    }
  (void)closedir(d);
  return failed != 0 || inputs == 0;
}
