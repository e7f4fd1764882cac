// The digest of a model folder that OpenSSF model signing (v1.0) signs, and what a model.sig says.
// https://github.com/sigstore/model-transparency
#pragma once

#include "base/base.h"

typedef struct vd_file_digest {
  vd_view path; // relative to the folder, '/' separated; "." when the model is one file
  uint64_t size;
  uint8_t sha256[VD_SHA256_BYTES];
  vd_view failure; // why it could not be read whole; {NULL} when it was
} vd_file_digest;

// Something in the folder that has no digest: a symbolic link, device, folder that cannot be read.
typedef struct vd_undigested {
  vd_view path, reason;
} vd_undigested;

typedef struct vd_digest {
  VD_VEC(vd_file_digest) files;  // part by part, as Python's PurePosixPath sorts
  VD_VEC(vd_undigested) others;  // in the same order; model signing refuses folders that have links
  uint64_t bytes;                // of all files
  bool complete;                 // no others, and every file was read
  uint8_t root[VD_SHA256_BYTES]; // SHA-256 of the digests of the files, in order
} vd_digest;

typedef struct vd_digest_options {
  const char *path; // folder or file; a link here is followed
  vd_views ignored; // paths below it that are left out, with all that is in them
  unsigned jobs;    // threads; 0 = one a core
} vd_digest_options;

// Appends what model signing leaves out: model.sig and git's own files at the top. NOMEM.
vd_code vd_digest_ignore_usual(vd_arena *a, vd_views *ignored) VD_MUST_USE;

// Hashes every regular file below options->path. Links are never followed. What cannot be read is
// in the result, which is then not complete; its root covers the files that were read. IO,
// NOTFOUND, UNSUPPORTED (neither folder nor file), LIMIT (VD_WALK_FILES_MAX), NOMEM.
vd_code vd_digest_folder(const vd_digest_options *options, vd_arena *arena, vd_digest *out,
                         vd_error *err) VD_MUST_USE;

// The order of paths in a manifest: below, equal or above zero.
int vd_digest_path_order(vd_view a, vd_view b);

// ---- model.sig ---------------------------------------------------------------------------------

typedef struct vd_signed_file {
  vd_view path;
  uint8_t sha256[VD_SHA256_BYTES];
} vd_signed_file;

// The statement inside a sigstore bundle. Who signed it is not established: neither key,
// certificate nor transparency log is looked at, so anyone may have written it.
typedef struct vd_signature {
  const char *predicate; // one of the two types that are known
  vd_view model;         // name of the model as signed; {NULL} in the older type
  bool links;            // the signer followed symbolic links
  bool by_certificate;   // the bundle holds a certificate, else a key (or a hint at one) or nothing
  size_t signatures;     // in the envelope; a statement without any is not even claimed
  VD_VEC(vd_signed_file) files;  // by path
  uint8_t root[VD_SHA256_BYTES]; // as signed, and as its files give; zero in the older type
  vd_views ignored;              // what vd_digest_options.ignored has to be for a comparison
} vd_signature;

// A signature whose only file is "." is of a single file: give vd_digest_folder that file.
// Reads a model.sig of model-signing v1.0 and later, or v0.2 and v0.3 ("Digests"). FORMAT: no
// bundle, or a statement that contradicts itself. UNSUPPORTED: other predicates, hashes than
// SHA-256, sharded files. LIMIT, NOMEM.
vd_code vd_signature_read(vd_arena *arena, vd_view bytes, vd_signature *out,
                          vd_error *err) VD_MUST_USE;

typedef enum vd_signed_state {
  VD_SIGNED_CHANGED, // its content is another
  VD_SIGNED_MISSING, // signed, and not there
  VD_SIGNED_ADDED,   // there, and not signed
  VD_SIGNED_UNREAD,  // there, and could not be compared: a link, or unreadable
} vd_signed_state;

const char *vd_signed_state_text(vd_signed_state s);

typedef struct vd_signed_difference {
  vd_signed_state state;
  vd_view path;
} vd_signed_difference;

typedef struct vd_signed_comparison {
  VD_VEC(vd_signed_difference) differences; // by path
  size_t same;                              // files that are as signed
} vd_signed_comparison;

// Compares what was signed with what is there (hashed with s->ignored). The model is as signed when
// there are no differences; that says nothing of who signed. NOMEM.
vd_code vd_signature_compare(vd_arena *arena, const vd_signature *s, const vd_digest *d,
                             vd_signed_comparison *out) VD_MUST_USE;
