// The pickle machine: follows a pickle's opcodes with symbols in place of objects, and says what
// the unpickler would call. Nothing is loaded, imported or called. The opcodes are in
// pickle_opcodes.def; their meaning is that of CPython's _pickle.c, which is laxer than pickle.py.
//
//   opcodes (pickle_machine.c) --> objects (pickle_objects.c) --> calls (pickle_call.c)
//                                                                   |-> what a call gives
//                                                                   (pickle_eval_*.c)
//                                                                   `-> report (pickle_report.c)
#pragma once

#include "inspect/callables.h"
#include "inspect/inspect.h"

typedef enum vd_pickle_kind {
  VD_PICKLE_UNKNOWN, // nothing is known of it
  VD_PICKLE_NONE,
  VD_PICKLE_BOOL,
  VD_PICKLE_INT,  // number; len 1 when it is too large for number
  VD_PICKLE_REAL, // real
  VD_PICKLE_STR,
  VD_PICKLE_BYTES,
  VD_PICKLE_TUPLE, // items
  VD_PICKLE_LIST,
  VD_PICKLE_DICT, // items: key, value, key, value
  VD_PICKLE_SET,
  VD_PICKLE_GLOBAL, // what a name of a module stands for; a module when the name is empty
  VD_PICKLE_CALL,   // what a call gives
  VD_PICKLE_ATTR,   // an attribute of something that is no module
  VD_PICKLE_PERSID, // items: the id
} vd_pickle_kind;

// Sixteen bytes, handed around by value.
typedef struct vd_pickle_value {
  uint32_t kind; // vd_pickle_kind
  uint32_t len;  // of text
  union {
    int64_t number;
    double real;
    const char *text; // in the artefact or in scratch memory
    struct vd_pickle_items *items;
    struct vd_pickle_global *global;
    struct vd_pickle_call *call; // CALL and ATTR
  };
} vd_pickle_value;

// Lists and dictionaries that grow keep their first VD_PICKLE_KEPT_MAX items; tuples all.
typedef struct vd_pickle_items {
  vd_pickle_value *at;
  uint32_t count, cap;
  bool cut;        // there are more, or the memory for them is used up
  uint32_t selves; // times it was put into itself
  double weight;   // values in it when each reference is followed: infinity above 1e308
} vd_pickle_items;

typedef enum vd_pickle_use {
  VD_PICKLE_IMPORTED,
  VD_PICKLE_MADE, // its __new__ was called, as for every instance
  VD_PICKLE_CALLED,
} vd_pickle_use;

// Calls that give an array.
typedef enum vd_pickle_makes {
  VD_PICKLE_NO_ARRAY,
  VD_PICKLE_TENSOR,    // torch: storage, offset, shape, ...
  VD_PICKLE_PARAMETER, // torch: a tensor, ...
  VD_PICKLE_NDARRAY,   // numpy: BUILD brings shape, type and bytes
  VD_PICKLE_RAW,       // joblib: the bytes follow in the stream
} vd_pickle_makes;

typedef struct vd_pickle_global {
  vd_view module, name;
  const vd_callable *known;                // NULL: nothing is known
  const struct vd_pickle_builtin *builtin; // what calling it gives, when the machine can tell
  vd_pickle_makes makes;
  vd_pickle_use use;
  bool said;       // there is an observation of it
  uint64_t offset; // of its first use, or of the strongest
  vd_view text;    // of the strongest use
  struct vd_pickle_global *next;
} vd_pickle_global;

typedef struct vd_pickle_call {
  vd_pickle_value callee; // of ATTR: the object
  vd_pickle_value args;   // a tuple; of ATTR: the name
  vd_pickle_value state;  // what BUILD gave it
  vd_pickle_value setter; // a __setstate__ that BUILD put into it
  vd_pickle_items items;  // what SETITEMS and APPENDS put into it
  uint64_t offset;
  size_t raw;                  // of RAW: where the bytes lie; 0 when they do not
  vd_view name;                // the key or attribute it was first stored under
  struct vd_pickle_call *next; // tensor
} vd_pickle_call;

typedef VD_VEC(vd_pickle_value) vd_pickle_values;

typedef struct vd_pickle_memo {
  uint64_t id;
  vd_pickle_value value;
} vd_pickle_memo;

typedef struct vd_pickle_oddity {
  uint64_t offset;
  const char *text;
  vd_severity severity; // at least
} vd_pickle_oddity;

// Where the frame of protocol 4 ends that the machine is in, and how it reads what crosses its end.
typedef struct vd_pickle_frame {
  size_t end;       // 0 when outside of a frame
  unsigned crossed; // reads that crossed the end of a frame
  unsigned drops;   // bit n: at the n-th of them the rest of the frame is dropped
} vd_pickle_frame;

typedef enum vd_pickle_end {
  VD_PICKLE_RUNNING,
  VD_PICKLE_STOPPED,   // at STOP
  VD_PICKLE_BROKEN,    // Python would raise here: fault says why
  VD_PICKLE_EXHAUSTED, // a bound was met: fault says which
  VD_PICKLE_EMBEDDED,  // another pickle begins here, and this one goes on behind it (joblib)
} vd_pickle_end;

typedef struct vd_pickle {
  vd_inspection *in;
  vd_view bytes;     // of the artefact
  size_t at;         // the next opcode
  size_t begin;      // the first one
  size_t op;         // the one in hand
  const char *fault; // why it ended
  vd_pickle_frame frame;
  uint64_t opcodes;
  vd_pickle_values stack;
  VD_VEC(size_t) marks;
  vd_pickle_values memo;      // dense; kind UINT32_MAX where nothing is
  VD_VEC(vd_pickle_memo) far; // ids far above the rest
  uint64_t ids;               // in both
  vd_pickle_items nothing;    // of containers for which there is no memory
  vd_map names;               // "module\nname" to vd_pickle_global
  vd_map storages;            // torch: keys of storages to the vd_dtype of their elements
  vd_pickle_global *first_global, *last_global;
  vd_pickle_call *first_tensor, *last_tensor;
  VD_VEC(vd_pickle_oddity) oddities;
  vd_pickle_items *heaviest; // of tuples, lists, sets and dictionaries; NULL: none has items
  uint64_t heaviest_at;
  size_t kept;            // bytes of scratch memory spent on items
  size_t reports;         // calls reported so far
  vd_pickle_value result; // at STOP
  vd_view version;        // of scikit-learn, as its objects state it
  vd_pickle_end end;
  unsigned code; // byte of the opcode in hand
  unsigned protocol;
  unsigned reached; // a bit for every vd_reach that is not safe, UNKNOWN included
  bool embedded;    // in another pickle, whose properties are those of the model
  bool quiet;       // a trial: nothing is reported, no property is set
  bool calls;       // something was called
  bool selfish;     // a container holds itself more often than honest ones do
} vd_pickle;

// ---- running ------------------------------------------------------------------------------------

// A machine at byte `at` of the artefact. Its memory is in->scratch.
vd_pickle vd_pickle_of(vd_inspection *in, vd_view bytes, size_t at);
// Runs until m->end is not RUNNING; may be called again when it was EMBEDDED, with m->at behind the
// other pickle. NOMEM.
vd_code vd_pickle_run(vd_pickle *m) VD_MUST_USE;
// Reports what is only known at the end: names that were imported or called, oddities, tensors,
// properties of the model. Call once, however the run ended.
vd_code vd_pickle_finish(vd_pickle *m) VD_MUST_USE;

typedef enum vd_pickle_shape {
  VD_PICKLE_NO,     // not a pickle
  VD_PICKLE_LIKELY, // opcodes that make sense so far
  VD_PICKLE_SURE,   // they call something, or end with STOP
} vd_pickle_shape;

// Whether a pickle begins at `at`: follows some opcodes without making anything.
vd_pickle_shape vd_pickle_skim(vd_view bytes, size_t at);
// The next byte from *at on where something begins that calls; false when there is none up to the
// end or the bound of the search.
bool vd_pickle_carve(vd_inspection *in, vd_view bytes, size_t *at);

// ---- opcodes ------------------------------------------------------------------------------------

typedef enum vd_pickle_argument {
  VD_PICKLE_ARG_NONE,
  VD_PICKLE_ARG_NUMBER1, // little-endian
  VD_PICKLE_ARG_NUMBER2,
  VD_PICKLE_ARG_NUMBER4,
  VD_PICKLE_ARG_NUMBER8,
  VD_PICKLE_ARG_SIGNED4,
  VD_PICKLE_ARG_REAL8, // big-endian
  VD_PICKLE_ARG_TEXT1, // a length of so many bytes, and the text
  VD_PICKLE_ARG_TEXT4,
  VD_PICKLE_ARG_TEXT8,
  VD_PICKLE_ARG_LENGTH4, // a signed length, which must not be negative
  VD_PICKLE_ARG_LINE,    // up to the newline
  VD_PICKLE_ARG_LINES,   // two lines
} vd_pickle_argument;

typedef struct vd_pickle_arg {
  uint64_t number;
  vd_view text, second;
} vd_pickle_arg;

enum { VD_PICKLE_POPS_MARK = -1 };

typedef struct vd_pickle_opcode {
  const char *name; // NULL: no opcode
  vd_pickle_argument argument;
  int pops, pushes;
  vd_code (*run)(vd_pickle *m, const vd_pickle_arg *arg);
} vd_pickle_opcode;

extern const vd_pickle_opcode vd_pickle_opcodes[256];

// What each opcode does: vd_pickle_op_HANDLER(machine, argument).
#define OPCODE(byte, name, argument, pops, pushes, run)                                            \
  vd_code vd_pickle_op_##run(vd_pickle *m, const vd_pickle_arg *arg);
#include "inspect/pickle/opcodes.def"
#undef OPCODE

// Reads the argument at *at, which moves behind it; false when it is cut off or its length is
// negative. frame may be NULL: then frames are not looked at.
bool vd_pickle_argument_read(vd_view bytes, size_t *at, vd_pickle_frame *frame,
                             vd_pickle_argument kind, vd_pickle_arg *out);

// ---- what opcodes are made of -------------------------------------------------------------------

// Ends the run: what Python would say. Returns OK.
vd_code vd_pickle_fault(vd_pickle *m, const char *text);
// Something Python accepts and no pickler writes. The text is static.
vd_code vd_pickle_odd(vd_pickle *m, const char *text);
// The same where it is worth more than LOW even when the pickle does no harm.
vd_code vd_pickle_odd_as(vd_pickle *m, vd_severity severity, const char *text);

vd_code vd_pickle_push(vd_pickle *m, vd_pickle_value v);
vd_pickle_value vd_pickle_pop(vd_pickle *m); // the caller knows that there is one
// Values above the last mark.
size_t vd_pickle_height(const vd_pickle *m);
// Ends the last mark: the n values above it, which stay valid until the next push.
vd_pickle_value *vd_pickle_take(vd_pickle *m, size_t *n);
vd_code vd_pickle_memo_put(vd_pickle *m, uint64_t id);
vd_code vd_pickle_memo_get(vd_pickle *m, uint64_t id);

vd_pickle_value vd_pickle_text(vd_pickle_kind kind, vd_view v);
vd_pickle_value vd_pickle_number(int64_t n);
vd_view vd_pickle_view(vd_pickle_value v); // of STR and BYTES, else {NULL}
bool vd_pickle_is(vd_pickle_value v, vd_pickle_kind kind);
// A tuple, list, ... of n values; UNKNOWN-like empty and cut when items have used up their memory.
vd_code vd_pickle_items_new(vd_pickle *m, vd_pickle_kind kind, const vd_pickle_value *at, size_t n,
                            vd_pickle_value *out);
vd_code vd_pickle_items_add(vd_pickle *m, vd_pickle_items *to, const vd_pickle_value *at, size_t n);
// Adds what n more values weigh. Called for every value that is put into a container.
void vd_pickle_weigh(vd_pickle *m, vd_pickle_items *to, const vd_pickle_value *at, size_t n);
// The n-th item of a tuple or list, or of what stands for one; UNKNOWN when there is none.
vd_pickle_value vd_pickle_item(vd_pickle_value of, size_t n);
size_t vd_pickle_count(vd_pickle_value of);
// The last value stored under a text key in a DICT or in a call that SETITEMS filled.
bool vd_pickle_lookup(vd_pickle_value of, const char *key, vd_pickle_value *out);

// The symbol of a name; the module's own when name is empty.
vd_code vd_pickle_global_get(vd_pickle *m, vd_view module, vd_view name, vd_pickle_value *out);
bool vd_pickle_names(vd_pickle_value v, const char *module, const char *name);

// ---- calls --------------------------------------------------------------------------------------

// callee(*args) as REDUCE, OBJ and INST do it (CALLED) or NEWOBJ (MADE): reports it and gives what
// comes out.
vd_code vd_pickle_invoke(vd_pickle *m, vd_pickle_value callee, vd_pickle_value args,
                         vd_pickle_use use, vd_pickle_value *out);

// getattr(of, name) without a call of getattr.
vd_code vd_pickle_attribute(vd_pickle *m, vd_pickle_value of, vd_view name, vd_pickle_value *out);

// A call in steps: what is called may turn out to be another call.
typedef struct vd_pickle_step {
  vd_pickle_value callee, args;
  vd_pickle_use use;
  bool again;  // callee and args were replaced: call those
  bool silent; // the call itself is of no interest, since what it gives is known
  vd_pickle_value result;
  vd_pickle_value fold, rest; // functools.reduce: call fold(result, item) for what is left of rest
  size_t next;                // the first such item
} vd_pickle_step;

// A function whose result the machine can tell. Leaves the step untouched when it cannot.
typedef struct vd_pickle_builtin {
  const char *module, *name; // canonical; sorted
  vd_code (*run)(vd_pickle *m, vd_pickle_step *s);
} vd_pickle_builtin;

const vd_pickle_builtin *vd_pickle_builtin_find(vd_view module, vd_view name);
// A method of a text: "".join, b"".decode, ...
vd_code vd_pickle_method(vd_pickle *m, vd_pickle_step *s, vd_pickle_value self, vd_view name);
// What a call object does when it is called: partial, attrgetter, itemgetter, methodcaller.
vd_code vd_pickle_recall(vd_pickle *m, vd_pickle_step *s);

// Takes n steps off what the file may cost; ends the run when there are not so many left.
bool vd_pickle_spend(vd_pickle *m, uint64_t n);
// Scratch memory for a text of n bytes, which costs steps; NULL when it is longer than
// VD_PICKLE_TEXT_MAX, or when there is no memory or are no steps left, which ends the run.
char *vd_pickle_room(vd_pickle *m, size_t n);
// Decoders of constants, in scratch memory; {NULL} when the text is not of that code or the memory
// is used up. name: "base64", "hex", "rot13", "zlib", ...
vd_view vd_pickle_decode(vd_pickle *m, const char *name, vd_view text);
// The escapes of 'S' and 'V' lines; the same view when there are none.
vd_view vd_pickle_unescape(vd_pickle *m, vd_view text, bool raw_unicode);

// ---- reporting ----------------------------------------------------------------------------------

vd_code vd_pickle_report_call(vd_pickle *m, vd_pickle_value callee, vd_pickle_value args,
                              vd_pickle_use use);
vd_code vd_pickle_report(vd_pickle *m, vd_reach reach, vd_severity severity, vd_view text);
// "os.system(\"id\")" into a buffer of at least 64 bytes; returns what was written.
vd_view vd_pickle_write(char *buf, size_t size, vd_pickle_value v);
vd_view vd_pickle_write_call(char *buf, size_t size, vd_pickle_value callee, vd_pickle_value args);
// What a text given to eval or exec would reach, as vd_reach bits; *word is the telling part of it.
unsigned vd_pickle_code_reach(vd_view code, vd_view *word);
// Constants that are pickles or other artefacts themselves.
vd_code vd_pickle_nested(vd_pickle *m, vd_pickle_value v, const char *why);

// ---- arrays and tensors -------------------------------------------------------------------------

// Element type and size of a numpy.dtype(...) call; *object when its elements are pickled.
bool vd_pickle_dtype(vd_pickle_value dtype, vd_dtype *out, uint64_t *size, bool *object);
vd_pickle_makes vd_pickle_makes_of(vd_view module, vd_view name);
// Notes what a persistent id says of a storage.
vd_code vd_pickle_storage_note(vd_pickle *m, vd_pickle_value id);
// BUILD on joblib's wrapper: the array's bytes follow in the stream. Moves m->at behind them.
vd_code vd_pickle_joblib_array(vd_pickle *m, vd_pickle_call *wrapper);
// Notes a call that gives a tensor or an array, so that it can be named and listed.
void vd_pickle_tensor_note(vd_pickle *m, vd_pickle_value v);
vd_code vd_pickle_tensors_list(vd_pickle *m);
