// package: names, versions, requirements and manifests of software packages (Python first).
// All parsers are pure functions; results borrow from the input text or live in the arena.
#pragma once

#include "base/base.h"

// ---- names -------------------------------------------------------------------------------

// PEP 503: lower case, every run of '-', '_', '.' becomes one '-'. {NULL} on NOMEM.
vd_view vd_pypi_normalize(vd_arena *a, vd_view name);
// PEP 508: letters, digits, '-', '_', '.', starting and ending with a letter or digit.
bool vd_pypi_name_valid(vd_view name);

// ---- versions: PEP 440 ----------------------------------------------------------------------

// Numbers are kept as digit strings without leading zeros ("0" is "0"), so nothing overflows.
typedef enum vd_pre { VD_PRE_NONE, VD_PRE_A, VD_PRE_B, VD_PRE_RC } vd_pre;

typedef struct vd_version {
  vd_view text;    // as given, trimmed
  vd_view epoch;   // "0" when absent
  vd_view release; // the dotted release segment as given, e.g. "1.2.03"
  vd_pre pre;
  vd_view pre_number;
  bool has_post, has_dev, has_local;
  vd_view post_number, dev_number;
  vd_view local; // as given, without '+'
  bool legacy;   // not PEP 440; only vd_version_read sets it
} vd_version;

// Strict PEP 440 (with its normalisations: v prefix, case, separators). FORMAT when it is not one.
vd_code vd_version_parse(vd_view text, vd_version *out, vd_error *err) VD_MUST_USE;
// Never fails: text that is not PEP 440 becomes a legacy version. Legacy versions order before all
// others and among themselves as packaging < 22 (and the OSV PyPI rule) ordered them.
vd_version vd_version_read(vd_view text);
// -1, 0, 1. A total order; equal means PEP 440-equal ("1.0" == "1.0.0").
int vd_version_compare(const vd_version *a, const vd_version *b);
bool vd_version_is_prerelease(const vd_version *v); // a, b, rc or dev
// Canonical spelling ("1.0RC1" -> "1.0rc1"); legacy text as is. {NULL} on NOMEM.
vd_view vd_version_format(vd_arena *a, const vd_version *v);

// ---- specifiers: PEP 440 clauses ---------------------------------------------------------------

typedef enum vd_op {
  VD_OP_EQ,         // ==
  VD_OP_NE,         // !=
  VD_OP_LE,         // <=
  VD_OP_GE,         // >=
  VD_OP_LT,         // <
  VD_OP_GT,         // >
  VD_OP_COMPATIBLE, // ~=
  VD_OP_ARBITRARY,  // ===
} vd_op;

typedef struct vd_clause {
  vd_op op;
  bool wildcard;      // ==X.* or !=X.*
  vd_view text;       // the version text as written, with ".*"
  vd_version version; // without ".*"; for === as vd_version_read reads the text
  vd_version prefix;  // what ~= and .* match the beginning with
} vd_clause;

typedef VD_VEC(vd_clause) vd_specifiers; // comma-joined: all must hold; empty allows everything

// Parses ">=1.0,!=1.3.*,<2"; of clauses that say the same only the first is kept. FORMAT with
// column on the first bad clause.
vd_code vd_specifiers_parse(vd_arena *a, vd_view text, vd_specifiers *out,
                            vd_error *err) VD_MUST_USE;
// As packaging's SpecifierSet.contains. prereleases: true admits them; false applies the default
// rule (admitted only when a clause itself names a pre-release).
bool vd_specifiers_contain(const vd_specifiers *s, const vd_version *v, bool prereleases);
// The single version a set pins ("==1.2.3" or "===1.2.3", no wildcard), or NULL.
const vd_clause *vd_specifiers_pin(const vd_specifiers *s);
// Canonical text, as str(SpecifierSet): clauses without white space, sorted by bytes
// ("<2,>=1.0"). {NULL} on NOMEM.
vd_view vd_specifiers_format(vd_arena *a, const vd_specifiers *s);

// ---- affected ranges: intervals over versions, as docs/facts.md writes them -------------------

typedef struct vd_interval {
  bool has_low; // else from the beginning; a low bound is always part of the interval
  vd_version low;
  bool has_high, high_closed; // closed: last affected; open: first fixed
  vd_version high;
} vd_interval;

typedef VD_VEC(vd_interval) vd_ranges;

// Parses "[,1.2) [2.0,2.3.1] [3,)"; bounds borrow from text. FORMAT with the column.
vd_code vd_ranges_parse(vd_arena *a, vd_view text, vd_ranges *out, vd_error *err) VD_MUST_USE;
bool vd_ranges_contain(const vd_ranges *r, const vd_version *v);

// ---- requirements and markers: PEP 508 ---------------------------------------------------------

typedef struct vd_marker vd_marker; // expression in the arena

typedef struct vd_requirement {
  vd_view name;    // as written
  vd_views extras; // as written
  vd_specifiers specifiers;
  vd_view url;         // of "name @ url"; {NULL} when absent
  vd_view marker_text; // as written after ';', trimmed; {NULL} when absent
  const vd_marker *marker;
} vd_requirement;

vd_code vd_requirement_parse(vd_arena *a, vd_view text, vd_requirement *out,
                             vd_error *err) VD_MUST_USE;

// The eleven PEP 508 variables, and the extra being asked for (normalised, empty for none).
typedef struct vd_marker_env {
  vd_view os_name, sys_platform, platform_machine, platform_python_implementation, platform_release,
      platform_system, platform_version, python_version, python_full_version, implementation_name,
      implementation_version, extra;
} vd_marker_env;

vd_code vd_marker_parse(vd_arena *a, vd_view text, const vd_marker **out,
                        vd_error *err) VD_MUST_USE;
// Operators compare versions when both sides are such, else texts; ~= and === of texts are false.
bool vd_marker_eval(const vd_marker *m, const vd_marker_env *env);
// The extra a marker asks for, normalised (extra == "x" reachable through `and` only), or {NULL}.
vd_view vd_marker_extra(const vd_marker *m);

// ---- purl --------------------------------------------------------------------------------------

typedef struct vd_purl {
  vd_view type, namespace_, name, version, qualifiers,
      subpath; // decoded; qualifiers canonical text
} vd_purl;

// Absent parts are {NULL}. Namespace, name and version are normalised as the type asks ("pypi" as
// vd_pypi_normalize).
vd_code vd_purl_parse(vd_arena *a, vd_view text, vd_purl *out, vd_error *err) VD_MUST_USE;
// Canonical spelling of decoded parts by the rules of their type; the qualifiers may be any
// percent-encoded "key=value&..." text. {NULL} on NOMEM and when p names no package.
vd_view vd_purl_format(vd_arena *a, const vd_purl *p);

// ---- components: what manifests declare -------------------------------------------------------

typedef enum vd_scope {
  VD_SCOPE_RUNTIME,
  VD_SCOPE_OPTIONAL, // an extra or an optional group
  VD_SCOPE_DEV,      // development, test, docs groups
  VD_SCOPE_BUILD,    // build-system requirements
} vd_scope;

typedef enum vd_direct { VD_DIRECT_UNKNOWN, VD_DIRECT_YES, VD_DIRECT_NO } vd_direct;

const char *vd_scope_text(vd_scope scope);

// One declaration at one place. Everything is text that lives in the inventory's arena;
// {NULL, 0} means "not stated".
typedef struct vd_component {
  vd_view type;        // purl type: "pypi", "conda", "npm", ...
  vd_view name;        // normalised for the type
  vd_view version;     // the one version it can be (pinned or installed), else {NULL}
  vd_view requirement; // as written, white space folded: ">=1.0,<2", "^1.2", "" for any version
  vd_view specifiers;  // the same as PEP 440 clauses, when it can be said so ("^1.2" -> ">=1.2,<2")
  vd_views extras;
  vd_view marker; // environment marker as written
  vd_view group;  // extra or dependency group it belongs to
  vd_view index;  // extra index, find-links or source it names
  vd_view url;    // direct reference: URL, VCS or local path
  vd_view bounds; // clauses of the constraints files that apply; filled by the scan
  vd_scope scope;
  vd_direct direct;
  bool hashed;           // the manifest pins its digest
  bool constraint;       // from a constraints file: bounds others, is no dependency itself
  bool local;            // the project itself or an editable path inside the target
  vd_view path;          // manifest, relative to the target
  uint32_t line, column; // 1-based; 0 = not known
} vd_component;

// A place the manifest kind could not read, the rest of the file was; or, with code VD_OK, a remark
// on how it was read. UNSUPPORTED: understood, but it cannot be said what it declares.
typedef struct vd_notice {
  vd_view path;
  uint32_t line, column;
  vd_code code;
  vd_view text;
} vd_notice;

// Another file this one pulls in (`-r base.txt`); the scan follows it inside the target.
typedef struct vd_include {
  vd_view path;   // the file that says so
  vd_view target; // as written, relative to that file's folder
  bool constraint;
  uint32_t line;
} vd_include;

typedef struct vd_inventory {
  vd_arena *arena; // owns every text in here
  vd_view path;    // of the manifest being read
  bool constraint; // it is being read as a constraints file (-c)
  VD_VEC(vd_component) components;
  VD_VEC(vd_notice) notices;
  VD_VEC(vd_include) includes;
} vd_inventory;

// ---- manifests: one file each behind manifests.def --------------------------------------------

// A manifest kind is a pure function of its bytes; only the registry's `paths` decide who reads
// what.
typedef struct vd_manifest {
  const char *name;    // "requirements", also the fuzz target and corpus folder
  const char *summary; // one line for --help and docs
  // Space-separated patterns on the path: '*' matches within one path part, a pattern without '/'
  // looks at the file name only, with '/' at the trailing parts ("*.dist-info/METADATA"). Letters
  // match in either case.
  const char *paths;
  // The file may be larger than VD_MANIFEST_BYTES_MAX: then parse gets no bytes and says what the
  // path tells, or UNSUPPORTED.
  bool archive;
  // OK although some lines could not be read (those become notices); a code other than OK means the
  // file as a whole is not readable as this kind (err says where) and what it added is discarded.
  vd_code (*parse)(vd_inventory *inv, vd_view bytes, vd_error *err);
} vd_manifest;

extern const vd_manifest vd_manifests[]; // ends with a NULL name

// Whether one of the space-separated patterns matches the '/'-separated path.
bool vd_path_matches(vd_view patterns, vd_view path);
const vd_manifest *vd_manifest_by_name(vd_view name);
// The first kind whose patterns match, or NULL.
const vd_manifest *vd_manifest_for_path(vd_view path);
// The next kind after `kind` (NULL: the first) whose patterns match, or NULL.
const vd_manifest *vd_manifest_after(const vd_manifest *kind, vd_view path);
// Runs a kind over bytes; on failure the inventory is as it was.
vd_code vd_manifest_parse(const vd_manifest *kind, vd_inventory *inv, vd_view bytes,
                          vd_error *err) VD_MUST_USE;

// Helpers for manifest kinds. All return NOMEM at worst and copy what they keep.

// A fresh component with path, constraint flag, type "pypi" and normalised name set, appended to
// inv.
vd_component *vd_component_add(vd_inventory *inv, vd_view name, uint32_t line) VD_MUST_USE;
// Parses a PEP 508 text and appends it; a text that is not one becomes a notice (and VD_OK).
// *added (may be NULL) is the component, or NULL when a notice was made.
vd_code vd_component_add_pep508(vd_inventory *inv, vd_view text, uint32_t line,
                                vd_component **added) VD_MUST_USE;
// The same from a parsed requirement and its text; the text must live in inv->arena.
vd_code vd_component_add_requirement(vd_inventory *inv, const vd_requirement *req, vd_view text,
                                     uint32_t line, vd_component **added) VD_MUST_USE;
vd_code vd_notice_add(vd_inventory *inv, uint32_t line, vd_code code, const char *fmt, ...)
    VD_PRINTF(4, 5) VD_MUST_USE;
