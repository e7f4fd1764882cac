// Workers: answers in order, files that end them, time that runs out, and what they may not do.
#include "inspect/worker/sandbox.h"
#include "inspect/worker/wire.h"
#include "inspect/worker/worker.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char good[] =
    "\x3e\0\0\0\0\0\0\0"
    "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}        12345678";

static int file_of(vd_view bytes) {
  int fd = memfd_create("sample", MFD_CLOEXEC);
  cr_assert(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
  return fd;
}

Test(worker, answers_in_the_order_of_the_files) {
  VD_CLEANUP(vd_worker_stop) vd_worker w = VD_WORKER;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_inspected out;
  for (int i = 0; i < VD_WORKER_FILES_MAX; i++)
    cr_assert(
        vd_worker_send(&w, VD_VIEW("x.safetensors"),
                       file_of(i % 2 == 0 ? (vd_view){good, sizeof good - 1} : VD_VIEW("bad")),
                       (vd_view){0}, NULL) == VD_OK);
  cr_expect(vd_worker_send(&w, VD_VIEW("x"), file_of(VD_VIEW("x")), (vd_view){0}, NULL) ==
            VD_LIMIT);
  for (int i = 0; i < VD_WORKER_FILES_MAX; i++) {
    cr_assert(vd_worker_receive(&w, &a, &out, NULL) == VD_OK);
    cr_expect(out.observations.count == (size_t)(i % 2) && out.model.formats.count == 1);
    cr_expect(out.model.parameters == (i % 2 == 0 ? 2 : 0));
  }
  cr_expect(vd_worker_receive(&w, &a, &out, NULL) == VD_NOTFOUND);
}

// Small files go with their requests; a large one between them keeps its place.
Test(worker, answers_in_order_however_files_are_sent) {
  VD_CLEANUP(vd_worker_stop) vd_worker w = VD_WORKER;
  VD_SCOPED_ARENA a = VD_ARENA(8 << 20);
  vd_view all = {good, sizeof good - 1};
  vd_inspected out;
  size_t sent = 0;
  for (; !vd_worker_full(&w); sent++) {
    vd_view bytes = sent % 3 == 0 ? VD_VIEW("bad") : all;
    cr_assert(vd_worker_send(&w, VD_VIEW("x.safetensors"), file_of(bytes),
                             sent % 20 == 7 ? (vd_view){0} : bytes, NULL) == VD_OK);
  }
  cr_assert(sent > 100, "%zu", sent);
  for (size_t i = 0; i < sent; i++) {
    if (i == 50)
      cr_assert(kill(w.pid, SIGKILL) == 0);
    cr_assert(vd_worker_receive(&w, &a, &out, NULL) == VD_OK);
    bool blamed = out.observations.count == 1 && out.observations.at[0].check == VD_CHECK_CRASH;
    cr_expect(blamed || out.observations.count == (i % 3 == 0), "%zu", i);
    cr_expect(!blamed || i >= 50);
  }
}

Test(worker, one_that_is_killed_is_blamed_on_its_file_and_replaced) {
  VD_CLEANUP(vd_worker_stop) vd_worker w = VD_WORKER;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_inspected out;
  cr_assert(vd_worker_send(&w, VD_VIEW("x.safetensors"), file_of(VD_VIEW("bad")), (vd_view){0},
                           NULL) == VD_OK);
  cr_assert(vd_worker_receive(&w, &a, &out, NULL) == VD_OK);
  cr_assert(w.pid > 0 && kill(w.pid, SIGSEGV) == 0);
  for (int i = 0; i < 3; i++)
    cr_assert(vd_worker_send(&w, VD_VIEW("x.safetensors"),
                             file_of((vd_view){good, sizeof good - 1}), (vd_view){0},
                             NULL) == VD_OK);
  cr_assert(vd_worker_receive(&w, &a, &out, NULL) == VD_OK);
  cr_assert(out.observations.count == 1);
  cr_expect(out.observations.at[0].check == VD_CHECK_CRASH);
  for (int i = 0; i < 2; i++) {
    cr_assert(vd_worker_receive(&w, &a, &out, NULL) == VD_OK);
    cr_expect(out.observations.count == 0 && out.model.parameters == 2);
  }
}

Test(worker, one_that_does_not_answer_runs_out_of_time) {
  VD_CLEANUP(vd_worker_stop) vd_worker w = VD_WORKER;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_inspected out;
  w.patience = 1;
  cr_assert(vd_worker_send(&w, VD_VIEW("x.safetensors"), file_of(VD_VIEW("bad")), (vd_view){0},
                           NULL) == VD_OK);
  cr_assert(vd_worker_receive(&w, &a, &out, NULL) == VD_OK);
  cr_assert(w.pid > 0 && kill(w.pid, SIGSTOP) == 0);
  cr_assert(vd_worker_send(&w, VD_VIEW("x"), file_of(VD_VIEW("bad")), (vd_view){0}, NULL) == VD_OK);
  cr_assert(vd_worker_receive(&w, &a, &out, NULL) == VD_OK);
  cr_expect(out.observations.count == 1 && out.observations.at[0].check == VD_CHECK_LIMIT);
}

// Runs fn in a process behind the sandbox; its exit status, or minus the signal that ended it.
static int behind_the_sandbox(int (*fn)(void)) {
  int status = 0;
  pid_t pid = fork();
  if (pid == 0)
    _exit(vd_sandbox_enter() ? fn() : 99);
  cr_assert(waitpid(pid, &status, 0) == pid);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int open_a_file(void) { return open("/etc/passwd", O_RDONLY) >= 0; }
static int open_a_socket(void) { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }
static int run_a_program(void) { return execl("/bin/true", "true", (char *)NULL) == 0; }
static int make_code(void) {
  return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}
static int signal_the_caller(void) { return kill(getppid(), 0) == 0; }

Test(sandbox, refuses_what_an_inspection_does_not_need) {
  cr_expect(behind_the_sandbox(open_a_file) == 0);
  cr_expect(behind_the_sandbox(make_code) == 0);
  int (*const deadly[])(void) = {open_a_socket, run_a_program, signal_the_caller};
  for (size_t i = 0; i < VD_COUNT(deadly); i++) {
    int end = behind_the_sandbox(deadly[i]);
    cr_expect(end == 0 || end == -SIGSYS, "%zu: %d", i, end); // 0: refused, under sanitizers
  }
}

// As a system without seccomp answers.
static void refuse_seccomp(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {.len = VD_COUNT(code), .filter = code};
  cr_assert(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  cr_assert(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

Test(worker, inspects_nothing_without_its_sandbox) {
  VD_CLEANUP(vd_worker_stop) vd_worker w = VD_WORKER;
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20);
  vd_inspected out = {0};
  vd_error err = {0};
  refuse_seccomp();
  cr_assert(vd_worker_send(&w, VD_VIEW("x.safetensors"), file_of((vd_view){good, sizeof good - 1}),
                           (vd_view){0}, NULL) == VD_OK);
  cr_expect(vd_worker_receive(&w, &a, &out, &err) == VD_UNSUPPORTED, "%s", err.text);
  cr_expect(out.observations.count == 0 && out.model.formats.count == 0);
}

Test(wire, every_cut_answer_is_refused) {
  VD_SCOPED_ARENA a = VD_ARENA(1 << 20), s = VD_ARENA(1 << 20), r = VD_ARENA(16 << 20);
  VD_SCOPED_BUF b = VD_BUF(1 << 20);
  vd_inspection in = {.arena = &a, .scratch = &s, .list_tensors = true};
  vd_inspected out;
  cr_assert(vd_inspect(&in, VD_VIEW("x.safetensors"), (vd_view){good, sizeof good - 1}, NULL) ==
            VD_OK);
  vd_wire_put(&b, &in);
  cr_assert(vd_wire_get(&r, vd_buf_view(&b), &out, NULL) == VD_OK);
  cr_expect(out.model.tensors.count == 1 && out.model.tensors.at[0].shape[0] == 2);
  for (size_t n = 0; n < b.len; n++)
    cr_expect(vd_wire_get(&r, vd_view_first(vd_buf_view(&b), n), &out, NULL) == VD_FORMAT, "%zu",
              n);
}
