import { packageOfInfoFile, parseFileList } from "../format/package-database/dpkg.ts";
import type { PackageNews, ReadFile } from "./package-watch.ts";

/** The target of a symbolic link as the container has it now; null when the path is none. */
export type ReadLink = (path: string) => string | null;

/** Which paths the packages of one look brought, and which packages give capabilities to files. */
export interface PackageFiles {
  readonly owner: ReadonlyMap<string, string>;
  /** Packages whose scripts call setcap, or that may bring capabilities in their archive. */
  readonly withCapabilities: ReadonlySet<string>;
}

/** Reads the lists of files that dpkg wrote in this look (`touched` are the paths that may have changed), and apk's. */
export async function readPackageFiles(
  touched: Iterable<string>,
  news: PackageNews,
  access: { readonly read: ReadFile; readonly readLink: ReadLink },
): Promise<PackageFiles> {
  const owner = new Map<string, string>();
  const withCapabilities = new Set<string>(news.apkFiles.keys());
  const resolve = directoryResolver(access.readLink);
  const add = (paths: readonly string[], name: string): void => {
    for (const path of paths) owner.set(resolve(path), name);
  };
  for (const path of touched) {
    const info = packageOfInfoFile(path);
    if (info === null) continue;
    owner.set(path, info.name);
    const text = info.kind === "list" || info.kind === "postinst" ? (await access.read(path))?.toString("utf8") : undefined;
    if (info.kind === "list") add(parseFileList(text ?? ""), info.name);
    else if (text?.includes("setcap") === true) withCapabilities.add(info.name);
  }
  for (const [name, paths] of news.apkFiles) add(paths, name);
  return { owner, withCapabilities };
}

/** Packages name paths through old places that are links now (`/lib` to `usr/lib`): the directory part is resolved. */
function directoryResolver(readLink: ReadLink): (path: string) => string {
  const resolved = new Map<string, string>([["", ""]]);
  const resolve = (directory: string, depth: number): string => {
    const known = resolved.get(directory);
    if (known !== undefined) return known;
    const slash = directory.lastIndexOf("/");
    const here = `${resolve(directory.slice(0, slash), depth)}${directory.slice(slash)}`;
    const link = depth > 0 ? readLink(here) : null;
    const target = link === null ? here : resolve(joinLink(here, link), depth - 1);
    resolved.set(directory, target);
    return target;
  };
  return (path) => {
    const slash = path.lastIndexOf("/");
    return `${resolve(path.slice(0, slash), MOST_LINKS)}${path.slice(slash)}`;
  };
}

const MOST_LINKS = 8;

function joinLink(path: string, link: string): string {
  const names = link.startsWith("/") ? [] : path.split("/").slice(0, -1);
  for (const name of link.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  const joined = names.filter((name) => name !== "").join("/");
  return joined === "" ? "" : `/${joined}`;
}
