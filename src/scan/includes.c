// `-r` and `-c`: reads what included files add, and applies constraints to what they bound.
#include "scan/inventory.h"

#include <fcntl.h>
#include <unistd.h>

typedef struct edge { // an include that was resolved to a file
  size_t from, to;
  bool constraint;
  uint32_t line;
} edge;

typedef struct includes {
  vd_job *job;
  vd_source_files *files;
  vd_map by_path; // path -> index + 1, as a pointer into `slots`
  VD_VEC(edge) edges;
  size_t *first_edge; // edges of file i are edges.at[first_edge[i] .. first_edge[i + 1]]
} includes;

static vd_code index_file(includes *in, size_t i) {
  size_t *slot = vd_new(in->job->arena, size_t);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = i;
  return vd_map_put(&in->by_path, in->files->at[i].path, slot);
}

static bool is_remote(vd_view target) { return vd_view_has(target, VD_VIEW("://")); }

// What cannot be followed is a failure in a requirements file, where pip would stop too; other
// kinds (a Dockerfile's build context, a setup.py that opens a file) only hint at the file.
static vd_code refuse(includes *in, const vd_source_file *f, const vd_include *inc,
                      const char *reason) {
  bool strict = f->kind != NULL && strcmp(f->kind->name, "requirements") == 0;
  return vd_ledger_add(in->job, f->path, inc->line, strict ? VD_FAILED : VD_SKIPPED, "%s: '%.*s'",
                       reason, VD_ARG(inc->target));
}

static vd_code add_edge(includes *in, size_t from, size_t to, const vd_include *inc) {
  edge *e = vd_vec_push(in->job->arena, &in->edges);
  if (e == NULL)
    return VD_NOMEM;
  *e = (edge){.from = from, .to = to, .constraint = inc->constraint, .line = inc->line};
  return VD_OK;
}

static vd_code resolve(includes *in, size_t from, const vd_include *inc) {
  const vd_source_file *f = &in->files->at[from];
  if (is_remote(inc->target))
    return vd_ledger_add(in->job, f->path, inc->line, VD_SKIPPED,
                         "included from the network, not fetched: '%.*s'", VD_ARG(inc->target));
  vd_view path = vd_path_join(in->job->arena, f->path, inc->target);
  if (path.ptr == NULL || path.len == 0)
    return refuse(in, f, inc, "included file lies outside the target");
  size_t *known = vd_map_get(&in->by_path, path);
  if (known != NULL)
    return add_edge(in, from, *known, inc);
  if (faccessat(in->job->root, path.ptr, F_OK, 0) != 0)
    return refuse(in, f, inc, "included file does not exist");
  if (!vd_path_inside(in->job, path))
    return refuse(in, f, inc, "included file lies outside the target");
  vd_source_file *added = vd_vec_push(in->job->arena, in->files);
  if (added == NULL)
    return VD_NOMEM;
  *added = (vd_source_file){.path = path,
                            .kind = vd_manifest_by_name(VD_VIEW("requirements")),
                            .constraint = inc->constraint};
  VD_TRY(index_file(in, in->files->count - 1));
  return add_edge(in, from, in->files->count - 1, inc);
}

static vd_code read_closure(includes *in, vd_progress *progress) {
  for (size_t i = 0; i < in->files->count; i++)
    VD_TRY(index_file(in, i));
  for (size_t i = 0; i < in->files->count; i++) {
    size_t before = in->files->count;
    for (size_t k = 0; k < in->files->at[i].inventory.includes.count; k++)
      VD_TRY(resolve(in, i, &in->files->at[i].inventory.includes.at[k]));
    if (in->files->count != before)
      vd_read_files(in->job, in->files, before, progress);
  }
  return VD_OK;
}

// Edges were added file by file, so they are sorted by `from` already.
static vd_code index_edges(includes *in) {
  in->first_edge = vd_new_array(in->job->arena, size_t, in->files->count + 1);
  if (in->first_edge == NULL)
    return VD_NOMEM;
  for (size_t i = 0; i < in->edges.count; i++)
    in->first_edge[in->edges.at[i].from + 1]++;
  for (size_t i = 0; i < in->files->count; i++)
    in->first_edge[i + 1] += in->first_edge[i];
  return VD_OK;
}

typedef struct visit {
  size_t file, edge; // next edge to follow
} visit;

enum { NEW, OPEN, DONE };

typedef struct search { // depth first, with an explicit stack
  includes *in;
  unsigned char *state; // of each file
  VD_VEC(visit) stack;
} search;

static vd_code enter(search *s, size_t file) {
  visit *v = vd_vec_push(s->in->job->arena, &s->stack);
  if (v == NULL)
    return VD_NOMEM;
  *v = (visit){file, s->in->first_edge[file]};
  s->state[file] = OPEN;
  return VD_OK;
}

// Follows the next edge of the file on top; one that leads back into the stack closes a cycle.
static vd_code advance(search *s) {
  const includes *in = s->in;
  visit *top = &s->stack.at[s->stack.count - 1];
  if (top->edge == in->first_edge[top->file + 1]) {
    s->state[top->file] = DONE;
    s->stack.count--;
    return VD_OK;
  }
  const edge *e = &in->edges.at[top->edge++];
  if (s->state[e->to] == NEW)
    return enter(s, e->to);
  if (s->state[e->to] == DONE)
    return VD_OK;
  return vd_ledger_add(in->job, in->files->at[e->from].path, e->line, VD_FAILED,
                       "cyclic include of '%.*s'", VD_ARG(in->files->at[e->to].path));
}

static vd_code report_cycles(includes *in) {
  search s = {.in = in, .state = vd_new_array(in->job->arena, unsigned char, in->files->count + 1)};
  if (s.state == NULL)
    return VD_NOMEM;
  for (size_t root = 0; root < in->files->count; root++) {
    if (s.state[root] == NEW)
      VD_TRY(enter(&s, root));
    while (s.stack.count != 0)
      VD_TRY(advance(&s));
  }
  return VD_OK;
}

// Marks in `seen` all files reachable from `start`; plain includes only unless `all`.
static vd_code reach(const includes *in, vd_arena *a, size_t start, bool all, bool *seen) {
  VD_VEC(size_t) todo = {0};
  size_t *first = vd_vec_push(a, &todo);
  if (first == NULL)
    return VD_NOMEM;
  *first = start;
  seen[start] = true;
  while (todo.count != 0) {
    size_t file = todo.at[--todo.count];
    for (size_t i = in->first_edge[file]; i < in->first_edge[file + 1]; i++) {
      const edge *e = &in->edges.at[i];
      if (seen[e->to] || (e->constraint && !all))
        continue;
      size_t *next = vd_vec_push(a, &todo);
      if (next == NULL)
        return VD_NOMEM;
      *next = e->to;
      seen[e->to] = true;
    }
  }
  return VD_OK;
}

// Adds clauses to a comma-joined list, once each.
static vd_code join_clauses(vd_arena *a, vd_view *list, vd_view more) {
  if (more.len == 0 || vd_view_has(*list, more))
    return VD_OK;
  if (list->len + more.len > VD_BOUNDS_MAX)
    return VD_LIMIT;
  *list = list->len == 0
              ? vd_arena_copy(a, more)
              : vd_arena_printf(a, "%.*s,%.*s", (int)list->len, list->ptr, (int)more.len, more.ptr);
  return list->ptr == NULL ? VD_NOMEM : VD_OK;
}

typedef struct bounds { // what constraints say of one name
  vd_view clauses;
  bool full; // there was more than VD_BOUNDS_MAX; said once
} bounds;

static vd_code collect_constraint(includes *in, const vd_component *c, vd_map *by_name) {
  vd_arena *a = by_name->arena;
  bounds *b = vd_map_get(by_name, c->name);
  if (b == NULL) {
    b = vd_new(a, bounds);
    if (b == NULL || vd_map_put(by_name, c->name, b) != VD_OK)
      return VD_NOMEM;
  }
  vd_code code = b->full ? VD_OK : join_clauses(a, &b->clauses, c->specifiers);
  b->full |= code == VD_LIMIT;
  return code == VD_LIMIT ? vd_ledger_add(in->job, c->path, c->line, VD_FAILED,
                                          "too many constraints on '%.*s'", VD_ARG(c->name))
                          : code;
}

static vd_code collect_constraints(includes *in, const vd_source_file *f, vd_map *by_name) {
  for (size_t i = 0; i < f->inventory.components.count; i++)
    if (f->inventory.components.at[i].constraint)
      VD_TRY(collect_constraint(in, &f->inventory.components.at[i], by_name));
  return VD_OK;
}

static vd_code bind(includes *in, vd_source_file *f, const vd_map *by_name) {
  for (size_t i = 0; i < f->inventory.components.count; i++) {
    vd_component *c = &f->inventory.components.at[i];
    const bounds *b = c->constraint ? NULL : vd_map_get(by_name, c->name);
    if (b == NULL)
      continue;
    vd_code code = join_clauses(in->job->arena, &c->bounds, b->clauses);
    if (code !=
        VD_LIMIT) // the constraints file that is too much was reported when it was collected
      VD_TRY(code);
  }
  return VD_OK;
}

// The clauses, by name, of the constraints files that file `i` names and of those it states itself.
static vd_code constraints_of(includes *in, size_t i, vd_map *by_name) {
  size_t n = in->files->count;
  bool *bounding = vd_new_array(by_name->arena, bool, n);
  if (bounding == NULL)
    return VD_NOMEM;
  bounding[i] = true;
  for (size_t k = in->first_edge[i]; k < in->first_edge[i + 1]; k++)
    if (in->edges.at[k].constraint)
      VD_TRY(reach(in, by_name->arena, in->edges.at[k].to, true, bounding));
  for (size_t k = 0; k < n; k++)
    if (bounding[k])
      VD_TRY(collect_constraints(in, &in->files->at[k], by_name));
  return VD_OK;
}

// Constraints bound the file that names them and every file that one includes.
static vd_code apply_constraints(includes *in, size_t i) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  vd_map by_name = VD_MAP(&scratch);
  bool *bound = vd_new_array(&scratch, bool, in->files->count);
  if (bound == NULL)
    return VD_NOMEM;
  VD_TRY(constraints_of(in, i, &by_name));
  if (by_name.count == 0)
    return VD_OK;
  VD_TRY(reach(in, &scratch, i, false, bound));
  for (size_t k = 0; k < in->files->count; k++)
    if (bound[k])
      VD_TRY(bind(in, &in->files->at[k], &by_name));
  return VD_OK;
}

// A file that is only ever reached through -c declares bounds, even when its name looks like a
// list.
static vd_code mark_constraints(includes *in) {
  for (size_t i = 0; i < in->edges.count; i++) {
    const edge *e = &in->edges.at[i];
    vd_source_file *f = &in->files->at[e->to];
    for (size_t k = 0; e->constraint && k < f->inventory.components.count; k++)
      f->inventory.components.at[k].constraint = true;
  }
  return VD_OK;
}

// Whether a file has constraints to apply: it names a constraints file, or states some beside
// others.
static bool has_constraints(const includes *in, size_t i) {
  const vd_inventory *inv = &in->files->at[i].inventory;
  size_t stated = 0;
  for (size_t k = in->first_edge[i]; k < in->first_edge[i + 1]; k++)
    if (in->edges.at[k].constraint)
      return true;
  for (size_t k = 0; k < inv->components.count; k++)
    stated += inv->components.at[k].constraint;
  return stated != 0 && stated != inv->components.count;
}

vd_code vd_follow_includes(vd_job *job, vd_source_files *files, vd_progress *progress,
                           vd_error *err) {
  includes in = {.job = job, .files = files, .by_path = VD_MAP(job->arena)};
  vd_code code = read_closure(&in, progress);
  if (code == VD_OK)
    code = index_edges(&in);
  if (code == VD_OK)
    code = report_cycles(&in);
  if (code == VD_OK)
    code = mark_constraints(&in);
  for (size_t i = 0; code == VD_OK && i < files->count; i++)
    if (has_constraints(&in, i))
      code = apply_constraints(&in, i);
  return code == VD_OK ? VD_OK : vd_fail(err, code, "no memory to follow includes");
}
