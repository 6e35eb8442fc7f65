import { messageOf } from "../base/errors.ts";
import { decodePath } from "../format/tree/path-bytes.ts";
import { runProcess } from "../system/process.ts";

/** Extended attributes, name to hexadecimal bytes. */
export type Attributes = Readonly<Record<string, string>>;

/** What one tree has of them: path below the folder ("" is the folder itself) to attributes, for the paths that have any. */
export interface TreeAttributes {
  readonly byPath: ReadonlyMap<string, Attributes>;
  /** What could not be read, and why (the system's number of an error). */
  readonly unread: readonly { readonly path: string; readonly error: number }[];
}

const WITHIN_MS = 600_000;

/**
 * Reads the extended attributes of trees on this machine with the sensor, which opens folders only and follows no link; a text that says why
 * where it cannot run. `trusted.*` are there only for a process that has CAP_SYS_ADMIN.
 */
export async function readAttributes(program: string, folders: readonly string[]): Promise<readonly TreeAttributes[] | string> {
  if (folders.length === 0) return [];
  try {
    const input = folders.map((folder) => `${folder}\0`).join("");
    const { exit, stdout, stderr } = await runProcess([program, "attributes"], { input, timeoutMs: WITHIN_MS });
    if (exit !== 0) return stderr.toString().trim() || `the sensor ended with ${exit}`;
    const trees = parseAttributes(stdout);
    return trees.length === folders.length ? trees : "the sensor ended too early";
  } catch (error) {
    return messageOf(error);
  }
}

/** Reads the sensor's records. */
export function parseAttributes(bytes: Buffer): readonly TreeAttributes[] {
  const trees: TreeAttributes[] = [];
  let byPath = new Map<string, Attributes>();
  let unread: { path: string; error: number }[] = [];
  const fields = fieldsOf(bytes);
  for (const kind of fields) {
    if (kind === ".") {
      trees.push({ byPath, unread });
      byPath = new Map();
      unread = [];
    } else if (kind === "E") {
      unread.push({ error: Number(take(fields)), path: take(fields) });
    } else if (kind === "A") {
      byPath.set(take(fields), takeAttributes(fields));
    }
  }
  return trees;
}

function takeAttributes(fields: Iterator<string>): Attributes {
  const attributes: Record<string, string> = {};
  for (let left = Number(take(fields)); left > 0; left--) {
    const name = take(fields);
    attributes[name] = take(fields);
  }
  return attributes;
}

function take(fields: Iterator<string>): string {
  const { value, done } = fields.next();
  return done === true ? "" : value;
}

function* fieldsOf(bytes: Buffer): Generator<string, undefined> {
  for (let at = 0, end = bytes.indexOf(0); end >= 0; at = end + 1, end = bytes.indexOf(0, at)) yield decodePath(bytes.subarray(at, end));
}
