import type { Settings } from "../../../format/dockerfile/print-settings.ts";
import type { HistoryEntry } from "../../../format/oci/image-config.ts";
import type { ImageView } from "../image-view.ts";
import { guessBase } from "./guess-base.ts";
import type { Instruction } from "./instruction.ts";
import { unquoted } from "./os-release.ts";

/** An image of the engine that another one may have been built from. */
export interface KnownImage {
  readonly tags: readonly string[];
  /** "sha256:…" of its layers, the lowest first. */
  readonly layers: readonly string[];
  readonly settings?: Settings;
}

/** What an image was built from, as far as it can be told. */
export interface BaseImage {
  /** "debian:bookworm"; null where only a guess at the system is possible. */
  readonly name: string | null;
  /** "python:3.12" where its name is not known but its variables or its system look like that; null else. */
  readonly guess: string | null;
  /** "Debian GNU/Linux 12 (bookworm)" of the image's os-release; null where there is none. */
  readonly system: string | null;
  /** How many layers and history entries are the base's. */
  readonly layers: number;
  readonly entries: number;
  readonly because: string;
}

/** Parts of a base come hours or days before what was built on it. */
const PAUSE_MS = 60 * 60 * 1000;
const ENDS = new Set(["CMD", "ENTRYPOINT"]);
const CONTINUES = new Set(["CMD", "ENTRYPOINT", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "LABEL", "VOLUME", "USER"]);

interface ImageParts {
  readonly view: ImageView;
  readonly diffIds: readonly string[];
  readonly history: readonly HistoryEntry[];
  readonly instructions: readonly Instruction[];
  readonly known: readonly KnownImage[];
}

/** Tells the base: a known image with the same lowest layers, else the place in the history where one image ended and another began. */
export function findBase(parts: ImageParts): BaseImage {
  const system = systemOf(parts.view);
  const known = parts.known
    .filter(({ layers }) => isBelow(layers, parts.diffIds))
    .toSorted((a, b) => b.layers.length - a.layers.length || byFame(nameOf(a), nameOf(b)))[0];
  if (known !== undefined) {
    const layers = known.layers.length;
    const because = "an image of this engine has the same lowest layers";
    return { name: nameOf(known), guess: null, system, layers, entries: entriesOf(parts.instructions, layers), because };
  }
  const entries = boundaryOf(parts);
  const layers = parts.instructions.slice(0, entries).filter(({ layer }) => layer !== null).length;
  const because = entries === 0 ? "its history shows no image that it was built from" : "its history has an end of an image there";
  const below = parts.instructions.slice(0, entries);
  const told = toldBase(parts.history[entries]);
  if (told !== null) return { name: told, guess: null, system, layers, entries, because: "its history names it" };
  return { name: null, guess: guessBase(below, osRelease(parts.view)), system, layers, entries, because };
}

/** buildah writes "FROM debian:12" beside the first instruction that is not the base's. */
function toldBase(entry: HistoryEntry | undefined): string | null {
  return /^FROM ([\w./:@-]+)$/.exec(entry?.comment ?? "")?.[1] ?? null;
}

/** The settings that came with the base; none where it is not known. */
export function settingsOfBase({ name }: BaseImage, known: readonly KnownImage[]): Settings {
  return (name === null ? undefined : known.find((one) => nameOf(one) === name)?.settings) ?? {};
}

function nameOf({ tags }: KnownImage): string {
  return tags.toSorted(byFame)[0] ?? "";
}

/** A name without an owner or a registry first: what others tagged again is known by it. */
function byFame(a: string, b: string): number {
  return a.split("/").length - b.split("/").length || (a < b ? -1 : 1);
}

function isBelow(lower: readonly string[], all: readonly string[]): boolean {
  return lower.length > 0 && lower.length < all.length && lower.every((layer, at) => layer === all[at]);
}

/** The entries that made the first layers, with what follows them up to the base's last CMD. */
function entriesOf(instructions: readonly Instruction[], layers: number): number {
  let entries = instructions.findIndex(({ layer }) => layer === layers - 1) + 1;
  const next = instructions.findIndex(({ layer }) => layer === layers);
  const lastEnd = instructions.slice(entries, next).findLastIndex(({ keyword }) => ENDS.has(keyword));
  if (lastEnd >= 0) entries += lastEnd + 1;
  return entries;
}

function boundaryOf({ history, instructions }: ImageParts): number {
  for (let at = instructions.length - 1; at > 0; at--) {
    if (toldBase(history[at]) !== null) return at;
    const isEnd = ENDS.has(instructions[at - 1]?.keyword ?? "") && !CONTINUES.has(instructions[at]?.keyword ?? "");
    const isRoot = instructions[at - 1]?.layer === 0 && instructions[at - 1]?.keyword === "#";
    if (isEnd || isRoot || hasPause(history[at - 1], history[at])) return at;
  }
  return 0;
}

function hasPause(before: HistoryEntry | undefined, after: HistoryEntry | undefined): boolean {
  return Date.parse(after?.created ?? "") - Date.parse(before?.created ?? "") > PAUSE_MS;
}

function systemOf(view: ImageView): string | null {
  return systemField(view, "PRETTY_NAME") ?? systemField(view, "NAME");
}

/** A field of the image's os-release; null where there is none. */
export function systemField(view: ImageView, name: "ID" | "NAME" | "PRETTY_NAME" | "VERSION_ID"): string | null {
  return unquoted(osRelease(view), name);
}

function osRelease(view: ImageView): string {
  return view.text("/etc/os-release") ?? view.text("/usr/lib/os-release") ?? "";
}
