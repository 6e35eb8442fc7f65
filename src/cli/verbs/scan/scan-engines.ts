import { isCooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import type { Engine } from "../../../engine/open-engine.ts";
import { listContainers } from "../../../engine/container/container.ts";
import { matchName } from "../../../engine/container/match-name.ts";
import type { ContainerScan, ScanSummary } from "../../../ship/scan/findings/container-scan.ts";
import { addSummaries } from "../../../ship/scan/findings/summary.ts";
import { namesHere } from "../../../ship/scan/names-here.ts";
import type { ScanPrinter } from "../../../ship/scan/output/printer.ts";
import { scan, type ScanRequest } from "../../../ship/scan/pipeline.ts";
import type { VerbContext } from "../../context.ts";
import type { NamedEngine } from "../../open-engines.ts";
import { printPieces } from "./scan-print.ts";

/** One engine, and what is asked of it. */
export interface Scanning {
  readonly engine: Engine;
  readonly request: ScanRequest;
}

/** What was found on one engine; null where it did not answer to the end. */
export interface Scanned {
  readonly scanning: Scanning;
  readonly scans: readonly ContainerScan[];
  readonly summary: ScanSummary | null;
}

/** The engines with what is asked of each; of several engines each is asked only for the named containers that it has. */
export async function scanningsOf(engines: readonly NamedEngine[], request: ScanRequest): Promise<readonly Scanning[]> {
  if (engines.length < 2) return engines.map(({ engine }) => ({ engine, request }));
  const named = await Promise.all(
    engines.map(async ({ name, engine }) => {
      const names = await namesHere(engine, request.names);
      return { engine, request: { ...request, engineName: name, names } };
    }),
  );
  if (request.names.length === 0) return named;
  const there = (await Promise.all(engines.map(({ engine }) => listContainers(engine, { all: true })))).flat();
  // Who named what no engine has is told so.
  for (const name of request.names) if (!there.some((one) => one.name === name)) matchName(name, there);
  return named.filter(({ request: { names } }) => names.length > 0);
}

/** Scans engines at the same time and prints one report: that of the first while it goes on, then the others'. `isThere`: all that were asked for answered. */
export async function scanEngines(
  context: VerbContext,
  scannings: readonly Scanning[],
  { printer, isThere }: { readonly printer: ScanPrinter; readonly isThere: boolean },
): Promise<{ readonly all: readonly Scanned[]; readonly summary: ScanSummary; readonly isWhole: boolean }> {
  await printPieces(context, [printer.begin()]);
  const isOnly = scannings.length === 1;
  const work = scannings.map(async (scanning, index) => {
    const held: string[] = [];
    const print = index === 0 ? context.print : (text: string): Promise<void> => Promise.resolve(void held.push(text));
    return { ...(await scanOne(context, scanning, { printer, print, isOnly })), held };
  });
  const all = await Promise.all(work);
  context.progress.clear();
  for (const { held } of all) await printPieces(context, held);
  const isWhole = isThere && all.every(({ summary }) => summary !== null);
  const summaries = all.flatMap(({ summary }) => summary ?? []);
  const engines = all.flatMap(({ scanning, summary }) =>
    isOnly || summary === null ? [] : [printer.engine(scanning.request.engineName, summary)],
  );
  const total = addSummaries(summaries, isWhole);
  await printPieces(context, [...engines, printer.end(total)]);
  return { all, summary: total, isWhole };
}

interface Output {
  readonly printer: ScanPrinter;
  readonly print: (text: string) => Promise<void>;
  readonly isOnly: boolean;
}

async function scanOne(context: VerbContext, scanning: Scanning, { printer, print, isOnly }: Output): Promise<Scanned> {
  const { engine, request } = scanning;
  const scans: ContainerScan[] = [];
  const hearEarly = (written: string): Promise<void> => print(printer.findings(written));
  try {
    const summary = await scan(engine, { ...request, hearEarly }, async (one) => {
      if (request.keepsFindings) scans.push(one);
      await printPieces({ print }, printer.container(one));
    });
    return { scanning, scans, summary };
  } catch (error) {
    if (isOnly || !isCooperError(error) || error.exit !== EXIT.engine) throw error;
    const { code, message } = error;
    context.progress.emit({ kind: "finding", finding: { code, message: `${request.engineName}: ${message}` } });
    return { scanning, scans, summary: null };
  }
}

/** Neither an engine that did not answer nor what was not looked at hides behind findings. */
export function scanExit({ incomplete, gone, findings }: ScanSummary, isWhole: boolean): number {
  if (!isWhole) return EXIT.engine;
  if (incomplete + gone > 0) return EXIT.incomplete;
  return findings > 0 ? EXIT.no : EXIT.done;
}
