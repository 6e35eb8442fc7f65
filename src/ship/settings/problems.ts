import type { z } from "zod";
import { CooperError } from "../../base/errors.ts";
import type { YamlFile, YamlPath } from "../../format/yaml/read-yaml.ts";

type Issue = z.core.$ZodIssue;
type Checked<T> = { readonly data: T } | { readonly error: CooperError };

/** Reads a file's value by a schema; the error names file, line, column and the path of the first thing that is wrong. */
export function check<T>(schema: z.ZodType<T>, value: unknown, file: YamlFile): Checked<T> {
  const parsed = schema.safeParse(value, { reportInput: false });
  if (parsed.success) return { data: parsed.data };
  const [issue] = parsed.error.issues.map((one) => deepest(one, [])).toSorted((left, right) => order(left, file) - order(right, file));
  return { error: issue === undefined ? settingsError(file, [], "It is not valid.") : errorOf(issue, file) };
}

/** As `check`, but throws. */
export function need<T>(schema: z.ZodType<T>, value: unknown, file: YamlFile): T {
  const checked = check(schema, value, file);
  if ("error" in checked) throw checked.error;
  return checked.data;
}

function order({ path }: Placed, file: YamlFile): number {
  const { line = 0, column = 0 } = file.place(path);
  return line * 10_000 + column;
}

interface Placed {
  readonly issue: Issue;
  readonly path: YamlPath;
}

// Of the forms that a value may have, the one meant is the one in which the mistake lies deepest.
function deepest(issue: Issue, above: YamlPath): Placed {
  const path = [...above, ...issue.path.filter((key) => typeof key !== "symbol")];
  const own = { issue, path };
  if (issue.code !== "invalid_union") return own;
  const inner = issue.errors.flatMap((branch) => branch.filter(saysMore).map((one) => deepest(one, path)));
  return inner.reduce((best, one) => (one.path.length > best.path.length || best.issue === issue ? one : best), own);
}

function saysMore(issue: Issue): boolean {
  if (issue.code === "unrecognized_keys" || issue.code === "custom" || issue.path.length > 0) return true;
  return issue.code === "invalid_union" && issue.errors.some((branch) => branch.some(saysMore));
}

function errorOf({ issue, path }: Placed, file: YamlFile): CooperError {
  if (issue.code === "invalid_key") return keyError(file, path, issue.issues[0]?.message ?? issue.message);
  if (issue.code !== "unrecognized_keys") return settingsError(file, path, issue.message);
  const at = [...path, issue.keys[0] ?? ""];
  return keyError(file, at, issue.message);
}

function keyError(file: YamlFile, path: YamlPath, message: string): CooperError {
  return new CooperError("settings-invalid", `${path.join(".")}: ${message}`, { hint: HINT, where: file.keyPlace(path) });
}

const HINT = "docs/guide/settings.md lists all keys.";

/** The error of settings that cannot be carried out, at its place. */
export function settingsError(file: YamlFile, path: YamlPath, message: string): CooperError {
  const name = path.length === 0 ? "" : `${path.join(".")}: `;
  return new CooperError("settings-invalid", `${name}${message}`, { hint: HINT, where: file.place(path) });
}
