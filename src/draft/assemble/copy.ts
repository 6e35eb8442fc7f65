import { contextName, printAdd, printCopy } from "../../format/dockerfile/instructions.ts";
import type { ContextFile, Instruction } from "../model.ts";
import type { CopiedFile, CopyPart, LookUp } from "./carry.ts";
import { isArchived, parentsOf } from "./carry.ts";

/** The files of the context so far, by their path in it; and how many lie below each folder. */
export interface ContextPlan {
  readonly files: Map<string, ContextFile>;
  readonly below: Map<string, number>;
  /** Folders that one COPY takes whole: nothing else may lie in them. */
  readonly trees: Set<string>;
}

/** A context with nothing in it. */
export function emptyContext(): ContextPlan {
  return { files: new Map(), below: new Map(), trees: new Set() };
}

/** The COPY instructions of a part; its files are added to the context. */
export function writeCopies(part: CopyPart, context: ContextPlan, lookUp: LookUp): Instruction[] {
  const { steps, why, isRepair } = part;
  const copies = planCopies(
    part.files.filter((file) => !isArchived(file)),
    lookUp,
  ).map((copy) => {
    const root = freeRoot(copy, context);
    addFiles(context, contextFiles(copy, root));
    if (copy.isTree) context.trees.add(folderIn(root, copy.folder));
    return { name: "COPY", text: copyText(copy, root), steps, why, isRepair } as const;
  });
  const archives = part.files.filter(isArchived).map((file) => {
    const source = addArchive(file, context);
    return { name: "ADD", text: printAdd(source, "/"), steps, why: `${why}; COPY would lose its attributes or name`, isRepair } as const;
  });
  return [...copies, ...archives].map((instruction, index) => ({ ...instruction, comments: index === 0 ? part.comments : [] }));
}

/** The folder of the context for texts that RUN takes from a file. */
export const SCRIPTS = "scripts";

/** Adds the text of a RUN to the context, with the COPY that brings it to its path. */
export function writeScriptFile(
  { path, text }: { path: string; text: string },
  context: ContextPlan,
): Pick<Instruction, "name" | "text" | "why"> {
  const source = `${SCRIPTS}${path.replace("/.", "/")}`;
  addFiles(context, [{ path: source, content: { text }, mode: 0o644, target: path }]);
  return { name: "COPY", text: printCopy([source], path, null), why: "a text too long for an argument" };
}

function addArchive({ path, entry }: CopiedFile, context: ContextPlan): string {
  const nameIn = (count: number): string => `${count === 1 ? "rootfs" : `rootfs-${count}`}${contextPath(path)}.tar`;
  let count = 1;
  while (context.files.has(nameIn(count)) || isInTree(nameIn(count), context)) count += 1;
  const file: ContextFile = { path: nameIn(count), content: { archived: entry }, mode: 0o644, target: path };
  addFiles(context, [file]);
  return file.path;
}

function isInTree(path: string, context: ContextPlan): boolean {
  return parentsOf(`/${path}`).some((parent) => context.trees.has(parent));
}

function addFiles(context: ContextPlan, files: readonly ContextFile[]): void {
  for (const file of files) {
    context.files.set(file.path, file);
    for (const folder of parentsOf(`/${file.path}`)) context.below.set(folder, (context.below.get(folder) ?? 0) + 1);
  }
}

/** A folder of the context, as an absolute path. */
function folderIn(root: string, folder: string): string {
  return `/${root}${folder === "/" ? "" : contextPath(folder)}`;
}

/** One COPY: files into one folder, or a folder with all that the context holds of it. */
interface Copy {
  readonly files: readonly CopiedFile[];
  readonly owner: string | null;
  readonly folder: string;
  readonly isTree: boolean;
}

function planCopies(files: readonly CopiedFile[], lookUp: LookUp): Copy[] {
  const byOwner = groupBy(files, ({ entry }) => `${entry.uid}:${entry.gid}`);
  return [...byOwner].flatMap(([owner, own]) => {
    const byFolder = [...groupBy(own, ({ path }) => folderOf(path))];
    if (owner === "0:0" && byFolder.length > 1 && own.every((file) => hasPlainParents(file, lookUp)))
      return [{ files: own, owner: null, folder: commonFolder(byFolder.map(([folder]) => folder)), isTree: true }];
    return byFolder.flatMap(([folder, inside]) => copiesInto(folder, inside, owner));
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** Files with a name that the context cannot hold as it is go alone, to their whole path. */
function copiesInto(folder: string, files: readonly CopiedFile[], owner: string): Copy[] {
  const copy = { owner: owner === "0:0" ? null : owner, folder, isTree: false };
  const renamed = files.filter((file) => isRenamed(file.path));
  const plain = files.filter((file) => !isRenamed(file.path));
  const alone = renamed.map((file) => ({ ...copy, files: [file] }));
  return plain.length === 0 ? alone : [{ ...copy, files: plain }, ...alone];
}

function isRenamed(path: string): boolean {
  return contextPath(path) !== path;
}

function contextPath(path: string): string {
  return path.split("/").map(contextName).join("/");
}

function folderOf(path: string): string {
  return parentsOf(path).at(-1) ?? "/";
}

/** COPY of a folder sets the mode and owner of every folder in it: only where all are the plain ones is that no change. */
function hasPlainParents({ path }: CopiedFile, lookUp: LookUp): boolean {
  if (isRenamed(path)) return false;
  return parentsOf(path).every((parent) => {
    const entry = lookUp(parent);
    if (entry === null) return true;
    return entry.type === "directory" && entry.mode === 0o755 && entry.uid === 0 && entry.gid === 0;
  });
}

function commonFolder(folders: readonly string[]): string {
  const [first = "/", ...rest] = folders.map((folder) => [...parentsOf(`${folder}/x`)]);
  const shared = [...first].filter((parent) => rest.every((parents) => parents.includes(parent)));
  return shared.at(-1) ?? "/";
}

/** The first of "rootfs", "rootfs-2", … in which nothing is in the way. */
function freeRoot(copy: Copy, context: ContextPlan): string {
  for (let count = 1; ; count += 1) {
    const root = count === 1 ? "rootfs" : `rootfs-${count}`;
    if (isFree(root, copy, context)) return root;
  }
}

function isFree(root: string, copy: Copy, context: ContextPlan): boolean {
  const folder = folderIn(root, copy.folder);
  if (isInTree(`${folder.slice(1)}/x`, context)) return false;
  if (copy.isTree) return !context.below.has(folder);
  return !copy.files.some(({ path }) => context.files.has(`${root}${contextPath(path)}`));
}

function contextFiles(copy: Copy, root: string): ContextFile[] {
  const files = copy.files.map(({ path, entry }) => ({
    path: `${root}${contextPath(path)}`,
    content: { hash: entry.hash ?? "" },
    mode: entry.mode & 0o777,
    target: path,
  }));
  if (!copy.isTree) return files;
  const folders = new Set(copy.files.flatMap(({ path }) => parentsOf(path)));
  const inside = [...folders].filter((folder) => isBelow(folder, copy.folder)).toSorted();
  return [
    ...inside.map((folder) => ({
      path: `${root}${contextPath(folder)}`,
      content: { directory: true as const },
      mode: 0o755,
      target: folder,
    })),
    ...files,
  ];
}

function isBelow(folder: string, top: string): boolean {
  return top === "/" || folder === top || folder.startsWith(`${top}/`);
}

function copyText(copy: Copy, root: string): string {
  const folder = copy.folder === "/" ? "/" : `${copy.folder}/`;
  const option = copy.owner === null ? null : `--chown=${copy.owner}`;
  if (copy.isTree) return printCopy([`${root}${contextPath(folder)}`], folder, option);
  const sources = copy.files.map(({ path }) => `${root}${contextPath(path)}`);
  const [only] = copy.files;
  const isAlone = copy.files.length === 1 && only !== undefined;
  return printCopy(sources, isAlone ? only.path : folder, option);
}
