import { type ImageFiles, parentOf } from "../inspect/image-files.ts";
import { descendants } from "./glob.ts";
import type { PackageList } from "./package-lists.ts";

const RECORDS = /\/(?:site|dist)-packages\/([^/]+?)-[^/-]+\.dist-info\/RECORD$/;

/** What pip wrote down of each distribution: paths from the folder of packages on. */
export function* pipLists(image: ImageFiles): Generator<PackageList, void, void> {
  for (const path of image.paths.keys()) {
    const name = RECORDS.exec(path)?.[1];
    if (name === undefined) continue;
    const root = parentOf(parentOf(path));
    const listed = image
      .read(path)
      .toString("utf8")
      .split("\n")
      .map((line) => line.replace(/(?:,[^,]*){2}\r?$/, "").replaceAll('"', ""));
    const paths = listed.filter((one) => one !== "").map((one) => (one.startsWith("/") ? one : joined(root, one)));
    yield { name: `pip:${name}`, paths: [...new Set(paths), ...descendants(image, parentOf(path))] };
  }
}

function joined(folder: string, path: string): string {
  return path.startsWith("../") ? joined(parentOf(folder), path.slice(3)) : `${folder === "/" ? "" : folder}/${path}`;
}

const NPM = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/@.][^/]*))\/package\.json$/;
const GEM = /^(.*)\/specifications\/(?:default\/)?([^/]+?-\d[\w.]*(?:-[\w-]+)?)\.gemspec$/;
const COMPOSER = /^(.*\/vendor)\/composer\/installed\.json$/;

/** The packages of npm, gem and composer, each a folder of its own. */
export function* bundledLists(image: ImageFiles): Generator<PackageList, void, void> {
  for (const path of image.paths.keys()) {
    const [, folder, npm] = NPM.exec(path) ?? [];
    if (folder !== undefined) yield bundled(`npm:${npm ?? ""}`, filesBelow(image, folder));
    const [, root, gem] = GEM.exec(path) ?? [];
    if (root !== undefined) yield bundled(`gem:${gem ?? ""}`, [path, ...gemFiles(image, root, gem ?? "")]);
    const vendor = COMPOSER.exec(path)?.[1];
    if (vendor !== undefined) yield* composerLists(image, vendor);
  }
}

function bundled(name: string, paths: readonly string[]): PackageList {
  return { name, paths, isBundled: true };
}

/** A package that lies within another is one of its own. */
function filesBelow(image: ImageFiles, folder: string): readonly string[] {
  const children = image.children.get(folder) ?? [];
  return children.flatMap((path) => (path.endsWith("/node_modules") ? [] : [path, ...filesBelow(image, path)]));
}

function gemFiles(image: ImageFiles, root: string, gem: string): readonly string[] {
  const compiled = (image.children.get(`${root}/extensions`) ?? []).flatMap((machine) => image.children.get(machine) ?? []);
  return [`${root}/gems/${gem}`, ...compiled.map((version) => `${version}/${gem}`)].flatMap((folder) => filesBelow(image, folder));
}

function* composerLists(image: ImageFiles, vendor: string): Generator<PackageList, void, void> {
  for (const owner of image.children.get(vendor) ?? [])
    for (const folder of image.children.get(owner) ?? [])
      if (image.paths.has(`${folder}/composer.json`))
        yield bundled(`composer:${folder.slice(vendor.length + 1)}`, filesBelow(image, folder));
}
