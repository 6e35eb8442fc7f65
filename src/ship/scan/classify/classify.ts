import type { Entry } from "../../../format/tree/entry.ts";
import type { LayerChange } from "../walk/change.ts";
import type { RunningFact, ScanFinding } from "./finding.ts";
import { type Rule, RULES } from "./rules.ts";

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

/** The finding that a change is. */
export function classify(change: LayerChange): ScanFinding {
  const [first, ...others] = RULES.filter(({ holds }) => holds?.(change) === true);
  return {
    rule: first?.id ?? "path-changed",
    severity: first?.severity ?? "low",
    also: others.map(({ id }) => id),
    ...change,
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
  const parts = [type, device?.join(":"), link === undefined ? undefined : `to ${JSON.stringify(link)}`];
  if (type === "file") parts.push(`of ${size ?? 0} bytes`);
  return `${parts.filter((part) => part !== undefined).join(" ")}, mode ${octal(mode)}, owner ${uid}:${gid}`;
}

function fieldText(field: string, before: Entry | null, after: Entry | null): string {
  if (before === null || after === null) return field;
  if (field === "mode") return `mode ${octal(before.mode)} > ${octal(after.mode)}`;
  if (field === "uid" || field === "gid") return `${field} ${before[field]} > ${after[field]}`;
  if (field === "type") return `${before.type} > ${after.type}`;
  if (field === "link") return `link ${JSON.stringify(before.link ?? "")} > ${JSON.stringify(after.link ?? "")}`;
  return `other ${field}`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
