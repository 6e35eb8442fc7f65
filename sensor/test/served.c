/* What the SFTP server answers, packet by packet, over a tree in which links to the outside were planted. */
#define _GNU_SOURCE
#include "../src/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void check(const char *name, int is_right);

static int root;
static struct reply asking, answered;

static void ask(uint8_t type) {
  asking.length = 0;
  begin_reply(&asking, type, 7);
}

/* The type of the answer; a packet that says its own length. */
static int told(void) {
  end_reply(&asking);
  answered.length = 0;
  struct packet packet = {asking.bytes + 4, asking.bytes + asking.length, 0};
  answer(root, &packet, &answered);
  struct packet head = {answered.bytes, answered.bytes + answered.length, 0};
  return take_u32(&head) == answered.length - 4 ? *head.at : -1;
}

static int told_status(void) {
  if (told() != STATUS) return -1;
  struct packet body = {answered.bytes + 9, answered.bytes + answered.length, 0};
  return (int)take_u32(&body);
}

static int about(uint8_t type, const char *path) {
  ask(type);
  put_text(&asking, path);
  return told();
}

static int open_for(const char *path, uint32_t how) {
  ask(OPEN);
  put_text(&asking, path);
  put_u32(&asking, how);
  put_u32(&asking, 0);
  return told();
}

static uint32_t opened(void) {
  struct packet body = {answered.bytes + 13, answered.bytes + answered.length, 0};
  return take_u32(&body);
}

static void with_handle(uint8_t type, uint32_t handle) {
  ask(type);
  put_u32(&asking, 4);
  put_u32(&asking, handle);
}

static int holds(const char *text) { return memmem(answered.bytes, answered.length, text, strlen(text)) != NULL; }

static void plant(void) {
  mkdir("served", 0755);
  mkdir("served/etc", 0755);
  mkdir("outside", 0755);
  close(open("outside/key", O_CREAT | O_WRONLY, 0600));
  int file = open("served/etc/file", O_CREAT | O_WRONLY, 0640);
  if (write(file, "text", 4) != 4) exit(1);
  close(file);
  symlink("../outside", "served/up");
  symlink("../../../../../../../../../../../../../../tmp", "served/far");
  symlink("/etc/file", "served/absolute");
  mkfifo("served/pipe", 0666);
}

static void check_confined(void) {
  check("served: a file", about(LSTAT, "/etc/file") == ATTRS);
  check("served: dots at the root stay there", about(STAT, "/../../etc/../../etc/file") == ATTRS);
  check("served: an absolute link is of the tree", open_for("/absolute", 1) == HANDLE);
  check("served: no way up through a link", about(STAT, "/up/key") == STATUS && about(OPENDIR, "/up") == STATUS);
  check("served: no way out of a deep link", about(OPENDIR, "/far") == STATUS);
  check("served: nothing made outside", open_for("/up/new", 2 | 8) == STATUS && access("outside/new", F_OK) < 0);
  check("served: nothing removed outside", about(REMOVE, "/up/key") == STATUS && access("outside/key", F_OK) == 0);
  check("served: a pipe is not opened", open_for("/pipe", 1) == STATUS);
  check("served: dots are no name", about(RMDIR, "/etc/..") == STATUS && about(REMOVE, "/") == STATUS);
  check("served: the true path", about(REALPATH, "/absolute") == NAME && holds("/etc/file") && !holds("served"));
  check("served: the true path of what is not there yet", about(REALPATH, "/etc/../etc/none") == NAME && holds("/etc/none") && !holds("served"));
  check("served: no true path in a folder that is not there", about(REALPATH, "/none/none") == STATUS);
}

static void check_contents(void) {
  check("served: a new file", open_for("/new", 1 | 2 | 8 | 32) == HANDLE);
  uint32_t handle = opened();
  with_handle(WRITE, handle);
  put_u64(&asking, 3);
  put_bytes(&asking, "abc", 3);
  check("served: written", told_status() == 0);
  with_handle(READ, handle);
  put_u64(&asking, 0);
  put_u32(&asking, 100);
  check("served: read", told() == DATA && answered.length == 9 + 4 + 6 && !memcmp(answered.bytes + 13, "\0\0\0abc", 6));
  with_handle(READ, handle);
  put_u64(&asking, 6);
  put_u32(&asking, 100);
  check("served: the end", told_status() == 1);
  with_handle(CLOSE, handle);
  check("served: closed", told_status() == 0);
  with_handle(READ, handle);
  check("served: closed is closed", told_status() > 1);
  check("served: not twice", open_for("/new", 2 | 8 | 32) == STATUS);
}

static void check_extensions(void) {
  ask(EXTENDED);
  put_text(&asking, "whole-file@cooper");
  put_text(&asking, "/etc/file");
  check("served: a whole file", told() == EXTENDED_REPLY && holds("\0\0\0\1\0\0\0\4text") && !memcmp(answered.bytes + answered.length - 4, "text", 4));
  ask(EXTENDED);
  put_text(&asking, "listing@cooper");
  put_text(&asking, "/");
  check("served: a listing with targets", told() == EXTENDED_REPLY && holds("absolute") && holds("/etc/file") && holds("../outside"));
  ask(EXTENDED);
  put_text(&asking, "listing@cooper");
  put_text(&asking, "/up");
  check("served: no listing through a link", told() == STATUS);
  ask(EXTENDED);
  put_text(&asking, "nobody@knows");
  check("served: an unknown extension", told_status() == 8);
}

static void check_broken(void) {
  int is_told = 1;
  for (int type = 0; type < 256; type++)
    for (int length = 0; length < 40; length++) {
      if (type == INIT) continue;
      ask((uint8_t)type);
      memset(put_space(&asking, (size_t)length), length & 1 ? 0xff : 0, (size_t)length);
      is_told &= told() > 0;
    }
  check("served: broken packets are answered", is_told && about(LSTAT, "/etc/file") == ATTRS);
}

void check_served(void) {
  int probe = open_below(AT_FDCWD, "/", O_PATH);
  /* An emulator may not know the call. */
  if (probe == -ENOSYS) return check("served: a kernel without openat2 is told", 1);
  close(probe);
  plant();
  root = open("served", O_PATH | O_DIRECTORY);
  check_confined();
  check_contents();
  check_extensions();
  check_broken();
  const char *names[] = {"served/etc/file", "served/etc", "served/up", "served/far", "served/absolute", "served/pipe", "served/new", "served", "outside/key", "outside"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) remove(names[i]);
}
