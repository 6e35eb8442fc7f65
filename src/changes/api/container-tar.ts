import type { Engine } from "../../engine/open-engine.ts";
import { readTar, type TarFile } from "../../format/tar/read-tar.ts";
import { encodePath } from "../../format/tree/path-bytes.ts";
import { absolutePath } from "../read-export.ts";
import { outputInContainer } from "./container-output.ts";

/** A line of a list of names is taken as it is but for these. */
const SPECIAL = /[\n\\]/;

/**
 * Reads files with the container's own `tar`, all in one command; gives the paths that it did not tell of, which have to be read otherwise: there
 * is no `tar`, or they are gone.
 */
// oxlint-disable-next-line max-params -- engine and container come first wherever they are needed
export async function readWithTar(
  engine: Engine,
  containerId: string,
  paths: ReadonlySet<string>,
  take: (path: string, file: TarFile) => Promise<void>,
): Promise<ReadonlySet<string>> {
  const left = new Set(paths);
  const listed = [...paths].filter((path) => !SPECIAL.test(path));
  if (listed.length === 0) return left;
  try {
    const input = Buffer.concat(listed.map((path) => Buffer.concat([encodePath(path), LINE_END])));
    for await (const file of readTar(outputInContainer(engine, containerId, { argv: ["tar", "-c", "-f", "-", "-T", "-"], input }))) {
      const path = absolutePath(file.member.path);
      if (!left.has(path)) continue;
      await take(path, file);
      left.delete(path);
    }
  } catch {
    // What came is taken.
  }
  return left;
}

const LINE_END = Buffer.from("\n");
