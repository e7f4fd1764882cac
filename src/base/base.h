// base: the vocabulary every other module speaks. Depends on nothing but libc and xxHash.
#pragma once

#include "base/banned.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VD_MUST_USE     __attribute__((warn_unused_result))
#define VD_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define VD_CLEANUP(fn)  __attribute__((cleanup(fn)))
#define VD_COUNT(a)     (sizeof(a) / sizeof((a)[0]))

// ---- errors ---------------------------------------------------------------

// One list gives the enum, the names and the texts. Codes are stable: append.
#define VD_CODES(X)                                                                                \
  X(OK, 0, "ok")                                                                                   \
  X(NOMEM, -1, "out of memory")                                                                    \
  X(LIMIT, -2, "a limit was exceeded")                                                             \
  X(FORMAT, -3, "malformed input")                                                                 \
  X(NOTFOUND, -4, "not found")                                                                     \
  X(IO, -5, "input/output error")                                                                  \
  X(USAGE, -6, "wrong usage")                                                                      \
  X(UNSUPPORTED, -7, "not supported")

typedef enum vd_code {
#define X(name, value, text) VD_##name = (value),
  VD_CODES(X)
#undef X
} vd_code;

// Filled by the function that first detects the failure; never allocates.
typedef struct vd_error {
  vd_code code;
  uint32_t line;   // 1-based line in the input; 0 = not known
  uint32_t column; // 1-based byte in that line; 0 = not known
  uint64_t offset; // byte position in the input, when code is FORMAT
  char text[232];  // one sentence without a final stop; may quote input (escape before printing)
} vd_error;

const char *vd_code_text(vd_code code);

// Records the failure in err (which may be NULL) and returns code. Clears the position.
vd_code vd_fail(vd_error *err, vd_code code, const char *fmt, ...) VD_PRINTF(3, 4);

// Propagates a failure to the caller; clean-up is the scope's business.
#define VD_TRY(expr)                                                                               \
  do {                                                                                             \
    vd_code try_code_ = (expr);                                                                    \
    if (try_code_ != VD_OK)                                                                        \
      return try_code_;                                                                            \
  } while (0)

// ---- views: borrowed bytes, never owned, never NUL-terminated --------------

typedef struct vd_view {
  const char *ptr;
  size_t len;
} vd_view;

#define VD_VIEW_INIT(lit)                                                                          \
  { ("" lit), sizeof(lit) - 1 } // for static tables
#define VD_VIEW(lit) ((vd_view)VD_VIEW_INIT(lit))
// The two arguments of "%.*s", for short messages.
#define VD_ARG(v) (int)((v).len > 512 ? 512 : (v).len), ((v).ptr == NULL ? "" : (v).ptr)

vd_view vd_view_of(const char *cstr);
bool vd_view_eq(vd_view a, vd_view b);
bool vd_view_ieq(vd_view a, vd_view b); // ASCII case-insensitive
int vd_view_cmp(vd_view a, vd_view b);  // byte order, shorter first; for sorting
bool vd_view_starts(vd_view v, vd_view prefix);
bool vd_view_ends(vd_view v, vd_view suffix);
vd_view vd_view_trim(vd_view v);               // ASCII white space at both ends
vd_view vd_view_from(vd_view v, size_t start); // v[start..], empty past the end
vd_view vd_view_first(vd_view v, size_t n);    // v[..n], whole when shorter
// Position of c, or v.len when absent.
size_t vd_view_find(vd_view v, char c);
bool vd_view_has(vd_view v, vd_view needle);
// True when word is one of the blank-separated words.
bool vd_view_among(vd_view word, const char *words);
// Cuts the text before the next sep off *rest and returns it; *rest is emptied at the end.
vd_view vd_view_cut(vd_view *rest, char sep);
// The next '\n'-ended line without its "\n" or "\r\n"; false at the end of *rest.
bool vd_view_line(vd_view *rest, vd_view *line);
// Decimal digits only, no sign; false when empty, not all digits, or above UINT64_MAX.
bool vd_view_u64(vd_view v, uint64_t *out);

// ---- arena: everything sized by input lives and dies together ---------------

typedef struct vd_arena {
  struct vd_arena_chunk *head;
  size_t used;
  size_t limit;     // total bytes this arena may hand out
  unsigned fail_at; // test hook: the n-th allocation from now fails (0 = never)
} vd_arena;

#define VD_ARENA(max) ((vd_arena){.limit = (max)})

// Returns zeroed memory, or NULL when the limit or the heap is exhausted.
void *vd_arena_alloc(vd_arena *a, size_t count, size_t size) VD_MUST_USE;
void vd_arena_free(vd_arena *a);
// Where an arena stands. Rewinding gives back all that was handed out since, so that a loop over
// the records of a large document needs the memory of one. Nothing may be adopted in between.
typedef struct vd_arena_mark {
  struct vd_arena_chunk *head;
  size_t in_head, used;
} vd_arena_mark;
vd_arena_mark vd_arena_mark_of(const vd_arena *a);
void vd_arena_rewind(vd_arena *a, vd_arena_mark to);
// Moves every chunk of from into to (for joining the results of threads); from is left empty.
void vd_arena_adopt(vd_arena *to, vd_arena *from);

#define vd_new(a, T)          ((T *)vd_arena_alloc((a), 1, sizeof(T)))
#define vd_new_array(a, T, n) ((T *)vd_arena_alloc((a), (n), sizeof(T)))
#define VD_SCOPED_ARENA       VD_CLEANUP(vd_arena_free) vd_arena

// Copies v into the arena, NUL-terminated (the NUL is not counted); .ptr is NULL on failure.
vd_view vd_arena_copy(vd_arena *a, vd_view v);
// Formats into the arena, NUL-terminated; .ptr is NULL on failure.
vd_view vd_arena_printf(vd_arena *a, const char *fmt, ...) VD_PRINTF(2, 3);

// ---- vec: a growable array inside an arena ------------------------------------

#define VD_VEC(T)                                                                                  \
  struct {                                                                                         \
    T *at;                                                                                         \
    size_t count, cap;                                                                             \
  }

bool vd_vec_room(vd_arena *a, void **at, const size_t *count, size_t *cap, size_t size);

// Address of a fresh zeroed last element, or NULL when out of memory.
#define vd_vec_push(a, v)                                                                          \
  (vd_vec_room((a), (void **)&(v)->at, &(v)->count, &(v)->cap, sizeof *(v)->at)                    \
       ? &(v)->at[(v)->count++]                                                                    \
       : NULL)

typedef VD_VEC(vd_view) vd_views;

// ---- map: text to pointer, in an arena ------------------------------------------

// Seeded hash (XXH3), so hostile keys cannot be made to collide. Iterate over your own list,
// not over the map: its order is not stable.
typedef struct vd_map {
  vd_arena *arena;
  struct vd_map_slot *slots;
  size_t count, cap;
  uint64_t seed;
} vd_map;

#define VD_MAP(a) ((vd_map){.arena = (a)})

void *vd_map_get(const vd_map *m, vd_view key); // NULL when absent
// The key is borrowed and must outlive the map. Replaces an older value. NOMEM on failure.
vd_code vd_map_put(vd_map *m, vd_view key, void *value) VD_MUST_USE;

// A stable 64-bit hash (XXH3, seed 0): same text, same number, on every machine.
uint64_t vd_hash(vd_view v);

// ---- uuid: the same id for the same name, on every machine ------------------

enum { VD_UUID_TEXT = 37 }; // of the text form, with its NUL

// Version 5 (RFC 9562): name within a namespace, in lower case.
void vd_uuid5(const uint8_t space[16], vd_view name, char out[VD_UUID_TEXT]);

// ---- SHA-256 (FIPS 180-4), in pieces of any size ------------------------------

enum { VD_SHA256_BYTES = 32 };

typedef struct vd_sha256 {
  uint32_t state[8];
  uint64_t bytes;    // hashed so far
  uint8_t block[64]; // the last bytes % 64 of them, not yet in state
} vd_sha256;

vd_sha256 vd_sha256_start(void);
void vd_sha256_put(vd_sha256 *h, vd_view bytes);
// Ends the message; h is of no use afterwards.
void vd_sha256_end(vd_sha256 *h, uint8_t digest[VD_SHA256_BYTES]);

// ---- reader: a bounded cursor whose failure is sticky -----------------------

// Past the end every read returns zero and sets failed, so a parser reads a
// whole record and checks once.
typedef struct vd_reader {
  const uint8_t *start, *at, *end;
  bool failed;
} vd_reader;

vd_reader vd_reader_of(vd_view bytes);
uint8_t vd_read_u8(vd_reader *r);
uint16_t vd_read_u16le(vd_reader *r);
uint32_t vd_read_u32le(vd_reader *r);
uint64_t vd_read_u64le(vd_reader *r);
uint16_t vd_read_u16be(vd_reader *r);
uint32_t vd_read_u32be(vd_reader *r);
uint64_t vd_read_u64be(vd_reader *r);
uint64_t vd_read_varint(vd_reader *r); // LEB128, as protobuf has it; fails above 64 bits
vd_view vd_read_bytes(vd_reader *r, uint64_t n);
uint64_t vd_reader_offset(const vd_reader *r);
size_t vd_reader_left(const vd_reader *r); // 0 when it failed

// ---- buf: growable bytes with a mandatory maximum; failure is sticky --------------

typedef struct vd_buf {
  char *ptr;
  size_t len, cap, max;
  FILE *sink;  // when set, whole lines are written to it as they pile up; ptr holds the rest
  bool failed; // a put went past max, the heap ended or the sink refused: the content is incomplete
} vd_buf;

#define VD_BUF(most)  ((vd_buf){.max = (most)})
#define VD_SCOPED_BUF VD_CLEANUP(vd_buf_free) vd_buf

void vd_buf_put(vd_buf *b, vd_view v);
void vd_buf_put_c(vd_buf *b, char c);
void vd_buf_printf(vd_buf *b, const char *fmt, ...) VD_PRINTF(2, 3);
void vd_buf_flush(vd_buf *b); // writes what is left to the sink
void vd_buf_free(vd_buf *b);
vd_view vd_buf_view(const vd_buf *b);

// ---- text: untrusted bytes on their way to people -----------------------------------

// Length in bytes (1-4) of the valid UTF-8 sequence at v.ptr[0] and its code point; 0 when invalid.
size_t vd_utf8_decode(vd_view v, uint32_t *cp);
size_t vd_utf8_encode(uint32_t cp, char out[4]); // bytes written, 0 for a surrogate or > U+10FFFF
// True when v is valid UTF-8; else *bad is the offset of the first bad byte.
bool vd_utf8_valid(vd_view v, size_t *bad);
// Puts v so that no terminal can be driven by it: control, bidi, zero-width and invalid bytes
// become \n, \xNN or \u{NNNN}; everything printable stays.
void vd_buf_put_escaped(vd_buf *b, vd_view v);
// Decodes base64 of either alphabet up to its padding into out, which has room for text.len bytes.
// Bytes that are no digits are passed over when lax, as Python does; else only white space is, and
// false is returned for others.
bool vd_base64_decode(vd_view text, bool lax, char *out, size_t *len);
// Columns the escaped text takes on a terminal (wide characters count 2).
size_t vd_text_columns(vd_view v);

// ---- files ----------------------------------------------------------------------------

// Reads a regular file of at most max bytes. Never blocks on FIFOs or devices. IO, NOTFOUND, LIMIT
// (too large), UNSUPPORTED (not regular).
vd_code vd_file_read(vd_arena *a, const char *path, size_t max, vd_view *out,
                     vd_error *err) VD_MUST_USE;
// The same in two steps, for paths relative to an open folder. The caller closes *fd.
vd_code vd_file_open(int folder, const char *path, int *fd, vd_error *err) VD_MUST_USE;
vd_code vd_fd_read(vd_arena *a, int fd, size_t max, vd_view *out, vd_error *err) VD_MUST_USE;
// Writes bytes to path by way of a temporary file beside it and rename, so readers never see half.
// A device, FIFO or link at path is written through, not replaced.
vd_code vd_file_write(const char *path, vd_view bytes, vd_error *err) VD_MUST_USE;

// Makes the folders that lead to path, whose last part is not made. IO.
vd_code vd_folders_make(const char *path, vd_error *err) VD_MUST_USE;

// An output as a stream: standard output, or a file that appears whole when it is committed.
typedef struct vd_output {
  FILE *stream;
  const char *path;     // NULL for standard output; borrowed
  char temporary[4096]; // "" when the stream writes through
} vd_output;

vd_code vd_output_open(vd_output *o, const char *path, vd_error *err) VD_MUST_USE;
// Flushes, and puts the file in its place; IO when the disk or pipe refused something.
vd_code vd_output_commit(vd_output *o, vd_error *err) VD_MUST_USE;
void vd_output_discard(vd_output *o); // what was not committed; for VD_CLEANUP

void vd_close_file(FILE **f);    // for VD_CLEANUP
void vd_close_fd(const int *fd); // for VD_CLEANUP
#define VD_SCOPED_FILE VD_CLEANUP(vd_close_file) FILE
#define VD_SCOPED_FD   VD_CLEANUP(vd_close_fd) int

// ---- pool: a parallel for -----------------------------------------------------------------

// Runs fn(ctx, i) for every i below n on up to `jobs` threads (the caller's among them) and waits.
// Falls back to fewer threads when the system refuses them.
void vd_pool_run(unsigned jobs, size_t n, void (*fn)(void *ctx, size_t i), void *ctx);
unsigned vd_cpu_count(void);

// ---- terminal --------------------------------------------------------------------------------

typedef struct vd_term {
  bool tty;       // the stream is a terminal
  bool colour;    // tty, not "dumb", and neither NO_COLOR nor --no-color given
  unsigned width; // columns; 80 when not a terminal
} vd_term;

vd_term vd_term_of(FILE *stream, bool no_color);

// A one-line progress bar; silent unless the stream is a terminal and 300 ms have passed.
typedef struct vd_progress {
  FILE *out;
  const char *label;
  uint64_t started_ns, shown_ns;
  bool enabled, visible;
} vd_progress;

vd_progress vd_progress_start(FILE *out, const char *label, bool quiet);
void vd_progress_step(vd_progress *p, size_t done, size_t total);
void vd_progress_end(vd_progress *p); // wipes the line

#ifdef __cplusplus
}
#endif
