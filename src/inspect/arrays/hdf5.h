// libhdf5 over bytes in memory: nothing is copied, no other file is opened, no plugin is loaded.
#pragma once

#include "inspect/inspect.h"

#include <hdf5.h>

void vd_hdf5_close(const hid_t *id); // any kind of id; for VD_CLEANUP
#define VD_HDF5 VD_CLEANUP(vd_hdf5_close) hid_t

// Opens the image read-only; below 0 when it is none. The bytes must outlive the id.
hid_t vd_hdf5_open(vd_view bytes);

typedef struct vd_hdf5_object {
  haddr_t address;
  vd_view name; // "/model_weights/dense/kernel:0", in the arena of the caller
} vd_hdf5_object;

typedef VD_VEC(vd_hdf5_object) vd_hdf5_objects;

// A link of a group that leads out of the file.
typedef struct vd_hdf5_exit {
  vd_view name, file, object; // file is empty for a link of a user's own kind
} vd_hdf5_exit;

typedef VD_VEC(vd_hdf5_exit) vd_hdf5_exits;

// Adds what the group's links lead to. LIMIT above VD_HDF5_OBJECTS_MAX objects in all, FORMAT when
// the library cannot read the group, NOMEM.
vd_code vd_hdf5_list(vd_arena *a, hid_t group, vd_view name, vd_hdf5_objects *objects,
                     vd_hdf5_exits *exits) VD_MUST_USE;

// One text attribute of an object, {NULL} when it is absent, no single text, or too large.
vd_view vd_hdf5_text(vd_arena *a, hid_t object, const char *name);

vd_dtype vd_hdf5_dtype(hid_t type);
