import { type ContainerInfo, inspectContainer, listContainers } from "../../engine/container.ts";
import { matchName } from "../../engine/match-name.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { isCooperError } from "../../base/errors.ts";
import { openWorkerPool } from "../../system/worker-pool.ts";
import { openLayerReader } from "../../trace/layer-reader.ts";
import { inOrder } from "./in-order.ts";
import type { ContainerScan, ScanSummary } from "./findings/container-scan.ts";
import { SummaryMaker } from "./findings/summary.ts";
import { ContainerScanner, type Subject } from "./scan-container.ts";
import { scanPart, type ScanTask } from "./scan-part.ts";
import type { RuleFile, UnitRules } from "./allow/rules.ts";
import type { ReportForm, WriteFindings } from "./output/report-form.ts";
import type { HostPlace } from "./locate/locate.ts";
import { prepare } from "./prepare.ts";

export interface ScanRequest {
  /** Name of the engine, where several are asked; else "". */
  readonly engineName: string;
  readonly host: HostPlace;
  /** Containers with this label ("name=value") are none of those that are asked for; null: all are. */
  readonly without: string | null;
  /** Containers as a person names them; all that run (or with `all` all) when there is none. */
  readonly names: readonly string[];
  readonly all: boolean;
  readonly isQuick: boolean;
  /** Look into volumes and binds too. */
  readonly hasMounts: boolean;
  readonly rules: readonly RuleFile[];
  /** What the settings of its unit say of a container's scan; null for one that is no unit's. */
  readonly rulesOf: (container: ContainerInfo) => Promise<UnitRules | null>;
  readonly report: ReportForm;
  readonly write: WriteFindings;
  /** Give the findings themselves back too. */
  readonly keepsFindings: boolean;
  /** Hears of findings of a container that has very many before it is done; null: all are held until then. */
  readonly hearEarly: ((written: string) => Promise<void>) | null;
  /** "2030-01-31". */
  readonly today: string;
  /** Path of the sensor's program; null where there is none. */
  readonly sensor: string | null;
  /** The program of the threads; null: no threads. */
  readonly threads: URL | null;
  readonly signal: AbortSignal;
}

/** Hears of each container as soon as it is scanned, in the order of their names. */
export type HearScan = (scan: ContainerScan) => Promise<void>;

const AT_ONCE = 8;
/** So many containers are worth all threads. */
const MANY = 4;

/** Scans containers: locate > walk > classify > findings. */
export async function scan(engine: Engine, request: ScanRequest, hear: HearScan): Promise<ScanSummary> {
  const pool = openWorkerPool(request.threads, (task: ScanTask) => scanPart(task, request.write));
  const reader = request.sensor === null ? null : openLayerReader(request.sensor);
  const scanner = new ContainerScanner({ engine, pool, reader, request });
  const summary = new SummaryMaker(request.rules, request.today);
  const seen = new Set<string>();
  const take = async (containers: readonly ContainerInfo[]): Promise<void> => {
    const subjects = await prepare(engine, containers, { ...request, reader });
    for (const { id } of containers) seen.add(id);
    await inOrder(subjects, pool.size * 2, {
      act: (subject: Subject, isNext) => scanner.scan(subject, isNext),
      hear: async (result) => {
        summary.add(result);
        await hear(result);
      },
    });
  };
  // While the engine is asked, the threads come up.
  if (request.names.length === 0 || request.names.length >= MANY) pool.start();
  try {
    await take(await chosen(engine, request));
    // What was started meanwhile.
    if (request.names.length === 0) await take(await inspectAll(engine, await newIds(engine, request, seen)));
    return summary.make();
  } finally {
    reader?.close();
    await pool.close();
  }
}

async function chosen(engine: Engine, request: ScanRequest): Promise<readonly ContainerInfo[]> {
  if (request.names.length === 0) return await inspectAll(engine, await newIds(engine, request, new Set()));
  const there = await listContainers(engine, { all: true });
  const ids = new Set(request.names.map((name) => matchName(name, there).id));
  const found = await inspectAll(engine, [...ids]);
  const gone = [...ids].find((id) => !found.some((one) => one.id === id));
  // It was named, and went away meanwhile: the engine says how that is called.
  if (gone !== undefined) await inspectContainer(engine, gone);
  return found;
}

function isLeftOut(labels: Readonly<Record<string, string>>, without: string | null): boolean {
  return Object.entries(labels).some(([name, value]) => `${name}=${value}` === without);
}

async function newIds(engine: Engine, { all, without }: ScanRequest, seen: ReadonlySet<string>): Promise<readonly string[]> {
  const there = await listContainers(engine, { all });
  return there.flatMap(({ id, labels }) => (seen.has(id) || isLeftOut(labels, without) ? [] : [id]));
}

/** Those that are gone meanwhile are left out: nobody asked for them by name. */
async function inspectAll(engine: Engine, ids: readonly string[]): Promise<readonly ContainerInfo[]> {
  const found: ContainerInfo[] = [];
  const waiting = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        found.push(await inspectContainer(engine, id));
      } catch (error) {
        if (!isCooperError(error) || error.code !== "container-unknown") throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return sorted(found);
}

function sorted(containers: readonly ContainerInfo[]): readonly ContainerInfo[] {
  return containers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
