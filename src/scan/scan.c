// The scan itself: open the target, run the steps in order, count.
#include "scan/scan.h"

#include "scan/finding.h"
#include "scan/inventory.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

// Whether the target is a model, by its first bytes or its name.
static bool is_model(const vd_job *job, vd_view name) {
  VD_SCOPED_FD fd = -1;
  char head[VD_HEAD_BYTES];
  if (vd_file_open(job->root, name.ptr, &fd, NULL) != VD_OK)
    return false;
  ssize_t n = pread(fd, head, sizeof head, 0);
  return n >= 0 && vd_inspect_wants(name, (vd_view){head, (size_t)n}, (uint64_t)n);
}

// A file given as the target is scanned alone, inside its folder (so that its includes resolve).
// What is neither a manifest by name nor a model is tried as every kind of manifest.
static vd_code name_file(vd_job *job, vd_view target, vd_source_files *files) {
  size_t cut = target.len;
  while (cut != 0 && target.ptr[cut - 1] != '/')
    cut--;
  vd_view name = vd_arena_copy(job->arena, vd_view_from(target, cut));
  if (name.ptr == NULL)
    return VD_NOMEM;
  const vd_manifest *kind = vd_manifest_for_path(target);
  if (is_model(job, name)) {
    vd_candidate *c = vd_vec_push(job->arena, &job->candidates);
    if (c == NULL)
      return VD_NOMEM;
    *c = (vd_candidate){.path = name};
  }
  job->out->files = 1;
  if (kind == NULL && job->candidates.count != 0)
    return VD_OK;
  vd_source_file *f = vd_vec_push(job->arena, files);
  if (f == NULL)
    return VD_NOMEM;
  *f = (vd_source_file){.path = name, .kind = kind, .named = true};
  return VD_OK;
}

static vd_code open_target(vd_job *job, const char *target, bool *is_file, vd_error *err) {
  struct stat st;
  if (stat(target, &st) != 0)
    return vd_fail(err, errno == ENOENT ? VD_NOTFOUND : VD_IO, "cannot open '%.150s': %s", target,
                   strerror(errno));
  *is_file = !S_ISDIR(st.st_mode);
  if (*is_file && !S_ISREG(st.st_mode))
    return vd_fail(err, VD_UNSUPPORTED, "'%.150s' is neither a file nor a folder", target);
  vd_view folder = vd_arena_copy(job->arena, vd_view_of(target));
  if (folder.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory");
  if (*is_file) {
    const char *slash = strrchr(target, '/');
    size_t keep = slash == NULL ? 0 : (size_t)(slash - target) + 1;
    folder = keep == 0 ? VD_VIEW(".") : vd_arena_copy(job->arena, vd_view_first(folder, keep));
    if (folder.ptr == NULL)
      return vd_fail(err, VD_NOMEM, "no memory");
  }
  job->root = open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (job->root < 0)
    return vd_fail(err, VD_IO, "cannot open '%.150s': %s", target, strerror(errno));
  return VD_OK;
}

static int by_place(const void *a, const void *b) {
  const vd_coverage *x = a, *y = b;
  int order = vd_view_cmp(x->path, y->path);
  if (order == 0)
    order = (x->line > y->line) - (x->line < y->line);
  if (order == 0)
    order = (int)x->status - (int)y->status;
  return order != 0 ? order : vd_view_cmp(x->reason, y->reason);
}

static void count(vd_scan *s) {
  if (s->coverage.count != 0)
    qsort(s->coverage.at, s->coverage.count, sizeof *s->coverage.at, by_place);
  for (size_t i = 0; i < s->findings.count; i++)
    s->by_severity[s->findings.at[i].severity]++;
  for (size_t i = 0; i < s->coverage.count; i++) {
    s->skipped += s->coverage.at[i].status == VD_SKIPPED;
    s->failed += s->coverage.at[i].status == VD_FAILED;
  }
}

static vd_code take_inventory(vd_job *job, vd_error *err) {
  vd_source_files files = {0};
  bool is_file = false;
  VD_TRY(vd_graph_about(job->options->graph, job->arena, &job->out->knowledge, err));
  VD_TRY(open_target(job, job->options->target, &is_file, err));
  vd_code code = is_file ? name_file(job, job->out->target, &files) : vd_walk(job, &files, err);
  if (code != VD_OK)
    return code == VD_NOMEM ? vd_fail(err, code, "no memory for the list of files") : code;
  vd_progress progress = vd_progress_start(stderr, "reading manifests", job->options->quiet);
  vd_read_files(job, &files, 0, &progress);
  code = vd_follow_includes(job, &files, &progress, err);
  vd_progress_end(&progress);
  if (code == VD_OK)
    code = vd_fold_dependencies(job, &files, err);
  for (size_t i = 0; i < files.count; i++)
    vd_arena_free(&files.at[i].arena); // what folding did not adopt
  return code;
}

static vd_code find(vd_job *job, vd_error *err) {
  VD_TRY(vd_find_vulnerable(job, err));
  VD_TRY(vd_inspect_models(job, err));
  if (vd_join_loaders(job) != VD_OK)
    return vd_fail(err, VD_NOMEM, "no memory for the findings");
  vd_rank_findings(job->out);
  return VD_OK;
}

vd_code vd_scan_run(const vd_scan_options *options, vd_arena *arena, vd_scan *out, vd_error *err) {
  vd_scan scan = {.target = vd_arena_copy(arena, vd_view_of(options->target))};
  vd_job job = {.options = options, .arena = arena, .root = -1, .out = &scan};
  if (scan.target.ptr == NULL)
    return vd_fail(err, VD_NOMEM, "no memory");
  vd_code code = take_inventory(&job, err);
  if (code == VD_OK)
    code = find(&job, err);
  vd_close_fd(&job.root);
  VD_TRY(code);
  count(&scan);
  *out = scan;
  return VD_OK;
}
