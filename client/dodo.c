/* dodo: the part of `cooper dev exec` that every command needs, without starting node.
 *
 *   dodo-linux-x64 SOCKET FOLDER COUNT:DEADLINE PROGRAM... COMMAND [ARGUMENT...]      PROGRAM is COUNT words
 *
 * Asks the session's process at SOCKET to run the command, joined to our streams. Whatever is not plain (options of ours, another session in
 * COOPER_SESSION, no process that answers) is left to PROGRAM. A process that is stopped for DEADLINE milliseconds is given up. The conversation is that of src/remote/serve/client-connection.ts. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { FAILED = 125, BROKEN_PIPE = 141, WINDOW = 1024 * 1024, PIECE = 65536, HEAD = 5, LONGEST = 65536, LOOKS = 5 };

static int channel = -1;
static int wake[2];
static int is_raw;
static struct termios before;

static void restore(void) {
  if (is_raw) tcsetattr(0, TCSADRAIN, &before);
  is_raw = 0;
}

static _Noreturn void leave(int code) {
  restore();
  _exit(code);
}

static long look_every = 1000;

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The session's process, where somebody has stopped it; 0 else. */
static int stopped_process(void) {
  struct ucred other;
  socklen_t size = sizeof other;
  char text[512];
  if (getsockopt(channel, SOL_SOCKET, SO_PEERCRED, &other, &size) != 0) return 0;
  snprintf(text, sizeof text, "/proc/%d/stat", (int)other.pid);
  int file = open(text, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  if (length <= 0) return 0;
  text[length] = '\0';
  const char *state = strrchr(text, ')'); /* the name before it may hold anything */
  return state != NULL && state[1] == ' ' && (state[2] == 'T' || state[2] == 't') ? other.pid : 0;
}

/* To be called often. What is late on a busy machine is not stopped: only looks that find it so count, one after the other. */
static void look(void) {
  static long next;
  static int found;
  if (next == 0) next = now_ms() + look_every;
  if (now_ms() < next) return;
  next = now_ms() + look_every;
  int pid = stopped_process();
  found = pid == 0 ? 0 : found + 1;
  if (found < LOOKS) return;
  restore();
  fprintf(stderr,
          "cooper: the session's process was stopped (process %d) and answers nothing\n"
          "  Let it go on: kill -CONT %d; or end it, another is started then: cooper dev stop\n  (docs/findings/session-stopped.md)\n",
          pid, pid);
  _exit(FAILED);
}

/* False when the other side is gone. */
static int write_all(int to, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t done = to == channel ? send(to, bytes, size, MSG_NOSIGNAL) : write(to, bytes, size);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN && to == channel) {
      look(); /* it took nothing for one look's time */
      continue;
    }
    if (done < 0 && errno == EAGAIN) {
      struct pollfd ready = {to, POLLOUT, 0};
      poll(&ready, 1, -1);
      continue;
    }
    if (done <= 0) return 0;
    bytes += done;
    size -= (size_t)done;
  }
  return 1;
}

static void send_frame(char kind, const char *bytes, size_t size) {
  char head[HEAD] = {kind, (char)(size >> 24), (char)(size >> 16), (char)(size >> 8), (char)size};
  struct iovec parts[2] = {{head, sizeof head}, {(void *)bytes, size}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  ssize_t done;
  while ((done = sendmsg(channel, &message, MSG_NOSIGNAL)) < 0 && (errno == EINTR || errno == EAGAIN)) look();
  if (done < 0) return;
  size_t sent = (size_t)done;
  size_t of_head = sent < sizeof head ? sent : sizeof head;
  if (write_all(channel, head + of_head, sizeof head - of_head)) write_all(channel, bytes + (sent - of_head), size - (sent - of_head));
}

static void send_text(char kind, const char *text) { send_frame(kind, text, strlen(text)); }

static void on_signal(int number) {
  int kept = errno;
  char byte = (char)number;
  if (write(wake[1], &byte, 1) < 0) { /* the pipe is full of signals already */ }
  errno = kept;
}

static const struct {
  int number;
  const char *name;
} passed[] = {{SIGINT, "SIGINT"},   {SIGTERM, "SIGTERM"}, {SIGHUP, "SIGHUP"},
              {SIGQUIT, "SIGQUIT"}, {SIGUSR1, "SIGUSR1"}, {SIGUSR2, "SIGUSR2"}};

static void send_size(void) {
  struct winsize size;
  char text[32];
  if (ioctl(1, TIOCGWINSZ, &size) != 0) return;
  snprintf(text, sizeof text, "%u %u", size.ws_col, size.ws_row);
  send_text('W', text);
}

static void take_signals(void) {
  char byte;
  while (read(wake[0], &byte, 1) == 1) {
    if (byte == SIGWINCH) send_size();
    for (size_t one = 0; one < sizeof passed / sizeof *passed; one++)
      if (byte == passed[one].number) send_text('S', passed[one].name);
  }
}

/* The words of a request, each a letter and its bytes, ended by a zero. */
static char *request;
static size_t request_size;

static void add_field(char letter, const char *text) {
  size_t size = strlen(text) + 2;
  request = realloc(request, request_size + size);
  if (request == NULL) leave(FAILED);
  request[request_size] = letter;
  memcpy(request + request_size + 1, text, size - 1);
  request_size += size;
}

/* A member of the flat JSON object that a failure is, as it may be shown: no control characters. */
static void print_member(const char *json, const char *name, const char *indent) {
  char key[32];
  snprintf(key, sizeof key, "\"%s\":\"", name);
  const unsigned char *at = (const unsigned char *)strstr(json, key);
  if (at == NULL) return;
  at += strlen(key);
  for (; *at != '\0' && *at != '"'; at++) {
    if (*at == '\\' && at[1] == 'n') {
      fprintf(stderr, "\n%s", indent);
      at++;
    } else if (*at == '\\' && (at[1] == '"' || at[1] == '\\')) {
      fputc(*++at, stderr);
    } else if (*at == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) {
      fputc('?', stderr);
      at++;
    } else {
      fputc(*at, stderr);
    }
  }
}

static int fail(const char *json) {
  restore();
  fputs("cooper: ", stderr);
  print_member(json, "message", "");
  fputs("\n  ", stderr);
  print_member(json, "hint", "  ");
  fputs("\n  (docs/findings/", stderr);
  print_member(json, "code", "");
  fputs(".md)\n", stderr);
  const char *exit_at = strstr(json, "\"exit\":");
  int code = exit_at == NULL ? FAILED : atoi(exit_at + 7);
  return code == 126 || code == 127 || code == 130 ? code : FAILED;
}

static struct {
  char head[5];
  size_t head_size;
  size_t left;
  char text[LONGEST + 1];
  size_t text_size;
} frame;

static long credit = WINDOW;
static int is_broken;
static int broken_by;

static void pass_output(int to, const char *bytes, size_t size) {
  if (is_broken || write_all(to, bytes, size)) return;
  broken_by = errno;
  is_broken = 1;
  send_text('S', "SIGPIPE");
}

static void end_frame(void) {
  frame.text[frame.text_size] = '\0';
  switch (frame.head[0]) {
    case 'c': credit += atol(frame.text); break;
    case 'f': leave(fail(frame.text));
    case 'x': {
      int code = atoi(frame.text);
      if (is_broken && broken_by != EPIPE) {
        fprintf(stderr,
                "cooper: the command's output cannot be written: %s\n"
                "  Make room, or send it elsewhere; the command was told to end.\n  (docs/findings/output-failed.md)\n",
                strerror(broken_by));
        leave(FAILED);
      }
      leave(is_broken && code == 0 ? BROKEN_PIPE : code);
    }
    default: break;
  }
  frame.head_size = 0;
  frame.text_size = 0;
}

static void take(const char *bytes, size_t size) {
  while (size > 0) {
    if (frame.head_size < 5) {
      frame.head[frame.head_size++] = *bytes++;
      size--;
      if (frame.head_size < 5) continue;
      const unsigned char *head = (const unsigned char *)frame.head;
      frame.left = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
    }
    size_t part = size < frame.left ? size : frame.left;
    if (frame.head[0] == 'o') pass_output(1, bytes, part);
    else if (frame.head[0] == 'e') pass_output(2, bytes, part);
    else if (frame.text_size + part <= LONGEST) {
      memcpy(frame.text + frame.text_size, bytes, part);
      frame.text_size += part;
    }
    bytes += part;
    size -= part;
    frame.left -= part;
    if (frame.left == 0) end_frame();
  }
}

static void make_raw(void) {
  struct termios raw;
  if (tcgetattr(0, &before) != 0) return;
  raw = before;
  cfmakeraw(&raw);
  is_raw = tcsetattr(0, TCSADRAIN, &raw) == 0;
}

/* Another user may serve a socket at a place where everybody writes: what is typed is not for them. */
static int is_own(int made) {
  struct ucred other;
  socklen_t size = sizeof other;
  return getsockopt(made, SOL_SOCKET, SO_PEERCRED, &other, &size) == 0 && (other.uid == geteuid() || other.uid == 0);
}

static int reach(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int made = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct timeval longest = {look_every / 1000, look_every % 1000 * 1000};
  if (made >= 0) setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  if (made >= 0 && connect(made, (struct sockaddr *)&address, sizeof address) == 0 && is_own(made)) return made;
  if (made >= 0) close(made);
  return -1;
}

static void hear_signals(void) {
  if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) leave(FAILED);
  struct sigaction action = {.sa_handler = on_signal};
  for (size_t one = 0; one < sizeof passed / sizeof *passed; one++) sigaction(passed[one].number, &action, NULL);
  sigaction(SIGWINCH, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
}

/* A folder that was removed has a name still: the kernel tells it to who asks another way, PWD was lost by a shell in between. */
static const char *named_folder(char *folder, size_t size) {
  static const char mark[] = " (deleted)";
  const char *name = getenv("PWD");
  ssize_t length = readlink("/proc/self/cwd", folder, size - 1);
  if (length <= 0 || folder[0] != '/') return name != NULL && name[0] == '/' ? name : "/";
  folder[length] = '\0';
  size_t end = (size_t)length - (sizeof mark - 1);
  if ((size_t)length >= sizeof mark && strcmp(folder + end, mark) == 0) folder[end] = '\0';
  return folder;
}

static void ask(char **words) {
  char folder[PATH_MAX], text[128];
  struct winsize size;
  int is_away = isatty(0) && tcgetpgrp(0) != getpgrp();
  for (char **word = words; *word != NULL; word++) add_field('a', *word);
  add_field('l', getcwd(folder, sizeof folder) == NULL ? named_folder(folder, sizeof folder) : folder);
  if (!is_away) add_field('i', "");
  if (!is_away && isatty(0) && isatty(1) && ioctl(1, TIOCGWINSZ, &size) == 0) {
    const char *kind = getenv("TERM");
    snprintf(text, sizeof text, "%u %u %s", size.ws_col > 0 ? size.ws_col : 80, size.ws_row > 0 ? size.ws_row : 24,
             kind == NULL || strlen(kind) > 64 ? "" : kind);
    add_field('t', text);
    make_raw();
  }
  send_frame('Q', request, request_size);
}

static void converse(int has_input) {
  static char bytes[PIECE];
  for (;;) {
    struct pollfd ready[3] = {{channel, POLLIN, 0}, {wake[0], POLLIN, 0}, {has_input && credit > 0 ? 0 : -1, POLLIN, 0}};
    if (poll(ready, 3, (int)look_every) < 0 && errno != EINTR) return;
    look();
    if (ready[1].revents != 0) take_signals();
    if (ready[2].revents != 0) {
      /* The other side reads so much at once: a longer frame would come in two. */
      ssize_t size = read(0, bytes, sizeof bytes - HEAD);
      if (size > 0) {
        credit -= size;
        send_frame('I', bytes, (size_t)size);
      } else if (size == 0 || (errno != EINTR && errno != EAGAIN)) {
        has_input = 0;
        send_text('E', "");
      }
    }
    if (ready[0].revents != 0) {
      ssize_t size = recv(channel, bytes, sizeof bytes, 0);
      if (size > 0) take(bytes, (size_t)size);
      else if (size == 0 || errno != EINTR) return;
    }
  }
}

/* A number of a standard stream that is closed would be that of the next thing opened, and take the stream's bytes. */
static void hold_streams(void) {
  int file;
  while ((file = open("/dev/null", O_RDWR)) >= 0 && file <= 2) {}
  if (file > 2) close(file);
}

int main(int count, char **words) {
  hold_streams();
  int whole = count > 4 ? atoi(words[3]) : 0;
  if (whole < 1 || whole > count - 4) return FAILED;
  const char *deadline = strchr(words[3], ':');
  if (deadline != NULL && atol(deadline + 1) >= LOOKS) look_every = atol(deadline + 1) / LOOKS;
  char **program = words + 4, **command = program + whole;
  const char *session = getenv("COOPER_SESSION");
  int is_plain = *command != NULL && (*command)[0] != '-' && (session == NULL || *session == '\0' || strcmp(session, words[2]) == 0);
  if (is_plain) channel = reach(words[1]);
  if (channel < 0) {
    execvp(*program, program);
    perror(*program);
    return FAILED;
  }
  hear_signals();
  ask(command);
  converse(!(isatty(0) && tcgetpgrp(0) != getpgrp()));
  restore();
  fputs("cooper: the session's process went away before the command ended\n  Try again: it is started anew.\n  (docs/findings/session-gone.md)\n", stderr);
  return FAILED;
}
