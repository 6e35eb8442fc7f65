import { pathTest } from "../../tables/path-pattern.ts";
import { SERVICES } from "../../tables/services.ts";
import type { ServiceRow } from "../../tables/services/service-row.ts";
import { startedScripts, stoppedScripts, typedWords } from "../../service/init-scripts.ts";
import { rowOfProcess, rowOfProgram, rowOfScript } from "../../service/service-row.ts";
import { withChanges } from "../judge/work.ts";
import type { Work } from "../judge/work.ts";

/** What was put into a service while it ran: these Steps need it running, in one shell with its start and its stop. */
export interface ServiceWork {
  readonly word: string;
  readonly row: ServiceRow;
  /** Rank of the Step that started it. */
  readonly start: number;
  /** Ranks of the Steps that changed its data through it. */
  readonly clients: readonly number[];
  readonly stop: number | null;
}

const ROWS: readonly ServiceRow[] = SERVICES.filter(({ clients }) => clients !== undefined);
const CLIENTS: ReadonlySet<string> = new Set(
  ROWS.flatMap(({ clients = [] }) => clients.flatMap((client) => [client, `/usr/bin/${client}`])),
);

/** Finds what was put into running services. */
export function findServiceWork(works: readonly Work[]): ServiceWork[] {
  const controlling = works.filter(isControlling);
  return ROWS.flatMap((row) => workOf(row, works, controlling));
}

/** The works without the files that a running service wrote itself: it makes them again, and they are never the same twice. */
export function withoutOwnData(works: readonly Work[]): Work[] {
  const controlling = works.filter(isControlling);
  let stripped = [...works];
  for (const row of ROWS) {
    const spans = runningSpans(row, controlling);
    if (spans.length === 0) continue;
    const isData = pathTest(row.data ?? []);
    const roots = (row.data ?? []).map((pattern) => pattern.replace(/\/\*+$/u, ""));
    stripped = stripped.map((work) => {
      const isInside = spans.some(({ from, to }) => work.rank >= from && work.rank <= to);
      if (!isInside || work.hasPackages || work.changes.length === 0 || roots.some((root) => work.words.text.includes(root))) return work;
      return withChanges(
        work,
        work.changes.filter(({ path }) => !isData(path)),
      );
    });
  }
  return stripped;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly stop: number | null;
}

function isControlling({ timed }: Work): boolean {
  return CONTROLLING.test(timed.step.ran);
}

function workOf(row: ServiceRow, works: readonly Work[], controlling: readonly Work[]): ServiceWork[] {
  return runningSpans(row, controlling).flatMap(({ from, to, stop }, index) => {
    const clients = works.filter(
      (work) => work.rank > from && work.rank <= to && row.writes?.test(work.timed.step.ran) === true && isClient(row, work.words.names),
    );
    if (clients.length === 0 || (row.isInMemory === true && !isWritten(row, works.slice(from, to + 1)))) return [];
    return [{ word: `${row.scripts[0] ?? ""} ${index + 1}`, row, start: from, clients: clients.map(({ rank }) => rank), stop }];
  });
}

function isWritten(row: ServiceRow, works: readonly Work[]): boolean {
  const isData = pathTest(row.data ?? []);
  return works.some(({ changes }) => changes.some(({ path, after }) => after?.type === "file" && isData(path)));
}

/** True for a Step that speaks to a server of the table. */
export function isClientOfAny({ words }: Work): boolean {
  return [...words.names].some((name) => CLIENTS.has(name));
}

function isClient(row: ServiceRow, names: ReadonlySet<string>): boolean {
  return row.clients?.some((client) => names.has(client) || names.has(`/usr/bin/${client}`)) === true;
}

/** What may start or stop a service; only these Steps are looked at closely. */
const CONTROLLING = /start|stop|server|mysqld|mariadbd|mongod|slapd|postgres|shutdown/u;

/** From each start to the next stop; a restart goes on. */
function runningSpans(row: ServiceRow, controlling: readonly Work[]): Span[] {
  const spans: Span[] = [];
  let from: number | null = null;
  for (const work of controlling) {
    if (from === null && starts(row, work)) from = work.rank;
    else if (from !== null && stops(row, work)) {
      spans.push({ from, to: work.rank, stop: work.rank });
      from = null;
    }
  }
  return from === null ? spans : [...spans, { from, to: Infinity, stop: null }];
}

function starts(row: ServiceRow, { timed, words }: Work): boolean {
  const scripts = words.commands.flatMap((command) => startedScripts(typedWords(command, timed)));
  if (scripts.some((script) => rowOfScript(script) === row)) return true;
  const isDirect = words.commands.some((command) => rowOfProgram(typedWords(command, timed)[0] ?? "") === row);
  return isDirect && timed.step.effect.processes.some(({ argv }) => rowOfProcess(argv) === row);
}

function stops(row: ServiceRow, { timed, words }: Work): boolean {
  if (/\bshutdown\b/u.test(timed.step.ran) && isClient(row, words.names)) return true;
  if (!timed.step.ran.includes("stop")) return false;
  return words.commands.flatMap((command) => stoppedScripts(typedWords(command, timed))).some((script) => rowOfScript(script) === row);
}
