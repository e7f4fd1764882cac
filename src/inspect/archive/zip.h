// zip archives as every reader may see them: all ends of directories, all central entries, and
// members that only their local headers know. APPNOTE.TXT 6.3.10.
#pragma once

#include "inspect/inspect.h"

typedef struct vd_zip_entry {
  vd_view name;          // as stored, inside the archive
  uint64_t at;           // of the local header
  uint64_t data;         // of the packed bytes; 0 when there is no local header
  uint64_t packed, size; // bytes, as stated
  uint32_t crc;
  uint16_t method, flags;
  uint32_t attributes;
  uint8_t host;      // system that wrote the attributes; 3 is Unix
  bool local;        // known from its local header only
  bool sizes_follow; // local header of a stream: its sizes are not stated in front
} vd_zip_entry;

// A piece of the archive that is accounted for.
typedef struct vd_zip_span {
  uint64_t from, to;
  const vd_zip_entry *entry; // NULL for a directory or its end
} vd_zip_span;

typedef struct vd_zip {
  vd_view bytes;
  VD_VEC(vd_zip_entry) entries;
  VD_VEC(vd_zip_span) spans; // sorted by vd_zip_account
  size_t directories;        // that were found, by whatever reader
  uint64_t searched;         // bytes between members that were searched
} vd_zip;

enum { VD_ZIP_ENCRYPTED = 1, VD_ZIP_STREAMED = 8 }; // general purpose flags

// True when the file begins with a member, or ends with an end of a directory. In a file that has
// the name of a zip, anything may follow that end, as Python has it.
bool vd_zip_recognise(vd_view bytes, bool named);
// Lists the members; what readers would disagree on is observed. Lives in in->scratch.
vd_code vd_zip_read(vd_inspection *in, vd_view bytes, vd_zip *out, vd_error *err) VD_MUST_USE;
// Reads it, says what kind of archive it is, and gives its members to the driver.
vd_code vd_zip_inspect(vd_inspection *in, vd_view bytes, vd_error *err) VD_MUST_USE;

// ---- the steps of vd_zip_read -------------------------------------------------------------------

// ZIP64: the extra field of a header has, in this order, size, packed size and place of those that
// did not fit into 32 bits.
void vd_zip_read_zip64(vd_view extra, vd_zip_entry *e);
// zip_directory.c: the central entries of every directory.
vd_code vd_zip_read_directories(vd_inspection *in, vd_zip *z) VD_MUST_USE;
vd_code vd_zip_add_span(vd_inspection *in, vd_zip *z, vd_zip_span s) VD_MUST_USE;

// zip_local.c: reads the local header at e->at into *out; false when there is none.
bool vd_zip_local_header(vd_view bytes, uint64_t at, vd_zip_entry *out);
// Finds the data of every central entry, and observes where the two headers differ; where that
// changes what is read, the local reading becomes an entry too.
vd_code vd_zip_compare(vd_inspection *in, vd_zip *z) VD_MUST_USE;

// zip_gaps.c: observes members that share bytes, and what lies between them.
vd_code vd_zip_account(vd_inspection *in, vd_zip *z) VD_MUST_USE;

// zip_kind.c: what wrote the archive.
typedef enum vd_zip_kind {
  VD_ZIP_PLAIN,
  VD_ZIP_TORCH,       // torch.save
  VD_ZIP_TORCHSCRIPT, // torch.jit.save
  VD_ZIP_KERAS,
  VD_ZIP_NPZ,
  VD_ZIP_SKOPS,
  VD_ZIP_MAR,      // TorchServe
  VD_ZIP_SOFTWARE, // wheels, jars, apps: programs are expected
  VD_ZIP_DOCUMENT, // OOXML, ODF
} vd_zip_kind;

typedef struct vd_zip_nature {
  vd_zip_kind kind;
  vd_view prefix; // of a PyTorch archive: "archive/"
} vd_zip_nature;

vd_zip_nature vd_zip_nature_of(const vd_zip *z);
bool vd_zip_is_model(vd_zip_kind kind);
const char *vd_zip_kind_text(vd_zip_kind kind);
// A storage of torch.save, which holds numbers and nothing else.
bool vd_zip_is_storage(const vd_zip_nature *n, const vd_zip_entry *e);

// zip_members.c: the packed bytes of an entry, as far as the file has them.
vd_view vd_zip_packed(const vd_zip *z, const vd_zip_entry *e);
vd_code vd_zip_members(vd_inspection *in, const vd_zip *z, const vd_zip_nature *n) VD_MUST_USE;
