// libhdf5 over bytes in memory.
#include "inspect/hdf5.h"

void vd_hdf5_close(const hid_t *id) {
  if (*id >= 0)
    (void)H5Idec_ref(*id);
}

// ---- an image that is not copied
// -------------------------------------------------------------------

typedef struct image {
  void *bytes;
  size_t size;
} image;

static void *image_take(size_t size, H5FD_file_image_op_t op, void *udata) {
  (void)op;
  const image *i = udata;
  return size <= i->size ? i->bytes : NULL;
}

static void *image_copy(void *to, const void *from, size_t size, H5FD_file_image_op_t op,
                        void *udata) {
  (void)from, (void)size, (void)op, (void)udata;
  return to;
}

static void *image_grow(void *p, size_t size, H5FD_file_image_op_t op, void *udata) {
  (void)p, (void)size, (void)op, (void)udata;
  return NULL; // what is read only does not grow
}

static herr_t image_release(void *p, H5FD_file_image_op_t op, void *udata) {
  (void)p, (void)op, (void)udata;
  return 0;
}

// The library frees its copies of the user data, so each is an allocation of its own.
static void *udata_copy(void *udata) {
  image *copy = malloc(sizeof *copy);
  if (copy != NULL)
    *copy = *(const image *)udata;
  return copy;
}

static herr_t udata_free(void *udata) {
  free(udata);
  return 0;
}

hid_t vd_hdf5_open(vd_view bytes) {
  // The library's type is not const; the file is opened for reading only.
  image i = {(void *)(uintptr_t)bytes.ptr, bytes.len};
  H5FD_file_image_callbacks_t calls = {image_take, image_copy, image_grow, image_release,
                                       udata_copy, udata_free, &i};
  (void)H5dont_atexit();
  (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  (void)H5PLset_loading_state(0);
  VD_HDF5 access = H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0 || H5Pset_fapl_core(access, 1 << 16, false) < 0 ||
      H5Pset_file_image_callbacks(access, &calls) < 0 ||
      H5Pset_file_image(access, i.bytes, i.size) < 0)
    return -1;
  // The library first tries the name as a file of the system's; this one can never be.
  return H5Fopen("/dev/null/image", H5F_ACC_RDONLY, access);
}

// ---- links
// -----------------------------------------------------------------------------------------

typedef struct listing {
  vd_arena *arena;
  vd_view group;
  vd_hdf5_objects *objects;
  vd_hdf5_exits *exits;
  vd_code code;
} listing;

static vd_view path_of(listing *l, const char *name) {
  vd_view g = l->group;
  return vd_arena_printf(l->arena, "%.*s/%.*s", VD_ARG(g),
                         VD_ARG(vd_view_first(vd_view_of(name), VD_MEMBER_NAME_MAX)));
}

static vd_code add_object(listing *l, const char *name, haddr_t address) {
  if (l->objects->count >= VD_HDF5_OBJECTS_MAX)
    return VD_LIMIT;
  vd_hdf5_object *o = vd_vec_push(l->arena, l->objects);
  vd_view path = path_of(l, name);
  if (o == NULL || path.ptr == NULL)
    return VD_NOMEM;
  *o = (vd_hdf5_object){address, path};
  return VD_OK;
}

static vd_code add_exit(listing *l, hid_t group, const char *name, const H5L_info_t *info) {
  char value[1024] = "";
  const char *file = "", *object = "";
  unsigned flags;
  vd_hdf5_exit *e = vd_vec_push(l->arena, l->exits);
  if (info->type == H5L_TYPE_EXTERNAL &&
      (info->u.val_size > sizeof value ||
       H5Lget_val(group, name, value, sizeof value, H5P_DEFAULT) < 0 ||
       H5Lunpack_elink_val(value, info->u.val_size, &flags, &file, &object) < 0))
    file = "?", object = "?";
  vd_view path = path_of(l, name), f = vd_arena_copy(l->arena, vd_view_of(file));
  vd_view o = vd_arena_copy(l->arena, vd_view_of(object));
  if (e == NULL || path.ptr == NULL || f.ptr == NULL || o.ptr == NULL)
    return VD_NOMEM;
  *e = (vd_hdf5_exit){path, f, o};
  return VD_OK;
}

static herr_t take_link(hid_t group, const char *name, const H5L_info_t *info, void *ctx) {
  listing *l = ctx;
  if (info->type == H5L_TYPE_HARD)
    l->code = add_object(l, name, info->u.address);
  else if (info->type != H5L_TYPE_SOFT)
    l->code = add_exit(l, group, name, info);
  return l->code == VD_OK ? 0 : -1;
}

vd_code vd_hdf5_list(vd_arena *a, hid_t group, vd_view name, vd_hdf5_objects *objects,
                     vd_hdf5_exits *exits) {
  listing l = {a, name, objects, exits, VD_OK};
  hsize_t at = 0;
  herr_t status = H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, &at, take_link, &l);
  if (l.code != VD_OK)
    return l.code;
  return status < 0 ? VD_FORMAT : VD_OK;
}

// ---- attributes
// ------------------------------------------------------------------------------------

static vd_view variable_text(vd_arena *a, hid_t attribute, hid_t type) {
  char *text = NULL;
  VD_HDF5 memory = H5Tcopy(H5T_C_S1);
  if (memory < 0 || H5Tset_size(memory, H5T_VARIABLE) < 0 ||
      H5Tset_cset(memory, H5Tget_cset(type)) < 0 || H5Aread(attribute, memory, &text) < 0 ||
      text == NULL)
    return (vd_view){0};
  vd_view out = {0};
  size_t len = strnlen(text, VD_HDF5_TEXT_MAX + 1);
  if (len <= VD_HDF5_TEXT_MAX)
    out = vd_arena_copy(a, (vd_view){text, len});
  (void)H5free_memory(text);
  return out;
}

static vd_view fixed_text(vd_arena *a, hid_t attribute, hid_t type) {
  size_t size = H5Tget_size(type);
  if (size == 0 || size > VD_HDF5_TEXT_MAX)
    return (vd_view){0};
  char *text = vd_arena_alloc(a, size + 1, 1);
  if (text == NULL || H5Aread(attribute, type, text) < 0)
    return (vd_view){0};
  return (vd_view){text, strnlen(text, size)};
}

vd_view vd_hdf5_text(vd_arena *a, hid_t object, const char *name) {
  if (H5Aexists(object, name) <= 0)
    return (vd_view){0};
  VD_HDF5 attribute = H5Aopen(object, name, H5P_DEFAULT);
  VD_HDF5 type = attribute < 0 ? -1 : H5Aget_type(attribute);
  VD_HDF5 space = attribute < 0 ? -1 : H5Aget_space(attribute);
  if (type < 0 || space < 0 || H5Sget_simple_extent_npoints(space) != 1 ||
      H5Tget_class(type) != H5T_STRING)
    return (vd_view){0};
  return H5Tis_variable_str(type) > 0 ? variable_text(a, attribute, type)
                                      : fixed_text(a, attribute, type);
}

// ---- types
// -----------------------------------------------------------------------------------------

vd_dtype vd_hdf5_dtype(hid_t type) {
  static const vd_dtype with_sign[] = {VD_DTYPE_I8, VD_DTYPE_I16, VD_DTYPE_I32, VD_DTYPE_I64};
  static const vd_dtype without[] = {VD_DTYPE_U8, VD_DTYPE_U16, VD_DTYPE_U32, VD_DTYPE_U64};
  static const vd_dtype reals[] = {VD_DTYPE_F8, VD_DTYPE_F16, VD_DTYPE_F32, VD_DTYPE_F64};
  H5T_class_t class = H5Tget_class(type);
  size_t size = H5Tget_size(type);
  if (size == 0 || size > 8 || (size & (size - 1)) != 0)
    return VD_DTYPE_OTHER;
  unsigned i = (unsigned)__builtin_ctzll(size);
  if (class == H5T_FLOAT)
    return reals[i];
  if (class == H5T_INTEGER)
    return H5Tget_sign(type) == H5T_SGN_NONE ? without[i] : with_sign[i];
  return class == H5T_ENUM && size == 1 ? VD_DTYPE_BOOL : VD_DTYPE_OTHER;
}
