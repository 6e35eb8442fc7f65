import { callName } from "./call-names.ts";
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
  /** Names of the system calls made, sorted, where they were asked for. */
  readonly calls?: readonly string[] | undefined;
}

interface Reading {
  readonly touched: Map<string, Set<TraceAct>>;
  /** Sums of the notes of all logs. */
  readonly notes: Map<string, number>;
  readonly calls: Set<string>;
}

/** Reads the sensor's records (op, pid, tab, path, NUL; `#key tab value NUL` for its notes). A torn last record counts as lost. */
export function parseTrace(bytes: Buffer, mode: string): Trace {
  const reading: Reading = { touched: new Map(), notes: new Map(), calls: new Set() };
  let lost = 0;
  let at = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
    if (!readRecord(bytes.subarray(at, end), reading)) lost++;
    at = end + 1;
  }
  const torn = at < bytes.length ? 1 : 0;
  const { touched, notes, calls } = reading;
  const told = (notes.get("lost") ?? 0) + (notes.get("forged") ?? 0);
  const trace = { version: 1, touched: sorted(touched), lost: lost + torn + told, mode, ioUring: notes.get("io_uring") ?? 0 } as const;
  return calls.size === 0 ? trace : { ...trace, calls: [...calls].sort() };
}

function sorted(touched: ReadonlyMap<string, ReadonlySet<TraceAct>>): Trace["touched"] {
  const rows = [...touched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, acts]) => [path, [...acts].sort()] as const);
  return Object.fromEntries(rows);
}

/** Who a process came from; nothing for the Trace. */
const PARENT = "P";
const NOTE = "#";
const CALL = "Y";
const ACTS: ReadonlyMap<string, TraceAct> = new Map(Object.entries(TRACE_ACTS));

function readRecord(record: Buffer, { touched, notes, calls }: Reading): boolean {
  const tab = record.indexOf(9);
  if (tab < 1) return false;
  const letter = String.fromCharCode(record[0] ?? 0);
  const value = record.subarray(tab + 1);
  const act = ACTS.get(letter);
  if (act !== undefined) return addAct(touched, normalize(decodePath(value)), act);
  if (letter === CALL) {
    const name = callName(value.toString("latin1"));
    if (name !== null) calls.add(name);
  } else if (letter === NOTE) {
    const key = record.toString("latin1", 1, tab);
    notes.set(key, (notes.get(key) ?? 0) + Number(value.toString("latin1")));
  }
  return [PARENT, CALL, NOTE].includes(letter);
}

function addAct(touched: Map<string, Set<TraceAct>>, path: string, act: TraceAct): boolean {
  const acts = touched.get(path);
  if (acts === undefined && path.startsWith("/")) touched.set(path, new Set([act]));
  else acts?.add(act);
  return path.startsWith("/");
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
  const calls = new Set(traces.flatMap((trace) => trace.calls ?? []));
  const merged = {
    version: 1,
    touched: sorted(touched),
    lost: traces.reduce((sum, trace) => sum + trace.lost, 0),
    mode: [...new Set(traces.map((trace) => trace.mode))].sort().join(", "),
    ioUring: traces.reduce((sum, trace) => sum + (trace.ioUring ?? 0), 0),
  } as const;
  return calls.size === 0 ? merged : { ...merged, calls: [...calls].sort() };
}
