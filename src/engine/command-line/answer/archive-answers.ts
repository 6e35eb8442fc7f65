import { posix } from "node:path";
import type { Readable } from "node:stream";
import { readTar } from "../../../format/tar/read-tar.ts";
import type { TarMember } from "../../../format/tar/member.ts";
import type { CommandProgram, RunningProgram } from "../command-program.ts";
import { complaintOf, Refusal, sendNothing } from "./answer.ts";
import { passOn } from "./carry.ts";
import { type Answer, bytesOf } from "./request.ts";

/** Exit codes of the scripts: there is no such path; there is no tar in the container. */
const NO_PATH = 44;
const NO_TAR = 45;

/** Reads with the container's own tar, which knows owners and links as the container does. */
const READ = `cd "$1" 2>/dev/null || exit ${NO_PATH}; [ -e "$2" ] || [ -L "$2" ] || exit ${NO_PATH}
command -v tar >/dev/null || exit ${NO_TAR}; exec tar -cf - -- "$2"`;

/** Reads with the program's own copying, through a folder of the engine's machine. */
const READ_COPIED = `d=$(mktemp -d) || exit 125; trap 'rm -rf "$d"' EXIT
"$0" cp "$1" "$d/" >&2 || exit 1; cd "$d" && tar -cf - -- *`;

const HAS_TAR = `cd "$1" 2>/dev/null || exit ${NO_PATH}; command -v tar >/dev/null || exit ${NO_TAR}`;
const WRITE = 'cd "$1" && exec tar -xpf -';
const WRITE_COPIED = `d=$(mktemp -d) || exit 125; trap 'rm -rf "$d"' EXIT
tar -xpf - -C "$d" && "$0" cp "$d/." "$1" >&2`;

function asRoot(container: string, script: string, words: readonly string[]): readonly string[] {
  return ["exec", "-i", "-u", "0", container, "sh", "-c", script, "sh", ...words];
}

function splitPath(path: string): readonly [string, string] {
  const clean = posix.normalize(`/${path}`);
  return clean === "/" ? ["/", "."] : [posix.dirname(clean), posix.basename(clean)];
}

/** `GET /containers/ID/archive` */
export const getArchive: Answer = async ({ program, waiting, name, query }, response) => {
  if (waiting.has(name)) {
    response.end(waiting.archive(name));
    return;
  }
  const path = query.get("path") ?? "/";
  const { program: running, first } = await openArchive(program, name, path);
  response.once("close", () => running.kill());
  response.writeHead(200, { "content-type": "application/x-tar", "x-docker-container-path-stat": stat(path, first.member) });
  response.write(first.bytes);
  await passOn(running.stdout, response, (bytes) => bytes);
  if ((await running.exit) === 0) response.end();
  else response.destroy();
};

/** `HEAD /containers/ID/archive` */
export const headArchive: Answer = async ({ program, name, query }, response) => {
  const path = query.get("path") ?? "/";
  const { program: running, first } = await openArchive(program, name, path);
  running.kill();
  response.setHeader("x-docker-container-path-stat", stat(path, first.member));
  sendNothing(response, 200);
};

interface OpenArchive {
  readonly program: RunningProgram;
  /** What was read of it to know what it begins with. */
  readonly first: { readonly bytes: Buffer; readonly member: TarMember | null };
}

async function openArchive(program: CommandProgram, container: string, path: string): Promise<OpenArchive> {
  const own = await begun(program.start(asRoot(container, READ, splitPath(path))));
  if (typeof own !== "number" && own !== null) return own;
  if (own === NO_PATH) throw new Refusal(404, `Could not find the file ${path} in container ${container}`);
  const said: Buffer[] = [];
  const copied = program.startScript(READ_COPIED, [`${container}:${path}`]);
  copied.stderr.on("data", (bytes: Buffer) => void said.push(bytes));
  const opened = await begun(copied);
  if (typeof opened === "number" || opened === null) throw complaintOf(Buffer.concat(said).toString(), opened);
  return opened;
}

const BLOCK = 512;
const ENOUGH = 64 * BLOCK;

/** The archive that a program writes; its exit code where it ended without one. */
async function begun(running: RunningProgram): Promise<OpenArchive | number | null> {
  running.stdin.end();
  running.stderr.resume();
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < BLOCK) {
    const next = await nextOf(running.stdout);
    if (next === null) return (await running.exit) || 1;
    bytes = Buffer.concat([bytes, next]);
  }
  return { program: running, first: { bytes, member: await firstMember(bytes) } };
}

function nextOf(stream: Readable): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const look = (): void => {
      const chunk: unknown = stream.read();
      if (chunk instanceof Buffer) settle(chunk);
    };
    const end = (): void => settle(null);
    const settle = (chunk: Buffer | null): void => {
      stream.off("readable", look).off("end", end).off("error", end);
      resolve(chunk);
    };
    stream.on("readable", look).on("end", end).on("error", end);
    look();
  });
}

async function firstMember(bytes: Buffer): Promise<TarMember | null> {
  async function* begin(): AsyncGenerator<Uint8Array, void, void> {
    yield Promise.resolve(bytes.subarray(0, ENOUGH));
  }
  try {
    for await (const { member } of readTar(await Promise.resolve(begin()))) return member;
  } catch {
    // More than the beginning is needed to know it.
  }
  return null;
}

const DIRECTORY = 0x8000_0000;
const SYMLINK = 0x0800_0000;

/** What a client wants to know before it copies, as the API tells it. */
function stat(path: string, member: TarMember | null): string {
  const kind = member?.type === "directory" ? DIRECTORY : member?.type === "symlink" ? SYMLINK : 0;
  const value = {
    name: splitPath(path)[1],
    size: Number(member?.size ?? 0),
    mode: kind + ((member?.mode ?? 0o644) & 0o777),
    mtime: "1970-01-01T00:00:00Z",
    linkTarget: "",
  };
  return Buffer.from(JSON.stringify(value)).toString("base64");
}

/** `PUT /containers/ID/archive` */
export const putArchive: Answer = async ({ program, waiting, name, query, body }, response) => {
  const path = query.get("path") ?? "/";
  if (waiting.has(name)) {
    waiting.put(name, path, await bytesOf(body));
    sendNothing(response, 200);
    return;
  }
  const { exit: looked } = await program.run(asRoot(name, HAS_TAR, [path]));
  if (looked === NO_PATH) throw new Refusal(404, `Could not find the file ${path} in container ${name}`);
  const running = looked === 0 ? program.start(asRoot(name, WRITE, [path])) : program.startScript(WRITE_COPIED, [`${name}:${path}`]);
  running.stdin.on("error", () => undefined);
  body.pipe(running.stdin);
  running.stdout.resume();
  let said = "";
  running.stderr.on("data", (bytes: Buffer) => (said = (said + bytes.toString()).slice(-2_000)));
  const exit = await running.exit;
  if (exit !== 0) throw complaintOf(said, exit);
  sendNothing(response, 200);
};
