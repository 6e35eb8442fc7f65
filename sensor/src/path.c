#define _GNU_SOURCE
#include "sensor.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_LINKS 40

/* Until a process changes its root, all have the container's, and asking the kernel for each would double the work. */
static int has_new_root;

void note_new_root(void) { has_new_root = 1; }

static size_t read_link(const char *link, char *out, size_t size) {
  ssize_t n = readlink(link, out, size - 1);
  if (n <= 0) return 0;
  out[n] = '\0';
  return (size_t)n;
}

static char *append_number(char *at, unsigned value) {
  char digits[12];
  int n = 0;
  do digits[n++] = (char)('0' + value % 10);
  while (value /= 10);
  while (n > 0) *at++ = digits[--n];
  *at = '\0';
  return at;
}

/* The folder that a relative path starts from, as the process sees it. */
static size_t base_of(pid_t pid, int dirfd, char *out, size_t size) {
  char link[64] = "/proc/";
  char *at = append_number(link + 6, (unsigned)pid);
  if (dirfd == AT_FDCWD) strcpy(at, "/cwd");
  else if (dirfd >= 0) append_number(strcpy(at, "/fd/") + 4, (unsigned)dirfd);
  else return 0;
  return read_link(link, out, size);
}

/* The folders that threads work in, as far as they were asked for. */
#define FOLDERS 64
#define FOLDER_SPACE 256
static struct folder {
  pid_t thread;
  size_t length;
  char path[FOLDER_SPACE];
} folders[FOLDERS];

static int is_changing;

void settle_folders(void) { is_changing = 0; }

void forget_folders(void) {
  is_changing = 1;
  for (int i = 0; i < FOLDERS; i++) folders[i].thread = 0;
}

/* Of a call that was told of, when its thread, or the whole process, may have ended. */
static size_t folder_of(const struct asked *asked, char *out, size_t size) {
  struct folder *folder = &folders[(unsigned)asked->pid % FOLDERS];
  if (folder->thread == asked->pid) {
    memcpy(out, folder->path, folder->length + 1);
    return folder->length;
  }
  size_t length = base_of(asked->pid, AT_FDCWD, out, size);
  if (length == 0) length = base_of(asked->process, AT_FDCWD, out, size);
  if (length == 0 || length >= FOLDER_SPACE || is_changing) return length;
  *folder = (struct folder){.thread = asked->pid, .length = length};
  memcpy(folder->path, out, length + 1);
  return length;
}

/* The prefix of a process that changed its root; nothing for the container's own root. */
static size_t root_of(pid_t pid, char *out, size_t size) {
  if (!has_new_root) return 0;
  char link[64] = "/proc/";
  strcpy(append_number(link + 6, (unsigned)pid), "/root");
  size_t length = read_link(link, out, size);
  return length == 1 && out[0] == '/' ? 0 : length;
}

/* Fills in the absolute path before links are followed; 0 when there is none, as for a pipe. */
int resolve(const struct asked *asked, int dirfd, const char *path, struct place *place) {
  place->root = root_of(asked->pid, place->path, PATH_SPACE);
  size_t length = place->root;
  if (path[0] != '/') length = asked->path ? folder_of(asked, place->path, PATH_SPACE) : base_of(asked->pid, dirfd, place->path, PATH_SPACE);
  if (path[0] != '/' && (length == 0 || place->path[0] != '/')) return 0;
  size_t rest = strlen(path);
  if (length + rest + 2 > PATH_SPACE) return 0;
  if (rest > 0) {
    if (path[0] != '/' && place->path[length - 1] != '/') place->path[length++] = '/';
    memcpy(place->path + length, path, rest + 1);
  }
  place->length = length + rest;
  return 1;
}

/* A walk along a path, component by component, in the sensor's own view of the file system. */
struct steps {
  char done[PATH_SPACE]; /* without links; no slash at the end, "" is the root */
  char rest[PATH_SPACE];
  char link[PATH_SPACE]; /* the link that the last step went through */
  size_t length;
  size_t root; /* where absolute links start */
  int links;
  int follows_last;
};

static void step_up(struct steps *steps) {
  while (steps->length > steps->root && steps->done[--steps->length] != '/') continue;
  steps->done[steps->length] = '\0';
}

/* Puts a link's target before what is left to walk. */
static int follow(struct steps *steps, const char *target, size_t name) {
  char rest[PATH_SPACE];
  strcpy(steps->link, steps->done);
  if (++steps->links > MAX_LINKS || format_text(rest, sizeof rest, "%s%s", target, steps->rest) >= (int)sizeof rest) return -1;
  strcpy(steps->rest, rest);
  steps->length = target[0] == '/' ? steps->root : steps->length - name - 1;
  steps->done[steps->length] = '\0';
  return 1;
}

static int enter(struct steps *steps, const char *name, size_t length) {
  if (steps->length + length + 2 > PATH_SPACE) return 0;
  steps->done[steps->length++] = '/';
  memcpy(steps->done + steps->length, name, length);
  steps->length += length;
  steps->done[steps->length] = '\0';
  return 1;
}

/* Takes the next component. 1: it was a link; 0: it was none; -1: the end. */
static int take(struct steps *steps) {
  char target[PATH_SPACE];
  const char *name = steps->rest + strspn(steps->rest, "/");
  size_t length = strcspn(name, "/");
  int is_up = length == 2 && name[0] == '.' && name[1] == '.';
  int is_here = length == 1 && name[0] == '.';
  if (length == 0 || (!is_up && !is_here && !enter(steps, name, length))) return -1;
  memmove(steps->rest, name + length, strlen(name + length) + 1);
  if (is_up) step_up(steps);
  if (is_up || is_here || (steps->rest[0] == '\0' && !steps->follows_last)) return 0;
  return read_link(steps->done, target, sizeof target) == 0 ? 0 : follow(steps, target, length);
}

static int has_plain_names(const char *path) { return !strstr(path, "/.") && !strstr(path, "//"); }

/* Asking of every path whether it is a link is a call each; a folder out of which much is opened is read once instead. */
#define ASKED_OFTEN 8
static int has_new_link;

void note_new_link(void) { has_new_link = 1; }

static int has_links(const char *folder) {
  DIR *stream = opendir(*folder ? folder : "/");
  if (!stream) return 1;
  int found = 0;
  for (struct dirent *entry; !found && (entry = readdir(stream));) found = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
  closedir(stream);
  return found;
}

static int is_linkless(struct log *log, const struct place *place, size_t folder) {
  if (has_new_link) return 0;
  if (log_knows(log, OP_LINKLESS, place->path, folder)) return 1;
  if (log_count(OP_LINKLESS, place->path, folder) != ASKED_OFTEN) return 0;
  char name[PATH_SPACE];
  memcpy(name, place->path, folder);
  name[folder] = '\0';
  if (has_links(name)) return 0;
  log_is_new(log, OP_LINKLESS, name, folder);
  return 1;
}

/* Most paths lie in a folder that was walked before without meeting a link: then the last component is all there is to ask for. */
static int is_plain(struct log *log, const struct place *place, int follows_last) {
  const char *slash = memrchr(place->path, '/', place->length);
  char target[8];
  if (!slash || !has_plain_names(place->path)) return 0;
  size_t folder = (size_t)(slash - place->path);
  if (!log_knows(log, OP_FOLDER, place->path, folder)) return 0;
  return !follows_last || is_linkless(log, place, folder) || readlink(place->path, target, sizeof target) < 0;
}

static void log_once(struct log *log, char op, pid_t pid, const char *path, size_t length) {
  if (length > 0 && log_is_new(log, op, path, length)) log_path(log, op, pid, path, length);
}

/* What the kernel makes up is different for each reader. */
static int is_made_up(const char *path) { return !strncmp(path, "/proc/", 6) || !strncmp(path, "/dev/", 5); }

static void log_steps(struct log *log, const struct act *act, const struct place *place) {
  static struct steps steps;
  memcpy(steps.done, place->path, place->root);
  memcpy(steps.rest, place->path + place->root, place->length - place->root + 1);
  steps.length = steps.root = place->root;
  steps.done[steps.length] = '\0';
  steps.links = 0;
  steps.follows_last = act->follows;
  for (int kind; (kind = take(&steps)) >= 0;)
    if (kind == 1) log_once(log, OP_LINK, act->pid, steps.link, strlen(steps.link));
  if (steps.rest[strspn(steps.rest, "/")] != '\0') return;
  if (steps.links > 0 || !has_plain_names(place->path)) log_once(log, act->op, act->pid, steps.done, steps.length);
  const char *slash = memrchr(place->path, '/', place->length);
  if (steps.links == 0 && slash) log_is_new(log, OP_FOLDER, place->path, (size_t)(slash - place->path));
}

/* Writes the record, one for each link on the way, and one for where it ends: links that the program made itself are gone later. */
void log_place(struct log *log, const struct act *act, const struct place *place) {
  if (act->follows && !log_is_new(log, (char)(act->op | OP_FOLLOWED), place->path, place->length)) return;
  int is_new = log_is_new(log, act->op, place->path, place->length);
  if (is_new) log_path(log, act->op, act->pid, place->path, place->length);
  if ((is_new || act->follows) && !is_made_up(place->path) && !is_plain(log, place, act->follows)) log_steps(log, act, place);
}
