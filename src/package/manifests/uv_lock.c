// uv.lock: packages with their dependencies, so directness and scope follow from the project's own.
#include "package/document.h"

vd_code vd_manifest_uv_lock(vd_inventory *inv, vd_view bytes, vd_error *err);

typedef struct node {
  const vd_value *package;
  struct node *same_name; // the next version of this package
  vd_view group;
  vd_scope scope;
  bool reached, direct, local;
} node;

// All versions of one package; reaching them all is done once, however often it is asked for.
typedef struct versions {
  node *first;
  bool reached, direct;
} versions;

typedef struct lock {
  vd_inventory *inv;
  vd_arena *scratch;
  node *nodes;
  size_t count;
  vd_map by_name;       // name -> versions
  vd_map by_version;    // "name version" -> node
  VD_VEC(size_t) queue; // of nodes
  size_t done;          // of the queue
} lock;

// How the dependencies being followed are wanted.
typedef struct want {
  vd_scope scope;
  vd_view group;
  bool direct;
} want;

// ---- index ------------------------------------------------------------------------------------

// Workspace members are where their pyproject.toml is; other packages come from elsewhere. The
// first format wrote sources as "editable+path".
static bool is_local(const vd_value *package) {
  const vd_value *source = vd_path(package, "source");
  vd_view text = vd_text(source);
  return vd_path(source, "editable") != NULL || vd_path(source, "virtual") != NULL ||
         vd_path(source, "directory") != NULL || vd_view_starts(text, VD_VIEW("editable+")) ||
         vd_view_starts(text, VD_VIEW("virtual+")) || vd_view_starts(text, VD_VIEW("directory+"));
}

static vd_view version_key(const lock *l, vd_view name, vd_view version) {
  vd_view parts[] = {name, VD_VIEW(" "), version};
  char *text = vd_new_array(l->scratch, char, name.len + version.len + 2);
  size_t n = 0;
  for (size_t i = 0; text != NULL && i < VD_COUNT(parts); i++) {
    if (parts[i].len != 0)
      memcpy(text + n, parts[i].ptr, parts[i].len);
    n += parts[i].len;
  }
  return (vd_view){text, n};
}

static vd_code index_node(lock *l, node *n) {
  vd_view name = vd_text_at(n->package, "name");
  versions *all = vd_map_get(&l->by_name, name);
  if (all == NULL) {
    all = vd_new(l->scratch, versions);
    if (all == NULL)
      return VD_NOMEM;
    VD_TRY(vd_map_put(&l->by_name, name, all));
  }
  n->same_name = all->first;
  all->first = n;
  vd_view key = version_key(l, name, vd_text_at(n->package, "version"));
  return key.ptr == NULL ? VD_NOMEM : vd_map_put(&l->by_version, key, n);
}

static vd_code index_packages(lock *l, const vd_value *packages) {
  l->nodes = vd_new_array(l->scratch, node, packages->count + 1);
  if (l->nodes == NULL)
    return VD_NOMEM;
  for (VD_EACH (package, packages)) {
    node *n = &l->nodes[l->count++];
    n->package = package;
    n->local = is_local(package);
    VD_TRY(index_node(l, n));
  }
  return VD_OK;
}

// ---- reachability -----------------------------------------------------------------------------

static vd_code reach_node(lock *l, node *n, const want *w) {
  n->direct |= w->direct;
  if (n->reached || n->local)
    return VD_OK;
  n->reached = true;
  n->scope = w->scope;
  n->group = w->group;
  size_t *slot = vd_vec_push(l->scratch, &l->queue);
  if (slot == NULL)
    return VD_NOMEM;
  *slot = (size_t)(n - l->nodes);
  return VD_OK;
}

static vd_code reach(lock *l, const vd_value *dependency, const want *w) {
  vd_view name = vd_text_at(dependency, "name"), version = vd_text_at(dependency, "version");
  if (version.ptr != NULL) {
    vd_view key = version_key(l, name, version);
    node *n = key.ptr == NULL ? NULL : vd_map_get(&l->by_version, key);
    return key.ptr == NULL ? VD_NOMEM : n == NULL ? VD_OK : reach_node(l, n, w);
  }
  versions *all = vd_map_get(&l->by_name, name);
  if (all == NULL || (all->reached && (all->direct || !w->direct)))
    return VD_OK;
  all->reached = true;
  all->direct |= w->direct;
  for (node *n = all->first; n != NULL; n = n->same_name)
    VD_TRY(reach_node(l, n, w));
  return VD_OK;
}

static vd_code reach_list(lock *l, const vd_value *list, const want *w) {
  for (VD_EACH (dependency, vd_is(list, VD_KIND_ARRAY) ? list : NULL))
    VD_TRY(reach(l, dependency, w));
  return VD_OK;
}

// The groups whose name speaks of this scope.
static vd_code reach_groups(lock *l, const vd_value *groups, vd_scope scope) {
  for (VD_EACH (list, vd_is(groups, VD_KIND_TABLE) ? groups : NULL)) {
    want w = {.scope = scope, .group = list->key, .direct = true};
    if (vd_group_scope(list->key) == scope)
      VD_TRY(reach_list(l, list, &w));
  }
  return VD_OK;
}

// Everything below what is in the queue is wanted for the same reason. The extras a lock has are
// those somebody asked for.
static vd_code close_over(lock *l) {
  for (; l->done < l->queue.count; l->done++) {
    const node *n = &l->nodes[l->queue.at[l->done]];
    want w = {.scope = n->scope, .group = n->group};
    VD_TRY(reach_list(l, vd_path(n->package, "dependencies"), &w));
    for (VD_EACH (list, vd_path(n->package, "optional-dependencies")))
      VD_TRY(reach_list(l, list, &w));
  }
  return VD_OK;
}

// What a workspace member asks for in this scope.
static vd_code reach_member(lock *l, const vd_value *package, vd_scope scope) {
  want w = {.scope = scope, .direct = true};
  if (scope == VD_SCOPE_RUNTIME)
    VD_TRY(reach_list(l, vd_path(package, "dependencies"), &w));
  VD_TRY(reach_groups(l, vd_path(package, "optional-dependencies"), scope));
  return reach_groups(l, vd_path(package, "dev-dependencies"), scope);
}

// What all members ask for, or the script a lock is for.
static vd_code reach_roots(lock *l, const vd_value *manifest, vd_scope scope) {
  want w = {.scope = scope, .direct = true};
  if (scope == VD_SCOPE_RUNTIME)
    VD_TRY(reach_list(l, vd_path(manifest, "requirements"), &w));
  VD_TRY(reach_groups(l, vd_path(manifest, "dependency-groups"), scope));
  for (size_t i = 0; i < l->count; i++)
    if (l->nodes[i].local)
      VD_TRY(reach_member(l, l->nodes[i].package, scope));
  return close_over(l);
}

// ---- components -------------------------------------------------------------------------------

// "registry+https://..." and "git+https://..." of the first format.
static vd_code set_old_source(lock *l, vd_component *c, vd_view source) {
  vd_view registry = VD_VIEW("registry+");
  if (vd_view_starts(source, registry))
    return vd_keep(l->inv, &c->index, vd_view_from(source, registry.len));
  return vd_keep(l->inv, &c->url, source);
}

static vd_code set_source(lock *l, vd_component *c, const node *n) {
  const vd_value *source = vd_path(n->package, "source");
  vd_view registry = vd_text_at(source, "registry");
  if (vd_is(source, VD_KIND_STRING))
    VD_TRY(set_old_source(l, c, source->text));
  else if (registry.ptr != NULL)
    VD_TRY(vd_keep(l->inv, &c->index, registry));
  else
    VD_TRY(vd_component_source(l->inv, c, source, NULL));
  c->local = n->local;
  return VD_OK;
}

static bool is_hashed(const vd_value *package) {
  return vd_text_at(vd_path(package, "sdist"), "hash").ptr != NULL ||
         vd_text_at(vd_first(vd_path(package, "wheels")), "hash").ptr != NULL;
}

static vd_code add(lock *l, const node *n, bool rooted) {
  vd_component *c = NULL;
  VD_TRY(vd_locked_add(l->inv, n->package, &c));
  if (c == NULL)
    return VD_OK;
  if (rooted && !n->local && (n->reached || n->direct))
    c->direct = n->direct ? VD_DIRECT_YES : VD_DIRECT_NO;
  c->scope = n->scope;
  c->hashed = is_hashed(n->package);
  VD_TRY(vd_keep(l->inv, &c->group, n->group));
  const vd_value *markers = vd_path(n->package, "resolution-markers");
  if (vd_is(markers, VD_KIND_ARRAY) && markers->count == 1)
    VD_TRY(vd_keep(l->inv, &c->marker, vd_text(markers->first)));
  return set_source(l, c, n);
}

static vd_code read(lock *l, const vd_value *doc) {
  const vd_value *packages = vd_path(doc, "package");
  if (packages == NULL)
    packages = vd_path(doc, "distribution"); // uv before 0.2.36
  if (packages == NULL)
    return VD_OK;
  if (packages->kind != VD_KIND_ARRAY)
    return vd_notice_shape(l->inv, packages, "an array of packages");
  VD_TRY(index_packages(l, packages));
  for (vd_scope scope = VD_SCOPE_RUNTIME; scope <= VD_SCOPE_DEV; scope++)
    VD_TRY(reach_roots(l, vd_path(doc, "manifest"), scope));
  for (size_t i = 0; i < l->count; i++)
    VD_TRY(add(l, &l->nodes[i], l->queue.count != 0));
  return VD_OK;
}

vd_code vd_manifest_uv_lock(vd_inventory *inv, vd_view bytes, vd_error *err) {
  VD_SCOPED_ARENA scratch = VD_ARENA(VD_FILE_MEMORY_MAX);
  lock l = {
      .inv = inv, .scratch = &scratch, .by_name = VD_MAP(&scratch), .by_version = VD_MAP(&scratch)};
  const vd_value *doc = NULL;
  VD_TRY(vd_toml_parse(&scratch, bytes, &doc, err));
  return vd_document_done(read(&l, doc), err);
}
