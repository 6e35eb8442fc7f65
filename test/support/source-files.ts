import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { repository } from "./cli.ts";

export interface ImportLine {
  readonly from: string;
  readonly isTypeOnly: boolean;
}

export interface SourceFile {
  /** Relative to the repository, as "src/base/errors.ts". */
  readonly file: string;
  readonly text: string;
  readonly imports: readonly ImportLine[];
  /** A test, or what only tests use. */
  readonly isTest: boolean;
}

const importPattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^"'`;]*?\s+from\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gmu;

function importsOf(text: string): readonly ImportLine[] {
  return [...text.matchAll(importPattern)].map((match) => ({ from: match[2] ?? match[3] ?? "", isTypeOnly: match[1] !== undefined }));
}

/** What is made from the project, and never part of it. */
const madeFolders = new Set(["node_modules", "dist", ".git", ".cache"]);

/** Every file of the project, relative to its root, in the order of names. */
export function projectFiles(folder = ""): readonly string[] {
  const entries = readdirSync(path.join(repository, folder), { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) return madeFolders.has(entry.name) ? [] : projectFiles(file);
    return entry.name.endsWith(".log") ? [] : [file];
  });
}

export function readProjectFile(file: string): string {
  return readFileSync(path.join(repository, file), "utf8");
}

function isTestFile(file: string): boolean {
  return file.startsWith("test/") || file.endsWith(".test.ts") || path.basename(file).startsWith("test-");
}

/** The TypeScript files below a folder of the repository, with their imports. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  const files = projectFiles().filter((file) => file.startsWith(`${folder}/`) && file.endsWith(".ts"));
  return files.map((file) => {
    const text = readProjectFile(file);
    return { file, text, imports: importsOf(text), isTest: isTestFile(file) };
  });
}

/** The project file that a relative import of `file` names. */
export function resolveImport(file: string, from: string): string {
  return path.posix.join(path.posix.dirname(file), from);
}

/** The package that an import names: "zod" for "zod/v4", "@scope/name" for "@scope/name/part". */
export function packageOf(from: string): string {
  return from.split("/", from.startsWith("@") ? 2 : 1).join("/");
}
