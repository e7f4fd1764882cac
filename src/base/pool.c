// A parallel for over a fixed number of items.
#include "base/base.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct work {
  atomic_size_t next;
  size_t n;
  void (*fn)(void *ctx, size_t i);
  void *ctx;
} work;

static void *run(void *arg) {
  work *w = arg;
  for (size_t i = atomic_fetch_add(&w->next, 1); i < w->n; i = atomic_fetch_add(&w->next, 1))
    w->fn(w->ctx, i);
  return NULL;
}

void vd_pool_run(unsigned jobs, size_t n, void (*fn)(void *ctx, size_t i), void *ctx) {
  work w = {.n = n, .fn = fn, .ctx = ctx};
  pthread_t threads[VD_JOBS_MAX];
  size_t started = 0;
  while (started + 1 < jobs && started + 1 < n && started < VD_JOBS_MAX &&
         pthread_create(&threads[started], NULL, run, &w) == 0)
    started++;
  (void)run(&w);
  for (size_t i = 0; i < started; i++)
    (void)pthread_join(threads[i], NULL);
}

unsigned vd_cpu_count(void) {
  long n = sysconf(_SC_NPROCESSORS_ONLN);
  return n < 1 ? 1 : n > VD_JOBS_MAX ? VD_JOBS_MAX : (unsigned)n;
}
