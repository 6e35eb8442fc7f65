import type { Engine } from "../../engine/open-engine.ts";
import { decodePath, encodePath } from "../../format/tree/path-bytes.ts";
import { collect } from "../read-file.ts";
import { outputInContainer } from "./container-output.ts";

const LINE = /^([0-9a-f]{64}) [ *](\/.*)$/;
const ZERO = Buffer.from([0]);

/** Has the container's own `sha256sum` hash these files, all in one command; those that it does not tell of are left out. */
export async function hashInContainer(engine: Engine, containerId: string, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const input = Buffer.concat(paths.flatMap((path) => [encodePath(path), ZERO]));
  const argv = ["/bin/sh", "-c", "exec xargs -0 sha256sum --"];
  const output = await collect(outputInContainer(engine, containerId, { argv, input })).catch(() => Buffer.alloc(0));
  // A name with a line's end or a backslash is told in another way: such a line is none.
  return new Map(decodePath(output).split("\n").flatMap(hashOf));
}

function hashOf(line: string): readonly (readonly [string, string])[] {
  const [, hash, path] = LINE.exec(line) ?? [];
  return hash === undefined || path === undefined ? [] : [[path, hash]];
}
