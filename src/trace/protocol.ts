import { decodePath } from "../format/tree/path-bytes.ts";

/** What a traced program did with a path; the letters are those of the sensor's records (`sensor/src/sensor.h`). */
export const TRACE_ACTS = {
  O: "opened",
  W: "written",
  X: "executed",
  S: "looked-up",
  R: "link-read",
  L: "listed",
  C: "entered",
  N: "connected",
  M: "changed",
} as const;

export type TraceAct = (typeof TRACE_ACTS)[keyof typeof TRACE_ACTS];

/** The set of paths that programs touched, and how; whether a path was there is for the image to say. */
export interface Trace {
  readonly version: 1;
  /** Absolute path (links not followed) to the acts on it, both sorted. */
  readonly touched: Readonly<Record<string, readonly TraceAct[]>>;
  /** Records that could not be read or written. */
  readonly lost: number;
  /** How the sensor saw: "transparent" or "unprivileged". */
  readonly mode: string;
}

/** Reads the sensor's records (op, pid, tab, path, NUL; `#key tab value NUL` for its notes). A torn last record counts as lost. */
export function parseTrace(bytes: Buffer): Trace {
  const touched = new Map<string, Set<TraceAct>>();
  const notes = new Map<string, number>();
  let lost = 0;
  let at = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
    if (!readRecord(bytes.subarray(at, end), touched, notes)) lost++;
    at = end + 1;
  }
  const torn = at < bytes.length ? 1 : 0;
  const sorted = [...touched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, acts]) => [path, [...acts].sort()] as const);
  const mode = notes.get("unprivileged") === 1 ? "unprivileged" : "transparent";
  return { version: 1, touched: Object.fromEntries(sorted), lost: lost + torn + (notes.get("lost") ?? 0), mode };
}

function readRecord(record: Buffer, touched: Map<string, Set<TraceAct>>, notes: Map<string, number>): boolean {
  const tab = record.indexOf(9);
  if (tab < 1) return false;
  const letter = String.fromCharCode(record[0] ?? 0);
  if (letter === "#") {
    notes.set(record.toString("latin1", 1, tab), Number(record.toString("latin1", tab + 1)));
    return true;
  }
  const act = actOf(letter);
  const path = normalize(decodePath(record.subarray(tab + 1)));
  if (act === null || !path.startsWith("/")) return false;
  const acts = touched.get(path);
  if (acts === undefined) touched.set(path, new Set([act]));
  else acts.add(act);
  return true;
}

function actOf(letter: string): TraceAct | null {
  const found = Object.entries(TRACE_ACTS).find(([key]) => key === letter);
  return found === undefined ? null : found[1];
}

/** Takes out "//", "/./" and a slash at the end; ".." stays, since what it means depends on links. */
function normalize(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return path.startsWith("/") ? `/${parts.join("/")}` : parts.join("/");
}

/** One Trace of several runs. */
export function mergeTraces(traces: readonly Trace[]): Trace {
  const touched = new Map<string, Set<TraceAct>>();
  for (const trace of traces)
    for (const [path, acts] of Object.entries(trace.touched)) {
      const known = touched.get(path) ?? new Set();
      for (const act of acts) known.add(act);
      touched.set(path, known);
    }
  const sorted = [...touched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, acts]) => [path, [...acts].sort()] as const);
  return {
    version: 1,
    touched: Object.fromEntries(sorted),
    lost: traces.reduce((sum, trace) => sum + trace.lost, 0),
    mode: [...new Set(traces.map((trace) => trace.mode))].sort().join(", "),
  };
}
