import { type ContainerInfo, inspectContainer, type ContainerSummary, listContainers } from "../../engine/container/container.ts";
import { matchName } from "../../engine/container/match-name.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { isCooperError } from "../../base/errors.ts";
import { openWorkerPool } from "../../system/process/worker-pool.ts";
import { openLayerReader } from "../../trace/layer-reader.ts";
import { inOrder } from "./in-order.ts";
import type { ContainerScan, ScanSummary } from "./findings/container-scan.ts";
import { SummaryMaker } from "./findings/summary.ts";
import { ContainerScanner, type Subject } from "./scan-container.ts";
import { scanPart, type ScanTask } from "./scan-part.ts";
import type { RuleFile, UnitRules } from "./allow/rules.ts";
import type { ReportForm, WriteFindings } from "./output/report-form.ts";
import type { HostPlace } from "./locate/locate.ts";
import { AttributesOfLayers, prepare } from "./prepare.ts";

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
/** So many containers are asked for while as many are scanned. */
const BATCH = 64;
/** So many containers are worth all threads. */
const MANY = 4;

/** Scans containers: locate > walk > classify > findings. */
export async function scan(engine: Engine, request: ScanRequest, hear: HearScan): Promise<ScanSummary> {
  const pool = openWorkerPool(request.threads, (task: ScanTask) => scanPart(task, request.write));
  const reader = request.sensor === null ? null : openLayerReader(request.sensor);
  const attributes = new AttributesOfLayers(reader);
  const scanner = new ContainerScanner({ engine, pool, reader, attributes, request });
  const summary = new SummaryMaker(request.rules, request.today);
  const seen = new Set<string>();
  const ready = async (listed: readonly ContainerSummary[]): Promise<readonly Subject[]> =>
    await prepare(engine, await inspectAll(engine, listed, request.names.length > 0), { ...request, attributes });
  const take = async (listed: readonly ContainerSummary[]): Promise<void> => {
    for (const { id } of listed) seen.add(id);
    await inBatches(listed, ready, async (subjects) => {
      await inOrder(subjects, pool.size * 2 + 2, {
        act: (subject: Subject, isNext) => scanner.scan(subject, isNext),
        hear: async (result) => {
          summary.add(result);
          await hear(result);
        },
      });
    });
  };
  // While the engine is asked, the threads come up.
  if (request.names.length === 0 || request.names.length >= MANY) pool.start();
  try {
    await take(await chosen(engine, request));
    // What was started meanwhile.
    if (request.names.length === 0) await take(await newOnes(engine, request, seen));
    return summary.make();
  } finally {
    reader?.close();
    await pool.close();
  }
}

async function chosen(engine: Engine, request: ScanRequest): Promise<readonly ContainerSummary[]> {
  if (request.names.length === 0) return await newOnes(engine, request, new Set());
  const there = await listContainers(engine, { all: true });
  const named = new Map(request.names.map((name) => matchName(name, there)).map((one) => [one.id, one]));
  return sorted([...named.values()]);
}

function isLeftOut(labels: Readonly<Record<string, string>>, without: string | null): boolean {
  return Object.entries(labels).some(([name, value]) => `${name}=${value}` === without);
}

async function newOnes(engine: Engine, { all, without }: ScanRequest, seen: ReadonlySet<string>): Promise<readonly ContainerSummary[]> {
  const there = await listContainers(engine, { all });
  return sorted(there.filter(({ id, labels }) => !seen.has(id) && !isLeftOut(labels, without)));
}

/** Makes a batch ready while the one before it is done: the engine has work meanwhile, and so have the threads. */
async function inBatches(
  listed: readonly ContainerSummary[],
  ready: (batch: readonly ContainerSummary[]) => Promise<readonly Subject[]>,
  act: (subjects: readonly Subject[]) => Promise<void>,
): Promise<void> {
  const batchAt = (at: number): Promise<readonly Subject[]> | null => {
    const coming = at < listed.length ? ready(listed.slice(at, at + BATCH)) : null;
    // It is awaited below in its turn; until then its error is nobody's.
    coming?.catch(() => undefined);
    return coming;
  };
  let coming = batchAt(0);
  for (let at = BATCH; coming !== null; at += BATCH) {
    const subjects = await coming;
    coming = batchAt(at);
    await act(subjects);
  }
}

/** Those that are gone meanwhile are left out, unless somebody asked for them by name. */
async function inspectAll(engine: Engine, listed: readonly ContainerSummary[], isNamed: boolean): Promise<readonly ContainerInfo[]> {
  const found: ContainerInfo[] = [];
  const waiting = listed.map(({ id }) => id);
  const worker = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        found.push(await inspectContainer(engine, id, { isOneOfMany: true }));
      } catch (error) {
        if (isNamed || !isCooperError(error) || error.code !== "container-unknown") throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return sorted(found);
}

function sorted<Named extends { readonly name: string }>(containers: readonly Named[]): readonly Named[] {
  return containers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
