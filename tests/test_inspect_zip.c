// zip archives: what every reader may see in them, honest ones and tampered ones.
#include "container_check.h"
#include "inspect/archive/zip.h"

Test(zip, an_honest_archive_leads_to_nothing) {
  static const char *const files[] = {"torch.pt",       "deflated.zip",        "bzip2.zip",
                                      "lzma.zip",       "empty.zip",           "comment.zip",
                                      "npz.npz",        "stream.zip",          "zip64.zip",
                                      "zip_in_zip.zip", "program_in_wheel.whl"};
  for (size_t i = 0; i < VD_COUNT(files); i++)
    container_clean("zip", files[i]);
}

Test(zip, readers_that_disagree_are_found) {
  vd_check_id c = VD_CHECK_ARCHIVE_DIFFERENTIAL;
  container_expect("zip", "method.pt", c, "its method is 8 in the directory and 0 in its local");
  container_expect("zip", "packed.pt", c, "packed size is 5 in the directory");
  container_expect("zip", "size.pt", c, "its size is 5 in the directory");
  container_expect("zip", "name.pt", c, "archive/xata.pkl in the directory is archive/data.pkl");
  container_expect("zip", "count.pt", c, "has 4 entries, its end states 1");
  container_expect("zip", "second.pt", c, "a second central directory");
  container_expect("zip", "local_only.pt", c,
                   "archive/evil.pkl is in the file and in no directory");
  container_expect("zip", "overlap.zip", c, "shares bytes with another member");
  container_expect("zip", "duplicate.pt", c, "two members are named archive/data.pkl");
}

Test(zip, tampering_is_found_and_does_not_stop_the_rest) {
  container_expect("zip", "crc.pt", VD_CHECK_ARCHIVE_TAMPERED, "its checksum is");
  container_expect("zip", "encrypted_flag.pt", VD_CHECK_ARCHIVE_TAMPERED, "only one of its two");
  container_expect("zip", "encrypted_flag.pt", VD_CHECK_ARCHIVE_ENCRYPTED, "archive/data.pkl");
  container_expect("zip", "method_unknown.pt", VD_CHECK_UNREADABLE, "method 99");
  container_expect("zip", "no_directory.pt", VD_CHECK_UNREADABLE, "4 members were found");
}

Test(zip, data_outside_of_members_is_found) {
  container_expect("zip", "hidden.pt", VD_CHECK_ARCHIVE_HIDDEN, "between members");
  container_expect("zip", "prefix.pt", VD_CHECK_ARCHIVE_HIDDEN, "precede the archive");
  container_expect("zip", "trailing.pt", VD_CHECK_TRAILING, "follow the archive");
  container_expect("zip", "folder_data.zip", VD_CHECK_ARCHIVE_HIDDEN, "folder folder/");
}

Test(zip, names_that_leave_the_folder_are_found) {
  container_expect("zip", "slip.zip", VD_CHECK_ARCHIVE_PATH, "../../etc/cron.d/x");
  container_expect("zip", "slip.zip", VD_CHECK_ARCHIVE_PATH, "/abs is an absolute path");
  container_expect("zip", "slip.zip", VD_CHECK_ARCHIVE_PATH, "on Windows");
  container_expect("zip", "link.zip", VD_CHECK_ARCHIVE_PATH,
                   "weights is a link to ../../etc/passwd");
}

Test(zip, programs_are_no_part_of_a_model) {
  container_expect("zip", "program.pt", VD_CHECK_EXECUTABLE, "archive/extra/tool");
  container_expect("zip", "program_in_storage.pt", VD_CHECK_EXECUTABLE, "archive/data/0");
  container_expect("zip", "mar.mar", VD_CHECK_SERVE_HANDLER, "handler.py:Run");
}

Test(zip, storages_are_looked_at_by_their_types) {
  container_expect("zip", "storages.pt", VD_CHECK_WEIGHTS_NOT_FINITE, "data/0: 1 NaN");
  container_expect("zip", "storages.pt", VD_CHECK_WEIGHTS_NOT_FINITE, "data/1: 0 NaN and 1 inf");
  container_expect("zip", "storages.pt", VD_CHECK_EXECUTABLE, "data/3 holds an ELF");
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20);
  vd_inspection in = container_inspected(&a, &s, "x.pt", container_file(&a, "zip", "storages.pt"));
  cr_expect(!container_saw(&in, VD_CHECK_WEIGHTS_NOT_FINITE, "data/2"), "bytes are no floats");
}

Test(zip, members_are_inspected_wherever_they_are) {
  container_expect("zip", "script.pt", VD_CHECK_TORCHSCRIPT_REACH, "torch.save writes a file");
  container_expect("zip", "script.pt", VD_CHECK_TORCHSCRIPT_REACH, "torch.from_file maps a file");
  container_expect("zip", "script.pt", VD_CHECK_TORCHSCRIPT_CUSTOM, "ops.mylib.run");
}

static void expect_producer(const char *file, const char *producer) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20), s = VD_ARENA(64 << 20);
  vd_inspection in = container_inspected(&a, &s, file, container_file(&a, "zip", file));
  cr_expect_str_eq(container_property(&in, "producer"), producer, "%s", file);
}

Test(zip, says_what_wrote_it) {
  expect_producer("torch.pt", "PyTorch (zip)");
  expect_producer("script.pt", "TorchScript");
  expect_producer("npz.npz", "NumPy (npz)");
  expect_producer("mar.mar", "TorchServe");
  expect_producer("program_in_wheel.whl", "software package");
  expect_producer("comment.zip", "");
}

Test(zip, a_file_without_a_trace_of_zip_is_not_recognised) {
  cr_expect(!vd_zip_recognise(VD_VIEW("PK\3\4 is short"), true));
  cr_expect(
      !vd_zip_recognise(VD_VIEW("text that says PK\5\6 somewhere and goes on for a while"), true));
}

// Python's zipfile would open such a tar; no loader of models does.
Test(zip, a_zip_at_the_end_of_another_file_is_its_content) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(8 << 20);
  vd_view tar = container_file(&a, "tar", "zip_last.nemo");
  cr_expect(!vd_zip_recognise(tar, false) && vd_zip_recognise(tar, true));
  vd_inspection in = container_inspected(&a, &s, "zip_last.nemo", tar);
  cr_expect(!container_saw(&in, VD_CHECK_POLYGLOT, ""));
  vd_view appended = vd_arena_printf(&a, "%s", "some other file in front");
  vd_view zip = container_file(&a, "zip", "torch.pt");
  char *both = vd_arena_alloc(&a, 1, appended.len + zip.len);
  cr_assert(both != NULL);
  memcpy(both, appended.ptr, appended.len);
  memcpy(both + appended.len, zip.ptr, zip.len);
  cr_expect(vd_zip_recognise((vd_view){both, appended.len + zip.len}, false));
}

Test(zip, survives_maltreatment, .timeout = 120) {
  static const char *const files[] = {"torch.pt",      "stream.zip", "zip64.zip", "second.pt",
                                      "local_only.pt", "script.pt",  "lzma.zip",  "storages.pt"};
  for (size_t i = 0; i < VD_COUNT(files); i++)
    container_torture("zip", files[i]);
}

// TorchScript's classes are code of the archive; anywhere else nobody knows what they are.
Test(zip, classes_of_a_scripted_model_are_its_own) {
  VD_SCOPED_ARENA a = VD_ARENA(16 << 20), s = VD_ARENA(64 << 20);
  vd_inspection in =
      container_inspected(&a, &s, "own_class.pt", container_file(&a, "zip", "own_class.pt"));
  cr_expect(!container_saw(&in, VD_CHECK_PICKLE_UNKNOWN, "__torch__"));
  container_expect("zip", "own_class_without_code.pt", VD_CHECK_PICKLE_UNKNOWN, "__torch__.Net");
}
