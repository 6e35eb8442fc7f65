import type { SecretKind } from "./content-look.ts";
import type { ImageView } from "./image-view.ts";
import { findNode } from "./merge-layers.ts";
import { systemOwnedPaths } from "./packages/system-packages.ts";

/** A path with the mode that makes it worth a look. */
export interface RiskyPath {
  readonly path: string;
  /** "4755". */
  readonly mode: string;
  readonly owner: string;
}

/** A file that is likely a secret; never its content. */
export interface FoundSecret {
  readonly path: string;
  readonly kind: SecretKind;
  /** The layers, from 0, that hold it. */
  readonly layers: readonly number[];
  /** False when a later layer deletes or replaces it: it is still in the image for everybody who has it. */
  readonly isVisible: boolean;
}

/** Paths that give rights. */
export interface Dangers {
  readonly setuid: readonly RiskyPath[];
  readonly setgid: readonly RiskyPath[];
  readonly capabilities: readonly RiskyPath[];
  /** Writable by everybody, but for folders with the sticky bit. */
  readonly worldWritable: readonly RiskyPath[];
  readonly secrets: readonly FoundSecret[];
}

const SETUID = 0o4000;
const SETGID = 0o2000;
const STICKY = 0o1000;
const WRITABLE = 0o002;

/** Looks at modes, file capabilities and the secrets that the layers' contents showed. */
export function findDangers(view: ImageView): Dangers {
  const files = view.paths.filter(({ file }) => file.type === "file" || file.type === "hardlink");
  const risky = (test: (mode: number) => boolean): RiskyPath[] => files.filter(({ file }) => test(file.mode)).map(riskOf);
  return {
    setuid: risky((mode) => (mode & SETUID) !== 0),
    setgid: risky((mode) => (mode & SETGID) !== 0 && (mode & SETUID) === 0),
    capabilities: files.filter(({ file }) => file.hasCapabilities).map(riskOf),
    worldWritable: view.paths.filter(({ file }) => isOpen(file.type, file.mode)).map(riskOf),
    secrets: findSecrets(view),
  };
}

function isOpen(type: string, mode: number): boolean {
  if (type === "directory") return (mode & WRITABLE) !== 0 && (mode & STICKY) === 0;
  return (type === "file" || type === "hardlink") && (mode & WRITABLE) !== 0;
}

function riskOf({ path, file }: ImageView["paths"][number]): RiskyPath {
  return { path, mode: file.mode.toString(8), owner: `${file.uid}:${file.gid}` };
}

function findSecrets(view: ImageView): FoundSecret[] {
  const owned = systemOwnedPaths(view);
  const found = new Map<string, { kind: SecretKind; layers: number[] }>();
  for (const [layer, { files }] of view.layers.entries()) {
    for (const { path, secret } of files) {
      if (secret === null || owned.has(path)) continue;
      const before = found.get(path);
      if (before === undefined) found.set(path, { kind: secret, layers: [layer] });
      else if (before.layers.at(-1) !== layer) before.layers.push(layer);
    }
  }
  const isVisible = (path: string): boolean => (findNode(view.root, path)?.file?.secret ?? null) !== null;
  return [...found].map(([path, one]) => ({ path, ...one, isVisible: isVisible(path) })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
