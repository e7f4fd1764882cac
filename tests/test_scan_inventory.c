// The steps before matching, on real folders made for the test.
#include "scan/inventory.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *joined(vd_arena *a, const char *file, const char *relative) {
  return vd_path_join(a, vd_view_of(file), vd_view_of(relative)).ptr;
}

Test(scan, includes_are_relative_to_their_file_and_stay_inside) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  cr_assert_str_eq(joined(&a, "requirements.txt", "base.txt"), "base.txt");
  cr_assert_str_eq(joined(&a, "a/b/dev.txt", "../base.txt"), "a/base.txt");
  cr_assert_str_eq(joined(&a, "a/dev.txt", "./x/./../base.txt"), "a/base.txt");
  cr_assert_str_eq(joined(&a, "a/dev.txt", "../../a/base.txt") == NULL ? "none" : "some", "none");
  cr_assert_null(joined(&a, "requirements.txt", "../etc/passwd"));
  cr_assert_null(joined(&a, "requirements.txt", "/etc/passwd"));
  cr_assert_null(joined(&a, "requirements.txt", ""));
}

static const char *redacted(vd_arena *a, const char *text) {
  vd_view v = vd_view_of(text);
  return vd_redact(a, &v) ? vd_arena_copy(a, v).ptr : NULL;
}

Test(scan, credentials_in_addresses_are_hidden) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 16);
  cr_assert_str_eq(redacted(&a, "https://user:t0ken@host/simple"), "https://***@host/simple");
  cr_assert_str_eq(redacted(&a, "a https://t@h b git+https://x:y@z/p?q=@"),
                   "a https://***@h b git+https://***@z/p?q=@");
  cr_assert_str_eq(redacted(&a, "https://p@ss@host"), "https://***@host");
  cr_assert_str_eq(redacted(&a, "git+ssh://git@github.com/o/r"), "git+ssh://git@github.com/o/r");
  cr_assert_str_eq(redacted(&a, "https://host/a@b"), "https://host/a@b");
}

// A scan of a folder without a knowledge base: everything before matching.
typedef struct fixture {
  char folder[64];
  vd_arena arena;
  vd_scan scan;
  vd_scan_options options;
  vd_source_files files;
  vd_job job;
} fixture;

static void put(const fixture *f, const char *path, const char *text) {
  int fd = openat(f->job.root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  (void)close(fd);
}

static void begin(fixture *f) {
  *f = (fixture){.folder = "/tmp/vedette-test-XXXXXX",
                 .arena = VD_ARENA(64 << 20),
                 .options = {.quiet = true, .jobs = 2}};
  cr_assert_not_null(mkdtemp(f->folder));
  f->job = (vd_job){.options = &f->options, .arena = &f->arena, .out = &f->scan};
  f->job.root = open(f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void inventory(fixture *f) {
  vd_error err = {0};
  vd_progress progress = vd_progress_start(stderr, "", true);
  cr_assert(vd_walk(&f->job, &f->files, &err) == VD_OK, "%s", err.text);
  vd_read_files(&f->job, &f->files, 0, &progress);
  cr_assert(vd_follow_includes(&f->job, &f->files, &progress, &err) == VD_OK, "%s", err.text);
  cr_assert(vd_fold_dependencies(&f->job, &f->files, &err) == VD_OK, "%s", err.text);
}

static void end(fixture *f) {
  char command[128];
  (void)snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
  cr_assert(system(command) == 0);
  (void)close(f->job.root);
  vd_arena_free(&f->arena);
}

static const vd_dependency *dependency(const fixture *f, const char *purl) {
  for (size_t i = 0; i < f->scan.dependencies.count; i++)
    if (vd_view_eq(f->scan.dependencies.at[i].purl, vd_view_of(purl)))
      return &f->scan.dependencies.at[i];
  return NULL;
}

static const vd_coverage *ledger(const fixture *f, const char *path, vd_coverage_status status) {
  for (size_t i = 0; i < f->scan.coverage.count; i++)
    if (vd_view_eq(f->scan.coverage.at[i].path, vd_view_of(path)) &&
        f->scan.coverage.at[i].status == status)
      return &f->scan.coverage.at[i];
  return NULL;
}

Test(scan, equal_declarations_become_one_dependency) {
  fixture f;
  begin(&f);
  cr_assert(mkdirat(f.job.root, "a", 0755) == 0);
  put(&f, "requirements.txt", "torch==1.13.0\nnumpy\n");
  put(&f, "a/requirements.txt", "\n\ntorch==1.13.0\n");
  inventory(&f);
  const vd_dependency *torch = dependency(&f, "pkg:pypi/torch@1.13.0");
  cr_assert(f.scan.dependencies.count == 2);
  cr_assert(torch != NULL && torch->locations.count == 2);
  cr_assert(torch->locations.at[0].line == 3 && torch->locations.at[1].line == 1);
  end(&f);
}

Test(scan, included_files_are_read_once_and_cycles_are_named) {
  fixture f;
  begin(&f);
  put(&f, "requirements.txt", "-r deps.lst\nrequests==2.19.0\n");
  put(&f, "deps.lst", "flask==0.12\n-r requirements.txt\n");
  inventory(&f);
  cr_assert(dependency(&f, "pkg:pypi/flask@0.12") != NULL);
  cr_assert(f.scan.dependencies.count == 2);
  const vd_coverage *c = ledger(&f, "deps.lst", VD_FAILED);
  cr_assert(c != NULL && c->line == 2 && vd_view_has(c->reason, VD_VIEW("cyclic")));
  end(&f);
}

Test(scan, includes_cannot_leave_the_target) {
  fixture f;
  begin(&f);
  cr_assert(mkdirat(f.job.root, "sub", 0755) == 0 && symlinkat("/etc", f.job.root, "link") == 0);
  put(&f, "requirements.txt",
      "-r ../../../etc/passwd\n-r /etc/passwd\n-r link/passwd\n-r none.txt\n");
  inventory(&f);
  cr_assert(f.scan.dependencies.count == 0);
  size_t failed = 0;
  for (size_t i = 0; i < f.scan.coverage.count; i++)
    failed += f.scan.coverage.at[i].status == VD_FAILED;
  cr_assert(failed == 4, "%zu", failed);
  end(&f);
}

Test(scan, constraints_bound_what_their_file_declares) {
  fixture f;
  begin(&f);
  put(&f, "requirements.txt", "-c constraints.txt\nurllib3\nrequests>=2\nflask<3\n");
  put(&f, "constraints.txt", "urllib3==1.26.4\nrequests<2.31\njinja2==2.0\n");
  inventory(&f);
  cr_assert(f.scan.dependencies.count == 3);
  cr_assert(dependency(&f, "pkg:pypi/urllib3@1.26.4") != NULL);
  const vd_dependency *requests = dependency(&f, "pkg:pypi/requests");
  cr_assert(requests != NULL && vd_view_eq(requests->specifiers, VD_VIEW(">=2,<2.31")));
  end(&f);
}

Test(scan, links_and_special_files_are_named_not_followed) {
  fixture f;
  begin(&f);
  cr_assert(symlinkat("loop.txt", f.job.root, "requirements-loop.txt") == 0);
  cr_assert(symlinkat("requirements-loop.txt", f.job.root, "loop.txt") == 0);
  cr_assert(symlinkat("/etc/hostname", f.job.root, "requirements-out.txt") == 0);
  cr_assert(symlinkat(".", f.job.root, "again") == 0);
  cr_assert(mkfifoat(f.job.root, "requirements-fifo.txt", 0644) == 0);
  put(&f, "base.lst", "flask==0.12\n");
  cr_assert(symlinkat("base.lst", f.job.root, "requirements.txt") == 0);
  inventory(&f);
  cr_assert(ledger(&f, "requirements-loop.txt", VD_FAILED) != NULL);
  cr_assert(ledger(&f, "requirements-out.txt", VD_SKIPPED) != NULL);
  cr_assert(ledger(&f, "again", VD_SKIPPED) != NULL);
  cr_assert(ledger(&f, "requirements-fifo.txt", VD_SKIPPED) != NULL);
  cr_assert(ledger(&f, "requirements.txt", VD_SCANNED) != NULL);
  cr_assert(dependency(&f, "pkg:pypi/flask@0.12") != NULL);
  end(&f);
}

Test(scan, a_document_is_read_by_the_kind_it_is) {
  fixture f;
  begin(&f);
  put(&f, "sbom.json",
      "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"name\":\"flask\",\"SPDXID\":\"SPDXRef-1\","
      "\"versionInfo\":\"0.12\",\"externalRefs\":[{\"referenceCategory\":\"PACKAGE-MANAGER\","
      "\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:pypi/flask@0.12\"}]}]}");
  inventory(&f);
  const vd_coverage *c = ledger(&f, "sbom.json", VD_SCANNED);
  cr_assert(c != NULL && vd_view_eq(c->manifest, VD_VIEW("spdx")));
  cr_assert(dependency(&f, "pkg:pypi/flask@0.12") != NULL);
  end(&f);
}

Test(scan, huge_archives_are_known_by_their_names) {
  fixture f;
  begin(&f);
  put(&f, "torch-2.1.0-cp311-cp311-linux_x86_64.whl", "");
  put(&f, "images-1.0.zip", "");
  cr_assert(truncate(vd_arena_printf(&f.arena, "%s/%s", f.folder,
                                     "torch-2.1.0-cp311-cp311-linux_x86_64.whl")
                         .ptr,
                     (off_t)1 << 30) == 0);
  cr_assert(
      truncate(vd_arena_printf(&f.arena, "%s/images-1.0.zip", f.folder).ptr, (off_t)1 << 30) == 0);
  inventory(&f);
  cr_assert(dependency(&f, "pkg:pypi/torch@2.1.0") != NULL);
  cr_assert(ledger(&f, "images-1.0.zip", VD_SKIPPED) != NULL);
  end(&f);
}
