import type { ScanCase } from "./case.ts";

const SETXATTR = process.arch === "x64" ? 188 : 5;
const setAttribute = (path: string, name: string, hex: string): string =>
  `perl -e 'my ($p, $n, $v) = ("${path}", "${name}", pack("H*", "${hex}")); syscall(${SETXATTR}, $p, $n, $v, length $v, 0) == 0 or die $!'`;
const CAPABILITY = "0100000200200000000000000000000000000000";

/** Changes that a look at sizes and times does not see, and entries that are hard to read. */
export const tamperingCases: readonly ScanCase[] = [
  {
    name: "tamper: one byte, size and time restored",
    script:
      "cp -p /usr/bin/id /tmp/i; printf X | dd of=/usr/bin/id bs=1 seek=200 conv=notrunc 2>&1; touch -r /tmp/i /usr/bin/id; rm /tmp/i",
    expect: [{ path: "/usr/bin/id", rule: "program-changed" }],
  },
  {
    name: "tamper: data file, size and time restored, its folder's too",
    script:
      "touch -r /etc /tmp/e; touch -r /etc/issue /tmp/i; sed -i s/Debian/Xebian/ /etc/issue; touch -r /tmp/i /etc/issue; touch -r /tmp/e /etc; rm /tmp/e /tmp/i",
    expect: ["/etc/issue"],
  },
  { name: "tamper: time of 1970", script: "echo x >>/etc/issue; touch -d @0 /etc/issue", expect: ["/etc/issue"] },
  { name: "tamper: time of 2106", script: "echo x >/srv/late; touch -d 2106-01-01 /srv/late", expect: ["/srv/late"] },
  { name: "tamper: set-user-id only", script: "chmod u+s /usr/bin/id", expect: [{ path: "/usr/bin/id", rule: "setuid-added" }] },
  { name: "tamper: set-group-id only", script: "chmod g+s /usr/bin/id", expect: [{ path: "/usr/bin/id", rule: "setuid-added" }] },
  {
    name: "tamper: set-user-id program of the image replaced",
    script:
      "cp -p /usr/bin/passwd /tmp/p; printf X | dd of=/usr/bin/passwd bs=1 seek=300 conv=notrunc 2>&1; chmod 4755 /usr/bin/passwd; touch -r /tmp/p /usr/bin/passwd; rm /tmp/p",
    expect: [{ path: "/usr/bin/passwd", rule: "setuid-added" }],
  },
  {
    name: "tamper: capability only",
    script: setAttribute("/usr/bin/id", "security.capability", CAPABILITY),
    args: ["--cap-add", "SETFCAP"],
    expect: [{ path: "/usr/bin/id", rule: "capability-added" }],
  },
  { name: "tamper: user attribute only", script: setAttribute("/etc/issue", "user.note", "01"), expect: ["/etc/issue"] },
  {
    name: "tamper: an attribute that looks like overlay's mark",
    script: `mkdir /etc/dpkg/x; ${setAttribute("/etc/dpkg/x", "user.overlay.opaque", "79")} || true`,
    expect: ["/etc/dpkg/x"],
  },
  { name: "tamper: owner only", script: "chown 33 /etc/issue", expect: [{ path: "/etc/issue", rule: "attributes-changed" }] },
  { name: "tamper: group only", script: "chgrp 33 /etc/issue", expect: ["/etc/issue"] },
  { name: "tamper: mode of a folder", script: "chmod 777 /srv", expect: [{ path: "/srv", rule: "world-writable" }] },
  { name: "tamper: mode of the root", script: "chmod 777 /", expect: [{ path: "/", rule: "world-writable" }] },
  { name: "tamper: sticky bit lost", script: "chmod 777 /var/tmp", expect: [{ path: "/var/tmp", rule: "world-writable" }] },
  { name: "tamper: file becomes link", script: "ln -sf /tmp/x /usr/bin/id", expect: [{ path: "/usr/bin/id", rule: "program-changed" }] },
  {
    name: "tamper: target of a link",
    script: "ln -sfn /bin/false /usr/bin/awk",
    expect: [{ path: "/usr/bin/awk", rule: "program-changed" }],
  },
  {
    name: "tamper: link to a folder of the host",
    script: "ln -s /etc /srv/l; ln -s /proc /srv/p; ln -s /root /srv/r",
    expect: ["/srv/l", "/srv/p", "/srv/r"],
  },
  { name: "tamper: link to itself", script: "ln -s loop /srv/loop", expect: ["/srv/loop"] },
  {
    name: "tamper: links where folders were",
    script: "rm -r /var/log /etc/cron.d; ln -s /proc /var/log; ln -s / /etc/cron.d",
    expect: ["/var/log", { path: "/etc/cron.d", rule: "schedule-changed" }],
  },
  { name: "kind: device", script: "mknod /srv/null c 1 3", expect: [{ path: "/srv/null", rule: "device-node" }] },
  { name: "kind: fifo", script: "mkfifo /srv/f", expect: ["/srv/f"] },
  {
    name: "kind: socket",
    script: `perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("/srv/s")) or die'`,
    expect: ["/srv/s"],
  },
  { name: "kind: sparse file of 8 TiB", script: "truncate -s 8T /srv/big", expect: ["/srv/big"] },
  { name: "kind: no new content in an empty file", script: ": >/srv/empty; mkdir /srv/folder", expect: ["/srv/empty", "/srv/folder"] },
  {
    name: "loader: preload",
    script: "echo /srv/x.so >/etc/ld.so.preload",
    expect: [{ path: "/etc/ld.so.preload", rule: "preload-changed" }],
  },
  {
    name: "loader: folders",
    script: "echo /srv >/etc/ld.so.conf.d/a.conf",
    expect: [{ path: "/etc/ld.so.conf.d/a.conf", rule: "loader-changed" }],
  },
  {
    name: "loader: library without a bit to run",
    script: "cp /lib/x86_64-linux-gnu/libz.so.1 /usr/lib/libevil.so.1; chmod 644 /usr/lib/libevil.so.1",
    expect: [{ path: "/usr/lib/libevil.so.1", rule: "library-added" }],
  },
  {
    name: "accounts: root by another name",
    script: "echo toor::0:0::/root:/bin/sh >>/etc/passwd",
    expect: [{ path: "/etc/passwd", rule: "account-changed" }],
  },
  {
    name: "accounts: a key, sudo",
    script: "mkdir -p /root/.ssh /etc/sudoers.d; echo k >/root/.ssh/authorized_keys; echo 'x ALL=(ALL) ALL' >/etc/sudoers.d/x",
    expect: [
      "/root/.ssh",
      { path: "/root/.ssh/authorized_keys", rule: "account-changed" },
      "/etc/sudoers.d",
      { path: "/etc/sudoers.d/x", rule: "account-changed" },
    ],
  },
  {
    name: "schedule: cron",
    script: "mkdir -p /etc/cron.d; echo '* * * * * root id' >/etc/cron.d/x",
    expect: [{ path: "/etc/cron.d/x", rule: "schedule-changed" }],
  },
  {
    name: "shells: profile",
    script: "echo id >>/root/.bashrc; echo id >/etc/profile.d/x.sh",
    expect: ["/root/.bashrc", { path: "/etc/profile.d/x.sh", rule: "shell-start-changed" }],
  },
  {
    name: "program: without the usual ending",
    script: "cp /usr/bin/id /srv/picture.jpg",
    expect: [{ path: "/srv/picture.jpg", rule: "program-added" }],
  },
  {
    name: "program: script",
    script: "printf '#!/bin/sh\\nid\\n' >/usr/local/bin/job; chmod +x /usr/local/bin/job",
    expect: [{ path: "/usr/local/bin/job", rule: "program-added" }],
  },
];
