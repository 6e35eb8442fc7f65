import type { InstanceState } from "../ship/look/instance-state.ts";
import { escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

/** One row of `cooper ps`: an instance on the engine of one context ("" where there is one alone). */
export interface StateRow extends InstanceState {
  readonly context: string;
}

/** The states of instances as a table. */
export function renderStates(rows: readonly StateRow[], now: number, style: Style): string {
  const hasContexts = new Set(rows.map(({ context }) => context)).size > 1;
  const head = ["NAME", "UNIT", "STATE", "IMAGE", "IP", "PORTS"];
  const lines = rows.map((row) => [
    ...(hasContexts ? [escapeText(row.context)] : []),
    escapeText(row.name),
    unitText(row),
    stateText(row, now, style),
    imageText(row, style),
    escapeText(row.ip ?? "-"),
    escapeText(row.ports.map(shortPort).join(" ") || "-"),
  ]);
  return renderTable([[...(hasContexts ? ["CONTEXT"] : []), ...head].map(style.bold), ...lines]);
}

/** "prod", "test of web"; "-" for what is no unit's. */
function unitText({ unit, mode, name }: StateRow): string {
  if (unit === null) return "-";
  return `${mode ?? "an instance"}${unit === name ? "" : ` of ${escapeText(unit)}`}`;
}

/** Where the first process is, in words: "up 3 h, healthy", "ended with 1", "not there". */
export function stateText({ state, health, exitCode, startedAt }: InstanceState, now: number, style: Style): string {
  if (state === "running") {
    const since = startedAt === null ? "" : ` ${ageText(now - Date.parse(startedAt))}`;
    const words = `up${since}${health === null ? "" : `, ${health}`}`;
    return health === "unhealthy" ? style.red(words) : style.green(words);
  }
  if (state === "absent") return style.dim("not there");
  if (state === "exited" || state === "dead") return (exitCode === 0 ? style.dim : style.red)(`ended with ${exitCode ?? "?"}`);
  return style.yellow(escapeText(state));
}

function imageText({ image, imageId, isCurrent }: StateRow, style: Style): string {
  const name = escapeText((image ?? "-").replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/u, "$1"));
  if (isCurrent !== false) return name;
  return `${name} ${style.yellow(`(runs ${(imageId ?? "").replace("sha256:", "").slice(0, 12)})`)}`;
}

function shortPort(port: string): string {
  return port
    .replace(/^0\.0\.0\.0:/u, "")
    .replace(/^\[::\]:/u, "[::]:")
    .replace(/\/tcp$/u, "");
}

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
] as const;

/** A length of time in its largest unit: "3 h". */
export function ageText(milliseconds: number): string {
  const [size, unit] = UNITS.find(([length]) => milliseconds >= length) ?? [1000, "s"];
  return `${Math.max(0, Math.floor(milliseconds / size))} ${unit}`;
}
