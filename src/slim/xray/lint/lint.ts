import type { LintInput, LintRule } from "./lint-rule.ts";
import { LINT_RULES } from "./lint-rules.ts";

/** One place where a rule is broken. */
export interface LintResult {
  readonly rule: string;
  readonly level: LintRule["level"];
  readonly advice: string;
  readonly where: string;
}

/** Applies every rule; results in the order of the rules. */
export function lintImage(input: LintInput): readonly LintResult[] {
  return LINT_RULES.flatMap(({ name, level, advice, find }) => find(input).map((where) => ({ rule: name, level, advice, where })));
}
