// What names that a model file mentions reach when they are called or imported.
#pragma once

#include "base/base.h"

typedef enum vd_reach {
  VD_REACH_UNKNOWN,     // nothing is known: reported as such
  VD_REACH_SAFE,        // builds data for the framework that writes it, and nothing else
  VD_REACH_EXECUTE,     // runs code or a program: os.system, eval, ctypes
  VD_REACH_IMPORT,      // brings in a module by name: importlib.import_module
  VD_REACH_LOAD,        // unpickles or loads other code-bearing data: pickle.loads, torch.load
  VD_REACH_NETWORK,     // talks to another machine: socket, urllib, requests
  VD_REACH_READ,        // reads files: open, io.FileIO, linecache
  VD_REACH_WRITE,       // writes, moves or removes files: shutil.rmtree, os.remove
  VD_REACH_ENVIRONMENT, // reads environment, host or user: os.environ, getpass
  VD_REACH_INDIRECT,    // reaches whatever its arguments say: getattr, operator.attrgetter, partial
} vd_reach;

const char *vd_reach_text(vd_reach r); // "executes", "opens a connection", ...

typedef struct vd_callable {
  const char *module, *name; // name "*": everything in the module and below it
  vd_reach reach;
  const char *framework; // "torch", "sklearn", "" for the standard library
} vd_callable;

// What a dotted name of one module reaches through another that it imports: nothing is known of it,
// but no pickler writes such names. Its reach is INDIRECT.
extern const vd_callable vd_callable_through;

// The entry for module.name: the exact one, else one for a part of the name that is dangerous
// anywhere (module "*") or that names a dangerous module, else vd_callable_through where a part of
// the name is a module of Python's library, else the nearest "*" of the module or a package above
// it, which counts for classes only where it says SAFE. NULL when there is none. Dots in name are
// followed ("os", "path.join"), old names of Python 2 are those of Python 3
// ("__builtin__" is "builtins", "posix" and "nt" are "os").
const vd_callable *vd_callable_find(vd_view module, vd_view name);

// The name by which the table knows a module.
vd_view vd_module_canonical(vd_view module);
