import * as z from "zod";
import type { ImageView } from "../image-view.ts";
import { headerOf, type InstalledPackage, type PackageManager, plainPackage } from "./package.ts";

const PYTHON = /\/(?<name>[^/]+?)(?:-(?<version>[^/-]+))?(?:-py[\d.]+)?\.(?:dist-info\/METADATA|egg-info(?:\/PKG-INFO)?)$/;
const NODE = /\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/;
const GEM = /^(?<folder>.*)\/specifications\/(?:default\/)?(?<name>[^/]+?)-(?<version>\d[\w.]*)(?:-[\w-]+)?\.gemspec$/;
const JAR = /\/(?<name>[^/]+?)-(?<version>\d[\w.+-]*)\.jar$/;
const COMPOSER = /\/vendor\/composer\/installed\.json$/;
const manifest = z.object({ name: z.string(), version: z.string() });
const named = z.object({ packages: z.array(manifest) });

/** The packages of pip: `.dist-info` and `.egg-info`. */
export function findPython(view: ImageView): readonly InstalledPackage[] {
  return matching(view, PYTHON).map(({ path, groups }) => {
    const text = view.text(path) ?? "";
    const name = headerOf(text, "Name") ?? groups["name"] ?? "";
    const version = headerOf(text, "Version") ?? groups["version"] ?? "";
    const bytes = recordedBytes(view.text(path.replace(/METADATA$/, "RECORD")));
    return plainPackage({ manager: "pip", name, version, bytes, path });
  });
}

/** The sizes at the ends of RECORD's lines ("path,hash,size"), summed. */
function recordedBytes(record: string | null): number | null {
  if (record === null || !/,\d+\s*$/m.test(record)) return null;
  return [...record.matchAll(/,(\d+)\s*$/gm)].reduce((sum, match) => sum + Number(match[1]), 0);
}

/** The packages in folders named `node_modules`. */
export function findNode(view: ImageView): readonly InstalledPackage[] {
  return matching(view, NODE).flatMap(({ path }) => {
    const parsed = manifest.safeParse(readJson(view.text(path)));
    if (!parsed.success) return [];
    const bytes = view.bytesAt(path.slice(0, path.lastIndexOf("/")), (child) => child === "node_modules");
    return [{ ...found("npm", parsed.data, path), bytes }];
  });
}

/** The gems that have a specification. */
export function findGems(view: ImageView): readonly InstalledPackage[] {
  return matching(view, GEM).map(({ path, groups }) => {
    const { folder = "", name = "", version = "" } = groups;
    const full = path.slice(path.lastIndexOf("/") + 1, -".gemspec".length);
    const bytes = view.bytesAt(`${folder}/gems/${full}`);
    return { ...found("gem", { name, version }, path), bytes: bytes === 0 ? null : bytes };
  });
}

/** Java archives that are named for their version. */
export function findJars(view: ImageView): readonly InstalledPackage[] {
  return matching(view, JAR).map(({ path, groups }) => {
    const { name = "", version = "" } = groups;
    return { ...found("jar", { name, version }, path), bytes: view.bytesAt(path) };
  });
}

/** The packages of PHP's composer. */
export function findComposer(view: ImageView): readonly InstalledPackage[] {
  return matching(view, COMPOSER).flatMap(({ path }) => {
    const parsed = named.safeParse(readJson(view.text(path)));
    const vendor = path.slice(0, -"/composer/installed.json".length);
    const packages = parsed.success ? parsed.data.packages : [];
    return packages.map((one) => ({ ...found("composer", one, path), bytes: view.bytesAt(`${vendor}/${one.name}`) }));
  });
}

/** The modules and crates that Go's and Rust's compilers name in the programs that they make. */
export function findBuilt(view: ImageView): readonly InstalledPackage[] {
  return view.paths.flatMap(({ path, file }) => file.modules.map((one) => plainPackage({ ...one, bytes: null, path })));
}

function found(manager: PackageManager, one: { readonly name: string; readonly version: string }, path: string): InstalledPackage {
  return plainPackage({ manager, name: one.name, version: one.version, bytes: null, path });
}

interface Match {
  readonly path: string;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

function matching(view: ImageView, pattern: RegExp): Match[] {
  return view.paths.flatMap(({ path, file }) => {
    const match = file.type === "file" || file.type === "hardlink" ? pattern.exec(path) : null;
    return match === null ? [] : [{ path, groups: match.groups ?? {} }];
  });
}

function readJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
