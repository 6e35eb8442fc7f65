import type { ScanCase } from "./case.ts";

const SETXATTR = process.arch === "x64" ? 188 : 5;
/** Sets an attribute of many bytes. */
const setLong = (path: string, name: string, length: number): string =>
  `perl -e 'my ($p, $n, $v) = ("${path}", "${name}", "v" x ${length}); syscall(${SETXATTR}, $p, $n, $v, length $v, 0) == 0 or die $!'`;
/** Just below, at and above what is read at once of a file. */
const sizes = [8191, 8192, 8193, 262_143, 262_144, 262_145];
const files = sizes.map((size) => `head -c ${size} /dev/zero | tr '\\0' a >/opt/f${size}`).join(" && ");

/** Where one way of reading ends and another begins: sizes, numbers, names, folders that are there twice. */
export const edgeCases: readonly ScanCase[] = [
  {
    name: "edge: last byte of files of many sizes",
    dockerfile: [`RUN ${files}`],
    script: sizes.map((size) => `printf b | dd of=/opt/f${size} bs=1 seek=${size - 1} conv=notrunc 2>/dev/null`).join("; "),
    expect: sizes.map((size) => `/opt/f${size}`),
  },
  {
    name: "edge: files of many sizes, written as they were",
    dockerfile: [`RUN ${files}`],
    script: sizes.map((size) => `cp /opt/f${size} /tmp/f; cat /tmp/f >/opt/f${size}; rm /tmp/f`).join("; "),
    expect: [],
  },
  {
    name: "edge: a small file grows large, a large one small",
    dockerfile: [`RUN ${files}`],
    script: "cat /opt/f8191 /opt/f8193 >/tmp/n; cat /tmp/n >/opt/f8191; head -c 10 /tmp/n >/opt/f262145; rm /tmp/n",
    expect: ["/opt/f8191", "/opt/f262145"],
  },
  {
    name: "edge: a large program without a bit to run, set to run later",
    script: "cp /usr/bin/perl /srv/data.bin; chmod 644 /srv/data.bin; cp /usr/bin/perl /srv/more.bin; chmod 111 /srv/more.bin",
    expect: [
      { path: "/srv/data.bin", rule: "program-added" },
      { path: "/srv/more.bin", rule: "program-added" },
    ],
  },
  {
    name: "edge: a program that may not be read",
    script: "cp /usr/bin/id /srv/x; chmod 0 /srv/x; cp /usr/bin/passwd /srv/y; chmod 4000 /srv/y",
    expect: [
      { path: "/srv/x", rule: "program-added" },
      { path: "/srv/y", rule: "setuid-added" },
    ],
  },
  {
    name: "edge: a folder that may not be read",
    script: "mkdir -p /srv/d/e; touch /srv/d/e/evil; chmod 0 /srv/d/e /srv/d",
    expect: ["/srv/d", "/srv/d/e", "/srv/d/e/evil"],
  },
  {
    name: "opaque: thousands of names hidden by thousands of others",
    dockerfile: ["RUN mkdir /d && cd /d && seq -f old%g 3000 | xargs touch && touch both"],
    script: "rm -r /d; mkdir /d; cd /d; seq -f new%g 3000 | xargs touch; touch both",
    expect: ["/d/old1", "/d/old3000", "/d/new1", "/d/new3000"],
    mayFind: ["/d/old", "/d/new"],
  },
  {
    name: "opaque: emptied far below a folder that was renamed there",
    dockerfile: ["RUN mkdir -p /d/a/b/c && touch /d/a/b/c/f /d/a/g"],
    script: "mv /d/a /d/z; mkdir -p /d/a/b/c; rm -r /d/z",
    expect: ["/d/a/b/c/f", "/d/a/g"],
  },
  {
    name: "whiteout: names that are no UTF-8, and with a line feed",
    dockerfile: ["RUN touch \"$(printf '/srv/a\\377b')\" \"$(printf '/srv/c\\nd')\" /srv/keep"],
    script: "cd /srv; rm a* c*",
    expect: [`base64:${Buffer.from("/srv/a\xffb", "latin1").toString("base64")}`, "/srv/c\nd"],
  },
  {
    name: "whiteout: deleted, made again, deleted again",
    script: "rm /etc/issue; touch /etc/issue; rm /etc/issue; rm -r /etc/dpkg; mkdir /etc/dpkg; rm -r /etc/dpkg",
    expect: ["/etc/issue", "/etc/dpkg"],
  },
  {
    name: "whiteout: the only name of a folder, and the folder then",
    dockerfile: ["RUN mkdir -p /d/e && touch /d/e/only"],
    script: "rm /d/e/only; rmdir /d/e",
    expect: ["/d/e"],
  },
  {
    name: "links: a folder of the image behind a link of the image",
    script: "touch /bin/evil; rm /bin/id; touch /lib/evil.so.1",
    expect: ["/usr/bin/evil", { path: "/usr/bin/id", rule: "program-deleted" }, "/usr/lib/evil.so.1"],
  },
  {
    name: "links: a link of the image becomes a folder with all that it led to",
    script: "rm /bin; mkdir /bin; cp -a /usr/bin/id /bin/id",
    expect: ["/bin", "/bin/id"],
  },
  {
    name: "links: two hundred that lead to each other",
    script: "i=0; while [ $i -lt 200 ]; do ln -s l$((i+1)) /srv/l$i; i=$((i+1)); done; ln -s l0 /srv/l200",
    expect: ["/srv/l0", "/srv/l200"],
    mayFind: ["/srv/l"],
  },
  {
    name: "links: a target of four thousand bytes that is not there",
    script: `ln -s "$(printf '%4000s' | tr ' ' x)" /srv/far`,
    expect: ["/srv/far"],
  },
  {
    name: "attributes: a very long one, and a hundred",
    script:
      `touch /srv/l /srv/m; ${setLong("/srv/l", "user.long", 3000)}; for i in $(seq 30); do ${setLong("/srv/m", "user.n$ENV{I}", 1)}; done; ${setLong("/usr/bin/id", "user.x", 1)}`.replaceAll(
        "perl -e",
        "I=$i perl -e",
      ),
    expect: ["/srv/l", "/srv/m", "/usr/bin/id"],
  },
  {
    name: "hard link: a thousand names of one file",
    script: "cp /usr/bin/id /srv/x; i=0; while [ $i -lt 1000 ]; do ln /srv/x /srv/x$i; i=$((i+1)); done",
    expect: [{ path: "/srv/x999", rule: "program-added" }],
    mayFind: ["/srv/x"],
  },
  {
    name: "hard link: one name of two is changed",
    dockerfile: ["RUN echo a >/srv/a && ln /srv/a /srv/b"],
    script: "echo evil >/srv/a",
    expect: ["/srv/a"],
    mayFind: ["/srv/b"],
  },
  {
    name: "loader: a configuration by a link",
    script: "mkdir /opt/e; echo /opt/e >/opt/e/c; ln -s /opt/e/c /etc/ld.so.conf.d/0.conf",
    expect: [{ path: "/etc/ld.so.conf.d/0.conf", rule: "loader-changed" }],
    mayFind: ["/opt/e"],
  },
  {
    name: "loader: preload by a link, and by a folder of that name",
    script: "ln -s /opt/x /etc/ld.so.preload",
    expect: [{ path: "/etc/ld.so.preload", rule: "preload-changed" }],
  },
  {
    name: "runs: a program whose name has a line feed and the word deleted",
    script: `n="$(printf '/srv/a\\nb (deleted)')"; cp /bin/sleep "$n"; "$n" 1000 & sleep 1`,
    expect: [{ path: "/srv/a\nb (deleted)", rule: "runs-from-layer" }],
  },
  {
    name: "runs: a program by a second name of the image's",
    script: "ln /bin/sleep /srv/s; /srv/s 1000 & sleep 1",
    expect: ["/srv/s"],
  },
  {
    name: "runs: a program of the layer as a user without rights",
    script: "cp /bin/sleep /srv/s; setpriv --reuid 33 --regid 33 --clear-groups /srv/s 1000 & sleep 1",
    expect: [{ path: "/srv/s", rule: "runs-from-layer" }],
  },
  {
    name: "runs: the loader with a program of the layer",
    script: "cp /bin/sleep /srv/s; chmod 644 /srv/s; /lib64/ld-linux-x86-64.so.2 /srv/s 1000 & sleep 1",
    expect: [{ path: "/srv/s", rule: "runs-library" }],
  },
  {
    name: "runs: in a root of its own",
    script:
      "mkdir -p /srv/r/lib64 /srv/r/bin; cp /bin/sleep /srv/r/bin/s; cp /lib64/ld-linux-x86-64.so.2 /srv/r/lib64; mkdir -p /srv/r/lib/x86_64-linux-gnu; cp /lib/x86_64-linux-gnu/libc.so.6 /srv/r/lib/x86_64-linux-gnu; chroot /srv/r /bin/s 1000 & sleep 1",
    expect: ["/srv/r/bin/s"],
    mayFind: ["/srv/r", "/bin/s", "/lib"],
  },
  {
    name: "race: a file changes its size about what is read at once",
    script:
      "touch /srv/evil; sh -c 'while :; do head -c 8192 /dev/zero >/srv/g; head -c 9000 /dev/zero >/srv/g; : >/srv/g; done' >/dev/null 2>&1 &",
    expect: ["/srv/evil", "/srv/g"],
  },
  {
    name: "race: files of the image are replaced again and again by their equals",
    script:
      "touch /srv/evil; cp -p /etc/issue /tmp/i; sh -c 'while :; do cp -p /tmp/i /etc/i; mv /etc/i /etc/issue; done' >/dev/null 2>&1 &",
    expect: ["/srv/evil", "/tmp/i"],
    mayFind: ["/etc/i"],
  },
];
