// Folds equal declarations of many files into dependencies, and writes the ledger.
#include "scan/inventory.h"

typedef struct folding {
  vd_job *job;
  vd_map by_key; // key -> index into out->dependencies
} folding;

// The clauses that hold once constraints apply, and the version they pin, if any.
static vd_code effective(vd_arena *a, const vd_component *c, vd_dependency *d) {
  vd_specifiers set = {0};
  d->version = c->version;
  d->requirement = c->requirement;
  d->specifiers = c->specifiers;
  if (c->bounds.len == 0)
    return VD_OK;
  const char *comma = c->requirement.len == 0 ? "" : ",";
  d->requirement = vd_arena_printf(a, "%.*s%s%.*s", (int)c->requirement.len, c->requirement.ptr,
                                   comma, (int)c->bounds.len, c->bounds.ptr);
  if (c->specifiers.ptr != NULL)
    d->specifiers =
        vd_arena_printf(a, "%.*s%s%.*s", (int)c->specifiers.len, c->specifiers.ptr,
                        c->specifiers.len == 0 ? "" : ",", (int)c->bounds.len, c->bounds.ptr);
  if (d->requirement.ptr == NULL || (c->specifiers.ptr != NULL && d->specifiers.ptr == NULL))
    return VD_NOMEM;
  if (c->version.ptr != NULL || c->specifiers.ptr == NULL || c->url.ptr != NULL ||
      vd_specifiers_parse(a, d->specifiers, &set, NULL) != VD_OK)
    return VD_OK;
  const vd_clause *pin = vd_specifiers_pin(&set);
  if (pin != NULL)
    d->version = pin->text;
  return VD_OK;
}

static void put_field(vd_buf *b, vd_view v) {
  vd_buf_put(b, v);
  vd_buf_put_c(b, '\x1f'); // a unit separator occurs in no name, version or marker
}

static vd_code make_key(vd_arena *a, const vd_component *c, vd_dependency *d) {
  VD_SCOPED_BUF b = VD_BUF(VD_MANIFEST_BYTES_MAX);
  const vd_view fields[] = {c->type,   c->name,  d->version, d->requirement,
                            c->marker, c->group, c->index,   c->url};
  for (size_t i = 0; i < VD_COUNT(fields); i++)
    put_field(&b, fields[i]);
  for (size_t i = 0; i < c->extras.count; i++)
    put_field(&b, c->extras.at[i]);
  vd_buf_printf(&b, "%s\x1f%d%d", vd_scope_text(c->scope), (int)c->direct, (int)c->local);
  d->key = b.failed ? (vd_view){0} : vd_arena_copy(a, vd_buf_view(&b));
  return d->key.ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code make_purl(vd_arena *a, const vd_component *c, vd_dependency *d) {
  d->purl = vd_purl_format(a, &(vd_purl){.type = c->type, .name = c->name, .version = d->version});
  return d->purl.ptr == NULL ? VD_NOMEM : VD_OK;
}

static vd_code add_location(vd_arena *a, vd_dependency *d, const vd_component *c) {
  vd_location *l = vd_vec_push(a, &d->locations);
  if (l == NULL)
    return VD_NOMEM;
  *l = (vd_location){.path = c->path, .line = c->line, .column = c->column};
  return VD_OK;
}

static vd_code add_dependency(folding *f, const vd_dependency *d) {
  size_t *slot = vd_new(f->job->arena, size_t);
  vd_dependency *added = vd_vec_push(f->job->arena, &f->job->out->dependencies);
  if (slot == NULL || added == NULL)
    return VD_NOMEM;
  *added = *d;
  *slot = f->job->out->dependencies.count - 1;
  return vd_map_put(&f->by_key, d->key, slot);
}

static vd_code fold(folding *f, const vd_component *c, vd_error *err) {
  vd_arena *a = f->job->arena;
  vd_dependency d = {.component = c};
  VD_TRY(effective(a, c, &d));
  VD_TRY(make_key(a, c, &d));
  const size_t *known = vd_map_get(&f->by_key, d.key);
  if (known != NULL)
    return add_location(a, &f->job->out->dependencies.at[*known], c);
  if (f->job->out->dependencies.count >= VD_COMPONENTS_MAX)
    return vd_fail(err, VD_LIMIT, "the target declares more than %d components", VD_COMPONENTS_MAX);
  VD_TRY(make_purl(a, c, &d));
  VD_TRY(add_location(a, &d, c));
  return add_dependency(f, &d);
}

static vd_code write_notice(vd_job *job, const vd_notice *n) {
  vd_coverage_status status = n->code == VD_OK            ? VD_SCANNED
                              : n->code == VD_UNSUPPORTED ? VD_SKIPPED
                                                          : VD_FAILED;
  return vd_ledger_add(job, n->path, n->line, status, "%.*s", VD_ARG(n->text));
}

static vd_code write_ledger(vd_job *job, const vd_source_file *f) {
  if (f->code != VD_OK)
    return vd_ledger_add(job, f->path, f->error.line,
                         f->code == VD_UNSUPPORTED ? VD_SKIPPED : VD_FAILED, "%s: %s",
                         vd_code_text(f->code), f->error.text);
  vd_coverage *c = vd_vec_push(job->arena, &job->out->coverage);
  if (c == NULL)
    return VD_NOMEM;
  *c = (vd_coverage){.path = f->path,
                     .status = VD_SCANNED,
                     .manifest = vd_view_of(f->kind->name),
                     .components = f->inventory.components.count};
  for (size_t i = 0; i < f->inventory.notices.count; i++)
    VD_TRY(write_notice(job, &f->inventory.notices.at[i]));
  return VD_OK;
}

static vd_code fold_file(folding *f, vd_source_file *file, vd_error *err) {
  VD_TRY(write_ledger(f->job, file));
  for (size_t i = 0; i < file->inventory.components.count; i++)
    if (!file->inventory.components.at[i].constraint)
      VD_TRY(fold(f, &file->inventory.components.at[i], err));
  vd_arena_adopt(f->job->arena, &file->arena);
  return VD_OK;
}

static int by_place(const void *a, const void *b) {
  const vd_location *x = a, *y = b;
  int order = vd_view_cmp(x->path, y->path);
  if (order == 0)
    order = (x->line > y->line) - (x->line < y->line);
  return order != 0 ? order : (x->column > y->column) - (x->column < y->column);
}

static int by_purl(const void *a, const void *b) {
  const vd_dependency *x = a, *y = b;
  int order = vd_view_cmp(x->purl, y->purl);
  return order != 0 ? order : vd_view_cmp(x->key, y->key);
}

vd_code vd_fold_dependencies(vd_job *job, vd_source_files *files, vd_error *err) {
  folding f = {.job = job, .by_key = VD_MAP(job->arena)};
  for (size_t i = 0; i < files->count; i++) {
    vd_code code = fold_file(&f, &files->at[i], err);
    if (code != VD_OK)
      return code == VD_NOMEM ? vd_fail(err, code, "no memory for the components") : code;
  }
  vd_scan *out = job->out;
  for (size_t i = 0; i < out->dependencies.count; i++)
    qsort(out->dependencies.at[i].locations.at, out->dependencies.at[i].locations.count,
          sizeof(vd_location), by_place);
  if (out->dependencies.count != 0)
    qsort(out->dependencies.at, out->dependencies.count, sizeof *out->dependencies.at, by_purl);
  return VD_OK;
}
