import type { ImageView } from "../image-view.ts";

/** What installed a package. */
export type PackageManager = "dpkg" | "apk" | "rpm" | "pip" | "npm" | "gem" | "composer" | "jar" | "go" | "cargo";

/** An installed package. */
export interface InstalledPackage {
  readonly manager: PackageManager;
  readonly name: string;
  readonly version: string;
  /** As the package's manager or its files say; null when neither does. */
  readonly bytes: number | null;
  /** "amd64"; null where the manager does not tell. */
  readonly architecture: string | null;
  /** The source package that it was built from; null where it has the same name or none is told. */
  readonly source: string | null;
  /** Where it says that it is installed. */
  readonly path: string;
}

/** A package of whose architecture and source nothing is told. */
export function plainPackage(one: Omit<InstalledPackage, "architecture" | "source">): InstalledPackage {
  return { ...one, architecture: null, source: null };
}

/** Finds the packages of one manager. */
export type PackageFinder = (view: ImageView) => readonly InstalledPackage[];

/** The value of a header line ("Version: 1.2") in the first paragraph of a text. */
export function headerOf(text: string, name: string): string | null {
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const line = head.split(/\r?\n/).find((one) => one.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? null;
}
