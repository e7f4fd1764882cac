#include "feed_check.h"
#include "format/format.h"

#include <archive.h>
#include <archive_entry.h>

Test(feed_osv, one_database_s_range_of_commits_is_no_range_of_versions) {
  expect_lines("osv", "git.json",
               "advisory OSV-2099-1 published=2099-01-02T03:04:05Z modified=2099-01-03T03:04:05Z "
               "alias=CVE-2099-3000\n"
               "  ours: version=1.0 version=1.1\n"
               "  empty:\n");
}

Test(feed_osv, malicious_packages) {
  expect_lines("malicious", "versions.json",
               "advisory MAL-2099-1 published=2099-01-02T03:04:05Z modified=2099-01-02T03:04:05Z "
               "alias=SNYK-PYTHON-OURS-1\n"
               "  our-trap: version=94.6\n");
  expect_lines("malicious", "withdrawn.json",
               "advisory MAL-2099-3 withdrawn=2099-02-03T04:05:06Z\n  innocent: version=1.0\n");
}

Test(feed_osv, a_report_without_versions_means_the_whole_package) {
  expect_lines("malicious", "whole.json",
               "advisory MAL-2099-2\n"
               "  trap-one: range introduced 0\n"
               "  trap-two: range introduced 0\n"
               "  trap-three: range introduced 0\n");
}

static vd_code take_texts(void *ctx, const vd_advisory *a) {
  vd_buf_printf(ctx, "%.*s|%.*s|%.*s\n", VD_ARG(a->id), VD_ARG(a->summary), VD_ARG(a->details));
  return VD_OK;
}

static void expect_texts(const char *feed, vd_view bytes, const char *expected) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_BUF out = VD_BUF(64 << 10);
  vd_feed_sink sink = record_sink(&out);
  vd_input in = {.bytes = bytes};
  sink.advisory = take_texts;
  cr_assert(vd_feed_by_name(vd_view_of(feed))->read(&a, &in, &sink, NULL) == VD_OK);
  cr_assert(vd_view_eq(vd_buf_view(&out), vd_view_of(expected)), "%.*s", (int)out.len, out.ptr);
}

Test(feed_osv, texts) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  expect_texts("osv", corpus_file(&a, "osv", "git.json"), "OSV-2099-1|Invented|Long words.\n");
  expect_texts("pysec",
               VD_VIEW("id: PYSEC-2099-1\nsummary: Short\ndetails: |\n  Long\n  words\n"
                       "affected: [{package: {ecosystem: PyPI, name: ours}}]\n"),
               "PYSEC-2099-1|Short|Long\nwords\n");
  expect_texts("ghsa",
               VD_VIEW("{\"id\":\"GHSA-x\",\"summary\":7,\"details\":\"d\","
                       "\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\",\"name\":\"ours\"}}]}"),
               "GHSA-x||d\n");
}

Test(feed_osv, which_entries_are_documents) {
  bool (*wants)(vd_view) = vd_feed_by_name(VD_VIEW("malicious"))->wants;
  cr_assert(wants(VD_VIEW("malicious-packages-main/osv/malicious/pypi/x/MAL-2099-1.json")));
  cr_assert(wants(VD_VIEW("malicious-packages-main/osv/withdrawn/pypi/x/MAL-2099-1.json")));
  cr_assert(!wants(VD_VIEW("malicious-packages-main/osv/malicious/npm/x/MAL-2099-1.json")));
  cr_assert(!wants(VD_VIEW("malicious-packages-main/config/config.yaml")));
}

Test(feed_osv, cut) {
  expect_cuts_told("osv", "git.json");
  expect_cuts_told("malicious", "whole.json");
}

// With "PyPI" or a name on the way to it damaged the document is about something else; otherwise
// the advisory comes out, or something is told.
static void look_for_advisory(const void *ctx, size_t at, vd_view lines) {
  const vd_view *text = ctx;
  static const char *const ways[] = {"\"affected\"", "\"package\"", "\"ecosystem\":\"PyPI\""};
  bool elsewhere = false;
  for (size_t i = 0; i < VD_COUNT(ways); i++) {
    size_t from = (size_t)(strstr(text->ptr, ways[i]) - text->ptr);
    elsewhere |= at >= from && at < from + strlen(ways[i]);
  }
  cr_assert(elsewhere || tells(lines) || handed_over(lines) == 1, "byte %zu", at);
}

Test(feed_osv, damaged) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view text = vd_arena_copy(&a, corpus_file(&a, "malicious", "withdrawn.json"));
  each_flip("malicious", "withdrawn.json", look_for_advisory, &text);
}

// ---- the staged feeds ---------------------------------------------------------------------------

typedef struct shape {
  size_t reports, ranges, versions, both, neither, withdrawn;
} shape;

static vd_code take_shape(void *ctx, const vd_advisory *a) {
  shape *s = ctx;
  s->reports++;
  s->withdrawn += a->withdrawn.ptr != NULL;
  for (size_t i = 0; i < a->affected.count; i++) {
    bool ranges = a->affected.at[i].ranges.count > 0,
         versions = a->affected.at[i].versions.count > 0;
    s->ranges += ranges && !versions;
    s->versions += versions && !ranges;
    s->both += versions && ranges;
    s->neither += !versions && !ranges;
  }
  return VD_OK;
}

static void fail_bad(void *ctx, vd_view place, const vd_error *err) {
  (void)ctx;
  cr_assert_fail("%.*s: %s", VD_ARG(place), err->text);
}

// Reports as in MANIFEST.md; the shapes were counted with Python (json, tarfile).
Test(feed_osv, the_staged_malicious_packages) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  VD_SCOPED_BUF b = VD_BUF(1);
  shape s = {0};
  vd_feed_sink sink = record_sink(&b);
  sink.ctx = &s;
  sink.advisory = take_shape;
  sink.bad = fail_bad;
  vd_error err = {0};
  vd_view mirror = staged_feeds(&a);
  cr_assert(vd_feed_run(vd_feed_by_name(VD_VIEW("malicious")), mirror.ptr, &sink, &err) == VD_OK,
            "%s", err.text);
  cr_expect_eq(s.reports, 9207);
  cr_expect_eq(s.ranges, 6371);
  cr_expect_eq(s.versions, 2815);
  cr_expect_eq(s.both, 21);
  cr_expect_eq(s.neither, 0);
  cr_expect_eq(s.withdrawn, 0);
}

// ---- OSV's all.zip, made of staged advisories ---------------------------------------------------

typedef struct packer {
  struct archive *zip;
  size_t every, seen, packed; // one in `every` entries is taken
} packer;

static bool wants_json(void *ctx, const vd_entry *entry) {
  (void)ctx;
  return entry->regular && vd_view_ends(entry->path, VD_VIEW(".json"));
}

static void pack(struct archive *zip, vd_view path, vd_view bytes) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 10);
  struct archive_entry *e = archive_entry_new();
  archive_entry_set_pathname(e, vd_arena_copy(&a, path).ptr);
  archive_entry_set_filetype(e, AE_IFREG);
  archive_entry_set_perm(e, 0644);
  archive_entry_set_size(e, (la_int64_t)bytes.len);
  cr_assert(archive_write_header(zip, e) == ARCHIVE_OK, "%s", archive_error_string(zip));
  cr_assert(archive_write_data(zip, bytes.ptr, bytes.len) == (la_ssize_t)bytes.len);
  archive_entry_free(e);
}

static vd_code take_entry(void *ctx, const vd_entry *entry, vd_view bytes, vd_error *err) {
  packer *p = ctx;
  (void)err;
  if (p->seen++ % p->every != 0)
    return VD_OK;
  size_t name = entry->path.len;
  while (name > 0 && entry->path.ptr[name - 1] != '/')
    name--;
  pack(p->zip, vd_view_from(entry->path, name), bytes);
  p->packed++;
  return VD_OK;
}

static void pack_some(packer *p, vd_view mirror, const char *file) {
  VD_SCOPED_ARENA a = VD_ARENA(64 << 10);
  vd_archive_visitor v = {.ctx = p, .wants = wants_json, .take = take_entry};
  vd_view path = vd_arena_printf(&a, "%.*s/%s", VD_ARG(mirror), file);
  vd_error err = {0};
  cr_assert(vd_archive_walk_file(path.ptr, &v, &err) == VD_OK, "%s", err.text);
}

// PyPI's all.zip is flat, with advisories of every database side by side, and some of other kinds.
Test(feed_osv, a_zip_in_the_layout_of_all_zip) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_view mirror = staged_feeds(&a);
  char folder[] = "/tmp/vedette-osv-XXXXXX";
  cr_assert(mkdtemp(folder) != NULL);
  vd_view zip = vd_arena_printf(&a, "%s/all.zip", folder);
  packer p = {.zip = archive_write_new(), .every = 100};
  cr_assert(archive_write_set_format_zip(p.zip) == ARCHIVE_OK);
  cr_assert(archive_write_open_filename(p.zip, zip.ptr) == ARCHIVE_OK);
  pack_some(&p, mirror, "ghsa/main.tar.gz");
  pack_some(&p, mirror, "malicious-packages/main.tar.gz");
  pack(p.zip, VD_VIEW("PYSEC-2099-9.json"),
       VD_VIEW("{\"id\":\"PYSEC-2099-9\",\"affected\":[{\"package\":{\"ecosystem\":\"PyPI\","
               "\"name\":\"ours\"},\"versions\":[\"1\"]}]}"));
  pack(p.zip, VD_VIEW("PYSEC-2099-10.json"), VD_VIEW("{\"id\":\"PYSEC-2099-10\""));
  cr_assert(archive_write_close(p.zip) == ARCHIVE_OK);
  (void)archive_write_free(p.zip);
  feed_count n = {0};
  vd_feed_sink sink = counting_sink(&n);
  vd_feed feed = *vd_feed_by_name(VD_VIEW("osv"));
  feed.file = "all.zip";
  vd_error err = {0};
  cr_assert(vd_feed_run(&feed, folder, &sink, &err) == VD_OK, "%s", err.text);
  cr_assert(unlink(zip.ptr) == 0 && rmdir(folder) == 0);
  cr_expect_eq(p.packed, 127); // of 3,465 and 9,207
  cr_expect_eq(n.facts, p.packed + 1);
  cr_expect_eq(n.bad, 1);
}
