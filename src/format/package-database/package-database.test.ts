import { describe, expect, test } from "vitest";
import { parseApk } from "./apk.ts";
import { diffDebconf, parseDebconf } from "./debconf.ts";
import { diffPackages } from "./diff-packages.ts";
import { packageOfInfoFile, parseDpkg, parseFileList, parseStanzas, parseWants } from "./dpkg.ts";

const STATUS = `Package: dpkg
Status: install ok installed
Architecture: amd64
Version: 1.21.22
Description: manager
 Package: not-a-field
 .
 more

Package: nginx
Status: install ok installed
Architecture: amd64
Conffiles:
 /etc/nginx/nginx.conf 0123
Version: 1.22.1-9

Package: libc6
Status: install ok unpacked
Architecture: i386
Version: 2.36

Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1

Package: docs
Status: hold ok installed
Architecture: all
Version: 3
`;
const STATES = `Package: libc6
Architecture: amd64
Auto-Installed: 1

Package: docs
Architecture: amd64
Auto-Installed: 1

Package: nginx
Architecture: amd64
Auto-Installed: 0
`;

describe("dpkg", () => {
  test("packages on the disk with their marks", () => {
    expect([...parseDpkg(STATUS, STATES)]).toEqual([
      ["dpkg", { version: "1.21.22", automatic: false }],
      ["nginx", { version: "1.22.1-9", automatic: false }],
      ["libc6:i386", { version: "2.36", automatic: false }],
      ["libc6", { version: "2.36", automatic: true }],
      ["docs", { version: "3", automatic: true }],
    ]);
  });

  test("no data base, no packages", () => {
    expect(parseDpkg("", "").size).toBe(0);
  });

  test("what is wanted of installed packages, but for the usual", () => {
    const line = (name: string, state: string): string => `Package: ${name}\nStatus: ${state}\nVersion: 1\n`;
    const text = [line("a", "install ok installed"), line("b", "hold ok installed"), line("c", "deinstall ok config-files")].join("\n");
    expect([...parseWants(text)]).toEqual([["b", "hold"]]);
  });

  test("continuation lines belong to their field", () => {
    expect([...parseStanzas("A: 1\nB:\n x\n y\n\n\nC: 2")].map((fields) => [...fields])).toEqual([
      [
        ["A", "1"],
        ["B", "\nx\ny"],
      ],
      [["C", "2"]],
    ]);
  });

  const infoFiles: readonly (readonly [string, { name: string; kind: string } | null])[] = [
    ["/var/lib/dpkg/info/nginx.list", { name: "nginx", kind: "list" }],
    ["/var/lib/dpkg/info/libc6:amd64.list", { name: "libc6", kind: "list" }],
    ["/var/lib/dpkg/info/libstdc++6:amd64.md5sums", { name: "libstdc++6", kind: "md5sums" }],
    ["/var/lib/dpkg/info/python3.11.postinst", { name: "python3.11", kind: "postinst" }],
    ["/var/lib/dpkg/status", null],
    ["/opt/var/lib/dpkg/info/nginx.list", null],
  ];
  test.each(infoFiles)("%s", (path, expected) => {
    expect(packageOfInfoFile(path)).toEqual(expected);
  });

  test("a list of files", () => {
    expect(parseFileList("/.\n/etc\n/etc/a b\n\npackage diverts others to: /x\n")).toEqual(["/etc", "/etc/a b"]);
  });
});

test("apk: packages, marks and paths", () => {
  const { packages, files } = parseApk("C:Q1\nP:musl\nV:1.2-r0\nF:lib\nR:ld.so\nF:\nR:top\n\nP:curl\nV:8-r1\n\n", "curl>8\n");
  expect([...packages]).toEqual([
    ["musl", { version: "1.2-r0", automatic: true }],
    ["curl", { version: "8-r1", automatic: false }],
  ]);
  expect(files.get("musl")).toEqual(["/lib", "/lib/ld.so", "/", "/top"]);
});

test("package changes are sorted and carry the mark", () => {
  const before = new Map([
    ["b", { version: "1", automatic: false }],
    ["c", { version: "1", automatic: true }],
    ["d", { version: "1", automatic: true }],
    ["same", { version: "1", automatic: true }],
  ]);
  const after = new Map([
    ["same", { version: "1", automatic: true }],
    ["d", { version: "1", automatic: false }],
    ["b", { version: "2", automatic: false }],
    ["a", { version: "9", automatic: true }],
  ]);
  expect(diffPackages("apt", before, after).map(({ name, before: old, after: now, automatic }) => [name, old, now, automatic])).toEqual([
    ["a", null, "9", true],
    ["b", "1", "2", false],
    ["c", "1", null, true],
    ["d", "1", "1", false],
  ]);
});

describe("debconf", () => {
  const templates = `Name: postfix/mailname
Type: string

Name: postfix/type
Type: select

Name: db/password
Type: password

Name: shared/question
Type: boolean

Name: a/note
Type: note
`;
  const question = (name: string, lines: string): string => `Name: ${name}\nTemplate: ${name}\n${lines}\n\n`;
  const before = parseDebconf({ config: question("postfix/type", "Value: No\nOwners: postfix\nFlags: seen"), templates, passwords: "" });
  const config =
    question("postfix/type", "Value: Internet Site\nOwners: postfix\nFlags: seen") +
    question("postfix/mailname", "Value: mail.example.org\nOwners: postfix, other\nFlags: seen\nVariables:\n a = b") +
    question("a/note", "Owners: a\nFlags: seen") +
    question("unseen/default", "Value: x\nOwners: u") +
    "Name: renamed\nTemplate: shared/question\nValue: true\nOwners: r\nFlags: seen\n";
  const after = parseDebconf({ config, templates, passwords: question("db/password", "Value: s3cret\nOwners: db\nFlags: seen") });

  test("answers that were given, passwords masked, notes and defaults left out", () => {
    expect(diffDebconf(before, after)).toEqual([
      { package: "db", question: "db/password", type: "password", value: "***" },
      { package: "postfix", question: "postfix/mailname", type: "string", value: "mail.example.org" },
      { package: "postfix", question: "postfix/type", type: "select", value: "Internet Site" },
      { package: "r", question: "renamed", type: "boolean", value: "true" },
    ]);
  });

  test("nothing given, nothing told", () => {
    expect(diffDebconf(after, after)).toEqual([]);
  });
});
