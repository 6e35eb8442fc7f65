import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { uniqueName } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { busyboxRows, compileProbe, importImage, type Row, sudoRows } from "./slim-support.ts";

const name = uniqueName("slim-kind");
const folder = mkdtempSync(path.join(tmpdir(), "cooper-slim-kind-"));
const CAP_NET_RAW = "0100000200200000000000000000000000000000";
const LIBRARY = "/usr/lib/x86_64-linux-musl/libc.so";

interface Kind {
  readonly rows: Record<string, Row>;
  readonly changes: readonly string[];
  readonly options: readonly string[];
  /** Options of cooper slim alone. */
  readonly slim?: readonly string[];
}

let kinds: Readonly<Record<string, Kind>> = {};

beforeAll(async () => {
  const probe = await compileProbe(folder);
  const program = (parts: object = {}): Record<string, Row> => ({ "/bin/probe": { body: probe.fixed, mode: 0o755, ...parts } });
  const list = { "/data/list": "b\na\n", "/data/unused": "never read\n" };
  kinds = {
    busybox: {
      rows: { ...busyboxRows("sh", "sort", "cat"), ...list },
      changes: ['CMD ["/bin/sh","-c","sort /data/list | cat"]'],
      options: [],
    },
    "one static program": { rows: { ...program(), ...list }, changes: ['CMD ["/bin/probe","cat","/data/list"]'], options: [] },
    "a program of musl": {
      rows: {
        "/bin/probe": { body: probe.musl, mode: 0o755 },
        "/lib/ld-musl-x86_64.so.1": { body: readFileSync(LIBRARY), mode: 0o755 },
        ...list,
      },
      changes: ['CMD ["/bin/probe","cat","/data/list"]'],
      options: [],
    },
    "file capabilities": {
      rows: program({ xattrs: { "security.capability": CAP_NET_RAW } }),
      changes: ['CMD ["/bin/probe","raw"]', "USER 1000:1000"],
      options: [],
    },
    "set-user-id, as another user": {
      rows: program({ mode: 0o4755 }),
      changes: ['CMD ["/bin/probe","euid"]', "USER 1000:1000"],
      options: [],
    },
    // As gosu does it: what it reads then, another user may not.
    "a program that becomes another user": {
      rows: { ...program(), ...list, "/data/list": { body: Buffer.from("mine\n"), mode: 0o400, uid: 1000, gid: 1000 } },
      changes: ['CMD ["/bin/probe","become","/data/list"]'],
      options: [],
    },
    sudo: {
      rows: { ...(await sudoRows()), ...busyboxRows("sh", "id") },
      changes: ['CMD ["/bin/sh","-c","id -un; sudo -n id -un"]', "USER ann", "ENV PATH=/usr/bin:/bin"],
      options: [],
      slim: ["--sensor", "transparent"],
    },
    "a terminal": { rows: program(), changes: ['CMD ["/bin/probe","tty"]'], options: ["--tty"] },
    "a read-only root": { rows: program(), changes: ['CMD ["/bin/probe","sealed"]'], options: ["--read-only"] },
  };
});

afterAll(async () => {
  const images = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((at) => [`${name}-${at}`, `${name}-${at}.slim`]);
  await runOnHost(["docker", "rmi", "-f", ...images]);
  await rm(folder, { recursive: true, force: true });
});

test.each([
  [0, "busybox"],
  [1, "one static program"],
  [2, "a program of musl"],
  [3, "file capabilities"],
  [4, "set-user-id, as another user"],
  [5, "a terminal"],
  [6, "a read-only root"],
  [7, "a program that becomes another user"],
  [8, "sudo"],
])("%i: makes an image with %s small, and it does the same", async (at, word) => {
  const kind = kinds[word] ?? { rows: {}, changes: [], options: [] };
  const image = `${name}-${at}`;
  await importImage(path.join(folder, String(at)), image, kind);
  const made = await runCooper([
    "slim",
    image,
    "--network",
    "none",
    "--keep",
    "trace",
    "--rm-artifacts",
    ...kind.options,
    ...(kind.slim ?? []),
  ]);
  expect(made.stderr).not.toContain("cooper:");
  expect(made).toMatchObject({ exit: 0 });
  const run = ["docker", "run", "--rm", "--network", "none", ...kind.options];
  expect(await outputOf([...run, `${image}.slim`])).toBe(await outputOf([...run, image]));
  const why = await runCooper(["why", `${image}.slim`, "/data/unused"]);
  expect(why.exit).toBe(1);
});
