import type { JudgedDifference } from "./judge.ts";

export interface CaseResult {
  readonly name: string;
  /** The Draft as printed, with the classic builder. */
  readonly built: boolean;
  readonly equivalentWithoutRepair: boolean;
  /** With repairs where they were needed. */
  readonly equivalent: boolean;
  readonly differences: readonly JudgedDifference[];
  readonly differencesLeft: readonly JudgedDifference[];
  /** The `sameOutput` commands that print something else. */
  readonly outputs: readonly string[];
  /** What `cooper verify` said, and whether this judgement is the same. */
  readonly verdict: boolean | null;
  readonly verdictAgrees: boolean | null;
  readonly repairs: number;
  readonly needlessPaths: readonly string[];
  readonly carriedPaths: number;
  readonly carriedBytes: number;
  readonly idealCarriedPaths: number;
  readonly instructions: number;
  readonly idealInstructions: number;
  readonly size: { readonly image: number | null; readonly container: number | null; readonly ideal: number | null };
  readonly secretPaths: readonly string[];
  /** Where a secret was found that must be nowhere. */
  readonly secrets: readonly string[];
  readonly seconds: number;
  readonly error: string | null;
}

/** The result of a case of which nothing is known yet. */
export function emptyResult(name: string, idealInstructions: number): CaseResult {
  return {
    name,
    built: false,
    equivalentWithoutRepair: false,
    equivalent: false,
    differences: [],
    differencesLeft: [],
    outputs: [],
    verdict: null,
    verdictAgrees: null,
    repairs: 0,
    needlessPaths: [],
    carriedPaths: 0,
    carriedBytes: 0,
    idealCarriedPaths: 0,
    instructions: 0,
    idealInstructions,
    size: { image: null, container: null, ideal: null },
    secretPaths: [],
    secrets: [],
    seconds: 0,
    error: null,
  };
}

export interface Totals {
  readonly cases: number;
  readonly built: number;
  readonly equivalent: number;
  readonly equivalentWithoutRepair: number;
  readonly repairs: number;
  readonly carriedPaths: number;
  readonly instructions: number;
  readonly idealInstructions: number;
  readonly secrets: number;
  readonly seconds: number;
}

/** Adds up the cases. */
export function totalsOf(results: readonly CaseResult[]): Totals {
  const sum = (value: (result: CaseResult) => number): number => results.reduce((total, result) => total + value(result), 0);
  return {
    cases: results.length,
    built: sum(({ built }) => Number(built)),
    equivalent: sum(({ equivalent }) => Number(equivalent)),
    equivalentWithoutRepair: sum(({ equivalentWithoutRepair }) => Number(equivalentWithoutRepair)),
    repairs: sum(({ repairs }) => repairs),
    carriedPaths: sum(({ carriedPaths }) => carriedPaths),
    instructions: sum(({ instructions }) => instructions),
    idealInstructions: sum(({ idealInstructions }) => idealInstructions),
    secrets: sum(({ secrets }) => secrets.length),
    seconds: Math.round(sum(({ seconds }) => seconds)),
  };
}
