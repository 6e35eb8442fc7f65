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
  /** How the sensor saw: a SensorMode, or several of them. */
  readonly mode: string;
  /** How often a program asked for io_uring, which does not exist while it is traced: what goes through it cannot be seen. */
  readonly ioUring?: number | undefined;
}

/** Reads the sensor's records (op, pid, tab, path, NUL; `#key tab value NUL` for its notes). A torn last record counts as lost. */
export function parseTrace(bytes: Buffer, mode: string): Trace {
  const touched = new Map<string, Set<TraceAct>>();
  const notes = new Map<string, number>();
  let lost = 0;
  let at = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
    if (!readRecord(bytes.subarray(at, end), touched, notes)) lost++;
    at = end + 1;
  }
  const torn = at < bytes.length ? 1 : 0;
  const told = (notes.get("lost") ?? 0) + (notes.get("forged") ?? 0);
  return { version: 1, touched: sorted(touched), lost: lost + torn + told, mode, ioUring: notes.get("io_uring") ?? 0 };
}

function sorted(touched: ReadonlyMap<string, ReadonlySet<TraceAct>>): Trace["touched"] {
  const rows = [...touched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, acts]) => [path, [...acts].sort()] as const);
  return Object.fromEntries(rows);
}

/** Who a process came from; nothing for the Trace. */
const PARENT = "P";

function readRecord(record: Buffer, touched: Map<string, Set<TraceAct>>, notes: Map<string, number>): boolean {
  const tab = record.indexOf(9);
  if (tab < 1) return false;
  const letter = String.fromCharCode(record[0] ?? 0);
  if (letter === PARENT) return true;
  if (letter === "#") {
    const key = record.toString("latin1", 1, tab);
    notes.set(key, (notes.get(key) ?? 0) + Number(record.toString("latin1", tab + 1)));
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
  return {
    version: 1,
    touched: sorted(touched),
    lost: traces.reduce((sum, trace) => sum + trace.lost, 0),
    mode: [...new Set(traces.map((trace) => trace.mode))].sort().join(", "),
    ioUring: traces.reduce((sum, trace) => sum + (trace.ioUring ?? 0), 0),
  };
}
