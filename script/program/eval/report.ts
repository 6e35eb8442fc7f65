import type { CaseResult, Totals } from "./result.ts";

function mark(value: boolean): string {
  return value ? "yes" : "NO";
}

function megabytes(bytes: number | null): string {
  return bytes === null ? "-" : `${Math.round(bytes / 1e6)}`;
}

const heads = [
  "case",
  "built",
  "equal",
  "repaired",
  "paths",
  "repairs",
  "instr",
  "ideal",
  "carried",
  "ideal",
  "bytes",
  "MB",
  "box",
  "ideal",
  "secrets",
  "s",
];

function rowOf(result: CaseResult): readonly string[] {
  const { size } = result;
  return [
    result.name,
    mark(result.built),
    mark(result.equivalentWithoutRepair),
    mark(result.equivalent),
    String(result.differences.length),
    String(result.repairs),
    String(result.instructions),
    String(result.idealInstructions),
    String(result.carriedPaths),
    String(result.idealCarriedPaths),
    String(result.carriedBytes),
    megabytes(size.image),
    megabytes(size.container),
    megabytes(size.ideal),
    String(result.secrets.length),
    result.seconds.toFixed(0),
  ];
}

function detailsOf(result: CaseResult): readonly string[] {
  const differences = result.differences
    .slice(0, 12)
    .map(
      ({ kind, path, wanted, got }) => `  ${kind} ${path}${kind === "different" ? `\n      wanted ${wanted}\n      got    ${got}` : ""}`,
    );
  const more = result.differences.length > 12 ? [`  … and ${result.differences.length - 12} more`] : [];
  const left = result.equivalent ? [] : result.differencesLeft.slice(0, 12).map(({ kind, path }) => `  left after repair: ${kind} ${path}`);
  const rest = [
    ...result.outputs.map((text) => `  other output of ${text}`),
    ...result.secrets.map((text) => `  secret in ${text}`),
    ...result.needlessPaths.map((file) => `  carried although its package ships it: ${file}`),
    ...(result.verdictAgrees === false
      ? [`  cooper verify says ${result.verdict === true ? "equivalent" : "not equivalent"}, this judgement does not`]
      : []),
    ...(result.error === null ? [] : [`  ${result.error.replaceAll("\n", "\n    ")}`]),
  ];
  const lines = [...differences, ...more, ...left, ...rest];
  return lines.length === 0 ? [] : ["", `${result.name}:`, ...lines];
}

/** The results as a table, what is wrong below it, and the totals. */
export function reportOf(results: readonly CaseResult[], totals: Totals): string {
  const table = [heads, ...results.map(rowOf)];
  const widths = heads.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "),
  );
  const ideal = results.reduce((sum, { idealCarriedPaths }) => sum + idealCarriedPaths, 0);
  const sums = [
    `${totals.cases} cases: ${totals.built} built, ${totals.equivalent} equivalent, ${totals.equivalentWithoutRepair} without repair, ${totals.repairs} repairs`,
    `${totals.instructions} instructions (ideal ${totals.idealInstructions}), ${totals.carriedPaths} carried paths (ideal ${ideal}), ${totals.secrets} secrets, ${totals.seconds} s`,
  ];
  return [...lines, ...results.flatMap(detailsOf), "", ...sums].join("\n");
}
