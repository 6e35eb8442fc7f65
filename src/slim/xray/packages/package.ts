import type { ImageView } from "../image-view.ts";

/** What installed a package. */
export type PackageManager = "dpkg" | "apk" | "pip" | "npm" | "gem" | "composer" | "jar";

/** An installed package. */
export interface InstalledPackage {
  readonly manager: PackageManager;
  readonly name: string;
  readonly version: string;
  /** As the package's manager or its files say; null when neither does. */
  readonly bytes: number | null;
  /** Where it says that it is installed. */
  readonly path: string;
}

/** Finds the packages of one manager. */
export type PackageFinder = (view: ImageView) => readonly InstalledPackage[];

/** The value of a header line ("Version: 1.2") in the first paragraph of a text. */
export function headerOf(text: string, name: string): string | null {
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const line = head.split(/\r?\n/).find((one) => one.startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? null;
}
