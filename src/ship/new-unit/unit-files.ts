import type { FolderEntry } from "../../system/file/write-folder.ts";

/** What a new unit is to be. */
export interface NewUnit {
  readonly name: string;
  /** What its image is built on. */
  readonly base: string;
  /** Its image has no tools that it does not need, and its container may do little. */
  readonly isHardened: boolean;
}

const PROGRAM = 0o755;
const FILE = 0o644;

/** The files of a unit that can be built, tested and promoted as it is, to be changed into what is wanted. */
export function unitFiles(unit: NewUnit): readonly FolderEntry[] {
  const file = (path: string, lines: readonly string[], mode = FILE): FolderEntry => ({
    path,
    content: { bytes: `${lines.join("\n")}\n` },
    mode,
  });
  return [
    file("Dockerfile", dockerfile(unit)),
    file(".dockerignore", [".env", "Makefile", "acceptance.yaml", "compose.yaml", "tests"]),
    file("Makefile", makefile()),
    file("compose.yaml", settings(unit)),
    file(`files/usr/local/bin/${unit.name}`, program(unit), PROGRAM),
    file("tests/starts.test.mjs", test(unit)),
  ];
}

function dockerfile({ name, base, isHardened }: NewUnit): readonly string[] {
  return [
    `FROM ${base}`,
    "",
    "# What is below files/ has its place in the image: files/etc/x becomes /etc/x.",
    "COPY files/ /",
    ...(isHardened ? ["", "# nobody; a user of its own, made with useradd, is better.", "USER 65534:65534"] : []),
    "",
    `CMD ["/usr/local/bin/${name}"]`,
  ];
}

function makefile(): readonly string[] {
  return [
    "# make: build the image; make test: test it; make install: promote what passed, so that production runs it.",
    "COOPER ?= cooper",
    "",
    "all:",
    "\t$(COOPER) build .",
    "",
    "test: all",
    "\t$(COOPER) test .",
    "",
    "install:",
    "\t$(COOPER) promote .",
    "",
    "# All three, and the new image takes the place of what runs.",
    "update:",
    "\t$(COOPER) upgrade .",
    "",
    ".PHONY: all test install update",
  ];
}

/** What a hardened container does without; it may write to the tmpfs alone. A tmpfs has the mode of the folder that it lies over. */
const HARDENED = ["    read_only: true", "    tmpfs: [/tmp]", "    cap_drop: [ALL]", '    security_opt: ["no-new-privileges:true"]'];

function settings({ name, isHardened }: NewUnit): readonly string[] {
  return [
    "services:",
    `  ${JSON.stringify(name)}:`,
    "    build: .",
    "    init: true",
    ...(isHardened ? HARDENED : []),
    '    # ports: ["8080:80"]',
    '    # volumes: ["./data:/var/lib/data"]',
    "    x-cooper:",
    "      release: { keep: 5 }",
    ...(isHardened ? ["      # Tools that must stay in the image all the same: harden: { keep: [curl] }", "      harden: {}"] : []),
    "      # What a test gets in place of what production writes to: empty, tree, copy, share-ro, share.",
    "      # mounts: { /var/lib/data: { test: empty } }",
    "x-cooper: { version: 1 }",
  ];
}

function program({ name, isHardened }: NewUnit): readonly string[] {
  return ["#!/bin/sh", `# What ${name} does.`, `echo ready > ${isHardened ? "/tmp" : "/run"}/ready`, "exec sleep infinity"];
}

/** From outside nobody sees what a container has in a tmpfs. */
function test({ name, isHardened }: NewUnit): readonly string[] {
  const [word, question] = isHardened
    ? ["expectInside", 'expectInside(unit, ["cat", "/tmp/ready"], { is: "ready" })']
    : ["expectFile", 'expectFile(unit, "/run/ready", { is: "ready" })'];
  return [
    'import test from "node:test";',
    `import { ${word}, instance } from "cooper/test";`,
    "",
    "const unit = await instance();",
    "",
    `test("${name} starts", () => ${question});`,
  ];
}
