import { join } from "node:path";
import { copyTree } from "../system/file/copy-tree.ts";
import { pathExists, readTextIfThere, removeTree, writeFileAtomically } from "../system/file/files.ts";
import { parseJson } from "./history-folder.ts";
import { isContainer } from "./schema.ts";

/** Contents are found by their hash: one store serves every copy. */
const CONTENTS = "contents";

/** Copies what a history's folder tells at this moment, without the contents of files. A folder that is not there gives an empty copy. */
export async function copyHistory(folder: string, to: string): Promise<void> {
  await removeTree(to);
  if (await pathExists(folder)) await copyTree(folder, to, { without: [CONTENTS] });
}

export interface Continued {
  /** What `copyHistory` made. */
  readonly copy: string;
  /** The history's folder that the copy was made of, or one that continued it: it has the contents. */
  readonly contentsOf: string;
  readonly into: string;
  readonly containerId: string;
}

/** Makes a copy the history of another container, one that goes on from there: its image stays that of the first one. */
export async function continueHistory({ copy, contentsOf, into, containerId }: Continued): Promise<void> {
  const container = parseJson(await readTextIfThere(join(copy, "container.json")));
  if (!isContainer(container)) return;
  await copyTree(copy, into);
  const contents = join(contentsOf, CONTENTS);
  if (await pathExists(contents)) await copyTree(contents, join(into, CONTENTS), { share: true });
  await writeFileAtomically(join(into, "container.json"), JSON.stringify({ ...container, id: containerId }, null, 2), 0o600);
}
