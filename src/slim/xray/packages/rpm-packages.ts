import { isCooperError } from "../../../base/errors.ts";
import type { Finding } from "../../../base/finding.ts";
import { readRpmDatabase } from "../../../format/package-database/rpm.ts";
import type { RpmPackage } from "../../../format/package-database/rpm-header.ts";
import type { ImageView } from "../image-view.ts";
import type { InstalledPackage } from "./package.ts";

const FOLDERS = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
const NAMES = ["rpmdb.sqlite", "Packages.db", "Packages"];

interface RpmContent {
  readonly packages: readonly (RpmPackage & { readonly path: string })[];
  readonly findings: readonly Finding[];
}

/** What rpm's data bases in an image hold; one that cannot be read is a finding. */
export function readRpm(view: ImageView): RpmContent {
  const paths = FOLDERS.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`));
  const read = paths.map((path) => readOne(view, path));
  return { packages: read.flatMap(({ packages }) => packages), findings: read.flatMap(({ findings }) => findings) };
}

function readOne(view: ImageView, path: string): RpmContent {
  const content = view.content(path);
  if (content === null || content.length === 0) return { packages: [], findings: isTooLarge(view, path) ? [tooLarge(path)] : [] };
  try {
    return { packages: readRpmDatabase(content).map((one) => ({ ...one, path })), findings: [] };
  } catch (error) {
    if (!isCooperError(error)) throw error;
    return { packages: [], findings: [{ code: error.code, message: error.message, where: { path } }] };
  }
}

function isTooLarge(view: ImageView, path: string): boolean {
  return view.content(path) === null && view.bytesAt(path) > 0;
}

function tooLarge(path: string): Finding {
  return { code: "package-database-damaged", message: "A package data base is too large to be one.", where: { path } };
}

/** The packages of rpm. */
export function findRpm(view: ImageView): readonly InstalledPackage[] {
  return readRpm(view).packages.map(({ name, version, architecture, source, bytes, path }) => {
    const from = source.replace(/-[^-]+-[^-]+\.(?:no)?src\.rpm$/, "");
    return { manager: "rpm", name, version, bytes, architecture, source: from === "" || from === name ? null : from, path };
  });
}
