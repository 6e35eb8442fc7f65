import type { ScanCase } from "./case.ts";

const many = (count: number): string =>
  `allow:\n${Array.from({ length: count }, (_none, number) => `  - { path: "/srv/${number}/**", reason: rule ${number} }`).join("\n")}\n`;

/** More of the kinds of the other lists: what takes the place of what, what runs from memory, lists of rules. */
export const kindCases: readonly ScanCase[] = [
  { name: "name: delete character", script: `touch "$(printf '/tmp/a\\177b')"`, expect: [{ path: "/tmp/a\u007fb", rule: "name-hides" }] },
  {
    name: "name: eight-bit control sequence",
    script: `touch "$(printf '/tmp/a\\302\\2332Jb')"`,
    expect: [{ path: "/tmp/a\u009b2Jb", rule: "name-hides" }],
  },
  {
    name: "name: wide space",
    script: `touch "$(printf '/usr/bin/id\\343\\200\\200')"`,
    expect: [{ path: "/usr/bin/id\u3000", rule: "name-hides" }],
  },
  {
    name: "name: title of the terminal",
    script: `touch "$(printf '/tmp/\\033]0;all ok\\007')"`,
    expect: [{ path: "/tmp/\u001b]0;all ok\u0007", rule: "name-hides" }],
  },
  { name: "name: line separator", script: `touch "$(printf '/tmp/a\\342\\200\\250all ok')"`, expect: ["/tmp/a\u2028all ok"] },
  { name: "kind: file becomes fifo", script: "rm /etc/issue; mkfifo /etc/issue", expect: ["/etc/issue"] },
  {
    name: "kind: file becomes device",
    script: "rm /etc/issue; mknod /etc/issue c 1 5",
    expect: [{ path: "/etc/issue", rule: "device-node" }],
  },
  {
    name: "kind: link becomes file",
    script: "cp /etc/os-release /tmp/o; rm /etc/os-release; mv /tmp/o /etc/os-release",
    expect: ["/etc/os-release"],
  },
  { name: "kind: folder becomes fifo", script: "rm -r /etc/apt; mkfifo /etc/apt", expect: ["/etc/apt"] },
  {
    name: "copied up: an equal file put in the place",
    script: "cp -p /usr/bin/id /usr/bin/id.new; mv /usr/bin/id.new /usr/bin/id; cp -p /etc/issue /etc/i; mv /etc/i /etc/issue",
    expect: [],
  },
  {
    name: "copied up: an equal file, owner lost",
    script: "chown 33 /etc/issue; cp -p /etc/issue /etc/i; mv /etc/i /etc/issue",
    expect: [{ path: "/etc/issue", rule: "attributes-changed" }],
  },
  {
    name: "tamper: two programs change places",
    script: "mv /usr/bin/true /tmp/t; mv /usr/bin/false /usr/bin/true; mv /tmp/t /usr/bin/false",
    expect: [
      { path: "/usr/bin/true", rule: "program-changed" },
      { path: "/usr/bin/false", rule: "program-changed" },
    ],
  },
  {
    name: "tamper: a file cut short",
    script: ": >/etc/shadow",
    expect: [{ path: "/etc/shadow", rule: "account-changed" }],
  },
  { name: "deleted: accounts", script: "rm /etc/shadow", expect: [{ path: "/etc/shadow", rule: "account-changed" }] },
  { name: "deleted: a log", script: "rm /var/log/faillog", expect: [{ path: "/var/log/faillog", rule: "log-deleted" }] },
  {
    name: "opaque: twice",
    script: "rm -r /etc/apt; mkdir /etc/apt; rm -r /etc/apt; mkdir /etc/apt",
    expect: ["/etc/apt/sources.list.d"],
    mayFind: ["/etc/apt"],
  },
  {
    name: "runs: a library from memory, without a bit to run",
    args: ["--tmpfs", "/m:exec"],
    script: "cp /lib/*-linux-gnu/libz.so.1 /m/z; chmod 644 /m/z; LD_PRELOAD=/m/z sleep 1000 & sleep 1",
    expect: [{ path: "/m/z", rule: "runs-library" }],
  },
  {
    name: "runs: a script from memory, without a bit to run",
    args: ["--tmpfs", "/m"],
    script: "printf 'sleep 1000\\nexit\\n' >/m/s; sh /m/s & sleep 1",
    expect: [{ path: "/m/s", rule: "runs-script" }],
  },
  {
    name: "runs: a script from memory by a relative path",
    args: ["--tmpfs", "/m"],
    script: "printf 'sleep 1000\\nexit\\n' >/m/s; cd /m; sh s & sleep 1",
    expect: [{ path: "/m/s", rule: "runs-script" }],
  },
  {
    name: "runs: a script that was deleted",
    script: "printf 'sleep 1000\\nexit\\n' >/srv/s; sh /srv/s & sleep 1; rm /srv/s",
    expect: [{ path: "/srv/s", rule: "runs-deleted" }],
  },
  {
    name: "runs: a command that is no script",
    args: ["--tmpfs", "/m"],
    script: "cd /m; echo 1 >x; sh -c 'sleep 1000; x' & sleep 1",
    expect: [],
  },
  {
    name: "runs: a script of the image",
    script: "sh /etc/init.d/hwclock.sh status >/dev/null 2>&1; sh -c 'sleep 1000' & sleep 1",
    expect: [],
  },
  { name: "rules: a thousand that are not needed", rules: many(1000), expect: [], says: ["allowed nothing"] },
  {
    name: "rules: a thousand, one of use",
    rules: many(1000),
    script: "mkdir -p /srv/7/a; echo x >/srv/7/a/b; echo x >/srv/1000",
    expect: ["/srv/1000"],
    mayFind: ["/srv/7"],
  },
  {
    name: "rules: text of a rule in a name",
    rules: "allow: [{path: '/srv/*.pid', reason: x}]",
    script: "touch /srv/a.pid /srv/a.pid.so '/srv/b .pid'; mkdir /srv/c.pid; touch /srv/c.pid/d",
    expect: ["/srv/a.pid.so", "/srv/c.pid/d"],
  },
  {
    name: "scale: a thousand folders of ten",
    script: "for i in $(seq 1000); do mkdir /srv/$i; for j in 0 1 2 3 4 5 6 7 8 9; do : >/srv/$i/$j; done; done",
    expect: ["/srv/1/0", "/srv/1000/9"],
    mayFind: ["/srv/"],
  },
];
