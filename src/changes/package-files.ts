import { packageOfInfoFile, parseFileList } from "../format/package-database/dpkg.ts";
import { hashBytes } from "./content-hasher.ts";
import type { PackageNews, ReadFile } from "./package-watch.ts";

/** The target of a symbolic link as the container has it now; null when the path is none. */
export type ReadLink = (path: string) => string | null;

/** Which package of one look brought a path, and whether it may have given it capabilities. */
export interface PackageFiles {
  readonly owner: ReadonlyMap<string, string>;
  mayHaveCapability(path: string): boolean;
}

/** Reads the lists of files that dpkg wrote in this look (`touched` are the paths that may have changed), and apk's. */
export async function readPackageFiles(
  touched: Iterable<string>,
  news: PackageNews,
  access: { readonly read: ReadFile; readonly readLink: ReadLink; readonly hashBefore: (path: string) => string | undefined },
): Promise<PackageFiles> {
  const owner = new Map<string, string>();
  const setcapScripts = new Map<string, string>();
  const resolve = directoryResolver(access.readLink);
  const add = (paths: readonly string[], name: string): void => {
    for (const path of paths) owner.set(resolve(path), name);
  };
  for (const path of touched) {
    const info = packageOfInfoFile(path);
    if (info === null) continue;
    const content = info.kind === "list" || info.kind === "postinst" ? await access.read(path) : null;
    // The same list brings nothing: what it names was told with it, and may have been edited since.
    if (content !== null && hashBytes(content) === access.hashBefore(path)) continue;
    owner.set(path, info.name);
    const text = content?.toString("utf8");
    if (info.kind === "list") add(parseFileList(text ?? ""), info.name);
    else if (text?.includes("setcap") === true) setcapScripts.set(info.name, text);
  }
  for (const [name, paths] of news.apkFiles) add(paths, name);
  return { owner, mayHaveCapability: (path) => mayHaveCapability(path, { owner: owner.get(path), news, setcapScripts }) };
}

interface CapabilityHints {
  readonly owner: string | undefined;
  readonly news: PackageNews;
  readonly setcapScripts: ReadonlyMap<string, string>;
}

/** An archive of dpkg holds no capabilities: they come from a script that names the file. Other managers bring them in the archive. */
function mayHaveCapability(path: string, { owner, news, setcapScripts }: CapabilityHints): boolean {
  if (owner === undefined || news.apkFiles.has(owner)) return true;
  const name = path.slice(path.lastIndexOf("/") + 1);
  return (
    setcapScripts
      .get(owner)
      ?.split(/[^\w.+-]/)
      .includes(name) === true && !path.startsWith("/var/lib/dpkg/")
  );
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
