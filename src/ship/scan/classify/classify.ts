import type { Entry } from "../../../format/tree/entry.ts";
import { modeText } from "../../../format/tree/mode-text.ts";
import type { LayerChange } from "../walk/change.ts";
import type { RunningFact, ScanFinding } from "./finding.ts";
import { type Rule, RULED_PATHS, RULES } from "./rules.ts";

const NO_MORE: readonly string[] = [];
const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

/** The finding that a change is. */
export function classify(change: LayerChange): ScanFinding {
  // A hundred thousand may come here: two regular expressions that scan a path instead of ten, and one object.
  const isRuled = RULED_PATHS.test(change.path);
  let first: Rule | null = null;
  let also: string[] | null = null;
  for (const rule of RULES) {
    const isIt = rule.paths === undefined ? rule.holds?.(change) === true : isRuled && rule.paths.test(change.path);
    if (!isIt) continue;
    if (first === null) first = rule;
    else (also ??= []).push(rule.id);
  }
  const { path, kind, fields, before, after, content } = change;
  return {
    rule: first?.id ?? "path-changed",
    severity: first?.severity ?? "low",
    also: also ?? NO_MORE,
    path,
    kind,
    fields,
    before,
    after,
    content,
    detail: `${whatHappened(change)}; ${first?.says ?? ""}`,
    process: null,
  };
}

/** The finding that something running is. */
export function classifyRunning({ rule, path, pid, hostPid, argv, detail }: RunningFact): ScanFinding {
  const found = BY_ID.get(rule);
  return {
    rule,
    severity: found?.severity ?? "high",
    also: [],
    path,
    kind: "run",
    fields: [],
    before: null,
    after: null,
    content: "unread",
    detail: `${detail}; ${found?.says ?? ""}`,
    process: { pid, hostPid, argv },
  };
}

function whatHappened({ kind, fields, before, after }: LayerChange): string {
  if (kind === "add") return `added ${after === null ? "" : nameOf(after)}`;
  if (kind === "delete") return `deleted ${before === null ? "" : nameOf(before)}`;
  return fields.map((field) => fieldText(field, before, after)).join(", ");
}

function nameOf({ type, mode, uid, gid, size, link, device }: Entry): string {
  const what =
    type === "file"
      ? ` of ${size ?? 0} bytes`
      : `${device === undefined ? "" : ` ${device.join(":")}`}${link === undefined ? "" : ` to ${JSON.stringify(link)}`}`;
  return `${type}${what}, mode ${modeText(mode)}, owner ${uid}:${gid}`;
}

function fieldText(field: string, before: Entry | null, after: Entry | null): string {
  if (before === null || after === null) return field;
  if (field === "mode") return `mode ${modeText(before.mode)} > ${modeText(after.mode)}`;
  if (field === "uid" || field === "gid") return `${field} ${before[field]} > ${after[field]}`;
  if (field === "type") return `${before.type} > ${after.type}`;
  if (field === "link") return `link ${JSON.stringify(before.link ?? "")} > ${JSON.stringify(after.link ?? "")}`;
  return `other ${field}`;
}
