import { parseApk } from "../../../format/package-database/apk.ts";
import { parseDpkg, parseFileList, parseStanzas } from "../../../format/package-database/dpkg.ts";
import type { ImageView } from "../image-view.ts";
import type { InstalledPackage } from "./package.ts";

const STATUS = "/var/lib/dpkg/status";
const STATUS_FOLDER = /^\/var\/lib\/dpkg\/status\.d\/(?!.*\.md5sums$)[^/]+$/;
const FILE_LIST = /^\/var\/lib\/dpkg\/info\/[^/]+\.list$/;
const APK = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

/** The packages of dpkg, also where an image has one status file for each of them. */
export function findDpkg(view: ImageView): readonly InstalledPackage[] {
  const folder = view.paths.filter(({ path }) => STATUS_FOLDER.test(path)).map(({ path }) => path);
  return [STATUS, ...folder].flatMap((path) => dpkgPackages(view.text(path) ?? "", path));
}

function dpkgPackages(text: string, path: string): InstalledPackage[] {
  if (text === "") return [];
  const status = path === STATUS ? text : text.replace(/^(Package: .*)$/m, "$1\nStatus: install ok installed");
  const sizes = new Map<string, number>();
  for (const stanza of parseStanzas(status)) sizes.set(stanza.get("Package") ?? "", Number(stanza.get("Installed-Size") ?? Number.NaN));
  return [...parseDpkg(status, "")].map(([name, { version }]) => {
    const kibibytes = sizes.get(name.split(":")[0] ?? "") ?? Number.NaN;
    return { manager: "dpkg", name, version, bytes: Number.isFinite(kibibytes) ? kibibytes * 1024 : null, path };
  });
}

/** The packages of apk. */
export function findApk(view: ImageView): readonly InstalledPackage[] {
  return APK.flatMap((path) => {
    const text = view.text(path) ?? "";
    const sizes = apkSizes(text);
    return [...parseApk(text, "").packages].map(([name, { version }]): InstalledPackage => {
      return { manager: "apk", name, version, bytes: sizes.get(name) ?? null, path };
    });
  });
}

function apkSizes(text: string): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const stanza of text.split(/\n\n+/)) {
    const name = /^P:(.+)$/m.exec(stanza)?.[1];
    const size = /^I:(\d+)$/m.exec(stanza)?.[1];
    if (name !== undefined && size !== undefined) sizes.set(name, Number(size));
  }
  return sizes;
}

/** Every path that a package of the system brought. Where folders were united, /lib/x stands as /usr/lib/x too. */
export function systemOwnedPaths(view: ImageView): ReadonlySet<string> {
  const owned = new Set<string>();
  const add = (path: string): void => {
    owned.add(path);
    if (/^\/(?:lib|bin|sbin)/.test(path)) owned.add(`/usr${path}`);
  };
  for (const { path } of view.paths) if (FILE_LIST.test(path)) parseFileList(view.text(path) ?? "").forEach(add);
  for (const path of APK) for (const files of parseApk(view.text(path) ?? "", "").files.values()) files.forEach(add);
  return owned;
}
