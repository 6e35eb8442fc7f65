import { parseApk } from "../../../format/package-database/apk.ts";
import { parseDpkg, parseFileList, parseStanzas } from "../../../format/package-database/dpkg.ts";
import type { ImageView } from "../image-view.ts";
import { readRpm } from "./rpm-packages.ts";
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
  const stanzas = new Map<string, ReadonlyMap<string, string>>();
  for (const stanza of parseStanzas(status)) stanzas.set(stanza.get("Package") ?? "", stanza);
  return [...parseDpkg(status, "")].map(([name, { version }]) => {
    const [bare = "", foreign] = name.split(":");
    const stanza = stanzas.get(bare);
    const kibibytes = Number(stanza?.get("Installed-Size") ?? Number.NaN);
    const bytes = Number.isFinite(kibibytes) ? kibibytes * 1024 : null;
    const source = stanza?.get("Source")?.split(" ")[0] ?? bare;
    const architecture = foreign ?? stanza?.get("Architecture") ?? null;
    return { manager: "dpkg", name, version, bytes, architecture, source: source === bare ? null : source, path };
  });
}

/** The packages of apk. */
export function findApk(view: ImageView): readonly InstalledPackage[] {
  return APK.flatMap((path) => {
    const text = view.text(path) ?? "";
    const stanzas = apkStanzas(text);
    return [...parseApk(text, "").packages].map(([name, { version }]): InstalledPackage => {
      const value = (key: string): string | null => new RegExp(`^${key}:(.+)$`, "m").exec(stanzas.get(name) ?? "")?.[1] ?? null;
      const [size, origin] = [value("I"), value("o")];
      const bytes = size === null ? null : Number(size);
      return { manager: "apk", name, version, bytes, architecture: value("A"), source: origin === name ? null : origin, path };
    });
  });
}

function apkStanzas(text: string): ReadonlyMap<string, string> {
  return new Map(text.split(/\n\n+/).map((stanza) => [/^P:(.+)$/m.exec(stanza)?.[1] ?? "", stanza]));
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
  for (const { paths } of readRpm(view).packages) paths.forEach(add);
  return owned;
}
