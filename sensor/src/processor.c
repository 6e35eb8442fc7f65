#define _GNU_SOURCE
#include "sensor.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A synchronous wake-up brings the sensor to the processor of who asks. The scheduler, seeing two where only one can run at a time, takes them
   apart again, a thousand times a second, and each time an idle processor has to be woken. So while one thread does nearly all the asking, the
   sensor stays where it is, and that thread is brought to it. Where several ask at once it goes to each of them. */

#define WINDOW 128    /* calls from one decision to the next */
#define LOOK_AGAIN 16 /* decisions after which it lets itself be moved: another processor may be better, or the only one for that thread */

static struct {
  pid_t last;
  unsigned calls;
  unsigned same;
  unsigned decisions;
} window;

static struct {
  cpu_set_t allowed;
  int stays;
} processors;

static void go_anywhere(void) {
  if (processors.stays && sched_setaffinity(0, sizeof processors.allowed, &processors.allowed) == 0) processors.stays = 0;
}

static void stay_here(void) {
  unsigned here;
  cpu_set_t one;
  if (processors.stays || sched_getaffinity(0, sizeof processors.allowed, &processors.allowed) < 0) return;
  if (syscall(SYS_getcpu, &here, NULL, NULL) < 0 || here >= CPU_SETSIZE) return;
  CPU_ZERO(&one);
  CPU_SET(here, &one);
  processors.stays = sched_setaffinity(0, sizeof one, &one) == 0;
}

void choose_processor(pid_t caller) {
  window.same += caller == window.last;
  window.last = caller;
  if (++window.calls < WINDOW) return;
  int is_one = window.same * 8 >= WINDOW * 7;
  if (is_one && ++window.decisions % LOOK_AGAIN != 0) stay_here();
  else go_anywhere();
  window.calls = window.same = 0;
}
