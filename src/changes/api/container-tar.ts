import type { Engine } from "../../engine/open-engine.ts";
import { readTar, type TarFile } from "../../format/tar/read-tar.ts";
import { encodePath } from "../../format/tree/path-bytes.ts";
import { isExecutable } from "../capabilities.ts";
import { absolutePath, entryOf } from "../read-export.ts";
import { outputInContainer } from "./container-output.ts";

/** A line of a list of names is taken as it is but for these. */
const SPECIAL = /[\n\\]/;
const TAR = ["tar", "-c", "-f", "-", "-T", "-"];

/** As an engine's archive has them. Only GNU tar knows these options; another one ends without a word. */
const WITH_CAPABILITIES = ["--xattrs", "--xattrs-include=security.capability"];

type Take = (path: string, file: TarFile) => Promise<void>;

/**
 * Reads files with the container's own `tar`, all in one command; gives the paths that it did not tell of, or not all of, which have to be read
 * otherwise: there is no `tar`, they are gone, or they may have a capability and this `tar` tells of none.
 */
// oxlint-disable-next-line max-params -- engine and container come first wherever they are needed
export async function readWithTar(
  engine: Engine,
  containerId: string,
  paths: ReadonlySet<string>,
  take: Take,
): Promise<ReadonlySet<string>> {
  const left = new Set(paths);
  const read = async (argv: readonly string[], isWhole: (file: TarFile) => boolean): Promise<void> => {
    const listed = [...left].filter((path) => !SPECIAL.test(path));
    if (listed.length === 0) return;
    const input = Buffer.concat(listed.flatMap((path) => [encodePath(path), LINE_END]));
    try {
      for await (const file of readTar(outputInContainer(engine, containerId, { argv, input }))) {
        const path = absolutePath(file.member.path);
        if (!left.has(path) || !isWhole(file)) continue;
        await take(path, file);
        left.delete(path);
      }
    } catch {
      // What came is taken.
    }
  };
  await read([...TAR, ...WITH_CAPABILITIES], () => true);
  await read(TAR, ({ member }) => !isExecutable(entryOf(member)));
  return left;
}

const LINE_END = Buffer.from("\n");
