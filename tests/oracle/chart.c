// Writes one sample chart to standard output: oracle_chart svg|png|terminal NAME|COUNT [colour]
// [width=N] Without arguments it lists the samples.
#include "report/chart.h"

#include "../chart_sample.h"

#include <png.h>

static const vd_chart *find(const char *name, sample_tail *tail) {
  for (size_t i = 0; i < VD_COUNT(chart_samples); i++)
    if (strcmp(chart_samples[i].name, name) == 0)
      return &chart_samples[i].chart;
  size_t count = strtoul(name, NULL, 10);
  if (count == 0 || count > VD_CHART_BARS_MAX)
    return NULL;
  sample_tail_make(tail, count);
  return &tail->chart;
}

static vd_term term_of(int argc, char **argv) {
  vd_term t = {.width = 80};
  for (int i = 3; i < argc; i++) {
    t.colour = t.colour || strcmp(argv[i], "colour") == 0;
    if (strncmp(argv[i], "width=", 6) == 0)
      t.width = (unsigned)strtoul(argv[i] + 6, NULL, 10);
  }
  return t;
}

static int write_pixels(const char *path) {
  png_image image = {.version = PNG_IMAGE_VERSION};
  VD_SCOPED_ARENA a = VD_ARENA(VD_CHART_MEMORY_MAX);
  if (png_image_begin_read_from_file(&image, path) == 0)
    return 1;
  image.format = PNG_FORMAT_RGB;
  size_t size = PNG_IMAGE_SIZE(image);
  uint8_t *pixels = vd_new_array(&a, uint8_t, size);
  const png_color white = {255, 255, 255};
  int ok = pixels != NULL && png_image_finish_read(&image, &white, pixels, 0, NULL) != 0;
  png_image_free(&image);
  (void)printf("%u %u\n", image.width, image.height);
  return !ok || fwrite(pixels, 1, size, stdout) != size;
}

int main(int argc, char **argv) {
  static sample_tail tail;
  VD_SCOPED_BUF out = VD_BUF(64 << 20);
  vd_error err = {0};
  for (size_t i = 0; argc < 3 && i < VD_COUNT(chart_samples); i++)
    (void)printf("%s\n", chart_samples[i].name);
  if (argc == 3 && strcmp(argv[1], "pixels") == 0)
    return write_pixels(argv[2]);
  const vd_chart *chart = argc < 3 ? NULL : find(argv[2], &tail);
  if (chart == NULL)
    return argc >= 3;
  vd_term term = term_of(argc, argv);
  vd_code code = VD_OK;
  if (strcmp(argv[1], "terminal") == 0)
    vd_chart_terminal(chart, &term, &out);
  else
    code = strcmp(argv[1], "png") == 0 ? vd_chart_png(chart, &out, &err)
                                       : vd_chart_svg(chart, &out, &err);
  if (code != VD_OK)
    (void)fprintf(stderr, "%s\n", err.text);
  return code != VD_OK || out.failed || fwrite(out.ptr, 1, out.len, stdout) != out.len;
}
