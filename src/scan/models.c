// Inspects candidates in parallel: each thread feeds a sandboxed worker of its own.
#include "inspect/worker/worker.h"
#include "scan/finding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

// What came of one candidate; most are no models and stay empty.
typedef struct outcome {
  vd_inspected *found;
  uint64_t size;
  vd_view failure; // why a file with the name of a model could not be read; in the lane's arena
  bool empty;      // has the name of a model and no bytes
} outcome;

typedef struct inspecting {
  const vd_job *job;
  outcome *outcomes; // one a candidate
  atomic_size_t next, done;
  vd_progress *progress;
  atomic_flag drawing;
} inspecting;

// A thread, its worker, and what that has been sent.
typedef struct lane {
  inspecting *all;
  vd_worker worker;
  vd_arena arena; // of the results; joined with the scan's
  size_t sent[VD_WORKER_QUEUE_MAX], first;
  vd_code code;
  vd_error error;
} lane;

// Whatever the content of the file is, its name promises a model: the ledger says that there was
// none to be had.
static void keep_failure(lane *l, size_t i, const char *reason) {
  if (vd_inspect_names(l->all->job->candidates.at[i].path))
    l->all->outcomes[i].failure = vd_arena_copy(&l->arena, vd_view_of(reason));
}

// Opens the candidate when it is worth an inspection; -1 when not. *whole is the head when that is
// all.
static int open_candidate(lane *l, size_t i, char head[VD_HEAD_BYTES], vd_view *whole) {
  const inspecting *all = l->all;
  const vd_candidate *c = &all->job->candidates.at[i];
  struct stat st;
  vd_error err = {0};
  int fd = -1;
  if (vd_file_open(all->job->root, c->path.ptr, &fd, &err) != VD_OK) {
    keep_failure(l, i, err.text);
    return -1;
  }
  ssize_t n = fstat(fd, &st) != 0 ? -1 : pread(fd, head, VD_HEAD_BYTES, 0);
  if (n < 0)
    keep_failure(l, i, strerror(errno));
  bool wanted =
      n > 0 && vd_inspect_wants(c->path, (vd_view){head, (size_t)n}, (uint64_t)st.st_size);
  if (wanted && !c->through_link && all->job->linked.count != 0) {
    VD_SCOPED_ARENA a = VD_ARENA(256);
    vd_view key = vd_inode_key(&a, &st);
    wanted = key.ptr == NULL || vd_map_get(&all->job->linked, key) == NULL;
  }
  all->outcomes[i].size = n < 0 ? 0 : (uint64_t)st.st_size;
  all->outcomes[i].empty = n == 0 && vd_inspect_names(c->path);
  if (n >= 0 && n == st.st_size)
    *whole = (vd_view){head, (size_t)n};
  if (wanted)
    return fd;
  (void)close(fd);
  return -1;
}

static vd_code receive(lane *l) {
  size_t i = l->sent[l->first];
  vd_inspected *out = vd_new(&l->arena, vd_inspected);
  if (out == NULL)
    return vd_fail(&l->error, VD_NOMEM, "no memory for what was found in models");
  VD_TRY(vd_worker_receive(&l->worker, &l->arena, out, &l->error));
  l->first = (l->first + 1) % VD_WORKER_QUEUE_MAX;
  l->all->outcomes[i].found = out;
  return VD_OK;
}

static vd_code send_one(lane *l, size_t i) {
  char head[VD_HEAD_BYTES];
  vd_view whole = {0};
  while (vd_worker_full(&l->worker))
    VD_TRY(receive(l));
  int fd = open_candidate(l, i, head, &whole);
  if (fd < 0)
    return VD_OK;
  l->sent[(l->first + l->worker.count) % VD_WORKER_QUEUE_MAX] = i;
  return vd_worker_send(&l->worker, l->all->job->candidates.at[i].path, fd, whole, &l->error);
}

static void show_progress(inspecting *all) {
  size_t done = atomic_fetch_add(&all->done, 1) + 1;
  if (atomic_flag_test_and_set(&all->drawing))
    return;
  vd_progress_step(all->progress, done, all->job->candidates.count);
  atomic_flag_clear(&all->drawing);
}

static void run_lane(void *ctx, size_t n) {
  lane *l = (lane *)ctx + n;
  inspecting *all = l->all;
  size_t i;
  while (l->code == VD_OK && (i = atomic_fetch_add(&all->next, 1)) < all->job->candidates.count) {
    l->code = send_one(l, i);
    show_progress(all);
  }
  while (l->code == VD_OK && l->worker.count != 0)
    l->code = receive(l);
  vd_worker_stop(&l->worker);
}

// ---- what was found -----------------------------------------------------------------------------

static vd_code add_model(vd_job *job, vd_view path, const outcome *o) {
  vd_scanned_model *m = vd_vec_push(job->arena, &job->out->models);
  if (m == NULL)
    return VD_NOMEM;
  *m = (vd_scanned_model){path, o->size, o->found->model};
  vd_coverage *c = vd_vec_push(job->arena, &job->out->coverage);
  if (c == NULL)
    return VD_NOMEM;
  *c = (vd_coverage){
      .path = path, .status = VD_SCANNED, .format = vd_view_of(m->model.formats.at[0])};
  return VD_OK;
}

static vd_code add_outcome(vd_job *job, vd_model_finder *mf, vd_view path, const outcome *o,
                           vd_error *err) {
  if (o->failure.ptr != NULL)
    return vd_ledger_add(job, path, 0, VD_FAILED, "%.*s", VD_ARG(o->failure));
  if (o->empty)
    return vd_ledger_add(job, path, 0, VD_SKIPPED, "empty: there is no model in it");
  if (o->found == NULL)
    return VD_OK;
  if (vd_model_is_one(&o->found->model))
    VD_TRY(add_model(job, path, o));
  if (o->found->omitted != 0)
    VD_TRY(vd_ledger_add(job, path, 0, VD_SCANNED,
                         "%zu more places of the same kinds are not listed", o->found->omitted));
  for (size_t i = 0; i < o->found->observations.count; i++)
    VD_TRY(vd_model_finder_add(mf, path, &o->found->observations.at[i], err));
  return VD_OK;
}

static vd_code run_lanes(vd_job *job, inspecting *all, unsigned jobs, vd_error *err) {
  lane *lanes = vd_new_array(job->arena, lane, jobs);
  vd_code code = VD_OK;
  if (lanes == NULL)
    return VD_NOMEM;
  for (unsigned i = 0; i < jobs; i++)
    lanes[i] = (lane){.all = all, .worker = VD_WORKER, .arena = VD_ARENA(VD_FILE_MEMORY_MAX)};
  vd_pool_run(jobs, jobs, run_lane, lanes);
  for (unsigned i = 0; i < jobs; i++) {
    vd_arena_adopt(job->arena, &lanes[i].arena);
    if (code == VD_OK && lanes[i].code != VD_OK) {
      code = lanes[i].code;
      if (err != NULL)
        *err = lanes[i].error;
    }
  }
  return code;
}

vd_code vd_inspect_models(vd_job *job, vd_error *err) {
  size_t n = job->candidates.count;
  unsigned jobs = job->options->jobs != 0 ? job->options->jobs : vd_cpu_count();
  vd_progress progress = vd_progress_start(stderr, "inspecting models", job->options->quiet);
  inspecting all = {.job = job,
                    .outcomes = vd_new_array(job->arena, outcome, n + 1),
                    .progress = &progress,
                    .drawing = ATOMIC_FLAG_INIT};
  vd_model_finder *mf = vd_model_finder_new(job);
  if (all.outcomes == NULL || mf == NULL)
    return vd_fail(err, VD_NOMEM, "no memory for the list of models");
  jobs = jobs > VD_JOBS_MAX ? VD_JOBS_MAX : jobs;
  vd_code code = run_lanes(job, &all, jobs > n && n != 0 ? (unsigned)n : jobs, err);
  vd_progress_end(&progress);
  if (code == VD_UNSUPPORTED)
    return vd_ledger_add(job, VD_VIEW("."), 0, VD_FAILED, "models were not inspected: %s",
                         err == NULL ? "no sandbox" : err->text);
  for (size_t i = 0; code == VD_OK && i < n; i++)
    code = add_outcome(job, mf, job->candidates.at[i].path, &all.outcomes[i], err);
  return code == VD_NOMEM ? vd_fail(err, code, "no memory for what was found in models") : code;
}
