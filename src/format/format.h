// format: general file formats, each turned into one document tree or one stream of records.
// Parsers are pure functions of bytes. Trees live in the caller's arena; text in a tree either
// borrows from the input or from the arena, so both must outlive it. On failure *out is untouched
// and err has line and column.
#pragma once

#include "base/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- document tree: what JSON, TOML and YAML have in common -------------------------------

typedef enum vd_kind {
  VD_KIND_NULL,
  VD_KIND_BOOL,
  VD_KIND_INT,
  VD_KIND_FLOAT,
  VD_KIND_STRING,
  VD_KIND_DATETIME,       // TOML offset date-time
  VD_KIND_DATETIME_LOCAL, // TOML local date-time
  VD_KIND_DATE_LOCAL,     // TOML local date
  VD_KIND_TIME_LOCAL,     // TOML local time
  VD_KIND_ARRAY,
  VD_KIND_TABLE,
} vd_kind;

typedef struct vd_value {
  vd_kind kind;
  uint32_t line, column; // 1-based place of the value (of the opening token for containers)
  uint32_t key_line;     // 1-based line of the key; equals line inside arrays
  vd_view key;           // member name inside a table; empty inside arrays
  vd_view text;          // strings: unescaped; other scalars: as written ("3.10" stays "3.10")
  union {
    bool boolean;
    int64_t integer; // JSON and YAML integers beyond int64 become VD_KIND_FLOAT
    double real;
    struct {
      struct vd_value *first, *last; // members in document order
      size_t count;
    };
  };
  struct vd_value *next; // sibling
} vd_value;

// for (VD_EACH(item, array)) ...; works on arrays and tables, does nothing for scalars and NULL.
// NOLINTBEGIN(bugprone-macro-parentheses): the parts of a for header cannot be in parentheses
#define VD_EACH(it, parent)                                                                        \
  const vd_value *it = vd_first(parent);                                                           \
  it != NULL;                                                                                      \
  it = it->next
// NOLINTEND(bugprone-macro-parentheses)

const vd_value *vd_first(const vd_value *parent); // NULL for NULL, scalars and empty containers
// The last member named key (formats forbid or override duplicates), or NULL. table may be NULL.
const vd_value *vd_get(const vd_value *table, vd_view key);
// Follows keys: vd_path(doc, "tool", "poetry", "dependencies"). NULL as soon as one is missing.
#define vd_path(doc, ...)                                                                          \
  vd_path_of((doc), (const char *const[]){__VA_ARGS__},                                            \
             VD_COUNT(((const char *const[]){__VA_ARGS__})))
const vd_value *vd_path_of(const vd_value *doc, const char *const *keys, size_t n);
// Text of a string value; {NULL, 0} when v is NULL or not a string.
vd_view vd_text(const vd_value *v);
vd_view vd_text_at(const vd_value *table, const char *key); // vd_text(vd_get(...))
bool vd_is(const vd_value *v, vd_kind kind);                // false for NULL

// ---- JSON (RFC 8259; simdjson) -------------------------------------------------------------

// One document. A UTF-8 byte-order mark is skipped. FORMAT, LIMIT (VD_NEST_MAX, VD_NODES_MAX).
vd_code vd_json_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) VD_MUST_USE;

// Walks the members of one object, or the elements of one array, without a tree: for documents too
// large for one. Only strings, brackets and commas are looked at; the text of each value goes to
// vd_json_parse.
typedef struct vd_json_walk {
  vd_view bytes;
  size_t at;  // of the next member or element, or of what closes the container
  bool table; // an object
  bool open;  // it was entered, and not yet left
} vd_json_walk;

typedef struct vd_json_item {
  vd_view key;   // between the quotes, as written; empty in arrays
  vd_view text;  // the value with its quotes or brackets
  size_t offset; // of text in the bytes walked
} vd_json_item;

// FORMAT when the text is neither an object nor an array. A byte-order mark is skipped.
vd_code vd_json_walk_of(vd_view bytes, vd_json_walk *out, vd_error *err) VD_MUST_USE;
// OK, NOTFOUND behind the last one, FORMAT with the offset when the container is broken, ends too
// early or has text behind its end.
vd_code vd_json_walk_next(vd_json_walk *w, vd_json_item *out, vd_error *err) VD_MUST_USE;

// Writing: commas and escaping are the writer's business; nesting is the caller's.
// Text that is not valid UTF-8 is written with U+FFFD in place of each bad byte.
typedef struct vd_json_out {
  vd_buf *buf;
  unsigned depth;              // open containers
  bool pretty;                 // two-space indent, one member a line
  bool needs_comma, after_key; // the writer's own
} vd_json_out;

void vd_json_open(vd_json_out *j, char bracket);  // '{' or '['
void vd_json_close(vd_json_out *j, char bracket); // '}' or ']'
void vd_json_key(vd_json_out *j, const char *key);
void vd_json_name(vd_json_out *j, vd_view key); // the same
void vd_json_text(vd_json_out *j, vd_view text);
void vd_json_int(vd_json_out *j, int64_t n);
void vd_json_real(vd_json_out *j, double x, int decimals); // NaN and infinities become null
void vd_json_bool(vd_json_out *j, bool b);
void vd_json_null(vd_json_out *j);
// key + text; writes null when text.ptr is NULL
void vd_json_member(vd_json_out *j, const char *key, vd_view text);
// A whole document tree. What JSON has no form for (dates, and numbers that are not integers) is
// written as the text it was.
void vd_json_tree(vd_json_out *j, const vd_value *v);

// ---- TOML 1.0 (ours: no maintained C library is packaged) -------------------------------------

vd_code vd_toml_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) VD_MUST_USE;

// ---- YAML 1.2 (libfyaml), core schema -----------------------------------------------------------

// The first document of the stream (an empty stream gives a null value). Aliases are expanded by
// reference count against VD_NODES_MAX, so "billion laughs" ends in LIMIT. Merge keys are not
// applied.
vd_code vd_yaml_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) VD_MUST_USE;

typedef struct vd_yaml_tag {
  vd_view text;  // in full: "tag:yaml.org,2002:str" for "!!str", "!local"; in the arena
  size_t offset; // in the bytes
} vd_yaml_tag;

typedef VD_VEC(vd_yaml_tag) vd_yaml_tags;

// The tags of all documents of the stream, as they stand. FORMAT, LIMIT (VD_NODES_MAX), NOMEM.
vd_code vd_yaml_tags_of(vd_arena *a, vd_view bytes, vd_yaml_tags *out, vd_error *err) VD_MUST_USE;

// ---- XML 1.0 (libxml2), UTF-8 only --------------------------------------------------------------

// The root element. An element is a table with its local name as key; its members are, in document
// order, its attributes (strings, "@name"), its child elements, and its text between those
// (strings,
// "#text"; what is white space only is left out). Comments and processing instructions are skipped.
// A value's place is the end of its start tag. FORMAT also for a document type declaration, so
// there are no entities but the five of XML; LIMIT (VD_NEST_MAX, VD_NODES_MAX, VD_XML_...).
vd_code vd_xml_parse(vd_arena *a, vd_view bytes, const vd_value **out, vd_error *err) VD_MUST_USE;
// All text inside an element, runs of white space made one blank; {NULL} when there is no memory.
vd_view vd_xml_text(vd_arena *a, const vd_value *element);

// ---- CSV (RFC 4180, either line ending, any one-byte separator) -------------------------------

typedef struct vd_csv {
  vd_arena *arena;
  vd_view rest;
  char separator;
  uint32_t line; // line on which the next record starts
} vd_csv;

vd_csv vd_csv_of(vd_arena *a, vd_view bytes, char separator);
// Reads one record into *row (fields unquoted; array in the arena). OK, NOTFOUND at the end,
// FORMAT for a stray or unclosed quote, NOMEM.
vd_code vd_csv_next(vd_csv *csv, vd_views *row, vd_error *err) VD_MUST_USE;

// ---- archives (libarchive: tar, zip, gzip, zstd, xz, bzip2 and raw compressed files) ----------

typedef struct vd_entry {
  vd_view path;  // as stored, '/' separated; hostile: never used to write files
  uint64_t size; // as stated; 0 when the format does not say
  bool regular;
} vd_entry;

// Asked once per entry. Return true in `wants` to have it unpacked and handed to `take`.
typedef struct vd_archive_visitor {
  void *ctx;
  bool (*wants)(void *ctx, const vd_entry *entry);
  // bytes are valid during the call only. A code other than VD_OK ends the walk and is returned.
  vd_code (*take)(void *ctx, const vd_entry *entry, vd_view bytes, vd_error *err);
} vd_archive_visitor;

// Walks an archive in memory or in a file. Limits: VD_ARCHIVE_ENTRIES_MAX, VD_ARCHIVE_ENTRY_MAX,
// VD_ARCHIVE_TOTAL_MAX. A plain compressed file (x.csv.gz) is one entry with an empty path.
vd_code vd_archive_walk(vd_view bytes, const vd_archive_visitor *v, vd_error *err) VD_MUST_USE;
vd_code vd_archive_walk_file(const char *path, const vd_archive_visitor *v,
                             vd_error *err) VD_MUST_USE;

#ifdef __cplusplus
}
#endif
