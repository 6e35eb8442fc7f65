#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* attend ANSWERING ASKING MILLISECONDS
 *
 * ASKING is a program that the kernel passes requests to (FUSE), and ANSWERING the process that it has its answers from, which writes here while
 * it is well. Where one of them is stopped for so long, or nothing is written for much longer, ASKING is killed: whoever waits for it gets an
 * error then. Ends with its input.
 *
 * It counts its own looks, and no time: on a machine that has no time for anybody it comes as seldom as the others. */

enum { LOOKS = 10, SHORTEST_LOOK = 20, LONGEST_LOOK = 500, SILENT = 6, LEAST_SILENT_MS = 30000 };

static int is_stopped(long pid) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return 0;
  text[length] = '\0';
  /* The name before it may hold anything. */
  const char *state = strrchr(text, ')');
  return state != NULL && (state[1] == ' ') && (state[2] == 'T' || state[2] == 't');
}

/* 1: something was written; 0: nothing; -1: nobody is there any more. */
static int hear(void) {
  char bytes[256];
  int heard = 0;
  for (;;) {
    ssize_t size = read(STDIN_FILENO, bytes, sizeof bytes);
    if (size == 0) return -1;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno == EAGAIN ? heard : -1;
    heard = 1;
  }
}

int attend(int argc, char **argv) {
  if (argc != 3) die("usage: sensor attend ANSWERING ASKING MILLISECONDS", EINVAL);
  long answering = number_of(argv[0]), asking = number_of(argv[1]), deadline = number_of(argv[2]);
  if (answering < 2 || asking < 2 || deadline < 1) die("usage: sensor attend ANSWERING ASKING MILLISECONDS", EINVAL);
  long look = deadline / LOOKS;
  look = look < SHORTEST_LOOK ? SHORTEST_LOOK : look > LONGEST_LOOK ? LONGEST_LOOK : look;
  long silent_after = SILENT * deadline > LEAST_SILENT_MS ? SILENT * deadline : LEAST_SILENT_MS;
  /* It is needed most where memory is short; not everybody may. */
  mlockall(MCL_CURRENT);
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  for (long answering_for = 0, asking_for = 0, silent_for = 0;;) {
    struct pollfd gone = {.fd = STDIN_FILENO, .events = 0};
    poll(&gone, 1, (int)look);
    int heard = hear();
    if (heard < 0) return 0;
    silent_for = heard ? 0 : silent_for + look;
    answering_for = !heard && is_stopped(answering) ? answering_for + look : 0;
    asking_for = is_stopped(asking) ? asking_for + look : 0;
    if (answering_for < deadline && asking_for < deadline && silent_for < silent_after) continue;
    /* Who is stopped, or silent, has not asked after it: the number is still its own. */
    kill((pid_t)asking, SIGKILL);
    return 0;
  }
}
