import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, type Alias, type Node, type Pair, type Scalar } from "yaml";
import { CooperError, type Where } from "../../base/errors.ts";
import { readPlain, type YamlDialect } from "./scalar.ts";

export type YamlPath = readonly (string | number)[];

/** A YAML file as plain values; every value's place is known. */
export interface YamlFile {
  readonly file: string;
  readonly value: unknown;
  /** Place of the value at a path, or of the nearest one above it that is there. */
  place(path: YamlPath): Where;
  /** Place of the key at a path. */
  keyPlace(path: YamlPath): Where;
  /** "!reset" or "!override" where a value carries it (Compose's words for "take away" and "replace"). */
  tag(path: YamlPath): string | null;
}

const TAGS: ReadonlySet<string> = new Set(["!reset", "!override"]);
/** Values of one file, with those that aliases stand for: a short file must not become a big one. */
const MOST_VALUES = 20_000;

interface Reading {
  readonly dialect: YamlDialect;
  readonly fail: (message: string, offset: number, hint?: string) => CooperError;
  readonly values: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly tags: Map<string, string>;
  readonly anchors: Map<string, Node>;
  readonly count: { values: number };
}

/** Reads YAML; throws `yaml-invalid` with line and column for a syntax error, a duplicate key, or what readers of YAML disagree on. */
export function readYaml(text: string, file: string, dialect: YamlDialect = "1.2"): YamlFile {
  const lines = new LineCounter();
  const at = (offset: number): Where => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const fail = (message: string, offset: number, hint = "See docs/guide/settings.md for the form."): CooperError =>
    new CooperError("yaml-invalid", message, { hint, where: at(offset) });
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: "1.2",
    schema: "failsafe",
    merge: true,
    logLevel: "error",
  });
  const [error] = document.errors;
  if (error !== undefined) throw fail(firstLine(error.message), error.pos[0]);
  const reading: Reading = {
    dialect,
    fail,
    values: new Map(),
    keys: new Map(),
    tags: new Map(),
    anchors: new Map(),
    count: { values: 0 },
  };
  const value = readNode(document.contents, [], reading);
  return {
    file,
    value,
    place: (path) => at(nearest(reading.values, path)),
    keyPlace: (path) => at(reading.keys.get(keyOf(path)) ?? nearest(reading.values, path)),
    tag: (path) => reading.tags.get(keyOf(path)) ?? null,
  };
}

function firstLine(message: string): string {
  const line = message.split("\n")[0] ?? message;
  return line === "Map keys must be unique" ? "this key is there twice" : line;
}

function keyOf(path: YamlPath): string {
  return JSON.stringify(path.map(String));
}

function nearest(offsets: ReadonlyMap<string, number>, path: YamlPath): number {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsets.get(keyOf(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function offsetOf(node: unknown): number {
  const hasRange = typeof node === "object" && node !== null && "range" in node;
  return hasRange && Array.isArray(node.range) && typeof node.range[0] === "number" ? node.range[0] : 0;
}

function readNode(node: unknown, path: YamlPath, reading: Reading): unknown {
  if (node === null || node === undefined) return null;
  if (!reading.values.has(keyOf(path))) reading.values.set(keyOf(path), offsetOf(node));
  noteTag(node, path, reading);
  countValue(node, reading);
  if (isAlias(node)) return readNode(targetOf(node, reading), path, reading);
  const value = readContent(node, path, reading);
  // Only now: an alias in its own anchor would have no end.
  if (isNode(node) && "anchor" in node && typeof node.anchor === "string") reading.anchors.set(node.anchor, node);
  return value;
}

function readContent(node: unknown, path: YamlPath, reading: Reading): unknown {
  if (isSeq(node)) return node.items.map((item, index) => readNode(item, [...path, index], reading));
  if (isMap(node)) return readMap(node.items, path, reading);
  if (isScalar(node)) return readScalar(node, reading);
  throw reading.fail("this is no value", offsetOf(node));
}

function noteTag(node: unknown, path: YamlPath, reading: Reading): void {
  const tag = typeof node === "object" && node !== null && "tag" in node && typeof node.tag === "string" ? node.tag : "";
  if (tag === "" || tag.startsWith("tag:yaml.org,2002:")) return;
  if (!TAGS.has(tag)) throw reading.fail(`the tag ${tag} is not known here`, offsetOf(node), "Only !reset and !override are.");
  reading.tags.set(keyOf(path), tag);
}

function countValue(node: unknown, reading: Reading): void {
  reading.count.values++;
  if (reading.count.values > MOST_VALUES) throw reading.fail("aliases make too much of this file", offsetOf(node));
}

function targetOf(alias: Alias, reading: Reading): Node {
  const target = reading.anchors.get(alias.source);
  if (target === undefined) throw reading.fail(`there is no anchor &${alias.source} before this`, offsetOf(alias));
  return target;
}

function readScalar(scalar: Scalar, reading: Reading): unknown {
  const source = typeof scalar.value === "string" ? scalar.value : String(scalar.source ?? "");
  if (scalar.type !== "PLAIN") return source;
  const read = readPlain(source, reading.dialect);
  if ("trap" in read) throw reading.fail(read.trap, offsetOf(scalar), read.hint);
  return read.value;
}

function readMap(pairs: readonly Pair[], path: YamlPath, reading: Reading): unknown {
  const own = new Map<string, unknown>();
  const merged = new Map<string, unknown>();
  for (const pair of pairs) {
    const key = readKey(pair.key, reading);
    const isMerge = key === "<<";
    const at = isMerge ? path : [...path, key];
    if (!isMerge) noteKey(pair.key, at, reading);
    if (!isMerge) own.set(key, readNode(pair.value, at, reading));
    else for (const [name, value] of readMerge(pair.value, reading)) if (!merged.has(name)) merged.set(name, value);
  }
  return Object.fromEntries([...[...merged].filter(([key]) => !own.has(key)), ...own]);
}

function noteKey(key: unknown, path: YamlPath, reading: Reading): void {
  reading.keys.set(keyOf(path), offsetOf(key));
  if (path.at(-1) === "__proto__") throw reading.fail("__proto__ cannot be a key", offsetOf(key));
}

function readKey(key: unknown, reading: Reading): string {
  if (!isScalar(key)) throw reading.fail("a key must be one word", offsetOf(key));
  const value = readScalar(key, reading);
  if (typeof key.value === "string" && value !== null) return key.value;
  return typeof value === "string" ? value : "";
}

// The places of what is merged in stay those of the map that merges: the error belongs to both.
function readMerge(node: unknown, reading: Reading): readonly (readonly [string, unknown])[] {
  const target = isAlias(node) ? targetOf(node, reading) : node;
  const apart = { ...reading, values: new Map<string, number>(), keys: new Map<string, number>(), tags: new Map<string, string>() };
  if (isSeq(target)) return target.items.flatMap((item) => readMerge(item, reading));
  if (!isMap(target)) throw reading.fail("only a map can be merged", offsetOf(node));
  const value = readNode(target, [], apart);
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
