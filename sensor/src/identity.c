#define _GNU_SOURCE
#include "sensor.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The n-th field of a line of /etc/passwd or /etc/group, NUL-terminated into out. */
static void field(const char *line, int n, char *out, size_t size) {
  while (n-- > 0 && line) line = (line = strchr(line, ':')) ? line + 1 : NULL;
  size_t length = line ? strcspn(line, ":\n") : 0;
  if (length >= size) length = size - 1;
  if (line) memcpy(out, line, length);
  out[length] = '\0';
}

static int is_number(const char *text) { return *text && strspn(text, "0123456789") == strlen(text); }

static int find_line(const char *file, const char *key, char *out, size_t size) {
  struct lines lines;
  if (!open_lines(&lines, file)) return 0;
  int found = 0;
  char name[256], number[32];
  for (char *line; !found && (line = next_line(&lines));) {
    field(line, 0, name, sizeof name);
    field(line, 2, number, sizeof number);
    found = strcmp(name, key) == 0 || (is_number(key) && strcmp(number, key) == 0);
    if (found) format_text(out, size, "%s", line);
  }
  close_lines(&lines);
  return found;
}

static int is_member(const char *line, const char *user) {
  char members[4096];
  field(line, 3, members, sizeof members);
  for (char *save = NULL, *name = strtok_r(members, ",", &save); name; name = strtok_r(NULL, ",", &save))
    if (strcmp(name, user) == 0) return 1;
  return 0;
}

static void find_groups(const char *user, struct identity *identity) {
  struct lines lines;
  char number[32];
  if (!open_lines(&lines, "/etc/group")) return;
  for (char *line; identity->group_count < 64 && (line = next_line(&lines));) {
    field(line, 2, number, sizeof number);
    if (is_member(line, user)) identity->groups[identity->group_count++] = (gid_t)number_of(number);
  }
  close_lines(&lines);
}

static int find_group(const char *group, gid_t *gid) {
  char line[8192], number[32];
  if (!find_line("/etc/group", group, line, sizeof line)) {
    if (!is_number(group)) return -ENOENT;
    *gid = (gid_t)number_of(group);
    return 0;
  }
  field(line, 2, number, sizeof number);
  *gid = (gid_t)number_of(number);
  return 0;
}

/* "user", "user:group", numbers or names, as in a container's configuration; the rules are the engine's. */
int find_identity(const char *spec, struct identity *identity) {
  char user[256], group[256], line[8192], part[64];
  memset(identity, 0, sizeof *identity);
  strcpy(identity->home, "/");
  field(spec, 0, user, sizeof user);
  field(spec, 1, group, sizeof group);
  if (!*user) strcpy(user, "0");
  if (find_line("/etc/passwd", user, line, sizeof line)) {
    field(line, 2, part, sizeof part);
    identity->uid = (uid_t)number_of(part);
    field(line, 3, part, sizeof part);
    identity->gid = (gid_t)number_of(part);
    field(line, 5, identity->home, sizeof identity->home);
    field(line, 0, user, sizeof user);
    if (!*group) find_groups(user, identity);
  } else if (is_number(user)) {
    identity->uid = (uid_t)number_of(user);
  } else {
    return -ENOENT;
  }
  return *group ? find_group(group, &identity->gid) : 0;
}

/* The bounding set first: afterwards nothing that is executed can have them. */
static int drop_from_bounding_set(uint64_t drop) {
  int can_gain = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
  for (int cap = 0; cap < 64; cap++)
    if (drop >> cap & 1 && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && can_gain) return -errno;
  return 0;
}

static int drop_capabilities(uint64_t drop) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return -errno;
  for (int half = 0; half < 2; half++) {
    uint32_t mask = ~(uint32_t)(drop >> (32 * half));
    data[half].effective &= mask;
    data[half].permitted &= mask;
    data[half].inheritable &= mask;
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static int change_user(const struct identity *identity) {
  gid_t groups[65];
  size_t count = 0;
  groups[count++] = identity->gid;
  for (int i = 0; i < identity->group_count; i++)
    if (identity->groups[i] != identity->gid) groups[count++] = identity->groups[i];
  return setgroups(count, groups) < 0 || setgid(identity->gid) < 0 || setuid(identity->uid) < 0 ? -errno : 0;
}

/* Changing the user may need what is dropped, so that comes between the two. */
int become(const struct identity *identity, uint64_t drop) {
  int error = drop_from_bounding_set(drop);
  if (!error && identity) error = change_user(identity);
  return error ? error : drop_capabilities(drop);
}
