import { printAdd, printCopy } from "../../format/dockerfile/instructions.ts";
import { quoteValue } from "../../format/dockerfile/words.ts";
import type { TarInput } from "../../format/tar/write-tar.ts";
import { parentOf } from "../inspect/image-files.ts";
import { archiveOf } from "./archive-of.ts";
import { OF_THE_ENGINE, type RecipeInput, type Stages } from "./recipe-input.ts";

/** A stage may have no more layers than this. */
const MOST_LAYERS = 90;
const TREE = "tree.tar";

/** For an image without GNU tar: folders, links and empty files come in an archive, the files' bytes by COPY, one for each folder. */
export async function copyStages(input: RecipeInput): Promise<Stages> {
  const groups = [...filesByFolder(input)].map(([folder, paths]) => printCopy(paths, `${folder === "/" ? "" : folder}/`, "--from=fat"));
  const stages: string[][] = [];
  for (let at = 0; at < groups.length || stages.length === 0; at += MOST_LAYERS) stages.push(groups.slice(at, at + MOST_LAYERS));
  return {
    lines: [
      `FROM ${quoteValue(input.from)} AS fat`,
      ...stages.flatMap((copies, index) => [`FROM scratch AS part${index}`, ...(index === 0 ? [printAdd(TREE, "/")] : []), ...copies]),
      "FROM scratch",
      ...stages.map((_copies, index) => `COPY --from=part${index} / /`),
    ],
    context: new Map([[TREE, await treeOf(input)]]),
  };
}

/** Files whose bytes are the original's. */
function filesByFolder({ files, paths, replaced }: RecipeInput): ReadonlyMap<string, string[]> {
  const byFolder = new Map<string, string[]>();
  for (const path of paths) {
    const type = files.paths.get(path)?.member.type;
    if ((type !== "file" && type !== "hardlink") || replaced.has(path) || OF_THE_ENGINE.test(path)) continue;
    // A pattern of a builder; "?" stands for any one character.
    const pattern = path.replaceAll(/[*?[\]\\]/g, "?");
    byFolder.set(parentOf(path), [...(byFolder.get(parentOf(path)) ?? []), pattern]);
  }
  return byFolder;
}

async function treeOf({ files, paths, replaced }: RecipeInput): Promise<Buffer> {
  const inputs: TarInput[] = [];
  for (const path of paths) {
    const member = files.paths.get(path)?.member;
    const body = replaced.get(path) ?? (OF_THE_ENGINE.test(path) ? Buffer.alloc(0) : undefined);
    const isFile = member?.type === "file" || member?.type === "hardlink";
    if (member === undefined || path === "/" || (isFile && body === undefined)) continue;
    inputs.push(
      isFile
        ? { member: { ...member, path: path.slice(1), size: body?.length ?? 0 }, body: body ?? [] }
        : { member: { ...member, path: path.slice(1) } },
    );
  }
  return archiveOf(inputs);
}
