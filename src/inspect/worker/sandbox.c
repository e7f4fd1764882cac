// Landlock, seccomp and rlimits for the worker. Sanitizers need more calls and more memory than a
// release: under them calls that are not listed fail instead of ending the process, and memory is
// not limited.
#include "inspect/worker/sandbox.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define ARCHITECTURE 0
#endif

// What an inspection does: read its file, map memory, answer, end.
static const int allowed[] = {
    SYS_read,         SYS_write,        SYS_readv,          SYS_writev,          SYS_pread64,
    SYS_lseek,        SYS_close,        SYS_munmap,         SYS_mremap,          SYS_madvise,
    SYS_brk,          SYS_recvmsg,      SYS_sendmsg,        SYS_recvfrom,        SYS_sendto,
    SYS_futex,        SYS_getrandom,    SYS_getpid,         SYS_gettid,          SYS_exit,
    SYS_exit_group,   SYS_rt_sigreturn, SYS_rt_sigprocmask, SYS_sched_yield,     SYS_clock_gettime,
    SYS_gettimeofday, SYS_rt_sigaction, SYS_sigaltstack,    SYS_restart_syscall,
#if SANITIZED
    SYS_pipe2, // how UBSan asks whether memory is there
#endif
};

// What libraries may try and can do without: it fails with EPERM.
static const int refused[] = {
    SYS_openat,
    SYS_newfstatat,
    SYS_readlinkat,
    SYS_faccessat,
    SYS_ioctl,
    SYS_fcntl,
    SYS_getcwd,
    SYS_uname,
    SYS_sysinfo,
    SYS_prlimit64,
    SYS_sched_getaffinity,
    SYS_statx,
    SYS_fstat,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
#if defined(__x86_64__)
    SYS_open,
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_time,
    SYS_getrlimit,
#endif
};

enum { FILTER_MAX = 16 + 2 * (VD_COUNT(allowed) + VD_COUNT(refused)) };

typedef struct filter {
  struct sock_filter code[FILTER_MAX];
  unsigned short len;
} filter;

static void put(filter *f, struct sock_filter statement) { f->code[f->len++] = statement; }

static void answer(filter *f, int call, uint32_t action) {
  put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1));
  put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

// mmap and mprotect, but never of memory that can be executed.
static void answer_unless_executable(filter *f, int call) {
  put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 4));
  put(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                      (uint32_t)offsetof(struct seccomp_data, args[2])));
  put(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1));
  put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
  put(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

static bool filter_calls(void) {
  const uint32_t otherwise = SANITIZED ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_KILL_PROCESS;
  filter f = {.len = 0};
  put(&f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                       (uint32_t)offsetof(struct seccomp_data, arch)));
  put(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
  put(&f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
  put(&f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                       (uint32_t)offsetof(struct seccomp_data, nr)));
  for (size_t i = 0; i < VD_COUNT(allowed); i++)
    answer(&f, allowed[i], SECCOMP_RET_ALLOW);
  for (size_t i = 0; i < VD_COUNT(refused); i++)
    answer(&f, refused[i], SECCOMP_RET_ERRNO | EPERM);
  answer_unless_executable(&f, SYS_mmap);
  answer_unless_executable(&f, SYS_mprotect);
  put(&f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, otherwise));
  struct sock_fprog program = {.len = f.len, .filter = f.code};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

// A set of rules that allows no path at all.
static void forbid_files(void) {
  struct landlock_ruleset_attr all = {.handled_access_fs = (1ULL << 13) - 1};
  long rules = syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
  if (rules < 0)
    return; // an older kernel, or one without it: seccomp refuses to open files anyway
  (void)syscall(SYS_landlock_restrict_self, (int)rules, 0);
  (void)close((int)rules);
}

static void limit(__rlimit_resource_t what, rlim_t most) {
  struct rlimit l = {most, most};
  (void)setrlimit(what, &l);
}

bool vd_sandbox_enter(void) {
  if (ARCHITECTURE == 0) // the filter is not written for it
    return false;
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 2 * VD_WORKER_FILES_MAX + 16);
  if (!SANITIZED)
    limit(RLIMIT_DATA, VD_WORKER_MEMORY_MAX);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return false;
  forbid_files();
  return filter_calls();
}
