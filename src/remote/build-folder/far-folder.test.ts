import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ServerChannel } from "../mount/model.ts";
import { farFolderServer } from "./far-folder.ts";

/** Stands where the sensor does: sends back what it gets, its folder first. */
const PROGRAM = `#!/bin/sh
echo "$2"; exec cat`;

interface Desk {
  readonly folder: string;
  readonly open: (signal: AbortSignal) => Promise<ServerChannel>;
}

/** A machine whose ssh is a shell of this one, which prints something first. */
function desk(before: string): Desk {
  const folder = mkdtempSync(join(tmpdir(), "cooper-far-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\n${before}\nfor last; do :; done; eval "exec sh -c $last"\n`, { mode: 0o755 });
  const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, TMPDIR: folder };
  const readProgram = (machine: string): Promise<Uint8Array> => Promise.resolve(Buffer.from(`${PROGRAM} # ${machine}`));
  return { folder, open: farFolderServer({ host: "ssh://far", folder: join(folder, "a b"), env, readProgram }) };
}

async function read({ output }: ServerChannel, length: number): Promise<string> {
  let text = "";
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.length >= length) break;
  }
  return text;
}

test("the program serves the folder, behind whatever a login prints, and goes on when the time for its opening is over", async () => {
  const { folder, open } = desk("echo Welcome; echo cooper-mach");
  const opening = new AbortController();
  const channel = await open(opening.signal);
  opening.abort();
  channel.input.write("said\n");
  const told = `${join(folder, "a b")}\nsaid\n`;
  expect(await read(channel, told.length)).toBe(told);
  expect(readdirSync(folder)).toEqual(["a b", "ssh"]);
  await channel.close();
});

test("who waits for a login that never ends is told when the time is over", async () => {
  const { open } = desk("exec sleep 1000");
  const opening = new AbortController();
  const opened = open(opening.signal);
  opening.abort();
  await expect(opened).rejects.toThrow("ssh ended with exit code 128");
});

test("what the machine says where it cannot be reached is told", async () => {
  const { open } = desk("echo no such host >&2; exit 255");
  await expect(open(new AbortController().signal)).rejects.toThrow("no such host");
});
