/** One line "ok 3 - name # SKIP why" of a test that writes TAP. */
export interface TapPoint {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped, or the lines that follow a failure. */
  readonly why: string;
}

/** What a program wrote by the Test Anything Protocol (testanything.org), top level only. */
export interface TapReport {
  readonly points: readonly TapPoint[];
  /** How many there should be; null where it does not say. */
  readonly planned: number | null;
  /** The text after "Bail out!"; null where it went on. */
  readonly bailOut: string | null;
}

const POINT = /^(?<not>not )?ok\b(?: +\d+)?(?: +-)? *(?<rest>.*)$/u;
const PLAN = /^1\.\.(?<count>\d+)/u;

/** Reads TAP; null where the text is something else: it has neither a version, nor a plan with points. */
export function readTap(text: string): TapReport | null {
  const lines = text.split(/\r?\n/u);
  const plan = lines.find((line) => PLAN.test(line));
  const points = readPoints(lines);
  if (!lines.some((line) => /^TAP version 1[34]$/u.test(line)) && (plan === undefined || points.length === 0)) return null;
  const count = PLAN.exec(plan ?? "")?.groups?.["count"];
  const bail = lines.find((line) => line.startsWith("Bail out!"));
  return {
    points,
    planned: count === undefined ? null : Number(count),
    bailOut: bail === undefined ? null : bail.slice("Bail out!".length).trim(),
  };
}

function readPoints(lines: readonly string[]): readonly TapPoint[] {
  return lines.flatMap((line, index) => {
    const found = POINT.exec(line);
    return found === null ? [] : [readPoint(found, detailsAfter(lines, index))];
  });
}

function readPoint({ groups = {} }: RegExpExecArray, details: string): TapPoint {
  const [name = "", ...directive] = (groups["rest"] ?? "").split(/(?<!\\)#/u);
  const text = directive.join("#").trim();
  const own = name.replaceAll(/\\([\\#])/gu, "$1").trim();
  const isDone = groups["not"] === undefined;
  if (/^skip/iu.test(text)) return { name: own, outcome: "skipped", why: text.replace(/^skip\S*\s*/iu, "") };
  // What is still to be done may fail, and is no success when it does not.
  if (/^todo\b/iu.test(text)) return { name: own, outcome: isDone ? "passed" : "skipped", why: isDone ? "" : text };
  return isDone ? { name: own, outcome: "passed", why: "" } : { name: own, outcome: "failed", why: details };
}

/** Indented or "#" lines that belong to a point. */
function detailsAfter(lines: readonly string[], index: number): string {
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => !/^(?:\s|#)/u.test(line));
  const own = (end < 0 ? rest : rest.slice(0, end)).filter((line) => !/^\s*(?:---|\.\.\.)\s*$/u.test(line) && line.trim() !== "");
  const indent = Math.min(...own.map((line) => line.search(/\S/u)), 8);
  return own.map((line) => line.slice(indent)).join("\n");
}

/** Prints points as TAP 14. */
export function printTap(points: readonly TapPoint[]): string {
  const lines = points.flatMap(({ name, outcome, why }, index) => {
    const title = escapeName(name);
    const head = `${outcome === "failed" ? "not ok" : "ok"} ${index + 1}${title === "" ? "" : ` - ${title}`}`;
    if (outcome === "skipped") return [`${head} # SKIP${why === "" ? "" : ` ${oneLine(why)}`}`];
    return outcome === "failed" && why !== "" ? [head, ...yamlBlock(why)] : [head];
  });
  return `${["TAP version 14", `1..${points.length}`, ...lines].join("\n")}\n`;
}

function escapeName(name: string): string {
  return oneLine(name).replaceAll(/[\\#]/gu, "\\$&");
}

function oneLine(text: string): string {
  return printable(text).replaceAll(/\s+/gu, " ").trim();
}

/** A block scalar of YAML keeps every line as it is. */
function yamlBlock(why: string): readonly string[] {
  const lines = printable(why).split("\n");
  return ["  ---", "  message: |", ...lines.map((line) => `    ${line}`.trimEnd()), "  ..."];
}

// oxlint-disable-next-line no-control-regex -- they are what is replaced
const UNPRINTABLE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\uFEFF]/gu;

function printable(text: string): string {
  return text.replaceAll(/\r\n/gu, "\n").replaceAll(UNPRINTABLE, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
