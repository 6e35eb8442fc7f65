import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { tarMember, type TarMember } from "../../src/format/tar/member.ts";
import { type TarInput, writeTar } from "../../src/format/tar/write-tar.ts";
import { outputOf } from "../support/host-command.ts";

/** A file of an image: its text or bytes, `-> target` for a link, or a member's other parts. */
export type Row = string | Buffer | (Partial<TarMember> & { readonly body: Buffer });

/** The host's busybox, which needs no library, and the names under which it runs. */
export function busyboxRows(...applets: readonly string[]): Record<string, Row> {
  const links = applets.map((name) => [`/bin/${name}`, "-> busybox"] as const);
  return { "/bin/busybox": { body: readFileSync("/bin/busybox"), mode: 0o755 }, ...Object.fromEntries(links) };
}

const SUDO_TEXTS = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/:/bin/sh\n",
  "/etc/group": "root:x:0:\nann:x:1000:\n",
  "/etc/shadow": "root:*:1::::::\nann:*:1::::::\n",
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nsudoers: files\n",
  "/etc/pam.d/sudo": "auth required pam_permit.so\naccount required pam_permit.so\nsession required pam_permit.so\n",
  "/etc/pam.d/other": "auth required pam_permit.so\n",
};

/** The host's sudo with its plugin and the libraries of both, for a user ann who may do all. */
export async function sudoRows(): Promise<Record<string, Row>> {
  const module = (await outputOf(["sh", "-c", "ls /lib/*/security/pam_permit.so"])).trim();
  const programs = ["/usr/bin/sudo", "/usr/libexec/sudo/sudoers.so", module];
  const needed = (await outputOf(["ldd", ...programs])).matchAll(/(?:=> |^\s+)(\/\S+) \(/gm);
  const paths = new Set([...programs, ...[...needed].map(([, file = ""]) => file)]);
  const bodies = [...paths].map((file) => [file, { body: readFileSync(file), mode: file === "/usr/bin/sudo" ? 0o4755 : 0o755 }] as const);
  const sudoers = { body: Buffer.from("root ALL=(ALL) ALL\nann ALL=(ALL) NOPASSWD: ALL\n"), mode: 0o440 };
  return { ...Object.fromEntries(bodies), ...SUDO_TEXTS, "/etc/sudoers": sudoers };
}

/** A program of one file that tries what an image of its kind must keep: `cat FILE`, `become FILE` (another user), `euid`, `raw` (a raw socket), `tty`, `sealed` (no file can be made). */
const PROBE = `
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, char **argv) {
  if (argc < 2) return 2;
  if (!strcmp(argv[1], "euid")) return geteuid() == 0 && getuid() == 1000 ? 0 : 3;
  if (!strcmp(argv[1], "raw")) return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 ? 0 : 3;
  if (!strcmp(argv[1], "tty")) return isatty(0) && isatty(1) ? 0 : 3;
  if (!strcmp(argv[1], "sealed")) return open("/made", O_CREAT | O_WRONLY, 0600) < 0 && errno == EROFS ? 0 : 3;
  if (!strcmp(argv[1], "become") && (setgroups(0, NULL) || setgid(1000) || setuid(1000))) return 3;
  FILE *file = argc < 3 ? NULL : fopen(argv[2], "r");
  if (!file) return 3;
  for (int c = fgetc(file); c != EOF; c = fgetc(file)) putchar(c);
  return 0;
}
`;

/** Compiles that program into a folder, with all in it (static) or for musl's loader. */
export async function compileProbe(folder: string): Promise<{ readonly fixed: Buffer; readonly musl: Buffer }> {
  const source = path.join(folder, "probe.c");
  await writeFile(source, PROBE);
  for (const [name, options] of [
    ["fixed", ["-static"]],
    ["musl", []],
  ] as const) {
    await outputOf(["musl-gcc", "-Os", ...options, "-o", path.join(folder, name), source]);
  }
  return { fixed: readFileSync(path.join(folder, "fixed")), musl: readFileSync(path.join(folder, "musl")) };
}

function inputOf(name: string, row: Row): TarInput {
  const member = name.slice(1);
  if (typeof row === "string" && row.startsWith("-> "))
    return { member: tarMember({ path: member, type: "symlink", link: row.slice(3), mode: 0o777 }) };
  const { body, ...parts } = typeof row === "string" || Buffer.isBuffer(row) ? { body: Buffer.from(row) } : row;
  return { member: tarMember({ path: member, size: body.length, modifiedAt: 1_700_000_000, ...parts }), body };
}

async function writeArchive(file: string, inputs: readonly TarInput[]): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of writeTar(inputs)) pieces.push(piece);
  await writeFile(file, Buffer.concat(pieces));
}

/** Makes an image of rows alone, with instructions as `docker import --change` takes them. */
export async function importImage(
  folder: string,
  tag: string,
  image: { readonly rows: Record<string, Row>; readonly changes: readonly string[] },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const folders = new Set(Object.keys(image.rows).flatMap((name) => parentsOf(name)));
  const made = [...folders]
    .sort()
    .map((name) => ({ member: tarMember({ path: name.slice(1), type: "directory", mode: 0o755, modifiedAt: 1_700_000_000 }) }));
  const file = path.join(folder, "image.tar");
  await writeArchive(file, [...made, ...Object.entries(image.rows).map(([name, row]) => inputOf(name, row))]);
  await outputOf(["docker", "import", ...image.changes.flatMap((change) => ["--change", change]), file, tag]);
}

function parentsOf(name: string): string[] {
  const parts = name.split("/").slice(1, -1);
  return parts.map((_part, at) => `/${parts.slice(0, at + 1).join("/")}`);
}

/** What an image holds: mode, owner, size and name of every path, but for what the engine makes in a container. */
export async function listingOf(image: string): Promise<string> {
  const id = await outputOf(["docker", "create", "--network", "none", image, "/nothing"]);
  try {
    const list = await outputOf(["sh", "-c", `docker export ${id} | tar tvf - --numeric-owner`]);
    const lines = list.split("\n").map((line) => line.replace(/\d{4}-\d\d-\d\d \d\d:\d\d /, ""));
    return lines
      .filter((line) => !/ (?:\.dockerenv|(?:dev|proc|sys)(?:\/.*)?|etc\/(?:hosts|hostname|resolv\.conf|mtab.*))$/.test(line))
      .toSorted()
      .join("\n");
  } finally {
    await outputOf(["docker", "rm", id]);
  }
}

/** Loads an image of nothing that runs on machines of another kind. */
export async function loadOtherMachine(folder: string, tag: string, label: string): Promise<void> {
  const layer = Buffer.alloc(1024);
  const diffId = `sha256:${createHash("sha256").update(layer).digest("hex")}`;
  const config = { Cmd: ["/none"], Labels: { "cooper.test": label } };
  const texts = {
    "config.json": { architecture: "s390x", os: "linux", config, rootfs: { type: "layers", diff_ids: [diffId] } },
    "manifest.json": [{ Config: "config.json", RepoTags: [`${tag}:latest`], Layers: ["layer.tar"] }],
  };
  const files = Object.entries(texts).map(([file, value]) => inputOf(`/${file}`, JSON.stringify(value)));
  await writeArchive(path.join(folder, "other.tar"), [inputOf("/layer.tar", layer), ...files]);
  await outputOf(["docker", "load", "-i", path.join(folder, "other.tar")]);
}
