// libhdf5 over bytes in memory.
#include "inspect/arrays/hdf5.h"

void vd_hdf5_close(const hid_t *id) {
  if (*id >= 0)
    (void)H5Idec_ref(*id);
}

// ---- a driver that reads memory ----------------------------------------------------------------

// The library's own driver for images copies them, tries their name as a file, and passes addresses
// on unchecked to an accumulator of metadata that crashes on large ones. This one does none of it.
typedef struct image {
  const char *bytes;
  haddr_t size;
} image;

typedef struct memory {
  H5FD_t base; // the library's part
  image image;
  haddr_t end; // of what is allocated, as the library says
} memory;

static H5FD_t *memory_open(const char *name, unsigned flags, hid_t access, haddr_t most) {
  (void)name, (void)most;
  const image *i = H5Pget_driver_info(access);
  memory *m = i == NULL || (flags & H5F_ACC_RDWR) != 0 ? NULL : calloc(1, sizeof *m);
  if (m == NULL)
    return NULL;
  m->image = *i;
  return &m->base;
}

static herr_t memory_close(H5FD_t *file) {
  free(file);
  return 0;
}

static herr_t memory_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  *flags = 0;
  return 0;
}

static haddr_t memory_get_eoa(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const memory *)file)->end;
}

static herr_t memory_set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
  (void)type;
  ((memory *)file)->end = end;
  return 0;
}

static haddr_t memory_get_eof(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const memory *)file)->image.size;
}

// NOLINTBEGIN(readability-function-size): the library calls them so
static herr_t memory_read(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                          void *out) {
  (void)type, (void)transfer;
  const image *i = &((const memory *)file)->image;
  if (at > i->size || size > i->size - at)
    return -1;
  memcpy(out, i->bytes + at, size);
  return 0;
}

static herr_t memory_write(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                           const void *bytes) {
  (void)file, (void)type, (void)transfer, (void)at, (void)size, (void)bytes;
  return -1;
}
// NOLINTEND(readability-function-size)

static const H5FD_class_t driver = {
    .name = "image",
    .maxaddr = (haddr_t)1 << 62,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(image),
    .open = memory_open,
    .close = memory_close,
    .query = memory_query,
    .get_eoa = memory_get_eoa,
    .set_eoa = memory_set_eoa,
    .get_eof = memory_get_eof,
    .read = memory_read,
    .write = memory_write,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t vd_hdf5_open(vd_view bytes) {
  image i = {bytes.ptr, bytes.len};
  (void)H5dont_atexit();
  (void)H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  (void)H5PLset_loading_state(0);
  VD_HDF5 id = H5FDregister(&driver);
  VD_HDF5 access = id < 0 ? -1 : H5Pcreate(H5P_FILE_ACCESS);
  if (access < 0 || H5Pset_driver(access, id, &i) < 0)
    return -1;
  return H5Fopen("image", H5F_ACC_RDONLY, access);
}

// ---- links ------------------------------------------------------------------------------------

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

// ---- attributes -------------------------------------------------------------------------------

static vd_view variable_text(vd_arena *a, hid_t attribute, hid_t type) {
  char *text = NULL;
  VD_HDF5 native = H5Tcopy(H5T_C_S1);
  if (native < 0 || H5Tset_size(native, H5T_VARIABLE) < 0 ||
      H5Tset_cset(native, H5Tget_cset(type)) < 0 || H5Aread(attribute, native, &text) < 0 ||
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

// ---- types ------------------------------------------------------------------------------------

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
