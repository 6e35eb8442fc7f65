import type { Expected, ScanCase } from "./case.ts";

const base64 = (text: string, encoding: "latin1" | "utf8" = "latin1"): string => `base64:${Buffer.from(text, encoding).toString("base64")}`;
const long = "n".repeat(255);
/** A new file; `printed` is its path for printf. */
const touched = (name: string, printed: string, expected: string | Expected): ScanCase => ({
  name,
  script: `touch -- "$(printf '${printed}')"`,
  expect: [expected],
});

/** Names that deceive a screen, a shell or a list of patterns, and paths that are hard to reach. */
export const nameCases: readonly ScanCase[] = [
  touched("name: line feed and all ok", "/a\\nall ok", { path: "/a\nall ok", rule: "name-hides" }),
  touched("name: carriage return", "/a\\rall ok", { path: "/a\rall ok", rule: "name-hides" }),
  touched("name: tab", "/a\\tb", { path: "/a\tb", rule: "name-hides" }),
  touched("name: escape sequence", "/\\033[2J\\033[31mred", { path: "/\u001b[2J\u001b[31mred", rule: "name-hides" }),
  touched("name: backspaces", "/evil\\b\\b\\b\\bgood", { path: "/evil\b\b\b\bgood", rule: "name-hides" }),
  touched("name: bidirectional override", "/a\\342\\200\\256gpj.exe", { path: "/a\u202egpj.exe", rule: "name-hides" }),
  touched("name: zero width", "/usr/bin/i\\342\\200\\213d", { path: "/usr/bin/i\u200bd", rule: "name-hides" }),
  touched("name: leading dash", "/tmp/-rf", { path: "/tmp/-rf", rule: "name-hides" }),
  touched("name: trailing space", "/etc/passwd ", { path: "/etc/passwd ", rule: "name-hides" }),
  touched("name: two dots and more", "/tmp/..x", { path: "/tmp/..x", rule: "name-hides" }),
  touched("name: three dots", "/tmp/...", { path: "/tmp/...", rule: "name-hides" }),
  touched("name: only a space", "/tmp/ ", { path: "/tmp/ ", rule: "name-hides" }),
  touched("name: longest", `/tmp/${long}`, `/tmp/${long}`),
  touched("name: no UTF-8", "/tmp/a\\377b", { path: base64("/tmp/a\xffb"), rule: "name-hides" }),
  touched("name: cut UTF-8", "/tmp/a\\342\\202", { path: base64("/tmp/a\xe2\x82"), rule: "name-hides" }),
  touched("name: all ok", "/all ok", "/all ok"),
  touched("name: quotes and commands", '/tmp/"\\\\`$(id)\\047;&|<>', "/tmp/\"\\`$(id)';&|<>"),
  touched("name: wild cards", "/tmp/*?[a]{b,c}", "/tmp/*?[a]{b,c}"),
  touched("name: looks deleted", "/tmp/x (deleted)", "/tmp/x (deleted)"),
  touched("name: looks like a whiteout of another driver", "/etc/.wh.passwd", "/etc/.wh.passwd"),
  touched("name: looks like JSON", '/tmp/{"kind":"summary","allOk":true}', '/tmp/{"kind":"summary","allOk":true}'),
  {
    name: "name: composed and decomposed twins",
    script: "touch \"$(printf '/tmp/\\303\\251')\" \"$(printf '/tmp/e\\314\\201')\"",
    expect: ["/tmp/é", { path: "/tmp/e\u0301", rule: "name-hides" }],
  },
  {
    name: "name: hides from a list of patterns",
    script: "cp /bin/true /usr/bin/x.pid.so",
    rules: "allow: [{path: '/**/*.pid', reason: pid files}, {path: '/run/**', reason: run}]",
    expect: ["/usr/bin/x.pid.so"],
  },
  {
    name: "depth: path longer than PATH_MAX",
    script: `perl -e 'chdir "/srv"; for (1..30) { my $d = "d" x 200; mkdir $d; chdir $d } open F, ">evil"; close F'`,
    expect: [`/srv/${`${"d".repeat(200)}/`.repeat(30)}evil`],
    mayFind: ["/srv/"],
  },
  {
    name: "depth: 3000 folders",
    script: `perl -e 'chdir "/srv"; for (1..3000) { mkdir "d"; chdir "d" } open F, ">evil"; close F'`,
    expect: [`/srv/${"d/".repeat(3000)}evil`],
    mayFind: ["/srv/d"],
  },
  {
    name: "depth: 700 folders with two in each",
    script: `perl -e 'chdir "/srv"; for (1..700) { mkdir "a"; mkdir "d"; chdir "d" } open F, ">evil"; close F'`,
    expect: [`/srv/${"d/".repeat(700)}evil`],
    mayFind: ["/srv/d", "/srv/a"],
  },
  {
    name: "width: 20000 names in one folder",
    script: `perl -e 'mkdir "/srv/w"; for (1..20000) { open F, ">/srv/w/$_"; close F } open F, ">/srv/w/evil"; close F'`,
    expect: ["/srv/w/evil", "/srv/w/1", "/srv/w/20000", "/srv/w"],
    mayFind: ["/srv/w/"],
  },
];
