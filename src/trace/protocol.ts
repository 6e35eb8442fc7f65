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

/** A program that began in a process; of one that is begun again and again, the first 64 times. */
export interface TracedProcess {
  readonly pid: number;
  /** 0 where it was gone already. */
  readonly parent: number;
  readonly program: string;
}

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
  /** In the order in which they began; those of several runs one after another. */
  readonly processes?: readonly TracedProcess[] | undefined;
}

interface Reading {
  readonly touched: Map<string, Set<TraceAct>>;
  /** Sums of the notes of all logs. */
  readonly notes: Map<string, number>;
  readonly calls: Set<string>;
  readonly processes: TracedProcess[];
}

/** Reads the sensor's records (op, pid, tab, path, NUL; `#key tab value NUL` for its notes). A torn last record counts as lost. */
export function parseTrace(bytes: Buffer, mode: string): Trace {
  const reading: Reading = { touched: new Map(), notes: new Map(), calls: new Set(), processes: [] };
  let lost = 0;
  let at = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, at)) {
    if (!readRecord(bytes.subarray(at, end), reading)) lost++;
    at = end + 1;
  }
  const torn = at < bytes.length ? 1 : 0;
  const { touched, notes } = reading;
  const told = (notes.get("lost") ?? 0) + (notes.get("forged") ?? 0);
  const trace = { version: 1, touched: sorted(touched), lost: lost + torn + told, mode, ioUring: notes.get("io_uring") ?? 0 } as const;
  return withLists(trace, reading);
}

/** What a Trace has only where there is any. */
function withLists(trace: Trace, { calls, processes }: Pick<Reading, "calls" | "processes">): Trace {
  return { ...trace, ...(calls.size === 0 ? {} : { calls: [...calls].sort() }), ...(processes.length === 0 ? {} : { processes }) };
}

function sorted(touched: ReadonlyMap<string, ReadonlySet<TraceAct>>): Trace["touched"] {
  const rows = [...touched].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, acts]) => [path, [...acts].sort()] as const);
  return Object.fromEntries(rows);
}

/** Who a process came from; nothing for the Trace. */
const PARENT = "P";
const NOTE = "#";
const CALL = "Y";
const PROCESS = "E";
const ACTS: ReadonlyMap<string, TraceAct> = new Map(Object.entries(TRACE_ACTS));

function readRecord(record: Buffer, reading: Reading): boolean {
  const tab = record.indexOf(9);
  if (tab < 1) return false;
  const letter = String.fromCharCode(record[0] ?? 0);
  const value = record.subarray(tab + 1);
  const act = ACTS.get(letter);
  if (act !== undefined) return addAct(reading.touched, normalize(decodePath(value)), act);
  if (letter === PROCESS) return addProcess(reading.processes, Number(record.toString("latin1", 1, tab)), value);
  if (letter === CALL) {
    const name = callName(value.toString("latin1"));
    if (name !== null) reading.calls.add(name);
  } else if (letter === NOTE) {
    const key = record.toString("latin1", 1, tab);
    reading.notes.set(key, (reading.notes.get(key) ?? 0) + Number(value.toString("latin1")));
  }
  return [PARENT, CALL, NOTE].includes(letter);
}

/** The value is the parent, a space, and the path. */
function addProcess(processes: TracedProcess[], pid: number, value: Buffer): boolean {
  const space = value.indexOf(32);
  const parent = Number(value.toString("latin1", 0, Math.max(space, 0)));
  const program = normalize(decodePath(value.subarray(space + 1)));
  const isWhole = space > 0 && Number.isInteger(pid) && Number.isInteger(parent) && program.startsWith("/");
  if (isWhole) processes.push({ pid, parent, program });
  return isWhole;
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
  return withLists(merged, { calls, processes: traces.flatMap((trace) => trace.processes ?? []) });
}
