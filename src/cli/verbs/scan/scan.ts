import path from "node:path";
import { EXIT } from "../../../base/exit-code.ts";
import type { ScanPrinter } from "../../../ship/scan/output/printer.ts";
import { selfTest } from "../../../ship/scan/self-test/self-test.ts";
import type { VerbContext } from "../../context.ts";
import { type NamedEngine, openEngines } from "../../open-engines.ts";
import { type Scanned, scanEngines, scanExit, scanningsOf } from "./scan-engines.ts";
import { checkWords, isAnswering, printerOf, requestOf, type ScanOptions } from "./scan-request.ts";
import { putAside, recreateAll, revertAll, saveBaseline } from "./scan-respond.ts";
import type { SwarmScanning } from "./scan-swarm.ts";
import { watchContainers } from "./scan-watch.ts";

/** `cooper scan`. */
export async function scanContainers(context: VerbContext, names: readonly string[], options: ScanOptions): Promise<number> {
  checkWords(names, options);
  const printer = printerOf(context, options);
  const request = await requestOf(context, names, options);
  const { engines, failed } = await openEngines(context, options);
  const isThere = failed.length === 0;
  if (options.swarm !== undefined) return await scanTheSwarm(context, { manager: engines[0], request, printer }, options);
  for (const { engine } of options.selfTest === true ? engines : []) await selfTest(engine, request, `scan-${context.randomHex(6)}`);
  const scannings = await scanningsOf(engines, request);
  const [only] = scannings;
  if (options.watch !== undefined && only !== undefined) return await watchContainers(context, { ...only, printer }, options.watch);
  const first = await scanEngines(context, scannings, { printer: changes(options) ? quietPrinter(printer, options) : printer, isThere });
  if (!isAnswering(options)) return scanExit(first.summary, first.isWhole);
  await answer(context, first.all, { options, day: request.today });
  if (!changes(options)) return scanExit(first.summary, first.isWhole);
  // By their names: what was made anew has another id.
  const again = first.all.map(({ scanning, scans }) => ({
    ...scanning,
    request: { ...scanning.request, names: scans.map(({ name }) => name) },
  }));
  const second = await scanEngines(context, again, { printer: printerOf(context, options), isThere });
  return scanExit(second.summary, second.isWhole);
}

async function scanTheSwarm(
  context: VerbContext,
  { manager, ...asked }: Omit<SwarmScanning, "engine"> & { readonly manager: NamedEngine | undefined },
  { swarm = "", nodeSocket = "", ...choice }: ScanOptions,
): Promise<number> {
  const { scanOnSwarm } = await import("./scan-swarm.ts");
  return manager === undefined
    ? EXIT.engine
    : await scanOnSwarm(context, { ...asked, engine: manager.engine }, { ...choice, image: swarm, socket: nodeSocket });
}

/** Afterwards it is looked at again. */
function changes({ revert, recreate }: ScanOptions): boolean {
  return revert === true || recreate === true;
}

/** Of two reports in one output a program could read neither: it gets the second. */
function quietPrinter(printer: ScanPrinter, { sarif, prometheus }: ScanOptions): ScanPrinter {
  if (sarif !== true && prometheus !== true) return printer;
  const nothing = (): string => "";
  return { begin: nothing, findings: nothing, container: () => [], engine: nothing, end: nothing };
}

interface Answering {
  readonly options: ScanOptions;
  readonly day: string;
}

async function answer(context: VerbContext, all: readonly Scanned[], { options, day }: Answering): Promise<void> {
  if (options.baseline !== undefined) {
    await saveBaseline(
      context,
      all.flatMap(({ scans }) => scans),
      { file: options.baseline, day },
    );
  }
  for (const { scanning, scans } of all) {
    const { engine } = scanning;
    if (options.quarantine !== undefined) await putAside(context, engine, { scans, folder: path.resolve(context.cwd, options.quarantine) });
    if (options.revert === true) await revertAll(context, engine, scans);
    if (options.recreate === true) await recreateAll(context, engine, scans);
  }
}
