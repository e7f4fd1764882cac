// vedette model
#include "report/model.h"

#include "cli/model_digest.h"
#include "cli/run.h"
#include "inspect/worker/worker.h"
#include "scan/beside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// Inspects one file in a worker; *out lives in a.
static vd_code inspect(vd_arena *a, const char *path, bool list_tensors, vd_inspected *out,
                       vd_error *err) {
  VD_CLEANUP(vd_worker_stop) vd_worker w = VD_WORKER;
  int fd = -1;
  w.list_tensors = list_tensors;
  VD_TRY(vd_file_open(AT_FDCWD, path, &fd, err));
  VD_TRY(vd_worker_send(&w, vd_view_of(path), fd, (vd_view){0}, err));
  return vd_worker_receive(&w, a, out, err);
}

static int info(const vd_settings *s) {
  VD_SCOPED_ARENA a = VD_ARENA(VD_FILE_MEMORY_MAX);
  VD_CLEANUP(vd_delivery_done) vd_delivery d = {0};
  bool json = false;
  vd_report_options options = {.term = vd_term_of(stdout, s->no_color || s->output),
                               .verbose = s->verbose};
  vd_model_report r = {.path = vd_view_of(s->operands[1])};
  vd_error err = {0};
  struct stat st;
  if (vd_model_format(s, &json, &err) != VD_OK ||
      inspect(&a, s->operands[1], json || s->verbose, &r.found, &err) != VD_OK ||
      vd_model_beside(&a, s->operands[1], &r.found.model, &err) != VD_OK ||
      vd_delivery_open(&d, s, &err) != VD_OK)
    return vd_die(&err);
  r.size = stat(s->operands[1], &st) == 0 ? (uint64_t)st.st_size : 0;
  vd_code code = json ? vd_report_model_json(&r, &d.text) : vd_report_model(&r, &options, &d.text);
  d.text.failed |= code != VD_OK;
  return vd_delivery_finish(&d, &err) == VD_OK ? VD_EXIT_CLEAN : vd_die(&err);
}

static int formats(const vd_settings *s) {
  (void)s;
  for (size_t i = 0; vd_formats[i] != NULL; i++)
    printf("%-14s %s\n%-14s   %s\n", vd_formats[i]->name, vd_formats[i]->description, "",
           vd_formats[i]->patterns);
  return VD_EXIT_CLEAN;
}

// The flaws of loaders joined with a check, each between two texts.
static void print_loaders(size_t check, const char *before, const char *after) {
  for (const vd_loader_flaw *l = vd_loader_flaws; l->package != NULL; l++)
    if (l->check == check)
      printf("%swith %s: %s%s", before, l->package, l->cve, after);
}

static void print_check(size_t i) {
  const vd_check *c = &vd_checks[i];
  printf("%-26s %-8s %-8s %s\n%-26s   %s\n%-26s   %s\n", c->name, vd_severity_text(c->severity),
         c->cwe, c->techniques, "", c->title, "", c->fix);
  print_loaders(i, "                             ", "\n");
}

static void print_check_row(size_t i) {
  const vd_check *c = &vd_checks[i];
  printf("| `%s` | %s | %s | %s | %s | %s", c->name, vd_severity_text(c->severity), c->cwe,
         c->techniques, c->title, c->fix);
  print_loaders(i, "; ", "");
  printf(" |\n");
}

// The page docs/model-checks.md is what --format markdown prints.
static int checks(const vd_settings *s) {
  bool markdown = s->format != NULL && strcmp(s->format, "markdown") == 0;
  if (markdown)
    printf("# Checks of models\n\nMade by `vedette model checks --format markdown`. What the "
           "formats look "
           "for is in [models.md](models.md).\n\n"
           "| rule | severity | weakness | ATLAS techniques | what it says | what to do; flaws of "
           "loaders "
           "it is joined with |\n|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < VD_CHECK_COUNT; i++)
    if (markdown)
      print_check_row(i);
    else
      print_check(i);
  return VD_EXIT_CLEAN;
}

static const struct {
  const char *name;
  size_t operands;
  int (*run)(const vd_settings *s);
} parts[] = {{"info", 2, info},
             {"hash", 2, vd_model_hash},
             {"verify", 2, vd_model_verify},
             {"formats", 1, formats},
             {"checks", 1, checks}};

static int run(const vd_settings *s) {
  vd_error err = {0};
  for (size_t i = 0; i < VD_COUNT(parts); i++)
    if (strcmp(s->operands[0], parts[i].name) == 0) {
      if (s->operand_count == parts[i].operands)
        return parts[i].run(s);
      (void)vd_fail(&err, VD_USAGE, "model %s takes %s", parts[i].name,
                    parts[i].operands == 2 ? "one PATH" : "no operand");
      return vd_die(&err);
    }
  (void)vd_fail(&err, VD_USAGE, "model takes info, hash, verify, formats or checks, not '%.40s'",
                s->operands[0]);
  return vd_die(&err);
}

const vd_verb vd_verb_model = {
    .name = "model",
    .operands = "PART [PATH]",
    .summary = "look into a model without loading it; hash, verify; list formats and checks",
    .details =
        "model info FILE\n"
        "    what the file is and what it would do when loaded: format, producer, metadata,\n"
        "    tensors (--verbose lists them), and what a scan reports of it. The file is read in\n"
        "    a sandboxed process and never loaded. A file of any size costs what its headers do.\n"
        "model hash PATH\n"
        "    SHA-256 of every file of a model folder, and the root digest over them that OpenSSF\n"
        "    model signing (v1.0) signs.\n"
        "model verify PATH [--from model.sig]\n"
        "    what is missing, added or changed since a model.sig was made; who signed it is not\n"
        "    verified. Exit status 1 when something differs.\n"
        "model formats\n"
        "    the formats that are recognised, and the names such files have.\n"
        "model checks\n"
        "    everything that can be said of a model: rule, severity, weakness, ATLAS techniques,\n"
        "    what to do, and the flaws of loaders it is joined with; --format markdown.\n"
        "\n"
        "Examples:\n"
        "  vedette model info model.safetensors\n"
        "  vedette model verify models/my-model\n"
        "  vedette model info --format json pytorch_model.bin | jq .tensors",
    .options = "--format --output --from --jobs --verbose --no-color",
    .least = 1,
    .most = 2,
    .run = run,
};
