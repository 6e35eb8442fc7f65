import type { AllowRule } from "../../settings/schema/scan-schema.ts";
import { matchesPattern } from "../../../format/tree/path-pattern.ts";
import type { Entry } from "../../../format/tree/entry.ts";
import type { ScanFinding } from "../classify/finding.ts";

/** Tells which rule allows a finding, by its number; null when none does. */
export type FindAllowing = (finding: ScanFinding) => number | null;

const WILD = /[*?{]/;

/** Rules ready to be asked: found by the folders of a path, so that a thousand rules cost no more than the few that can match. */
export function indexRules(rules: readonly AllowRule[], container: string, today: string): FindAllowing {
  const byFolder = new Map<string, number[]>();
  for (const [number, rule] of rules.entries()) {
    if (rule.container !== undefined && !matchesPattern(`/${rule.container}`, `/${container}`)) continue;
    if (isExpired(rule, today)) continue;
    const folder = literalFolder(rule.path);
    const there = byFolder.get(folder);
    if (there === undefined) byFolder.set(folder, [number]);
    else there.push(number);
  }
  const lengths = [...new Set([...byFolder.keys()].map(({ length }) => length))].toSorted((one, other) => other - one);
  return (finding) => {
    for (const length of lengths) {
      const numbers = finding.path[length] === "/" ? byFolder.get(finding.path.slice(0, length)) : undefined;
      const number = numbers?.find((one) => isAllowing(rules[one], finding));
      if (number !== undefined) return number;
    }
    return null;
  };
}

function isAllowing(rule: AllowRule | undefined, finding: ScanFinding): boolean {
  return rule !== undefined && allows(rule, finding);
}

/** True for a rule that does not hold any more. */
export function isExpired({ expires }: AllowRule, today: string): boolean {
  return expires !== undefined && expires < today;
}

/** The folder that all paths of a pattern are in. */
function literalFolder(pattern: string): string {
  const wild = pattern.search(WILD);
  const literal = wild < 0 ? pattern : pattern.slice(0, wild);
  return literal.slice(0, literal.lastIndexOf("/"));
}

function allows(rule: AllowRule, finding: ScanFinding): boolean {
  if (finding.severity === "critical" && !rule.allowCritical) return false;
  if (rule.rules !== undefined && ![finding.rule, ...finding.also].every((id) => rule.rules?.includes(id) === true || isPlain(id)))
    return false;
  if (rule.kinds !== undefined && !rule.kinds.some((kind) => kind === finding.kind)) return false;
  return allowsEntry(rule, finding) && matchesPattern(rule.path, finding.path);
}

/** Those that only say that something is different. */
function isPlain(id: string): boolean {
  return /^(?:path|attributes)-/.test(id);
}

function allowsEntry(rule: AllowRule, finding: ScanFinding): boolean {
  const entry = finding.after ?? finding.before;
  if (entry === null) return rule.allowCritical || rule.rules !== undefined;
  if (rule.types !== undefined && !rule.types.some((type) => type === typeOf(entry))) return false;
  if (rule.owner !== undefined && rule.owner !== entry.uid) return false;
  if (rule.mode !== undefined && Number.parseInt(rule.mode, 8) !== entry.mode) return false;
  if (rule.maxSize !== undefined && (entry.size ?? 0) > rule.maxSize) return false;
  if (rule.sha256 !== undefined && finding.after?.type === "file" && rule.sha256 !== finding.after.hash) return false;
  return rule.executable === true || rule.sha256 !== undefined || rule.rules !== undefined || !isExecutable(finding);
}

function isExecutable({ after, content }: ScanFinding): boolean {
  return after?.type === "file" && ((after.mode & 0o111) !== 0 || content === "elf");
}

function typeOf({ type }: Entry): string {
  return type === "char" || type === "block" ? "device" : type;
}
