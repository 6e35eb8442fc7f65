import type { Engine } from "../../engine/open-engine.ts";
import type { Entry, EntryType } from "../../format/tree/entry.ts";
import { decodePath, encodePath } from "../../format/tree/path-bytes.ts";
import { collect } from "../read-file.ts";
import { outputInContainer } from "./container-output.ts";

/** What a container's own `stat` says of a path. */
export interface ContainerStat {
  /** Without content and link target. */
  readonly entry: Entry;
  /** Another one when the file was changed, or is another file. */
  readonly signature: string;
  /** Of several names of one file all have the same. */
  readonly file: string;
  readonly hasMoreNames: boolean;
  /** In milliseconds since 1970. */
  readonly changedAt: number;
  /** Its change is so old that the next one has certainly another time. */
  readonly isSettled: boolean;
}

/** Names come last: what they hold cannot be taken for another field. */
const FORMAT = "%f %u %g %s %h %d:%i %t %T %y|%z|%n";
const SCRIPT = `date +%s && exec xargs -0 stat -c '${FORMAT}' --`;
const LINE =
  /^([0-9a-f]+) (\d+) (\d+) (\d+) (\d+) (\d+:\d+) ([0-9a-f]+) ([0-9a-f]+) ([^|]*)\|(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?[^|]*\|(.*)$/;
const TYPES: Readonly<Record<number, EntryType>> = {
  0o1: "fifo",
  0o2: "char",
  0o4: "directory",
  0o6: "block",
  0o10: "file",
  0o12: "symlink",
  0o14: "socket",
};
const SETTLED_MS = 2_000;

/**
 * Asks the container's own programs for these paths, all in one command; null where it has no `stat`. The engine's archive of a directory goes on
 * with all that is in it, and while it is sent the engine keeps the container to itself. A path that is not told of has to be asked for otherwise.
 */
export async function statInContainer(
  engine: Engine,
  containerId: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, ContainerStat> | null> {
  const asked = new Set(paths.filter((path) => !path.includes("\n")));
  const input = Buffer.concat([...asked].flatMap((path) => [encodePath(path), ZERO]));
  const output = await collect(outputInContainer(engine, containerId, { argv: ["/bin/sh", "-c", SCRIPT], input })).catch(() => null);
  if (output === null) return null;
  const [clock = "", ...lines] = decodePath(output).split("\n");
  const now = Number(clock) * 1000;
  if (!/^\d+$/.test(clock)) return null;
  const stats = lines.flatMap((line) => statOf(line, now)).filter(([path]) => asked.has(path));
  return stats.length === 0 && asked.size > 0 ? null : new Map(stats);
}

const ZERO = Buffer.from([0]);

function statOf(line: string, now: number): readonly (readonly [string, ContainerStat])[] {
  const [, raw = "", uid, gid, size, links, file = "", major = "", minor = "", modified, day, time, fraction = "", path = ""] =
    LINE.exec(line) ?? [];
  const bits = Number.parseInt(raw, 16);
  const type = TYPES[bits >> 12];
  if (type === undefined) return [];
  const owned = { type, mode: bits & 0o7777, uid: Number(uid), gid: Number(gid) };
  const isDevice = type === "char" || type === "block";
  const device = [Number.parseInt(major, 16), Number.parseInt(minor, 16)] as const;
  const entry = { ...owned, ...(type === "file" ? { size: Number(size) } : {}), ...(isDevice ? { device } : {}) };
  const changedAt = Math.round(Date.parse(`${day}T${time}Z`) + Number(`0${fraction}`) * 1000);
  const signature = [raw, uid, gid, size, file, modified, day, time, fraction].join(" ");
  const isSettled = now - changedAt > SETTLED_MS;
  return [[path, { entry, signature, file, hasMoreNames: type === "file" && Number(links) > 1, changedAt, isSettled }]];
}
