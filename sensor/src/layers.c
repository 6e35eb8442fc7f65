#define _GNU_SOURCE
#include "sensor.h"
#include "layers.h"
#include "serve.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Reads trees for a scan, one after another as they are asked for on stdin: a letter, the folder's path, NUL. With "A" only the entries that have
   extended attributes are told; with "C" all entries, and what small files hold; with "Q" all entries, and of files that look like programs how they
   begin. The answer is frames: "R" with whole records (their layout is in src/trace/layer-records.ts), at the end of a tree an empty ".". No link is
   followed; another file system is not entered. */

#define ATTRIBUTE_SPACE 65536
#define FEW_ATTRIBUTES 256
#define FULL (128 * 1024)
#define HIDES_TRUSTED 1u
#define HIDES_USER 2u
#define HAS_DEVICE 1
#define HAS_HASH 2
#define HAS_LINK 4
#define HAS_ATTRIBUTES 8
#define FRAME_HEAD 5
#define PRIME 2147483647u

static dev_t device;
static char *path;
static size_t path_space;
static char way;
static struct reply records;
static size_t frame;
/* Names of folders that are still to be entered, those of the folder above first. */
static struct reply names_below;
/* A sum over what was told since the last flush, another one as soon as anything in the tree is written, made or removed. */
static uint32_t signature;

static void put_letter(char letter) { *put_space(&records, 1) = (uint8_t)letter; }

/* A frame is a letter, its length and its bytes. */
static void begin_frame(void) {
  frame = records.length;
  put_space(&records, FRAME_HEAD);
}

static void end_frame(char kind) {
  if (signature) {
    put_letter('S');
    put_u32(&records, signature);
    signature = 0;
  }
  records.bytes[frame] = (uint8_t)kind;
  set_u32(&records, frame + 1, (uint32_t)(records.length - frame - FRAME_HEAD));
}

/* All frames at once: each write wakes who reads. */
static void send_frames(void) {
  if (write_all(1, records.bytes, records.length) < 0) exit(1);
  records.length = 0;
}

static void say_error(void) {
  int error = errno;
  put_letter('E');
  put_u32(&records, (uint32_t)error);
  put_text(&records, path);
}

/* Labels that differ with each container, and overlay's own notes that say nothing of what is to be seen. */
static int is_told(const char *name) {
  static const char *const untold[] = {"security.selinux",       "trusted.overlay.origin", "trusted.overlay.impure", "trusted.overlay.nlink",
                                       "trusted.overlay.uuid",   "user.overlay.origin",    "user.overlay.impure",    "user.overlay.nlink",
                                       "user.overlay.uuid"};
  for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
    if (!strcmp(name, untold[i])) return 0;
  return 1;
}

static ssize_t list_names(const char *name, int file, char *names, size_t size) {
  return file >= 0 ? flistxattr(file, names, size) : llistxattr(name, names, size);
}

/* The working folder is the entry's: the calls take no descriptor of a folder, and so need no path but the name. Most have few attributes or none, and
   the kernel takes memory for all the space that it is offered. */
static ssize_t names_of(const char *name, int file, char *names, uint32_t *count) {
  ssize_t length = list_names(name, file, names, FEW_ATTRIBUTES);
  if (length < 0 && errno == ERANGE) length = list_names(name, file, names, ATTRIBUTE_SPACE);
  if (length < 0 && errno != ENOTSUP && errno != ENOENT && errno != ENOTDIR) say_error();
  *count = 0;
  for (char *at = names; length > 0 && at < names + length; at += strlen(at) + 1) *count += (uint32_t)is_told(at);
  return length;
}

static void put_attributes_of(const char *name, const char *names, ssize_t length) {
  static char value[ATTRIBUTE_SPACE];
  for (const char *at = names; length > 0 && at < names + length; at += strlen(at) + 1) {
    if (!is_told(at)) continue;
    ssize_t size = lgetxattr(name, at, value, sizeof value);
    put_text(&records, at);
    put_bytes(&records, value, size > 0 ? (size_t)size : 0);
  }
}

static void tell_attributes(const char *name) {
  static char names[ATTRIBUTE_SPACE];
  uint32_t count;
  ssize_t length = names_of(name, -1, names, &count);
  if (count == 0) return;
  put_letter('A');
  put_text(&records, path);
  put_u32(&records, count);
  put_attributes_of(name, names, length);
}

static void tell_head(unsigned hides) {
  put_letter('D');
  put_text(&records, path);
  put_u32(&records, hides);
}

static size_t lengthen(size_t length, const char *name) {
  size_t more = strlen(name) + 1;
  if (length + more + 1 > path_space) {
    path_space = 2 * (length + more + 1);
    path = realloc(path, path_space);
    if (!path) die("memory", ENOMEM);
  }
  path[length] = '/';
  memcpy(path + length + 1, name, more);
  return length + more;
}

/* Who writes in a container does not choose the times of change that the kernel notes. The order of what is added up does not matter. */
static void sign(const struct stat *status) {
  uint64_t changed = (uint64_t)status->st_ctim.tv_sec * 1000000 + (uint64_t)status->st_ctim.tv_nsec / 1000;
  uint64_t sum = (uint64_t)status->st_ino % PRIME * 31 + changed % PRIME + (uint64_t)status->st_size % PRIME * 7 + status->st_mode;
  signature = (uint32_t)((signature + sum) % PRIME);
}

static void put_node(const char *name, const struct stat *status, const struct content *content, int has) {
  put_letter('N');
  put_text(&records, name);
  put_u32(&records, status->st_mode);
  put_u32(&records, status->st_uid);
  put_u32(&records, status->st_gid);
  put_u64(&records, (uint64_t)status->st_size);
  put_letter(content->kind);
  put_letter((char)has);
  if (has & HAS_DEVICE) {
    put_u32(&records, major(status->st_rdev));
    put_u32(&records, minor(status->st_rdev));
  }
  if (has & HAS_HASH) memcpy(put_space(&records, sizeof content->digest), content->digest, sizeof content->digest);
}

/* 1 for a folder. */
static int tell_entry(const struct dirent *entry) {
  static char names[ATTRIBUTE_SPACE], target[PATH_SPACE];
  struct content content = {0};
  struct stat status;
  uint32_t count;
  int file;
  if (look_at(entry, way, &status, &file) < 0) {
    if (errno != ENOENT) say_error();
    return 0;
  }
  if (file >= 0) read_content(file, way, &status, &content);
  ssize_t length = names_of(entry->d_name, file, names, &count);
  if (file >= 0) close(file);
  ssize_t link = S_ISLNK(status.st_mode) ? readlink(entry->d_name, target, sizeof target) : 0;
  int is_device = S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode);
  sign(&status);
  put_node(entry->d_name, &status, &content,
           (is_device ? HAS_DEVICE : 0) | (content.is_hashed ? HAS_HASH : 0) | (link > 0 ? HAS_LINK : 0) | (count ? HAS_ATTRIBUTES : 0));
  if (link > 0) put_bytes(&records, target, (size_t)link);
  if (count) {
    put_u32(&records, count);
    put_attributes_of(entry->d_name, names, length);
  }
  return S_ISDIR(status.st_mode);
}

static int is_opaque(int folder, const char *attribute) {
  char value[2];
  return fgetxattr(folder, attribute, value, sizeof value) == 1 && value[0] == 'y';
}

static unsigned hides_of(int folder) {
  return (is_opaque(folder, "trusted.overlay.opaque") ? HIDES_TRUSTED : 0) | (is_opaque(folder, "user.overlay.opaque") ? HIDES_USER : 0);
}

static void tell_folder(int folder, size_t length, unsigned hides);

static void enter(const char *name, size_t length, unsigned hides) {
  struct stat status;
  int below = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (below < 0) {
    if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP) say_error();
    return;
  }
  if (fstat(below, &status) == 0 && status.st_dev == device) tell_folder(below, length, way == 'A' ? 0 : hides | hides_of(below));
  else close(below);
}

/* Tells one name; 1 for a folder. Of a folder in which the image's names are hidden all must be in one frame. */
static int tell_name(const struct dirent *entry, unsigned hides, size_t length) {
  if (way != 'A' && records.length >= FULL && !hides) {
    end_frame('R');
    send_frames();
    begin_frame();
    path[length] = '\0';
    tell_head(hides);
    path[length] = '/';
  }
  if (way != 'A') return tell_entry(entry);
  tell_attributes(entry->d_name);
  return entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
}

/* Takes the descriptor over. First all names, then what is below. */
static void tell_folder(int folder, size_t length, unsigned hides) {
  size_t first = names_below.length;
  DIR *stream = fdopendir(folder);
  if (!stream || fchdir(folder) < 0) {
    say_error();
    if (stream) closedir(stream);
    else close(folder);
    return;
  }
  if (way != 'A') tell_head(hides);
  for (struct dirent *entry; (entry = readdir(stream));) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    lengthen(length, entry->d_name);
    size_t size = strlen(entry->d_name) + 1;
    if (tell_name(entry, hides, length)) memcpy(put_space(&names_below, size), entry->d_name, size);
  }
  size_t end = names_below.length;
  for (size_t at = first; at < end; at += strlen((char *)names_below.bytes + at) + 1) {
    const char *name = (char *)names_below.bytes + at;
    enter(name, lengthen(length, name), hides);
    if (fchdir(folder) < 0) die("fchdir", errno);
  }
  path[length] = '\0';
  names_below.length = first;
  closedir(stream);
}

static void tell_tree(const char *root) {
  struct stat status;
  lengthen(0, "");
  path[0] = '\0';
  int folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0 || fstat(folder, &status) < 0 || fchdir(folder) < 0) {
    say_error();
    return;
  }
  device = status.st_dev;
  if (way == 'A') tell_attributes(".");
  tell_folder(folder, 0, 0);
}

int layers(int argc, char **argv) {
  (void)argv;
  if (argc != 0) die("usage: layers <FOLDERS", EINVAL);
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  static struct lines asked = {.file = 0, .separator = '\0'};
  for (char *line; (line = next_line(&asked));) {
    way = line[0];
    if (!way || !strchr("ACQ", way)) die("a letter that is none of A, C, Q", EINVAL);
    begin_frame();
    tell_tree(line + 1);
    end_frame('R');
    begin_frame();
    end_frame('.');
    send_frames();
  }
  return 0;
}
