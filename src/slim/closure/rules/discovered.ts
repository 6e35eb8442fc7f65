import { type ImageFiles, parentOf } from "../../inspect/image-files.ts";
import type { Closure, Rule } from "../closure.ts";

const MAX_SOURCE = 2 * 1024 * 1024;
const SOURCE = /\.py$/;
const PACKAGE = /\/__init__\.py$/;
/** A source that looks into a folder for what modules there are. */
const LISTS = /\b(?:iter_modules|walk_packages)\s*\(/;
const FOLDER_TEXT = /["'](\w+)["']/g;
/** A module's name that is put together: of some package, this part of it or the modules in that. */
const PUT_TOGETHER = /["'](?:%s|\{[\w.]*\})((?:\.[A-Za-z_]\w*)+)(?:\.(?:%s|\{[\w.]*\}))?["']/g;

/** More modules in one folder are no plugins of one program. */
const MANY = 80;

/** Modules that a program finds by listing folders, or under a name that it puts together: commands, plugins. */
export function discoveredRule(image: ImageFiles): Rule {
  const parts = new Map<string, string>();
  const packages = new Set<string>();
  return {
    name: "discovered",
    level: "module",
    follow(path, file, closure) {
      if (file.member.type !== "file" || file.member.size > MAX_SOURCE || !SOURCE.test(path)) return;
      const keep = (folder: string, because: string): void => keepModules(closure, folder, because);
      if (PACKAGE.test(path)) {
        packages.add(parentOf(path));
        for (const [part, because] of parts) keep(`${parentOf(path)}/${part}`, because);
      }
      const text = image.read(path).toString("latin1");
      for (const [, names = ""] of text.matchAll(PUT_TOGETHER)) {
        const part = names.slice(1).replaceAll(".", "/");
        parts.set(part, path);
        for (const folder of packages) keep(`${folder}/${part}`, path);
      }
      if (!LISTS.test(text)) return;
      if (PACKAGE.test(path) && /__path__|__file__/.test(text)) keep(parentOf(path), path);
      for (const [, name = ""] of text.matchAll(FOLDER_TEXT)) keep(`${parentOf(path)}/${name}`, path);
    },
  };
}

function keepModules(closure: Closure, folder: string, because: string): void {
  const children = closure.image.children.get(folder) ?? [];
  if (closure.image.paths.has(`${folder}.py`)) closure.keep(`${folder}.py`, { rule: "discovered", because, level: "module" });
  const init = closure.image.paths.has(`${folder}/__init__.py`) ? [`${folder}/__init__.py`] : [];
  const plain = children.filter((path) => SOURCE.test(path));
  const whole = children.map((path) => `${path}/__init__.py`).filter((path) => closure.image.paths.has(path));
  if (plain.length + whole.length > MANY) return;
  for (const path of [...init, ...plain, ...whole]) closure.keep(path, { rule: "discovered", because, level: "module" });
}
