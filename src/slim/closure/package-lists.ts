import { isCooperError } from "../../base/errors.ts";
import { parseApk } from "../../format/package-database/apk.ts";
import { parseFileList, parseStanzas } from "../../format/package-database/dpkg.ts";
import { readRpmDatabase } from "../../format/package-database/rpm.ts";
import type { ImageFiles } from "../inspect/image-files.ts";
import { bundledLists, pipLists } from "./language-lists.ts";

/** A package with the paths it brought, as its list has them, and its source where that has another name. */
export interface PackageList {
  readonly name: string;
  readonly paths: readonly string[];
  readonly source?: string;
  /** Names of the packages it depends on, the first of each choice. */
  readonly needs?: readonly string[];
  /** It is part of an application: who made the image put it there, as the rest of that. */
  readonly isBundled?: boolean;
}

const DPKG = "/var/lib/dpkg";
const APK = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];
/** Where rpm's data base may be, of each kind that it writes. */
export const RPM = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"].flatMap((folder) =>
  ["rpmdb.sqlite", "Packages.db", "Packages"].map((name) => `${folder}/${name}`),
);

/** The lists of every package database in an image; those of the language's own managers come last and own only what no other does. */
export function* packageLists(image: ImageFiles): Generator<PackageList, void, void> {
  yield* dpkgLists(image);
  for (const path of APK) yield* apkLists(textOf(image, path));
  for (const path of RPM) yield* rpmLists(image.read(path));
  yield* pipLists(image);
  yield* bundledLists(image);
}

function textOf(image: ImageFiles, path: string): string {
  return image.read(path).toString("utf8");
}

function* dpkgLists(image: ImageFiles): Generator<PackageList, void, void> {
  const stanzas = new Map<string, ReadonlyMap<string, string>>();
  for (const stanza of parseStanzas(textOf(image, `${DPKG}/status`))) stanzas.set(stanza.get("Package") ?? "", stanza);
  for (const path of image.children.get(`${DPKG}/info`) ?? []) {
    if (!path.endsWith(".list")) continue;
    const name = path.slice(`${DPKG}/info/`.length, -".list".length).replace(/:[a-z0-9]+$/, "");
    const source = stanzas.get(name)?.get("Source")?.split(" ")[0];
    const needs = [...(stanzas.get(name)?.get("Depends") ?? "").matchAll(/(?:^|,)\s*([a-z0-9][a-z0-9+.-]+)/g)].map(
      (match) => match[1] ?? "",
    );
    yield { name, paths: parseFileList(textOf(image, path)), needs, ...(source === undefined ? {} : { source }) };
  }
}

function* apkLists(text: string): Generator<PackageList, void, void> {
  for (const [name, paths] of parseApk(text, "").files) {
    const source = new RegExp(`^P:${name.replaceAll(/[.+*]/g, "\\$&")}\\n(?:.+\\n)*?o:(.+)$`, "m").exec(text)?.[1];
    yield { name, paths, ...(source === undefined ? {} : { source }) };
  }
}

/** A damaged database is of no more use than none: what it would have told is kept by other rules. */
function rpmLists(bytes: Buffer): readonly PackageList[] {
  if (bytes.length === 0) return [];
  try {
    return readRpmDatabase(bytes).map(({ name, paths, source }) => ({ name, paths, source: source.replace(/-[^-]*-[^-]*$/, "") }));
  } catch (error) {
    if (isCooperError(error)) return [];
    throw error;
  }
}
