import { builtinModules } from "node:module";
import type { Language, NamedModule } from "./language.ts";

const BUILT_IN: ReadonlySet<string> = new Set(builtinModules);
const NAME = "(?:@[\\w.-]+/)?\\w[\\w.-]*(?:/[\\w./@-]+)?";
/** With the source itself where it stands at the margin, later where it stands within something. */
const CALL = /^(.*?)\b(?:require(?:\.resolve)?|import)\s*\(\s*["'`]([^"'`\n]+)["'`]/gm;
const DECLARED = /\b(?:from|import)\s*["']([^"'\n]+)["']/g;
/** Frameworks load what a setting names: an engine for pages, the driver of a database. */
const WORD = new RegExp(`["'](${NAME})["']`, "g");

/** JavaScript as Node loads it: `require`, `import`, and what a package's own description names. */
export const NODE: Language = {
  name: "node-imports",
  files: /\.[cm]?js$|\/package\.json$/,
  interpreter: /\b(?:node|nodejs)$/,
  prose: /\/\*[\s\S]*?\*\/|^[ \t]*\/\/.*$/gm,
  separator: "/",
  *names(text) {
    const found = /^\s*\{/.test(text) ? describedNames(text) : sourceNames(text);
    for (const one of found) if (!BUILT_IN.has(one.name.replace(/^node:/, ""))) yield one;
  },
  places(name) {
    const file = [name, ...["js", "cjs", "mjs", "json", "node"].map((end) => `${name}.${end}`)];
    return [...file, `${name}/package.json`, ...["js", "cjs", "mjs", "json", "node"].map((end) => `${name}/index.${end}`)];
  },
  roots: ["/usr/local/lib/{nodejs,node_modules}", "/usr/share/nodejs", "/usr/lib/*/nodejs", "/usr/lib/{nodejs,node_modules}"],
  near(path) {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_part, index) => `${parts.slice(0, parts.length - index).join("/")}/node_modules`);
  },
};

function* sourceNames(text: string): Generator<NamedModule, void, void> {
  for (const [, before = "", name = ""] of text.matchAll(CALL)) yield { name: relative(name), isLate: /^\s{3}|^\t|\{/.test(before) };
  for (const [, name = ""] of text.matchAll(DECLARED)) yield { name: relative(name), isLate: false };
  for (const [, name = ""] of text.matchAll(WORD)) yield { name, isLate: true };
}

/** The entry points of a package and the packages it needs. */
function* describedNames(text: string): Generator<NamedModule, void, void> {
  const described = parsed(text);
  for (const key of ["main", "module", "exports", "imports", "bin"])
    for (const path of textsIn(described[key])) yield { name: relative(path.startsWith(".") ? path : `./${path}`), isLate: false };
  for (const key of ["dependencies", "optionalDependencies", "peerDependencies"]) {
    const needs = described[key];
    if (typeof needs === "object" && needs !== null) for (const name of Object.keys(needs)) yield { name, isLate: false };
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "latin1").toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A dot is the source's own folder, two the one above; a module's name may begin with neither. */
function relative(name: string): string {
  return name === "." || name === ".." ? `${name}/index` : name.replace(/\/$/, "");
}
