import { isExpired } from "../allow/allow-index.ts";
import { type RuleFile, rulesFor } from "../allow/rule-file.ts";
import { SEVERITIES } from "../classify/finding.ts";
import { type ContainerScan, isClean, type ScanSummary } from "./container-scan.ts";

/** Counts scans as they come. */
export class SummaryMaker {
  readonly #rules: readonly RuleFile[];
  readonly #today: string;
  readonly #bySeverity: Record<string, number> = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0]));
  readonly #used = new Set<unknown>();
  readonly #count = { containers: 0, findings: 0, allowed: 0, unscanned: 0, weak: 0, incomplete: 0, gone: 0 };
  #isAllOk = true;

  constructor(rules: readonly RuleFile[], today: string) {
    this.#rules = rules;
    this.#today = today;
  }

  add(scan: ContainerScan): void {
    const rules = rulesFor(this.#rules, scan.imageId);
    for (const number of scan.allowed.keys()) this.#used.add(rules[number]);
    for (const { severity } of scan.findings) this.#bySeverity[severity] = (this.#bySeverity[severity] ?? 0) + 1;
    this.#count.containers++;
    this.#count.findings += scan.findings.length;
    this.#count.allowed += [...scan.allowed.values()].reduce((sum, count) => sum + count, 0);
    this.#count.unscanned += scan.unscanned.length;
    this.#count.weak += scan.weak.length > 0 ? 1 : 0;
    this.#count.incomplete += scan.incomplete.length > 0 ? 1 : 0;
    this.#count.gone += scan.status === "gone" ? 1 : 0;
    this.#isAllOk &&= isClean(scan);
  }

  make(): ScanSummary {
    const rules = this.#rules.flatMap((file) => file.allow);
    const expired = rules.filter((rule) => isExpired(rule, this.#today));
    const unused = rules.filter((rule) => !this.#used.has(rule) && !expired.includes(rule));
    return {
      ...this.#count,
      bySeverity: this.#bySeverity,
      unusedRules: unused.map(({ path }) => path),
      expiredRules: expired.map(({ path }) => path),
      isAllOk: this.#isAllOk,
    };
  }
}
