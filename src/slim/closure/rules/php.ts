import type { Language, NamedModule } from "./language.ts";

/** The expression behind `require` and its sisters, up to its end. */
const LOADED = /^(.*?)\b(?:require|include)(?:_once)?\b\s*\(?\s*([^;\n]+)/gm;
const TEXT = /["']([\w./-]+)["']/;
/** A class by its whole name; `use` may list several behind one beginning. */
const CLASS = /\\?\b[A-Za-z_]\w*(?:\\{1,2}[A-Za-z_]\w*)+/g;
const GROUP = /\buse\s+\\?([\w\\]+)\\\{([^}]*)\}/g;
const NEEDED = /\b(?:use|extends|implements)\s+(?:function\s+|const\s+)?\\?([\w\\]+(?:\s*,\s*\\?[\w\\]+)*)/g;
/** Autoloaders list the files of their own package, by the folder they are in. */
const LISTED = /=>\s*(?:__DIR__\s*\.\s*)?["'](\/[\w./-]+\.php)["']/g;

/** PHP: what is included by its path, and classes, whose names are those of their files. */
export const PHP: Language = {
  name: "php-imports",
  files: /\.(?:php|phtml|inc)$/,
  interpreter: /\bphp[\d.]*$/,
  prose: /\/\*[\s\S]*?\*\/|^[ \t]*(?:\/\/|#(?!\[)).*$/gm,
  separator: "/",
  *names(text, path) {
    for (const [, before = "", expression = ""] of text.matchAll(LOADED)) {
      const name = includedName(expression);
      if (name !== null) yield { name, isLate: /^\s{3}|^\t|\{/.test(before) };
    }
    if (/\/[\w-]*autoload[\w-]*\.php$/.test(path))
      for (const [, name = ""] of text.matchAll(LISTED)) yield { name: `.${name}`, isLate: true };
    yield* classNames(text);
  },
  places(name) {
    if (/\.\w+$/.test(name)) return [name];
    const parts = name.split("/");
    // The beginning of a class's name may stand for a whole folder.
    return [0, 1, 2].filter((from) => from < parts.length).map((from) => `${parts.slice(from).join("/")}.php`);
  },
  roots: ["/usr/share/php", "/usr/share/pear", "/usr/local/lib/php"],
  near: (path) => {
    const folder = /^(.*\/(?:src|lib|app|classes|includes?))\//.exec(path)?.[1];
    return folder === undefined ? [] : [folder];
  },
};

/** Relative to the source where the text says so. */
function includedName(expression: string): string | null {
  const name = TEXT.exec(expression)?.[1];
  if (name === undefined) return null;
  const levels = Number(/dirname\s*\(\s*__DIR__\s*,\s*(\d)/.exec(expression)?.[1] ?? (/dirname\s*\(\s*__DIR__/.test(expression) ? 1 : 0));
  const isHere = /__DIR__|dirname\s*\(\s*__FILE__/.test(expression);
  return isHere ? `./${"../".repeat(levels)}${name.replace(/^\//, "")}` : name.replace(/^\/+/, "");
}

function* classNames(text: string): Generator<NamedModule, void, void> {
  const needed = new Set<string>();
  for (const [, list = ""] of text.matchAll(NEEDED)) for (const name of list.split(",")) needed.add(pathOf(name));
  for (const [, start = "", list = ""] of text.matchAll(GROUP))
    for (const name of list.split(",")) needed.add(pathOf(`${start}\\${name.trim().split(/\s/)[0] ?? ""}`));
  for (const name of needed) if (name.includes("/")) yield { name, isLate: false };
  for (const name of new Set((text.match(CLASS) ?? []).map(pathOf))) if (!needed.has(name)) yield { name, isLate: true };
}

function pathOf(name: string): string {
  return name
    .trim()
    .replaceAll(/\\+/g, "/")
    .replaceAll(/^\/|\/$/g, "");
}
