// inspect: what an artefact would do when it is used, found out without using it.
//
//   file (mapped) --> recognise --> inspect --> observations, facts about the model
//                        ^             |
//                        +-- members --+   (archives, nested pickles: depth first, one at a time)
//
// Everything here is a pure function of bytes, so the same code runs in process, in the sandboxed
// worker (worker/worker.h) and under a fuzzer. Bytes are mapped: to touch them is to read them.
#pragma once

#include "base/base.h"
#include "risk/risk.h"

// ---- checks: all that can be said about a model ------------------------------------------------

typedef enum vd_check_id {
#define CHECK(id, name, severity, confidence, cwe, techniques, title, fix) VD_CHECK_##id,
#include "inspect/checks.def"
#undef CHECK
  VD_CHECK_COUNT
} vd_check_id;

typedef struct vd_check {
  const char *name; // "pickle-executes": the rule of the finding
  vd_severity severity;
  double confidence;      // 0-1, that what is reported does harm or is a flaw
  const char *cwe;        // "CWE-502"
  const char *techniques; // ATLAS ids, blank-separated: "AML.T0010.003 AML.T0011.000"
  const char *title;
  const char *fix; // one line: what to do
} vd_check;

extern const vd_check vd_checks[VD_CHECK_COUNT];

// A flaw of the code that loads files with the check: a line of loaders.def.
typedef struct vd_loader_flaw {
  vd_check_id check;
  const char *package; // normalised PyPI name
  const char *cve;
  const char *names; // patterns of the files it loads: "*.pt *.pth"
} vd_loader_flaw;

extern const vd_loader_flaw vd_loader_flaws[]; // ends with a NULL package

// ---- artefacts ---------------------------------------------------------------------------------

// A file, or a member of one.
typedef struct vd_artefact {
  vd_view path;   // of the file, as the scan names it; a hint only
  vd_view member; // "" for the file itself, else "archive/data.pkl", "a.zip!/b.pkl"
  vd_view bytes;
  unsigned depth; // 0 for the file
} vd_artefact;

// The name whose suffix counts: the last part of the member, or of the path.
vd_view vd_artefact_name(const vd_artefact *a);
// True when that name matches one of the blank-separated patterns ("*.pkl config.json"), any case.
bool vd_artefact_matches(const vd_artefact *a, const char *patterns);

typedef struct vd_observation {
  vd_check_id check;
  vd_severity severity; // the check's unless the inspector knows better
  vd_view member;       // of the artefact
  uint64_t offset;      // byte in the member
  uint32_t line;        // 1-based line of the file, when its format is text; 0 otherwise
  vd_view evidence;     // one line: `os.system("id")`
} vd_observation;

typedef VD_VEC(vd_observation) vd_observations;

typedef struct vd_model_property {
  vd_view name, value; // "producer", "pytorch 2.1"; hostile text
} vd_model_property;

typedef enum vd_dtype {
#define DTYPE(id, name, bits) VD_DTYPE_##id,
#include "inspect/dtypes.def"
#undef DTYPE
} vd_dtype;

const char *vd_dtype_text(vd_dtype d); // "f32"
unsigned vd_dtype_bits(vd_dtype d);    // 0 when an element has no fixed size

typedef struct vd_tensor {
  vd_view name;
  vd_dtype dtype;
  unsigned rank;
  uint64_t shape[VD_TENSOR_RANK_MAX];
  vd_view bytes;   // little-endian elements inside the artefact; {NULL} when stored elsewhere
  uint64_t offset; // of bytes in the artefact
} vd_tensor;

typedef VD_VEC(vd_tensor) vd_tensors;

uint64_t vd_tensor_elements(const vd_tensor *t); // UINT64_MAX when they overflow
// What they take; 0 when an element has no fixed size, UINT64_MAX when it overflows.
uint64_t vd_tensor_bytes(const vd_tensor *t);
// True when a tensor of that type and shape may take so many bytes.
bool vd_tensor_fits(const vd_tensor *t, uint64_t bytes);

// What is known about the file as a model.
typedef struct vd_model {
  VD_VEC(const char *) formats; // names of those that read it or a member, each once
  VD_VEC(vd_model_property) properties;
  vd_tensors tensors; // only when asked for; .bytes are gone
  uint64_t tensor_count, parameters;
} vd_model;

typedef struct vd_inspection {
  vd_arena *arena;   // what is reported
  vd_arena *scratch; // an inspector's own; given back when the artefact and its members are done
  vd_observations observations;
  vd_model model;
  bool list_tensors;
  uint64_t budget;                // bytes that may still be unpacked from this file
  uint64_t work;                  // steps that machines and searches may still take on this file
  uint64_t sample;                // bytes of tensors that may still be looked at
  const vd_artefact *at;          // being inspected
  const struct vd_format *format; // that inspects it
  struct vd_frame *frame;         // the driver's
  size_t artefacts, omitted;      // looked at; observations above VD_OBSERVATIONS_MAX
} vd_inspection;

// Looks at a file and all that is in it. What cannot be read is an observation
// (VD_CHECK_UNREADABLE, VD_CHECK_LIMIT), not a failure; the call fails on NOMEM of in->arena only.
// *in is set up by the caller: arena, scratch, list_tensors.
vd_code vd_inspect(vd_inspection *in, vd_view path, vd_view bytes, vd_error *err) VD_MUST_USE;

// True when a file that begins with head (up to VD_HEAD_BYTES of it) deserves an inspection.
bool vd_inspect_wants(vd_view path, vd_view head, uint64_t size);
// True when some format that read the file is one of models.
bool vd_model_is_one(const vd_model *m);
// True when the name alone says that it should be a model.
bool vd_inspect_names(vd_view path);

// ---- formats -----------------------------------------------------------------------------------

// To add one: formats/NAME.c with `const vd_format vd_format_NAME`, a line in formats.def, a corpus
// folder fuzz/corpus/model_NAME.
typedef struct vd_format {
  const char *name;        // "safetensors"
  const char *description; // one line
  const char *patterns;    // names such files have; they decide only where content cannot
  const char *shared;      // those of them that other text has too; NULL: none
  bool carrier;            // holds models, or is text about them: alone it makes no model
  bool text;               // places in it are lines
  // Whether the content is of this format. Every format that says so inspects the artefact, so
  // polyglots are seen by all their readers. Looks at a few bytes; must not claim by chance.
  bool (*recognise)(const vd_artefact *a);
  // FORMAT with an offset for a malformed artefact, LIMIT; what was observed until then stays.
  vd_code (*inspect)(vd_inspection *in, const vd_artefact *a, vd_error *err);
} vd_format;

extern const vd_format *const vd_formats[]; // ends with NULL

// ---- what inspectors say -----------------------------------------------------------------------

// Reports something at a byte of the artefact in hand. The evidence may quote hostile bytes; it is
// cut at VD_EVIDENCE_TEXT_MAX. The same check with the same evidence on one member is reported
// once.
vd_code vd_observe(vd_inspection *in, vd_check_id check, uint64_t offset, const char *fmt, ...)
    VD_PRINTF(4, 5) VD_MUST_USE;
// The same with another severity than the check's.
vd_code vd_observe_as(vd_inspection *in, vd_check_id check, vd_severity severity, uint64_t offset,
                      vd_view evidence) VD_MUST_USE;

// A fact about the model: format version, producer, licence. The first value of a name stays.
vd_code vd_model_set(vd_inspection *in, const char *name, const char *fmt, ...)
    VD_PRINTF(3, 4) VD_MUST_USE;
// A tensor; its bytes, when there, are sampled for what weights should not hold
// (weights/weights.c).
vd_code vd_model_tensor(vd_inspection *in, const vd_tensor *t) VD_MUST_USE;

// Bytes inside the artefact (or in in->scratch) that are an artefact of their own.
vd_code vd_inspect_nested(vd_inspection *in, vd_view name, vd_view bytes) VD_MUST_USE;

// Members that have to be unpacked, one after another.
typedef struct vd_members {
  void *ctx;
  // The next member; its name and bytes stay valid until the next call. NOTFOUND behind the last
  // one. Other codes become an observation and end the walk.
  vd_code (*next)(void *ctx, vd_inspection *in, vd_view *name, vd_view *bytes, vd_error *err);
  void (*done)(void *ctx); // may be NULL
} vd_members;

// The driver walks them when the inspector has returned. Takes m.ctx over, also on failure.
vd_code vd_inspect_members(vd_inspection *in, vd_members m) VD_MUST_USE;

// Takes n bytes of what may be unpacked from the file; LIMIT with a sentence when it is used up.
vd_code vd_inspect_spend(vd_inspection *in, uint64_t n, vd_error *err) VD_MUST_USE;
