// Reads manifests in parallel: each in a scratch arena, keeping only what it declares.
#include "scan/inventory.h"

#include <stdatomic.h>

typedef struct reading {
  const vd_job *job;
  vd_source_files *files;
  size_t from;
  vd_progress *progress;
  atomic_size_t done;
  atomic_flag drawing; // one thread at a time moves the bar; the others do not wait for it
} reading;

// Copies a text that stays, without the credentials a URL in it may carry.
static bool keep(vd_arena *a, vd_view *v) {
  if (v->ptr == NULL)
    return true;
  *v = vd_arena_copy(a, *v);
  return v->ptr != NULL && vd_redact(a, v);
}

static bool keep_list(vd_arena *a, vd_views *list) {
  if (list->count == 0)
    return *list = (vd_views){0}, true;
  vd_view *at = vd_new_array(a, vd_view, list->count);
  if (at == NULL)
    return false;
  for (size_t i = 0; i < list->count; i++) {
    at[i] = list->at[i];
    if (!keep(a, &at[i]))
      return false;
  }
  *list = (vd_views){.at = at, .count = list->count, .cap = list->count};
  return true;
}

static bool keep_component(vd_arena *a, vd_component *c, vd_view path) {
  vd_view *const texts[] = {&c->type,   &c->name,  &c->version, &c->requirement, &c->specifiers,
                            &c->marker, &c->group, &c->index,   &c->url};
  for (size_t i = 0; i < VD_COUNT(texts); i++)
    if (!keep(a, texts[i]))
      return false;
  c->path = path;
  return keep_list(a, &c->extras);
}

// Moves what a parse found out of its scratch arena.
static vd_code keep_inventory(vd_source_file *f, const vd_inventory *found) {
  vd_arena *a = &f->arena;
  f->inventory = (vd_inventory){.arena = a, .path = f->path, .constraint = f->constraint};
  for (size_t i = 0; i < found->components.count; i++) {
    vd_component *c = vd_vec_push(a, &f->inventory.components);
    if (c == NULL || (*c = found->components.at[i], !keep_component(a, c, f->path)))
      return VD_NOMEM;
  }
  for (size_t i = 0; i < found->notices.count; i++) {
    vd_notice *n = vd_vec_push(a, &f->inventory.notices);
    if (n == NULL || (*n = found->notices.at[i], !keep(a, &n->text)))
      return VD_NOMEM;
    n->path = f->path;
  }
  for (size_t i = 0; i < found->includes.count; i++) {
    vd_include *n = vd_vec_push(a, &f->inventory.includes);
    if (n == NULL || (*n = found->includes.at[i], !keep(a, &n->target)))
      return VD_NOMEM;
    n->path = f->path;
  }
  return VD_OK;
}

// What one kind made of the bytes.
typedef struct attempt {
  const vd_manifest *kind; // NULL: none yet
  vd_inventory found;      // in the scratch arena
} attempt;

static vd_code try_kind(vd_source_file *f, const vd_manifest *kind, vd_arena *scratch,
                        vd_view bytes, attempt *out) {
  vd_inventory found = {.arena = scratch, .path = f->path, .constraint = f->constraint};
  VD_TRY(vd_manifest_parse(kind, &found, bytes, &f->error));
  *out = (attempt){kind, found};
  return VD_OK;
}

static vd_code try_by_path(vd_source_file *f, vd_arena *scratch, vd_view bytes, attempt *out) {
  const vd_manifest *kind = f->kind;
  vd_code code = try_kind(f, kind, scratch, bytes, out);
  while (code == VD_UNSUPPORTED && (kind = vd_manifest_after(kind, f->path)) != NULL)
    code = try_kind(f, kind, scratch, bytes, out);
  return code;
}

static bool is_better(const attempt *a, const attempt *b) {
  if (b->kind == NULL || a->found.notices.count != b->found.notices.count)
    return b->kind == NULL || a->found.notices.count < b->found.notices.count;
  return a->found.components.count > b->found.components.count;
}

// A file named on the command line under an unusual name: the kind that finds something in it with
// the fewest unreadable places.
static vd_code try_all(vd_source_file *f, vd_arena *scratch, vd_view bytes, attempt *out) {
  for (const vd_manifest *k = vd_manifests; k->name != NULL; k++) {
    attempt one = {0};
    if (try_kind(f, k, scratch, bytes, &one) == VD_OK && one.found.components.count != 0 &&
        is_better(&one, out))
      *out = one;
  }
  return out->kind != NULL
             ? VD_OK
             : vd_fail(&f->error, VD_UNSUPPORTED, "no manifest kind recognises this file");
}

// An archive that is too large is not an error: its name may tell enough.
static vd_code read_bytes(const vd_job *job, vd_source_file *f, vd_arena *scratch, vd_view *bytes) {
  VD_SCOPED_FD fd = -1;
  VD_TRY(vd_file_open(job->root, f->path.ptr, &fd, &f->error));
  vd_code code = vd_fd_read(scratch, fd, VD_MANIFEST_BYTES_MAX, bytes, &f->error);
  return code == VD_LIMIT && f->kind != NULL && f->kind->archive ? VD_OK : code;
}

static vd_code read_file(const vd_job *job, vd_source_file *f) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_view bytes = {0};
  attempt best = {0};
  VD_TRY(read_bytes(job, f, &scratch, &bytes));
  VD_TRY(f->kind == NULL ? try_all(f, &scratch, bytes, &best)
                         : try_by_path(f, &scratch, bytes, &best));
  f->kind = best.kind;
  return keep_inventory(f, &best.found);
}

static void read_one(void *ctx, size_t i) {
  reading *r = ctx;
  vd_source_file *f = &r->files->at[r->from + i];
  f->arena = VD_ARENA(VD_FILE_MEMORY_MAX);
  f->code = read_file(r->job, f);
  if (f->code == VD_NOMEM)
    f->code = vd_fail(&f->error, VD_LIMIT, "reading it takes more than %zu MiB of memory",
                      VD_FILE_MEMORY_MAX >> 20);
  size_t done = r->from + atomic_fetch_add(&r->done, 1) + 1;
  if (atomic_flag_test_and_set(&r->drawing))
    return;
  vd_progress_step(r->progress, done, r->files->count);
  atomic_flag_clear(&r->drawing);
}

void vd_read_files(vd_job *job, vd_source_files *files, size_t from, vd_progress *progress) {
  reading r = {
      .job = job, .files = files, .from = from, .progress = progress, .drawing = ATOMIC_FLAG_INIT};
  unsigned jobs = job->options->jobs != 0 ? job->options->jobs : vd_cpu_count();
  vd_pool_run(jobs, files->count - from, read_one, &r);
}
