import { LineCounter, parseDocument, stringify } from "yaml";
import { CooperError } from "../../base/errors.ts";
import type { Where } from "../../base/errors.ts";
import { acceptanceSchema } from "./acceptance.ts";
import type { Acceptance } from "./acceptance.ts";

const HEAD = "# How the image shows that it works, as it was observed. `cooper verify` asks these questions; add your own.\n";

/** The text of `acceptance.yaml`: parts and fields that say nothing are left out. */
export function printAcceptance(acceptance: Acceptance): string {
  const shown = Object.entries(acceptance)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [name, Array.isArray(value) ? value.map(withoutNulls) : value]);
  return HEAD + stringify(Object.fromEntries(shown), { lineWidth: 0, defaultStringType: "PLAIN", version: "1.2" });
}

function withoutNulls(item: object): object {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== null));
}

/** Reads an `acceptance.yaml`; throws `acceptance-invalid` with the line of the first thing that is wrong. */
export function readAcceptance(text: string, file: string): Acceptance {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(error.message, placeAt(lines, error.pos[0], file));
  const parsed = acceptanceSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []).filter((key) => typeof key !== "symbol");
  const node = [path, path.slice(0, -1), []].map((keys) => document.getIn(keys, true)).find(hasRange);
  throw invalid(`${path.join(".")}: ${issue?.message ?? "not valid"}`, placeAt(lines, hasRange(node) ? (node.range?.[0] ?? 0) : 0, file));
}

function hasRange(node: unknown): node is { readonly range?: readonly [number, number, number] | null } {
  return typeof node === "object" && node !== null && "range" in node;
}

function placeAt(lines: LineCounter, offset: number, file: string): Where {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col };
}

function invalid(message: string, where: Where): CooperError {
  return new CooperError("acceptance-invalid", `This is no list of acceptance questions: ${message}`, {
    hint: "The keys are version, alive, ports, http, processes, files and commands; see docs/guide/replay-passes.md.",
    where,
    exit: 2,
  });
}
