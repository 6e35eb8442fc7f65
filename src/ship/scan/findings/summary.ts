import { isExpired } from "../allow/allow-index.ts";
import { type RuleFile, rulesFor } from "../allow/rules.ts";
import { SEVERITIES } from "../classify/finding.ts";
import { type ContainerScan, findingCount, isClean, type RulePlace, type ScanSummary } from "./container-scan.ts";

/** Counts scans as they come. */
export class SummaryMaker {
  readonly #files: Map<string, RuleFile>;
  readonly #today: string;
  readonly #bySeverity: Record<string, number> = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0]));
  readonly #used = new Set<unknown>();
  readonly #count = { containers: 0, findings: 0, allowed: 0, unscanned: 0, weak: 0, incomplete: 0, gone: 0 };
  #isAllOk = true;

  constructor(rules: readonly RuleFile[], today: string) {
    this.#files = new Map(rules.map((file) => [file.file, file]));
    this.#today = today;
  }

  add(scan: ContainerScan): void {
    for (const file of scan.ruleFiles) this.#files.set(file.file, file);
    const rules = rulesFor(scan.ruleFiles, scan.imageId);
    for (const number of scan.allowed.keys()) this.#used.add(rules[number]);
    for (const severity of SEVERITIES) this.#bySeverity[severity] = (this.#bySeverity[severity] ?? 0) + scan.counts[severity];
    this.#count.containers++;
    this.#count.findings += findingCount(scan);
    this.#count.allowed += [...scan.allowed.values()].reduce((sum, count) => sum + count, 0);
    this.#count.unscanned += scan.unscanned.length;
    this.#count.weak += scan.weak.length > 0 ? 1 : 0;
    this.#count.incomplete += scan.incomplete.length > 0 ? 1 : 0;
    this.#count.gone += scan.status === "gone" ? 1 : 0;
    this.#isAllOk &&= isClean(scan);
  }

  make(): ScanSummary {
    const rules = [...this.#files.values()].flatMap(({ file, allow }) => allow.map((rule) => ({ rule, place: { path: rule.path, file } })));
    const expired = rules.filter(({ rule }) => isExpired(rule, this.#today));
    const unused = rules.filter((one) => !this.#used.has(one.rule) && !expired.includes(one));
    return {
      ...this.#count,
      bySeverity: this.#bySeverity,
      unusedRules: unused.map(({ place }) => place),
      expiredRules: expired.map(({ place }) => place),
      isAllOk: this.#isAllOk,
    };
  }
}

/** The scans of several engines as one; `isWhole` is false when one of them is not there at all. */
export function addSummaries(all: readonly ScanSummary[], isWhole: boolean): ScanSummary {
  const sum = (count: (one: ScanSummary) => number): number => all.reduce((total, one) => total + count(one), 0);
  const isUnused = ({ path, file }: RulePlace): boolean =>
    all.every(({ unusedRules }) => unusedRules.some((one) => one.path === path && one.file === file));
  return {
    containers: sum(({ containers }) => containers),
    findings: sum(({ findings }) => findings),
    bySeverity: Object.fromEntries(SEVERITIES.map((severity) => [severity, sum(({ bySeverity }) => bySeverity[severity] ?? 0)])),
    allowed: sum(({ allowed }) => allowed),
    unscanned: sum(({ unscanned }) => unscanned),
    weak: sum(({ weak }) => weak),
    incomplete: sum(({ incomplete }) => incomplete),
    gone: sum(({ gone }) => gone),
    // A rule is of use when one of them has used it.
    unusedRules: uniqueRules(all.flatMap(({ unusedRules }) => unusedRules).filter(isUnused)),
    expiredRules: uniqueRules(all.flatMap(({ expiredRules }) => expiredRules)),
    isAllOk: isWhole && all.every(({ isAllOk }) => isAllOk),
  };
}

function uniqueRules(rules: readonly RulePlace[]): readonly RulePlace[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}
