import type { Finding } from "../base/finding.ts";
import { getArchive } from "../engine/container/container.ts";
import type { Engine } from "../engine/open-engine.ts";
import { readTar } from "../format/tar/read-tar.ts";
import type { Entry } from "../format/tree/entry.ts";
import { encodePath } from "../format/tree/path-bytes.ts";

/** Each question to the engine takes milliseconds. */
const MOST_FILES = 256;
const AT_ONCE = 4;

type Xattrs = Readonly<Record<string, string>> | undefined;

export interface CapabilityAnswers {
  /** Path to the extended attributes of the file, undefined where it has none. */
  readonly xattrs: ReadonlyMap<string, Xattrs>;
  readonly findings: readonly Finding[];
}

/** True for a file for which a capability would mean something. */
export function isExecutable(entry: Entry | null): boolean {
  return entry?.type === "file" && (entry.mode & 0o111) !== 0;
}

/** Asks the engine for the extended attributes of files, which cannot be read from the upper directory. */
export async function readCapabilities(engine: Engine, containerId: string, paths: readonly string[]): Promise<CapabilityAnswers> {
  const xattrs = new Map<string, Xattrs>();
  const queue = paths.slice(0, MOST_FILES);
  const worker = async (): Promise<void> => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) xattrs.set(path, await xattrsOf(engine, containerId, path));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { xattrs, findings: paths.length > MOST_FILES ? [unreadFinding(paths.length - MOST_FILES)] : [] };
}

async function xattrsOf(engine: Engine, containerId: string, path: string): Promise<Xattrs> {
  // The API takes paths as UTF-8 text only.
  if (encodePath(path).toString("utf8") !== path) return undefined;
  try {
    const archive = await getArchive(engine, containerId, path);
    try {
      for await (const { member } of readTar(archive)) return Object.keys(member.xattrs).length > 0 ? member.xattrs : undefined;
    } finally {
      archive.destroy();
    }
  } catch {
    // The file went away meanwhile: the next look tells.
  }
  return undefined;
}

function unreadFinding(count: number): Finding {
  return {
    code: "capabilities-not-read",
    message: `The file capabilities of ${count} more changed executables were not read.`,
    hint: "cooper verify compares them all.",
  };
}
