/** Where a link of the container leads, as a text that a program of this machine can follow without leaving the mount. */
export type ClampedLink =
  | { readonly kind: "safe"; readonly target: string }
  /** It goes up behind a name that may itself be a link: the container has to say which path that is. */
  | { readonly kind: "winding"; readonly path: string };

interface Way {
  readonly ups: number;
  readonly names: readonly string[];
  readonly isWinding: boolean;
}

function namesOf(path: string): readonly string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

function wayOf(target: string): Way {
  const all = namesOf(target);
  const first = all.findIndex((name) => name !== "..");
  const ups = first === -1 ? all.length : first;
  const names = all.slice(ups);
  return { ups, names, isWinding: names.includes("..") };
}

function printWay(ups: number, names: readonly string[]): string {
  return [...Array.from({ length: ups }, () => ".."), ...names].join("/") || ".";
}

/**
 * A link is followed on this machine name by name: only ".." at its beginning, no more of them than folders above the link, leave the
 * walk below the mount's root, whatever the names behind them are. An absolute target is taken from the mount's root.
 */
export function clampLink(link: string, target: string): ClampedLink {
  const above = namesOf(link).slice(0, -1);
  const isAbsolute = target.startsWith("/");
  const way = wayOf(target);
  if (way.isWinding) return { kind: "winding", path: isAbsolute ? target : `/${above.join("/")}/${target}` };
  if (isAbsolute) return { kind: "safe", target: printWay(above.length, way.names) };
  return { kind: "safe", target: way.ups <= above.length && target !== "" ? target : printWay(Math.min(way.ups, above.length), way.names) };
}

/** A kernel takes no longer target; what is cut off there could end in any way. */
const LONGEST_TARGET = 4_095;

/** False for a target that who mounts would cut off: no link has it, but a server that lies may tell of it, and a clamped one may have grown. */
export function isTarget(target: string): boolean {
  return target.length <= LONGEST_TARGET && !target.includes("\0");
}

/** The same for a path that the container gave, or where it gave none, for the path as it is written. */
export function clampToPath(link: string, path: string): string {
  const names: string[] = [];
  for (const name of namesOf(path)) {
    if (name === "..") names.pop();
    else names.push(name);
  }
  return printWay(namesOf(link).length - 1, names);
}
