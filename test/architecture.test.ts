import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { repository } from "./support/cli.ts";
import { runOnHost } from "./support/host-command.ts";
import { findCycle } from "./support/import-cycles.ts";
import { packageOf, projectFiles, readProjectFile, resolveImport, sourceFiles } from "./support/source-files.ts";
import type { SourceFile } from "./support/source-files.ts";

/** From the top down. A folder imports only from rows below its own. */
const rows: readonly (readonly string[])[] = [
  ["cli"],
  ["terminal"],
  ["record", "slim", "ship", "remote"],
  ["capture", "draft"],
  ["history", "changes", "trace", "probe"],
  ["engine"],
  ["system"],
  ["format"],
  ["base"],
];

/** Node's modules that reach outside the process, and the folders that may. */
const outsideModules =
  /^node:(fs|fs\/promises|child_process|net|http|http2|https|tls|dgram|dns|tty|readline|readline\/promises|worker_threads|cluster)$/;
const outsideFolders = new Set(["system", "engine"]);

/** The same input gives the same bytes: no clock, no random, no environment in these. */
const pureFolders = new Set(["base", "format", "draft"]);
const impure = /(?<![\w-])process\.|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\brandomBytes\(|\brandomUUID\(/;

/** Every npm package of the product, what for, and where it may be imported. All are bundled. */
const runtimePackages: Readonly<Record<string, { readonly why: string; readonly where: readonly string[] }>> = {
  commander: { why: "reads the command line", where: ["src/cli/"] },
  unbash: { why: "parses shell text", where: ["src/format/shell/"] },
  "dockerfile-ast": { why: "reads Dockerfiles", where: ["src/format/dockerfile/"] },
  fzstd: { why: "decompresses layers", where: ["src/format/zstd/"] },
  yaml: { why: "reads and writes YAML with positions", where: ["src/format/"] },
  zod: { why: "parses what comes from outside", where: ["src/"] },
  "@xterm/headless": { why: "reads what was typed in shells without hooks", where: ["src/capture/", "src/format/terminal-stream/"] },
};

/** Packages whose types alone are used, and the tools. */
const developmentPackages: Readonly<Record<string, string>> = {
  "@docker/node-sdk": "types of the engine's API",
  "@lydell/node-pty": "pseudo-terminals for tests and evaluation",
  "@types/node": "types of Node 20",
  esbuild: "bundles the product",
  "fast-check": "property tests",
  knip: "finds dead code",
  oxfmt: "formats",
  oxlint: "lints",
  "oxlint-tsgolint": "lints with types",
  typescript: "checks types",
  vitest: "runs tests",
};

/** Tables of data may be long. */
const tableFolders = ["src/draft/tables/"];
const longFiles = 250;
/** More files than this in one folder are not seen at a glance; tests count apart. */
const fullFolder = 30;
const emptyNames = /^(utils?|helpers?|common|managers?|misc|index|shared)$/;

const product = sourceFiles("src");
const shipped = product.filter((source) => !source.isTest);

function folderOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function rowOf(folder: string): number {
  return rows.findIndex((row) => row.includes(folder));
}

function climbs(source: SourceFile): readonly string[] {
  const own = folderOf(source.file);
  const targets = source.imports.filter(({ from }) => from.startsWith(".")).map(({ from }) => resolveImport(source.file, from));
  return targets.filter((target) => {
    const other = folderOf(target);
    return !target.startsWith("src/") || (other !== own && rowOf(other) <= rowOf(own));
  });
}

function offences(sources: readonly SourceFile[], find: (source: SourceFile) => readonly string[]): readonly string[] {
  return sources.flatMap((source) => find(source).map((found) => `${source.file}: ${found}`));
}

test("every folder of src is a layer", () => {
  expect(shipped.map(({ file }) => folderOf(file)).filter((folder) => rowOf(folder) < 0)).toEqual([]);
});

test("imports only go down", () => {
  expect(offences(shipped, climbs)).toEqual([]);
});

test("imports make no cycle", () => {
  expect(findCycle(product)).toBeNull();
});

test("only system and engine reach outside the process", () => {
  const inner = shipped.filter(({ file }) => !outsideFolders.has(folderOf(file)));
  expect(
    offences(inner, ({ imports }) =>
      imports.filter(({ from, isTypeOnly }) => !isTypeOnly && outsideModules.test(from)).map(({ from }) => from),
    ),
  ).toEqual([]);
});

test("processes start in system alone", () => {
  const others = shipped.filter(({ file }) => folderOf(file) !== "system");
  expect(offences(others, ({ imports }) => imports.filter(({ from }) => from === "node:child_process").map(({ from }) => from))).toEqual(
    [],
  );
});

test("base, format and draft are pure", () => {
  const pure = shipped.filter(({ file }) => pureFolders.has(folderOf(file)));
  expect(offences(pure, ({ text }) => text.split("\n").filter((line) => impure.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line)))).toEqual(
    [],
  );
});

test("the product imports only the packages on the list, where they belong", () => {
  const isForeign = (from: string): boolean => !from.startsWith(".") && !from.startsWith("node:");
  const isAllowed = (file: string, from: string, isTypeOnly: boolean): boolean => {
    const name = packageOf(from);
    if (name === "@docker/node-sdk") return isTypeOnly && file.startsWith("src/engine/");
    return runtimePackages[name]?.where.some((folder) => file.startsWith(folder)) === true;
  };
  const find = ({ file, imports }: SourceFile): readonly string[] =>
    imports.filter(({ from, isTypeOnly }) => isForeign(from) && !isAllowed(file, from, isTypeOnly)).map(({ from }) => from);
  expect(offences(shipped, find)).toEqual([]);
});

test("package.json names exactly the packages on the list, at exact versions", () => {
  const manifest: Record<string, Record<string, string> | undefined> = JSON.parse(readProjectFile("package.json"));
  const named = { ...manifest["dependencies"], ...manifest["devDependencies"] };
  expect(Object.keys(named).toSorted()).toEqual([...Object.keys(runtimePackages), ...Object.keys(developmentPackages)].toSorted());
  expect(Object.values(named).filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  expect(manifest["dependencies"] ?? {}).toEqual({});
});

test("files are short", () => {
  const measured = [...shipped, ...sourceFiles("script")].filter(({ file }) => !tableFolders.some((folder) => file.startsWith(folder)));
  expect(
    offences(measured, ({ text }) => (text.split("\n").length - 1 > longFiles ? [`${text.split("\n").length - 1} lines`] : [])),
  ).toEqual([]);
});

test("folders are seen at a glance", () => {
  const sizes = new Map<string, number>();
  for (const { file } of shipped) sizes.set(path.dirname(file), (sizes.get(path.dirname(file)) ?? 0) + 1);
  expect([...sizes].filter(([, size]) => size > fullFolder)).toEqual([]);
});

test("functions are short and take few parameters", async () => {
  const rules = ["-D", "max-lines-per-function", "-D", "max-params"];
  const program = path.join(repository, "node_modules", ".bin", "oxlint");
  const { exit, stdout } = await runOnHost(
    [program, "-A", "all", ...rules, "--quiet", "--format", "unix", "--ignore-pattern", "**/*.test.ts", "src", "script"],
    {
      cwd: repository,
    },
  );
  expect({ exit, stdout: exit === 0 ? "" : stdout }).toEqual({ exit: 0, stdout: "" });
});

test("exports have names, and no file only passes on what others export", () => {
  const find = ({ text }: SourceFile): readonly string[] =>
    text.split("\n").filter((line) => /^export (default|\*|\{[^}]*\} from|const \w+ = (async )?\([^)]*\)[^=]*=>)/.test(line));
  expect(offences(shipped, find)).toEqual([]);
});

test("zod comes as a namespace: by its name it brings the messages of all languages along", () => {
  const find = ({ text }: SourceFile): readonly string[] =>
    text.split("\n").filter((line) => /^import (?!type |\* as z ).*from "zod";/.test(line));
  expect(offences(shipped, find)).toEqual([]);
});

test("file and folder names are whole words in kebab-case", () => {
  const isBad = (part: string): boolean => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part) || emptyNames.test(part);
  const partsOf = (file: string): readonly string[] => file.split("/").map((part) => part.replace(/(\.test)?\.(ts|mjs)$/, ""));
  expect(product.map(({ file }) => file).filter((file) => partsOf(file).some(isBad))).toEqual([]);
});

test("no test is skipped or run alone", () => {
  const pattern = new RegExp(`\\b(it|test|describe)\\.(${["skip", "only", "todo", "skipIf", "runIf"].join("|")})\\b`);
  const tests = [...product, ...sourceFiles("test")];
  expect(offences(tests, ({ text }) => text.split("\n").filter((line) => pattern.test(line)))).toEqual([]);
});

test("the project names no path of a machine", () => {
  const pattern = new RegExp(`(^|[^a-zA-Z0-9])/(${["work", "farm"].join("|")})/`);
  const texts = projectFiles().filter((file) => /\.(ts|mjs|js|json|md|ya?ml)$|^script\/[^.]+$|^\.ci\//.test(file));
  expect(
    texts.filter((file) =>
      readProjectFile(file)
        .split("\n")
        .some((line) => pattern.test(line)),
    ),
  ).toEqual([]);
});

test("src knows no case of the evaluation", () => {
  const cases = projectFiles().filter((file) => file.startsWith("corpus/") && file.endsWith(".json"));
  const names = cases.map((file) => path.basename(file, ".json").replace(/^c\d+-/, "")).filter((name) => name.includes("-"));
  expect(offences(product, ({ text }) => names.filter((name) => text.includes(name)))).toEqual([]);
});

test("every error and finding has its page, and every page its error or finding", () => {
  const pattern = /(?:CooperError\(|\bcode:|[a-z](?:Error|Finding)\(|\bfinding\()\s*"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"/g;
  const codes = new Set(shipped.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1] ?? "")));
  const pages = projectFiles()
    .filter((file) => /^docs\/findings\/[^/]+\.md$/.test(file))
    .map((file) => path.basename(file, ".md"));
  const all = shipped.map(({ text }) => text).join("\n");
  expect([...codes].filter((code) => !pages.includes(code)).toSorted(), "codes without a page").toEqual([]);
  expect(pages.filter((page) => !all.includes(`"${page}"`)).toSorted(), "pages without a code").toEqual([]);
});

test("every guide is in the index of guides, and links between pages lead to files", () => {
  const pages = projectFiles().filter((file) => file.endsWith(".md") && (file.startsWith("docs/") || !file.includes("/")));
  const linksOf = (page: string): readonly string[] => {
    const prose = readProjectFile(page).replaceAll(/```.*?```|`[^`\n]*`/gsu, "");
    const links = [...prose.matchAll(/\]\(([^)#\s]+)/gu)].map(([, link = ""]) => link).filter((link) => !link.includes("://"));
    return links.map((link) => path.posix.join(path.posix.dirname(page), link));
  };
  const index = linksOf("docs/guide/README.md");
  expect(pages.filter((page) => /^docs\/guide\/(?!README)/u.test(page) && !index.includes(page))).toEqual([]);
  const broken = pages.flatMap((page) => linksOf(page).map((link) => `${page}: ${link}`));
  expect(broken.filter((line) => !existsSync(path.join(repository, line.split(": ")[1] ?? "")))).toEqual([]);
});

test("every script of package.json is there", () => {
  const manifest: { scripts?: Record<string, string> } = JSON.parse(readFileSync(path.join(repository, "package.json"), "utf8"));
  const scripts = Object.values(manifest.scripts ?? {}).map((line) => line.split(" ").at(-1) ?? "");
  expect(scripts.filter((file) => !projectFiles().includes(file))).toEqual([]);
});
