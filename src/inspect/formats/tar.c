// tar archives: NeMo models, PyTorch before 0.1.10, image layers, any other.
#include "inspect/archive/tar.h"

#include "inspect/archive/member_name.h"
#include "inspect/program.h"

typedef enum kind { PLAIN, NEMO, TORCH_TAR, ROOT_FOLDER } kind;

typedef struct archive {
  vd_tar tar;
  kind kind;
  vd_map links; // names of links that lead out of the archive
  vd_map names; // of a model's members
  size_t entries;
} archive;

static bool recognise(const vd_artefact *a) { return vd_tar_recognise(a->bytes); }

static vd_view without_dot(vd_view name) {
  return vd_view_starts(name, VD_VIEW("./")) ? vd_view_from(name, 2) : name;
}

static bool is_system_folder(vd_view first) {
  static const char *const folders[] = {"usr", "etc",  "bin", "sbin", "lib",  "lib64",
                                        "var", "opt",  "dev", "root", "home", "run",
                                        "srv", "proc", "sys", "boot"};
  for (size_t i = 0; i < VD_COUNT(folders); i++)
    if (vd_view_eq(first, vd_view_of(folders[i])))
      return true;
  return false;
}

// Image layers have members below the folders of a root file system, and marks of removed ones.
static kind kind_of_name(vd_view name) {
  vd_view rest = name, first = vd_view_cut(&rest, '/');
  if (vd_view_eq(name, VD_VIEW("model_config.yaml")))
    return NEMO;
  if (vd_view_eq(name, VD_VIEW("storages")))
    return TORCH_TAR;
  bool below = first.len < name.len;
  return vd_view_has(name, VD_VIEW(".wh.")) || (below && is_system_folder(first)) ? ROOT_FOLDER
                                                                                  : PLAIN;
}

// The headers alone tell; members are not touched.
static vd_code find_kind(vd_inspection *in, vd_view bytes, kind *out) {
  vd_tar t = vd_tar_of(in->scratch, bytes);
  vd_tar_entry e;
  kind found = PLAIN;
  for (size_t i = 0; i < VD_ZIP_ENTRIES_MAX && found == PLAIN; i++) {
    vd_code code = vd_tar_next(&t, &e, NULL);
    if (code == VD_NOMEM)
      return code;
    if (code != VD_OK)
      break;
    found = kind_of_name(without_dot(e.name));
  }
  *out = found;
  return VD_OK;
}

// A virtual environment links the interpreter it was made with.
static bool is_interpreter(vd_view name, vd_view target) {
  vd_view shown = name;
  while (shown.len != 0 && memchr(shown.ptr, '/', shown.len) != NULL)
    (void)vd_view_cut(&shown, '/');
  return vd_view_starts(shown, VD_VIEW("python")) && vd_view_starts(target, VD_VIEW("/")) &&
         vd_view_has(target, VD_VIEW("/bin/python"));
}

static vd_code check_link(vd_inspection *in, archive *r, const vd_tar_entry *e) {
  bool hard = e->type == '1';
  bool absolute = vd_view_starts(e->link, VD_VIEW("/"));
  bool escapes = vd_member_link_escapes(hard ? VD_VIEW("") : e->name, e->link);
  vd_view name = vd_view_first(e->name, 120), link = vd_view_first(e->link, 120);
  if (r->kind == ROOT_FOLDER || (r->kind == PLAIN && is_interpreter(e->name, e->link)))
    return VD_OK;
  if (!absolute && !escapes)
    return r->kind == PLAIN ? VD_OK
                            : vd_observe(in, VD_CHECK_ARCHIVE_LINK, e->at, "%.*s is a link to %.*s",
                                         VD_ARG(name), VD_ARG(link));
  if (r->links.count < VD_TAR_LINKS_MAX)
    VD_TRY(vd_map_put(&r->links, e->name, r));
  return vd_observe(in, VD_CHECK_ARCHIVE_LINK_OUT, e->at,
                    "%.*s is a link to %.*s, outside the archive", VD_ARG(name), VD_ARG(link));
}

// A member below a link is written where the link leads.
static vd_code check_through_link(vd_inspection *in, const archive *r, const vd_tar_entry *e) {
  if (r->links.count == 0)
    return VD_OK;
  size_t most = e->name.len < VD_KEY_MAX ? e->name.len : VD_KEY_MAX;
  for (size_t i = 0; i <= most; i++) {
    vd_view part = vd_view_first(e->name, i);
    if ((i == e->name.len ? e->type != '2' : e->name.ptr[i] == '/') && i != 0 &&
        vd_map_get(&r->links, part) != NULL)
      return vd_observe(in, VD_CHECK_ARCHIVE_PATH, e->at, "%.*s is written through the link %.*s",
                        VD_ARG(vd_view_first(e->name, 120)), VD_ARG(vd_view_first(part, 120)));
  }
  return VD_OK;
}

static bool is_model(const archive *r) { return r->kind == NEMO || r->kind == TORCH_TAR; }

static vd_code hand_on(vd_inspection *in, const archive *r, const vd_tar_entry *e) {
  bool model = is_model(r);
  if (e->bytes.len < e->size)
    VD_TRY(vd_observe(in, VD_CHECK_UNREADABLE, e->at, "tar: %.*s ends past the end of the archive",
                      VD_ARG(vd_view_first(e->name, 120))));
  if (e->bytes.len == 0)
    return VD_OK;
  const char *program = vd_program_of(e->bytes);
  if (program != NULL && model)
    return vd_observe(in, VD_CHECK_EXECUTABLE, e->at, "%.*s: %s",
                      VD_ARG(vd_view_first(e->name, 120)), program);
  if (program != NULL && (r->kind == ROOT_FOLDER || vd_program_named(e->name)))
    return VD_OK;
  return vd_inspect_nested(in, e->name, e->bytes);
}

// Of two members with one name the last is written over the first; who looks for the name finds the
// first. Other tars are appended to.
static vd_code check_duplicate(vd_inspection *in, archive *r, const vd_tar_entry *e) {
  vd_view name = without_dot(e->name);
  if (!is_model(r) || e->type == '5')
    return VD_OK;
  if (vd_map_get(&r->names, name) == NULL)
    return vd_map_put(&r->names, name, r);
  return vd_observe(in, VD_CHECK_ARCHIVE_DIFFERENTIAL, e->at, "two members are named %.*s",
                    VD_ARG(vd_view_first(name, 200)));
}

static vd_code visit(vd_inspection *in, archive *r, const vd_tar_entry *e) {
  VD_TRY(vd_member_name_check(in, e->name, e->at));
  VD_TRY(check_duplicate(in, r, e));
  VD_TRY(check_through_link(in, r, e));
  if (e->type == '1' || e->type == '2')
    VD_TRY(check_link(in, r, e));
  return hand_on(in, r, e);
}

// Behind the end mark: padding, or what some readers go on with.
static vd_code check_end(vd_inspection *in, const vd_tar *t) {
  vd_view rest = vd_view_from(t->bytes, t->at);
  size_t most = rest.len < VD_TAR_SEARCH_MAX ? rest.len : VD_TAR_SEARCH_MAX, zeros = 0;
  while (zeros < most && rest.ptr[zeros] == 0)
    zeros++;
  if (zeros == most)
    return VD_OK;
  vd_view block = vd_view_from(rest, zeros / 512 * 512);
  uint64_t at = t->at + zeros / 512 * 512;
  bool tar = vd_tar_recognise(block);
  vd_view data = tar ? block : vd_view_from(rest, zeros);
  VD_TRY(vd_observe(in, tar ? VD_CHECK_ARCHIVE_DIFFERENTIAL : VD_CHECK_TRAILING, at,
                    tar ? "members follow the end mark, where most readers stop"
                        : "data follows the end of the archive"));
  return vd_inspect_nested(in, VD_VIEW("data after the end"), data);
}

static vd_code walk(vd_inspection *in, archive *r) {
  for (;;) {
    vd_tar_entry e;
    vd_error err = {0};
    vd_code code = vd_tar_next(&r->tar, &e, &err);
    if (code == VD_NOTFOUND)
      return check_end(in, &r->tar);
    if (code == VD_NOMEM)
      return code;
    if (code != VD_OK) {
      VD_TRY(vd_observe(in, VD_CHECK_UNREADABLE, err.offset, "tar: %s", err.text));
      if (!vd_tar_resync(&r->tar))
        return VD_OK;
      continue;
    }
    if (++r->entries > VD_ZIP_ENTRIES_MAX)
      return vd_observe(in, VD_CHECK_LIMIT, e.at, "tar: more than %d members", VD_ZIP_ENTRIES_MAX);
    VD_TRY(visit(in, r, &e));
  }
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  archive r = {.tar = vd_tar_of(in->scratch, a->bytes),
               .links = VD_MAP(in->scratch),
               .names = VD_MAP(in->scratch)};
  if (!recognise(a))
    return vd_fail(err, VD_FORMAT, "its first header is none of tar");
  VD_TRY(find_kind(in, a->bytes, &r.kind));
  if (r.kind == NEMO)
    VD_TRY(vd_model_set(in, "producer", "NeMo"));
  if (r.kind == TORCH_TAR)
    VD_TRY(vd_model_set(in, "producer", "PyTorch (tar)"));
  return walk(in, &r);
}

const vd_format vd_format_tar = {
    .name = "tar",
    .description = "tar archives: NeMo models, old PyTorch models, image layers, any other",
    .patterns = "*.tar *.nemo *.pt *.pth *.ova",
    .carrier = true,
    .recognise = recognise,
    .inspect = inspect,
};
