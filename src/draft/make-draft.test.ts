import { describe, expect, test } from "vitest";
import { makeDraft } from "./make-draft.ts";
import type { DraftInput } from "./model.ts";
import { explainDraft } from "./assemble/explain.ts";
import type { StateChange } from "../history/model.ts";
import { historyOf, inputOf } from "./test-history.ts";
import type { TestHistoryOptions, TestStep } from "./test-history.ts";

/** The Dockerfile of these Steps without FROM. */
function dockerfile(steps: readonly TestStep[], options: TestHistoryOptions = {}): string {
  const text = makeDraft(inputOf(steps, options)).dockerfile;
  return text.replace(/^FROM debian:bookworm\n\n?/, "").trimEnd();
}

const array = (...values: string[]): StateChange => ({
  variables: {
    list: { kind: "array", value: values.map((value, index) => [String(index), value] as const), exported: false },
  },
});

interface Row {
  readonly name: string;
  readonly steps: readonly TestStep[];
  readonly options?: TestHistoryOptions;
  readonly expected: string;
}

const APT = "apt-get clean && \\\n    rm -rf /var/lib/apt/lists/*";
const PASSWD = "+ /etc/passwd = root:x:0:0::/root:/bin/bash";

const rows: readonly Row[] = [
  {
    name: "an exported function comes with the programs that may call it",
    steps: [
      { typed: "g() { echo $1; }", functions: { g: "g () \n{ \n    echo $1\n}" } },
      { typed: "export -f g" },
      { typed: "ls | xargs -n1 bash -c 'g x' > /srv/x", does: ["+ /srv/x = x"] },
    ],
    expected:
      'SHELL ["/bin/bash", "-c"]\n\nRUN g() { \\\n        echo $1; \\\n    }; \\\n    export -f g && \\\n    ls | xargs -n1 bash -c \'g x\' > /srv/x\n\nSHELL ["/bin/sh", "-c"]',
  },
  {
    name: "a folder to come back to is the one it was",
    steps: [
      { typed: "cd /srv", cd: "/srv" },
      { typed: "cd /tmp; cd - ; touch back", does: ["+ /srv/back ="] },
    ],
    expected: "RUN cd /srv && \\\n    { cd /tmp; cd - ; touch back; }",
  },
  {
    name: "one command needs one RUN",
    steps: [{ typed: "mkdir /srv/a", does: ["+ /srv/a/"] }],
    expected: "RUN mkdir /srv/a",
  },
  {
    name: "an install refreshes the index and leaves no cache",
    steps: [{ typed: "apt-get update" }, { typed: "apt install tree", packages: ["+tree"], does: ["+ /usr/bin/tree @tree"] }],
    expected: `RUN apt-get update && \\\n    DEBIAN_FRONTEND=noninteractive apt-get install -y tree && \\\n    ${APT}`,
  },
  {
    name: "installs share one refresh, and other work has its own layer",
    steps: [
      { typed: "apt-get update" },
      { typed: "apt-get install -y a", packages: ["+a"] },
      { typed: "apt-get update" },
      { typed: "apt-get install -y --no-install-recommends b=1.0", packages: ["+b"] },
      { typed: "echo x > /srv/x", does: ["+ /srv/x = x"] },
    ],
    expected: `RUN apt-get update && \\\n    DEBIAN_FRONTEND=noninteractive apt-get install -y a && \\\n    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends b=1.0 && \\\n    ${APT}\n\nRUN echo x > /srv/x`,
  },
  {
    name: "a command gets the folder, umask and variables it uses, and no others",
    steps: [
      { typed: "A=1; B=2", sets: { A: "1", B: "it's $2" } },
      { typed: "cd /srv", cd: "/srv" },
      { typed: "umask 077", umask: "0077" },
      { typed: 'echo "$B" > f', does: ["+ /srv/f 0600 = x"] },
    ],
    expected: "RUN umask 0077 && \\\n    B='it'\\''s $2' && \\\n    cd /srv && \\\n    echo \"$B\" > f",
  },
  {
    name: "functions come with those they call",
    steps: [
      { typed: "…", functions: { a: "a () \n{ \n    b x\n}", b: 'b () \n{ \n    echo "$1" > /srv/$1\n}', c: "c () \n{ \n    :\n}" } },
      { typed: "a", does: ["+ /srv/x = x"] },
    ],
    expected: 'RUN a() { \\\n        b x; \\\n    } && \\\n    b() { \\\n        echo "$1" > /srv/$1; \\\n    } && \\\n    a',
  },
  {
    name: "an alias is put in place",
    steps: [
      { typed: "alias put='tee -a /srv/x'", aliases: { put: "tee -a /srv/x" } },
      { typed: "echo a | put", does: ["+ /srv/x = a"] },
    ],
    expected: "RUN echo a | tee -a /srv/x",
  },
  {
    name: "an array needs bash, and the image keeps its own shell",
    steps: [
      { typed: "list=(a 'b c')", change: array("a", "b c") },
      { typed: 'printf %s "${list[@]}" > /srv/x', does: ["+ /srv/x = x"] },
    ],
    expected: 'SHELL ["/bin/bash", "-c"]\n\nRUN list=(a \'b c\') && \\\n    printf %s "${list[@]}" > /srv/x\n\nSHELL ["/bin/sh", "-c"]',
  },
  {
    name: "pipefail is set for a pipe that ran under it",
    steps: [
      { typed: "set -o pipefail", options: { pipefail: true } },
      { typed: "false | tee /srv/x", does: ["+ /srv/x = "], exit: 1 },
    ],
    expected: 'SHELL ["/bin/bash", "-c"]\n\nRUN set -o pipefail && \\\n    { false | tee /srv/x || true; }\n\nSHELL ["/bin/sh", "-c"]',
  },
  {
    name: "a start file read twice adds its folders to PATH once, and a person's editor stays out",
    steps: [
      { typed: "export PATH=/opt/a/bin:$PATH EDITOR=vi", exports: { PATH: "/opt/a/bin:/usr/sbin:/usr/bin:/sbin:/bin", EDITOR: "vi" } },
      { typed: ". ~/.bashrc", exports: { PATH: "/opt/a/bin:/opt/a/bin:/usr/sbin:/usr/bin:/sbin:/bin" } },
      { typed: "make-it > /srv/x", does: ["+ /srv/x = x"] },
    ],
    expected: "ENV PATH=/opt/a/bin:$PATH\nRUN make-it > /srv/x",
  },
  {
    name: "variables given to the service alone",
    steps: [{ typed: 'PORT=80 MODE="a b" nohup node server.js &', background: true, leaves: ["7 node server.js@80"] }],
    options: { base: ["+ /usr/bin/node 0755 = n"] },
    expected: 'ENV MODE="a b" PORT=80\n\nEXPOSE 80\nCMD ["node", "server.js"]',
  },
  {
    name: "variables that were there when the first of them is used share an ENV",
    steps: [
      { typed: "export A=1 PATH=/opt/a/bin:$PATH Z=2", exports: { A: "1", PATH: "/opt/a/bin:/usr/sbin:/usr/bin:/sbin:/bin", Z: "2" } },
      { typed: "echo $A > /srv/a", does: ["+ /srv/a = 1"] },
      { typed: "export LATE=3", exports: { LATE: "3" } },
      { typed: "make-it > /srv/x", does: ["+ /srv/x = x"] },
    ],
    expected: "ENV A=1 Z=2 PATH=/opt/a/bin:$PATH\nRUN echo $A > /srv/a\nENV LATE=3\nRUN make-it > /srv/x",
  },
  {
    name: "what an installation drags along stays apart from other work",
    steps: [
      {
        typed: "apt-get install -y htop",
        packages: ["+htop", "+libx auto"],
        does: [`+ /usr/bin/htop = ${"h".repeat(70_000)}`, "+ /usr/lib/libx = x"],
      },
      { typed: "apt-get remove -y htop", packages: ["-htop"], does: ["- /usr/bin/htop"] },
      { typed: "mkdir /srv/a", does: ["+ /srv/a/"] },
    ],
    expected: `RUN apt-get update && \\\n    DEBIAN_FRONTEND=noninteractive apt-get install -y htop && \\\n    DEBIAN_FRONTEND=noninteractive apt-get remove -y htop && \\\n    ${APT}\n\nRUN mkdir /srv/a`,
  },
  {
    name: "a package fetched by itself needs an index too, and shares the RUN with its installation",
    steps: [
      { typed: "apt-get update" },
      { typed: "apt-get download a", does: ["+ /root/a.deb = deb"] },
      { typed: "dpkg -i a.deb", packages: ["+a"], exit: 1 },
      { typed: "apt-get -f install", packages: ["+b auto"] },
    ],
    expected: `RUN apt-get update && \\\n    apt-get download a && \\\n    { dpkg -i a.deb || true; } && \\\n    DEBIAN_FRONTEND=noninteractive apt-get -f install -y && \\\n    ${APT}`,
  },
  {
    name: "exported variables that last become ENV before their first use",
    steps: [
      { typed: "export APP=/srv/app", exports: { APP: "/srv/app" } },
      { typed: "mkdir $APP", does: ["+ /srv/app/"] },
      { typed: "export PATH=$APP/bin:$PATH", exports: { PATH: "/srv/app/bin:/usr/sbin:/usr/bin:/sbin:/bin" } },
      { typed: "export TERM=xterm GONE=1", exports: { TERM: "xterm", GONE: "1" } },
      { typed: "unset GONE", unsets: ["GONE"] },
    ],
    expected: "ENV APP=/srv/app\nRUN mkdir $APP\nENV PATH=/srv/app/bin:$PATH",
  },
  {
    name: "commands of another user stand between two USERs",
    steps: [
      { typed: "useradd -m app", does: ["~ /etc/passwd = app", "+ /home/app/ 1000:1000"] },
      { typed: "su - app", opens: "app" },
      { typed: "mkdir ~/bin", does: ["+ /home/app/bin/ 1000:1000"] },
      { typed: "exit", closes: true },
      { typed: "mkdir /srv/y", does: ["+ /srv/y/"] },
    ],
    options: { base: [PASSWD] },
    expected: "RUN useradd -m app\nUSER app\nRUN mkdir ~/bin\nUSER root\nRUN mkdir /srv/y",
  },
  {
    name: "an edited file is copied with its owner, from a context that mirrors the image",
    steps: [{ typed: "vi /srv/a.conf", does: ["+ /srv/a.conf 0640 33:33 = a"] }],
    expected: "COPY --chown=33:33 rootfs/srv/a.conf /srv/a.conf",
  },
  {
    name: "files of one folder share a COPY",
    steps: [
      { typed: "vi /srv/a", does: ["+ /srv/a = a"] },
      { typed: "vi '/srv/b'", does: ["+ /srv/b = b"] },
    ],
    expected: "COPY rootfs/srv/a rootfs/srv/b /srv/",
  },
  {
    name: "files of several plain folders share one COPY of their tree",
    steps: [
      { typed: "vi /etc/a", does: ["+ /etc/a = a"] },
      { typed: "vi /srv/b", does: ["+ /srv/b = b"] },
    ],
    expected: "COPY rootfs/ /",
  },
  {
    name: "a plain folder is made by the COPY into it",
    steps: [
      {
        typed: "",
        kind: "outside",
        does: ["+ /srv/new/", "+ /srv/new/a = a", "+ /srv/new/empty/", "+ /srv/new/own/ 0700", "+ /srv/new/own/b = b"],
      },
    ],
    expected:
      "RUN install -d /srv/new/empty && \\\n    install -d -m 0700 /srv/new/own\n\nCOPY rootfs/srv/new/a /srv/new/a\nCOPY rootfs/srv/new/own/b /srv/new/own/b",
  },
  {
    name: "a folder that was there with another mode or owner gets its own before files come into it",
    steps: [
      { typed: "install -d -m 700 -o 33 /srv/a", does: ["+ /srv/a/ 0700 33:0"] },
      { typed: "", kind: "outside", does: ["m /srv/a/ 0755 0:0", "+ /srv/a/x = x"] },
    ],
    expected: "RUN install -d -m 700 -o 33 /srv/a && \\\n    install -d -m 0755 -o 0 -g 0 /srv/a\n\nCOPY rootfs/srv/a/x /srv/a/x",
  },
  {
    name: "a link that became a file is away before the file comes",
    steps: [
      { typed: "ln -s /etc/motd /srv/a; echo b >/srv/b", does: ["+ /srv/a -> /etc/motd", "+ /srv/b = b"] },
      { typed: "", kind: "outside", does: ["- /srv/a"] },
      { typed: "", kind: "outside", does: ["+ /srv/a = own"] },
    ],
    expected: "RUN { ln -s /etc/motd /srv/a; echo b >/srv/b; } && \\\n    rm -rf /srv/a\n\nCOPY rootfs/srv/a /srv/a",
  },
  {
    name: "names of one file are joined again when one of them was copied",
    steps: [
      { typed: "echo 1 >/srv/a; ln /srv/a /srv/b", does: ["+ /srv/a = 1", "+ /srv/b => /srv/a"] },
      { typed: "", kind: "outside", does: ["~ /srv/a = 2"] },
    ],
    expected: "RUN echo 1 >/srv/a; ln /srv/a /srv/b\nCOPY rootfs/srv/a /srv/a\nRUN ln -f /srv/a /srv/b",
  },
  {
    name: "what was seen in the middle of a copy is one copy",
    steps: [
      { typed: "", kind: "outside", does: ["+ /srv/a/ 0700", "+ /srv/a/x = x", "+ /srv/a/lock =", "+ /srv/a/in/"] },
      { typed: "", kind: "outside", does: ["m /srv/a/ 0755", "- /srv/a/lock", "+ /srv/a/in/y = y"] },
      { typed: "", kind: "outside", does: ["~ /srv/a/x = z", "m /srv/a/in/y 0640"] },
    ],
    expected: "RUN install -d /srv/a\nCOPY rootfs/srv/a/ /srv/a/",
  },
  {
    name: "what comes to where a folder had just gone comes after it",
    steps: [
      { typed: "mkdir -p /srv/a/in", does: ["+ /srv/a/", "+ /srv/a/in/"] },
      { typed: "", kind: "outside", does: ["- /srv/a/in/", "- /srv/a/"] },
      { typed: "", kind: "outside", does: ["+ /srv/a/", "+ /srv/a/x = x"] },
    ],
    expected: "COPY rootfs/srv/a/x /srv/a/x",
  },
  {
    name: "git's clone runs, and the times that it notes are those of then",
    steps: [
      {
        typed: "git clone /srv/a /srv/b",
        does: [
          "+ /srv/b/",
          "+ /srv/b/.git/",
          "+ /srv/b/f = x",
          "+ /srv/b/.git/index = 1",
          "+ /srv/b/.git/logs/",
          "+ /srv/b/.git/logs/HEAD = 2",
        ],
      },
    ],
    expected: "RUN git clone /srv/a /srv/b\nCOPY rootfs/srv/b/.git/ /srv/b/.git/",
  },
  {
    name: "names that are no text come in an archive, and are written by printf",
    steps: [{ typed: "", kind: "outside", does: ["+ /srv/\udce9 = x", "+ /srv/\udce8/ 0700", "+ /srv/link -> \udce9"] }],
    expected: "RUN install -d -m 0700 /srv/\"$(printf '\\350')\"\nADD rootfs/srv/%E9.tar /\nRUN ln -sfn \"$(printf '\\351')\" /srv/link",
  },
  {
    name: "a folder above another owner's file is made by root",
    steps: [{ typed: "", kind: "outside", does: ["+ /srv/new/", "+ /srv/new/a 33:33 = a", "+ /srv/new/b = b"] }],
    expected: "RUN install -d /srv/new\nCOPY --chown=33:33 rootfs/srv/new/a /srv/new/a\nCOPY rootfs/srv/new/b /srv/new/b",
  },
  {
    name: "a folder in one with set-group-ID gets its own group and bits",
    steps: [
      { typed: "", kind: "outside", does: ["+ /srv/team/ 02770 0:50", "+ /srv/team/in/", "+ /srv/team/on/ 02755 0:50"] },
      { typed: "", kind: "outside", does: ["m /srv/team/on/ 0755"] },
    ],
    expected:
      "RUN install -d -m 2770 -o 0 -g 50 /srv/team && \\\n    install -d -m 00755 -o 0 -g 0 /srv/team/in && \\\n    install -d -m 00755 -o 0 -g 50 /srv/team/on",
  },
  {
    name: "a file of the image whose mode was set is not copied",
    steps: [{ typed: "", kind: "outside", does: ["m /etc/motd 0600 @base", "+ /srv/a = a"] }],
    options: { base: ["+ /etc/motd = hello"] },
    expected: "COPY rootfs/srv/a /srv/a\n\nRUN chown 0:0 /etc/motd && \\\n    chmod 0600 /etc/motd",
  },
  {
    name: "who made a file whose mode was set lives",
    steps: [
      { typed: "seq 9 >/srv/big", does: ["+ /srv/big = numbers"] },
      { typed: "", kind: "outside", does: ["m /srv/big 0600 @base"] },
    ],
    expected: "RUN seq 9 >/srv/big && \\\n    chown 0:0 /srv/big && \\\n    chmod 0600 /srv/big",
  },
  {
    name: "a command that only runs apart gets its argv quoted",
    steps: [{ typed: "", kind: "exec", argv: ["perl", "-e", "print 'a b'; $x > 1", "/srv/x"], does: ["+ /srv/x = a"] }],
    expected: "RUN perl -e 'print '\\''a b'\\''; $x > 1' /srv/x",
  },
  {
    name: "a shell's one text is the text",
    steps: [{ typed: "", kind: "exec", argv: ["sh", "-c", "echo 'a b' > /srv/x"], does: ["+ /srv/x = a"] }],
    expected: "RUN echo 'a b' > /srv/x",
  },
  {
    name: "packages of a shell's one text are installed as any",
    steps: [
      {
        typed: "",
        kind: "exec",
        argv: ["bash", "-c", "apt-get update && apt-get install -y figlet"],
        does: ["+ /usr/bin/figlet @figlet = x"],
        packages: ["+figlet"],
      },
    ],
    expected: `RUN apt-get update && \\\n    DEBIAN_FRONTEND=noninteractive apt-get install -y figlet && \\\n    ${APT}`,
  },
  {
    name: "a note of the person stands above its instruction",
    steps: [{ typed: "mkdir /srv/a", does: ["+ /srv/a/"] }],
    options: { choices: { annotate: { "s1.1": "for the data\nFROM evil" } } },
    expected: "# for the data\n# FROM evil\nRUN mkdir /srv/a",
  },
  {
    name: "a new text of the person's replaces what was typed",
    steps: [{ typed: "mkdir /srv/a", does: ["+ /srv/a/"] }],
    options: { choices: { rename: { "s1.1": "install -d /srv/a" } } },
    expected: "RUN install -d /srv/a",
  },
  {
    name: "labels and maintainer",
    steps: [],
    options: { options: { labels: { b: "2", a: "x $y" }, maintainer: "me" } },
    expected: 'LABEL a="x \\$y" b=2 maintainer=me',
  },
  {
    name: "an ENTRYPOINT that would swallow the command is cleared",
    steps: [],
    options: {
      choices: { cmd: ["nginx", "-g", "daemon off;"] },
      container: { imageConfig: { ...historyOf([]).container.imageConfig, entrypoint: ["/usr/bin/python3"] } },
    },
    expected: 'ENTRYPOINT []\nCMD ["nginx", "-g", "daemon off;"]',
  },
  {
    name: "an ENTRYPOINT that starts its arguments stays",
    steps: [],
    options: {
      choices: { cmd: ["nginx"] },
      container: { imageConfig: { ...historyOf([]).container.imageConfig, entrypoint: ["tini", "--"] } },
    },
    expected: 'CMD ["nginx"]',
  },
];

test.each(rows)("$name", ({ steps, options, expected }) => {
  expect(dockerfile(steps, options)).toBe(expected);
});

describe("a build stage", () => {
  const GCC: TestStep = { typed: "apt-get install -y gcc", packages: ["+gcc"], does: ["+ /usr/bin/gcc @gcc = elf"] };
  const NO_GCC: TestStep = { typed: "apt-get purge -y gcc", packages: ["-gcc"], does: ["- /usr/bin/gcc"] };
  const BUILD: TestStep = { typed: "gcc -o /usr/local/bin/a /opt/a.c", does: ["+ /usr/local/bin/a 0755 = elf"] };
  const SOURCE: TestStep = { typed: "vi /opt/a.c", does: ["+ /opt/a.c = int main"] };
  const RUN_GCC = `RUN apt-get update && \\\n    DEBIAN_FRONTEND=noninteractive apt-get install -y gcc && \\\n    ${APT}`;
  const base = ["+ /usr/local/bin/"];

  const written = (steps: readonly TestStep[], options: TestHistoryOptions["options"] = {}): string =>
    makeDraft(inputOf(steps, { base, options })).dockerfile.replace(/\n+/g, "\n");

  test("starts from what both have in common, and the image takes what it left", () => {
    const common: TestStep = { typed: "mkdir /srv/a", does: ["+ /srv/a/"] };
    const use: TestStep = { typed: "a > /srv/a/out", does: ["+ /srv/a/out = x"] };
    const steps = [common, GCC, { ...SOURCE }, BUILD, { typed: "rm /opt/a.c", does: ["- /opt/a.c"] }, NO_GCC, use];
    expect(written(steps, { labels: { a: "1" } })).toBe(
      [
        "FROM debian:bookworm AS common\nRUN mkdir /srv/a\nFROM common AS build",
        RUN_GCC,
        "COPY rootfs/opt/a.c /opt/a.c\nRUN gcc -o /usr/local/bin/a /opt/a.c && \\\n    rm /opt/a.c",
        "FROM common\nLABEL a=1\nCOPY --from=build /usr/local/bin/a /usr/local/bin/a\nRUN a > /srv/a/out\n",
      ].join("\n"),
    );
  });

  test("starts from the image where nothing is common, and is not there when it is not wanted", () => {
    const steps = [GCC, BUILD, NO_GCC];
    expect(written(steps)).toMatch(/^FROM debian:bookworm AS build\n[^]*\nFROM debian:bookworm\nCOPY --from=build [^\n]+\n$/);
    expect(written(steps, { stages: "never" })).not.toMatch(/ AS |--from/);
  });
});

/** The same with the content of a path not kept. */
function withUnkept(input: DraftInput, path: string): DraftInput {
  const sessions = input.history.sessions.map((session) => ({
    ...session,
    steps: session.steps.map((step) => {
      const changes = step.effect.changes.map((change) => (change.path === path ? { ...change, kept: false } : change));
      return { ...step, effect: { ...step.effect, changes } };
    }),
  }));
  return { ...input, history: { ...input.history, sessions } };
}

describe("repairs", () => {
  test("come last, are marked, and set owner and mode", () => {
    const repairs = [
      { path: "/etc/gone", entry: null, why: "extra" },
      { path: "/etc/link", entry: { type: "symlink", mode: 0o777, uid: 0, gid: 0, link: "a b" }, why: "missing" },
      { path: "/etc/suid", entry: { type: "file", mode: 0o4755, uid: 0, gid: 0, hash: "aa" }, why: "different" },
      { path: "/srv/d", entry: { type: "directory", mode: 0o2770, uid: 0, gid: 33 }, why: "missing" },
      {
        path: "/srv/p",
        entry: { type: "file", mode: 0o4755, uid: 0, gid: 0, hash: "bb", xattrs: { "security.capability": "01" } },
        why: "x",
      },
    ] as const;
    const draft = makeDraft(inputOf([{ typed: "mkdir /srv/a", does: ["+ /srv/a/"] }], { options: { repairs } }));
    const text = draft.instructions.filter(({ isRepair }) => isRepair).map((one) => one.text);
    expect(text).toEqual([
      "RUN rm -rf /etc/gone && \\\n    install -d -m 2770 -o 0 -g 33 /srv/d",
      "COPY rootfs/etc/suid /etc/suid",
      "ADD rootfs/srv/p.tar /",
      "RUN ln -sfn 'a b' /etc/link && \\\n    chmod 4755 /etc/suid",
    ]);
    expect(draft.dockerfile).toContain("# repair: /etc/gone: extra\n");
  });
});

describe("a text longer than an argument can be", () => {
  const long = `sh <<'EOF'\n${"# a long text\n".repeat(10_000)}EOF`;

  test("has its results brought", () => {
    const draft = makeDraft(inputOf([{ typed: long, does: ["+ /opt/a = x"] }]));
    expect(draft.instructions.map(({ text }) => text)).toEqual(["FROM debian:bookworm", "COPY rootfs/opt/a /opt/a"]);
  });

  test("is run from a file where they cannot be brought", () => {
    const does = ["+ /opt/a @linked"];
    const steps: TestStep[] = [
      { typed: "touch /etc/x", does: ["+ /etc/x ="] },
      { typed: "su - app", opens: "app" },
      { typed: long, does },
    ];
    const draft = makeDraft(inputOf(steps));
    expect(draft.instructions.map(({ text }) => text)).toEqual([
      "FROM debian:bookworm",
      "RUN touch /etc/x",
      "USER app",
      "COPY scripts/run-1.sh /.run-1.sh",
      'RUN ["/bin/sh", "/.run-1.sh"]',
      "USER root",
      "RUN rm -f /.run-1.sh",
    ]);
    expect(draft.context.map(({ path, content }) => [path, "text" in content && content.text.includes(long)])).toEqual([
      ["scripts/run-1.sh", true],
    ]);
  });
});

describe("the whole draft", () => {
  test("is the same for the same history", () => {
    const steps: TestStep[] = [
      { typed: "vi /etc/b", does: ["+ /etc/b = b"] },
      { typed: "export Z=1 A=2", exports: { Z: "1", A: "2" } },
      { typed: "make", does: ["+ /srv/out = o"] },
    ];
    expect(makeDraft(inputOf(steps))).toEqual(makeDraft(inputOf(steps)));
  });

  test("sends the builder nothing but its files", () => {
    const draft = makeDraft(inputOf([{ typed: "vi /srv/a", does: ["+ /srv/a = a"] }]));
    expect(draft.dockerignore).toBe("*\n!rootfs\n");
  });

  test("pins FROM to the digest, or tells it", () => {
    const container = { imageDigest: `debian@sha256:${"d".repeat(64)}` };
    const from = (pin: boolean): string => makeDraft(inputOf([], { container, options: { pin } })).dockerfile;
    expect(from(false)).toBe(`# debian:bookworm@sha256:${"d".repeat(64)}\nFROM debian:bookworm\n`);
    expect(from(true)).toBe(`FROM debian:bookworm@sha256:${"d".repeat(64)}\n`);
  });

  test("explains every instruction and every Step left out", () => {
    const input = inputOf([{ typed: "ls" }, { typed: "mkdir /srv/a", does: ["+ /srv/a/"] }]);
    const text = explainDraft(makeDraft(input), input.history);
    expect(text).toMatch(/^RUN mkdir \/srv\/a\n {4}because: .+\n {4}from s1\.2 {2}mkdir \/srv\/a$/m);
    expect(text).toMatch(/^s1\.1 {2}ls\n {4}because: .+$/m);
  });
});

describe("BuildKit", () => {
  const build = (steps: readonly TestStep[], options: Partial<Parameters<typeof inputOf>[1]> = {}): string =>
    dockerfile(steps, { ...options, options: { builder: "buildkit", ...options.options } });

  test("keeps caches in mounts", () => {
    expect(build([{ typed: "apt-get install tree", packages: ["+tree"] }])).toBe(
      "RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \\\n    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \\\n    apt-get update && \\\n    DEBIAN_FRONTEND=noninteractive apt-get install -y tree",
    );
  });

  test("reads a secret from a mount", () => {
    const steps = [{ typed: "curl -H 'Token: ***' x > /srv/x", secrets: ["TOKEN"], does: ["+ /srv/x = x"] }];
    const options = { options: { secrets: { TOKEN: "/t" } } };
    expect(build(steps, options)).toBe(
      "RUN --mount=type=secret,id=TOKEN \\\n    curl -H 'Token: '\"$(cat /run/secrets/TOKEN)\"'' x > /srv/x",
    );
    expect(makeDraft(inputOf(steps, { options: { builder: "buildkit", ...options.options } })).findings).toEqual([]);
    expect(makeDraft(inputOf(steps)).findings.map(({ code }) => code)).toEqual(["secret-left-out"]);
    const writing = [{ ...steps[0], typed: "echo '***' > /srv/x" }];
    expect(build(writing, options)).toBe("# secret left out (s1.1): echo '***' > /srv/x");
    expect(build(steps)).toBe("# secret left out (s1.1): curl -H 'Token: ***' x > /srv/x");
  });

  test("reads a secret variable from a mount once, and does not write it down", () => {
    const steps: TestStep[] = [
      { typed: "export TOKEN=***", exports: { TOKEN: "***" }, secrets: ["TOKEN"] },
      { typed: "fetch $TOKEN > /srv/x", does: ["+ /srv/x = x"] },
      { typed: "fetch $TOKEN > /srv/y", does: ["+ /srv/y = y"] },
      { typed: "echo $TOKEN > /srv/conf", does: ["+ /srv/conf = hidden"] },
    ];
    const input = inputOf(steps, { options: { builder: "buildkit", secrets: { TOKEN: "/t" } } });
    const text = makeDraft(withUnkept(input, "/srv/conf")).dockerfile;
    expect(text.match(/export TOKEN/g)).toHaveLength(1);
    expect(text).toContain("fetch $TOKEN > /srv/y");
    expect(text).toContain("# secret left out (s1.4)");
    expect(text).not.toContain("\n    echo $TOKEN");
  });

  test("has here-documents where newlines count", () => {
    const steps = [{ typed: "printf 'a\nb' | sort > /srv/x", does: ["+ /srv/x = a\nb"] }];
    expect(build(steps)).toBe("RUN <<'EOF'\n#!/bin/sh\nprintf 'a\nb' | sort > /srv/x\nEOF");
    expect(build(steps, { options: { hereDocuments: false } })).toContain('RUN ["/bin/sh", "-c", "\\\n');
  });
});
