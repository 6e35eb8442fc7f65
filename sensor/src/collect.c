#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* In a container of cooper's own: takes the records of the sensors in other containers, over sockets in the volume that all of them have.
   A program that is traced cannot reach what has arrived here. Orders are lines on stdin; answers are "=word TAB name NUL" on stdout. */

#define MAX_RUNS 200

/* One socket to be called once. Who calls a second time is not the sensor. */
struct run {
  char name[64];
  int listener;
  int connection; /* -1 before the call and after its end */
  int file;       /* the shared memory with the records */
  int events;     /* what fanotify hears, instead */
  struct tracepoint tracepoint; /* what the kernel tells of its processes */
  struct ring *ring;
  uint64_t offset;
  uint64_t lost; /* told so far */
  uint64_t lost_in_log;
  uint64_t lost_told; /* what the kernel could not tell, of a tracepoint that is gone */
  int is_over;
  int may_go; /* the order came before the call */
};

static struct run runs[MAX_RUNS];
static size_t run_count;
static const char *folder;

static void say(const char *word, const char *name) {
  char text[128];
  int length = format_text(text, sizeof text, "=%s\t%s", word, name);
  if (write_all(1, text, (size_t)length + 1) < 0) exit(0);
}

static struct run *find_run(const char *name) {
  for (size_t i = 0; i < run_count; i++)
    if (!strcmp(runs[i].name, name)) return &runs[i];
  return NULL;
}

static void start_listening(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (run_count == MAX_RUNS || strlen(name) >= sizeof runs->name) die("no more sockets", 0);
  struct run *run = &runs[run_count++];
  *run = (struct run){.connection = -1, .file = -1, .events = -1, .tracepoint = {-1, -1, -1}};
  strcpy(run->name, name);
  format_text(address.sun_path, sizeof address.sun_path, "%s/%s", folder, name);
  run->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (run->listener < 0 || bind(run->listener, (struct sockaddr *)&address, sizeof address) < 0) die(name, errno);
  if (chmod(address.sun_path, 0666) < 0 || listen(run->listener, 8) < 0) die(name, errno);
  say("listening", name);
}

static void answer_call(struct run *run) {
  int connection = accept4(run->listener, NULL, NULL, SOCK_CLOEXEC);
  if (connection < 0) return;
  if (run->connection >= 0 || run->is_over) {
    say("intruder", run->name);
    close(connection);
    return;
  }
  run->connection = connection;
  if (run->may_go) write_all(connection, "", 1);
}

static void pass_on(struct run *run) {
  static char buffer[1 << 16];
  ssize_t n;
  uint64_t lost = run->lost_in_log;
  if (run->file < 0) return;
  while ((n = log_read(run->file, &run->offset, &lost, buffer, sizeof buffer)) > 0)
    if (write_all(1, buffer, (size_t)n) < 0) exit(0);
  if (n < 0) say("intruder", run->name);
  run->lost_in_log = lost;
  lost += run->ring ? lost_at_tracepoint(&run->tracepoint) : run->lost_told;
  int length = format_text(buffer, sizeof buffer, "#lost\t%llu", (unsigned long long)(lost - run->lost));
  if (lost > run->lost && write_all(1, buffer, (size_t)length + 1) < 0) exit(0);
  run->lost = lost;
}

static struct log *seen;
static int descriptors;

static void tell(char op, pid_t pid, const char *path, size_t length) {
  char head[32];
  int size = op == OP_LOST ? format_text(head, sizeof head, "#lost\t1") : format_text(head, sizeof head, "%c%d\t", op, (int)pid);
  if (op != OP_LOST && !log_is_new(seen, op, path, length)) return;
  if (write_all(1, head, (size_t)size) < 0 || write_all(1, path, length) < 0 || write_all(1, "", 1) < 0) exit(0);
}

static int is_named(int fd, const char *part) {
  char name[16], target[64] = "";
  format_text(name, sizeof name, "%d", fd);
  return readlinkat(descriptors, name, target, sizeof target - 1) > 0 && strstr(target, part);
}

static void keep(int *place, int file) {
  if (*place >= 0) close(*place);
  *place = file;
}

/* What others do in that container is heard here, which has no part in it. The sensor waits until it is, or until it is known not to be. */
static void hear_others(struct run *run, int root) {
  int events = hear_mount(root);
  close(root);
  if (events >= 0) keep(&run->events, events);
  say("heard", run->name);
  write_all(run->connection, "", 1);
}

/* The sensor reads what is told, since only it sees the places as its program does. Where it cannot be had, it is told so by a plain byte. */
static void have_told(struct run *run, int namespace) {
  int error = run->ring ? -EEXIST : attach_tracepoint(namespace, &run->tracepoint);
  close(namespace);
  if (!error && !(run->ring = ring_open(run->tracepoint.ring))) detach_tracepoint(&run->tracepoint);
  if (run->ring) send_fd(run->connection, run->tracepoint.ring);
  else write_all(run->connection, "", 1);
}

/* What was told in the last moment before the sensor was killed. Without it nobody knows where a relative path began. */
static void tell_last(const struct told_call *call, void *whose) {
  struct asked asked = asked_of(call);
  (void)whose;
  if (call->path[0] == '/') tell(told_op(&asked), asked.pid, call->path, strlen(call->path));
}

static void end_telling(struct run *run) {
  if (!run->ring) return;
  ring_take(run->ring, tell_last, NULL);
  run->lost_told = lost_at_tracepoint(&run->tracepoint);
  ring_close(run->ring);
  run->ring = NULL;
  detach_tracepoint(&run->tracepoint);
}

#define PATIENCE 400 /* of 5 ms */

/* The sensor takes what it is told at the latest when its clock ticks. */
static void await_taking(const struct run *run) {
  struct timespec pause = {0, 5000000};
  if (!run->ring) return;
  uint64_t end = ring_written(run->ring);
  for (int i = 0; i < PATIENCE && ring_read(run->ring) < end; i++) nanosleep(&pause, NULL);
}

static int is_folder(int file) {
  struct stat status;
  return fstat(file, &status) == 0 && S_ISDIR(status.st_mode);
}

/* A message brings the root of the sensor's container, the records' memory, or what hears events; the last is the end of the sensor. */
static void hear(struct run *run) {
  int file = receive_fd(run->connection);
  if (file >= 0 && is_folder(file)) return hear_others(run, file);
  if (file >= 0 && is_named(file, "pid:")) return have_told(run, file);
  if (file >= 0) return keep(is_named(file, "fanotify") ? &run->events : &run->file, file);
  end_telling(run);
  close(run->connection);
  run->connection = -1;
  run->is_over = 1;
}

static void let_go(const char *name) {
  struct run *run = find_run(name);
  if (run) run->may_go = 1;
  if (run && run->connection >= 0) write_all(run->connection, "", 1);
  say("gone", name);
}

static void dump(void) {
  for (size_t i = 0; i < run_count; i++) {
    if (runs[i].events >= 0) read_events(runs[i].events, descriptors, tell);
    await_taking(&runs[i]);
    pass_on(&runs[i]);
  }
  say("dumped", "");
}

static void obey(char *line) {
  char *name = strchr(line, ' ');
  if (name) *name++ = '\0';
  if (!strcmp(line, "listen") && name) start_listening(name);
  else if (!strcmp(line, "go") && name) let_go(name);
  else if (!strcmp(line, "dump")) dump();
}

static void read_orders(void) {
  static char text[4096];
  static size_t length;
  ssize_t n = read(0, text + length, sizeof text - 1 - length);
  if (n <= 0) exit(0);
  length += (size_t)n;
  text[length] = '\0';
  for (char *end; (end = strchr(text, '\n'));) {
    *end = '\0';
    obey(text);
    length -= (size_t)(end + 1 - text);
    memmove(text, end + 1, length + 1);
  }
}

static void wait_for_news(void) {
  struct pollfd polled[1 + 3 * MAX_RUNS];
  size_t count = run_count;
  polled[0] = (struct pollfd){0, POLLIN, 0};
  for (size_t i = 0; i < count; i++) {
    polled[1 + 3 * i] = (struct pollfd){runs[i].listener, POLLIN, 0};
    polled[2 + 3 * i] = (struct pollfd){runs[i].connection, POLLIN, 0};
    polled[3 + 3 * i] = (struct pollfd){runs[i].events, POLLIN, 0};
  }
  if (poll(polled, 1 + 3 * count, -1) < 0) return;
  for (size_t i = 0; i < count; i++) {
    if (polled[1 + 3 * i].revents) answer_call(&runs[i]);
    if (polled[2 + 3 * i].revents) hear(&runs[i]);
    if (polled[3 + 3 * i].revents) read_events(runs[i].events, descriptors, tell);
  }
  if (polled[0].revents) read_orders();
}

static int can_hear(void) {
  int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  int events = hear_mount(root);
  close(root);
  if (events >= 0) close(events);
  return events >= 0;
}

int collect(int argc, char **argv) {
  if (argc < 1) die("usage: collect FOLDER [--unprivileged]", EINVAL);
  folder = argv[0];
  descriptors = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
  seen = log_create();
  if (!seen) die("memory", ENOMEM);
  int is_unprivileged = argc > 1 && !strcmp(argv[1], "--unprivileged");
  if (probe_way(WAY_NOTIFY, is_unprivileged)) say("way", "notify");
  if (probe_way(WAY_PTRACE, is_unprivileged)) say("way", "ptrace");
  if (can_hear()) say("way", "fanotify");
  if (probe_tracepoint()) say("way", "tracepoint");
  say("ready", "");
  for (;;) wait_for_news();
}
