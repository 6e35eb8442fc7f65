#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP (1UL << 0)
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

struct channel {
  int listener;
  struct seccomp_notif_sizes sizes;
  struct seccomp_notif *notif;
  struct seccomp_notif_resp *answer;
};

static void *space_for(size_t kernels, size_t ours) { return calloc(1, kernels > ours ? kernels : ours); }

static int open_channel(struct channel *channel, int listener) {
  channel->listener = listener;
  if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &channel->sizes) < 0) return -errno;
  channel->notif = space_for(channel->sizes.seccomp_notif, sizeof *channel->notif);
  channel->answer = space_for(channel->sizes.seccomp_notif_resp, sizeof *channel->answer);
  return channel->notif && channel->answer ? 0 : -ENOMEM;
}

/* A kernel before 6.11 does not wake who waits for a call when nobody is left to make one: a timer does. */
static void wake(int number) { (void)number; }

#define WAKE_MICROSECONDS 200000
#define TAKE_MICROSECONDS 20000 /* the ring holds what the busiest program does in this time many times over */

static void start_waking(int is_told) {
  struct sigaction action = {.sa_handler = wake};
  sigaction(SIGALRM, &action, NULL);
  sigaction(SIGCHLD, &action, NULL);
  struct timeval period = {0, is_told ? TAKE_MICROSECONDS : WAKE_MICROSECONDS};
  struct itimerval interval = {period, period};
  setitimer(ITIMER_REAL, &interval, NULL);
}

static int has_ended(int listener) {
  struct pollfd poll_fd = {listener, 0, 0};
  return poll(&poll_fd, 1, 0) > 0 && poll_fd.revents & (POLLHUP | POLLERR);
}

/* Processes that the filter is on. Others, that somebody else begins here, may be gone before it is known where they were. */
#define MAX_PROCESS (1 << 22)
static uint8_t is_followed[MAX_PROCESS / 8];

static void note_followed(pid_t pid) {
  if (pid > 0 && pid < MAX_PROCESS) is_followed[pid / 8] |= (uint8_t)(1 << pid % 8);
}

static int knows_process(pid_t pid) { return pid > 0 && pid < MAX_PROCESS && is_followed[pid / 8] >> pid % 8 & 1; }

static void take(const struct told_call *call, void *log) {
  struct asked asked = asked_of(call);
  asked.is_followed = knows_process(asked.pid) || knows_process(asked.process);
  record_call(log, &asked);
}

static void take_all(const struct followed *followed) {
  if (followed->ring) ring_take(followed->ring, take, followed->log);
}

static void handle(struct channel *channel, const struct followed *followed) {
  const struct seccomp_notif *notif = channel->notif;
  take_all(followed);
  note_followed((pid_t)notif->pid);
  struct asked asked = {.pid = (pid_t)notif->pid, .arch = notif->data.arch, .nr = notif->data.nr};
  for (int i = 0; i < 6; i++) asked.args[i] = notif->data.args[i];
  if (followed->has_calls) record_number(followed->log, &asked);
  record_call(followed->log, &asked);
  if (takes_our_name(&asked)) log_lost(followed->log);
  int result = 0;
  int is_answered = guard_call(&asked, &result);
  memset(channel->answer, 0, channel->sizes.seccomp_notif_resp);
  channel->answer->id = notif->id;
  channel->answer->error = result;
  channel->answer->flags = is_answered ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  if (ioctl(channel->listener, SECCOMP_IOCTL_NOTIF_SEND, channel->answer) < 0 && errno == EINVAL) die("this kernel cannot let a call go on", 0);
}

/* The status of a program that has ended, else -1. Processes it left behind get a sensor of their own, which nobody waits for. */
static int end_of_child(pid_t *child, int listener) {
  int status = 0;
  if (!wait_for_child(*child, &status)) return -1;
  if (!has_ended(listener) && fork() == 0) {
    *child = 0;
    start_waking(0);
    return -1;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int follow_notify(struct followed followed) {
  struct channel channel;
  int listener = followed.listener;
  int error = open_channel(&channel, listener);
  if (error) die("notifications", -error);
  unsigned long flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;
  log_note(followed.log, "synchronous", ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags) == 0);
  start_waking(followed.ring != NULL);
  for (;;) {
    memset(channel.notif, 0, channel.sizes.seccomp_notif);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, channel.notif) == 0) {
      handle(&channel, &followed);
      choose_processor((pid_t)channel.notif->pid);
      continue;
    }
    take_all(&followed);
    settle_folders();
    int status = followed.child ? end_of_child(&followed.child, listener) : -1;
    if (status >= 0) return status;
    if (!followed.child && has_ended(listener)) return 0;
  }
}
