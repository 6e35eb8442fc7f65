import path from "node:path";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { RuleFile } from "../../ship/scan/allow/rules.ts";
import type { ContainerScan, ScanSummary } from "../../ship/scan/findings/container-scan.ts";
import { jsonLinesPrinter } from "../../ship/scan/output/json-lines.ts";
import type { ScanPrinter } from "../../ship/scan/output/printer.ts";
import type { ReportForm } from "../../ship/scan/output/report-form.ts";
import { prometheusPrinter } from "../../ship/scan/output/prometheus.ts";
import { sarifPrinter } from "../../ship/scan/output/sarif.ts";
import { scan, type ScanRequest } from "../../ship/scan/pipeline.ts";
import { selfTest } from "../../ship/scan/self-test/self-test.ts";
import { textPrinter } from "../../terminal/scan-view.ts";
import type { EngineChoice, VerbContext } from "../context.ts";
import { openChosenEngine } from "../places.ts";
import { besideProgram, localSensor } from "../sensor-program.ts";
import { VERSION } from "../version.ts";
import { unitRules } from "../unit-rules.ts";
import { writeFindings } from "../write-findings.ts";
import { putAside, recreateAll, revertAll, saveBaseline } from "./scan-respond.ts";
import { printPieces } from "./scan-print.ts";
import { watchContainers } from "./scan-watch.ts";

/** What the words of the command line chose. */
export interface ScanOptions extends EngineChoice {
  readonly all?: boolean;
  readonly rules: readonly string[];
  readonly root: readonly string[];
  /** False with --no-units. */
  readonly units?: boolean;
  readonly baseline?: string;
  readonly mounts?: boolean;
  readonly quick?: boolean;
  readonly selfTest?: boolean;
  readonly quarantine?: string;
  readonly revert?: boolean;
  readonly recreate?: boolean;
  /** Milliseconds between two looks. */
  readonly watch?: number;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly prometheus?: boolean;
}

/** One scan as the command line asks for it. */
export interface Scanning {
  readonly engine: Engine;
  readonly request: ScanRequest;
  readonly printer: ScanPrinter;
}

/** `cooper scan`. */
export async function scanContainers(context: VerbContext, names: readonly string[], options: ScanOptions): Promise<number> {
  checkWords(names, options);
  const printer = printerOf(context, options);
  const request = await requestOf(context, names, options);
  const engine = await openChosenEngine(context, options);
  const scanning = { engine, request, printer };
  if (options.selfTest === true) await selfTest(engine, request, `scan-${context.randomHex(6)}`);
  if (options.watch !== undefined) return await watchContainers(context, scanning, options.watch);
  const { scans, summary } = await scanOnce(context, scanning);
  if (options.baseline !== undefined) await saveBaseline(context, scans, { file: options.baseline, day: request.today });
  if (options.quarantine !== undefined) await putAside(context, engine, { scans, folder: path.resolve(context.cwd, options.quarantine) });
  if (options.revert === true) await revertAll(context, engine, scans);
  if (options.recreate === true) await recreateAll(context, engine, scans);
  if (options.revert !== true && options.recreate !== true) return exitOf(summary);
  const again = { ...scanning, printer: printerOf(context, options), request: { ...request, names: scans.map(({ name }) => name) } };
  return exitOf((await scanOnce(context, again)).summary);
}

/** Scans and prints while it goes on. */
export async function scanOnce(
  context: VerbContext,
  { engine, request, printer }: Scanning,
): Promise<{ readonly scans: readonly ContainerScan[]; readonly summary: ScanSummary }> {
  const scans: ContainerScan[] = [];
  await printPieces(context, [printer.begin()]);
  const hearEarly = (written: string): Promise<void> => context.print(printer.findings(written));
  const summary = await scan(engine, { ...request, hearEarly }, async (one) => {
    if (request.keepsFindings) scans.push(one);
    await printPieces(context, printer.container(one));
  });
  context.progress.clear();
  await printPieces(context, [printer.end(summary)]);
  return { scans, summary };
}

/** Something is done with what is found. */
function isAnswering({ baseline, quarantine, revert, recreate }: Partial<ScanOptions>): boolean {
  return baseline !== undefined || quarantine !== undefined || revert === true || recreate === true;
}

function checkWords(names: readonly string[], options: ScanOptions): void {
  if (names.some((name) => name.trim() === "")) {
    throw new CooperError("container-name-blank", "A container's name is blank.", {
      hint: "Name it, or leave it out to scan all that run.",
    });
  }
  if (isAnswering(options) && names.length === 0) {
    throw new CooperError("containers-not-named", "Which containers? What changes or keeps something is done to named containers only.", {
      hint: "Name them: cooper scan NAME --quarantine FOLDER",
    });
  }
}

/** What the options ask of a scan. */
export async function requestOf(context: VerbContext, names: readonly string[], options: Partial<ScanOptions>): Promise<ScanRequest> {
  return {
    names,
    all: options.all === true,
    isQuick: options.quick === true,
    hasMounts: options.mounts === true,
    rules: await readRules(context, options.rules ?? []),
    rulesOf: await unitRules(context, options),
    report: formOf(context, options),
    write: writeFindings,
    keepsFindings: isAnswering(options),
    hearEarly: null,
    today: new Date(context.clock()).toISOString().slice(0, 10),
    sensor: await localSensor(),
    threads: await besideProgram("scan-worker.mjs"),
    signal: context.signal,
  };
}

/** What reads rules is loaded only where there are any: a scan is over sooner than that. */
async function readRules({ cwd }: VerbContext, files: readonly string[]): Promise<readonly RuleFile[]> {
  if (files.length === 0) return [];
  const { readRuleFile } = await import("../../ship/scan/allow/rule-file.ts");
  return await Promise.all(files.map((file) => readRuleFile(path.resolve(cwd, file))));
}

function printerOf(context: VerbContext, { json, sarif, prometheus }: ScanOptions): ScanPrinter {
  if ([json, sarif, prometheus].filter((one) => one === true).length > 1) {
    throw new CooperError("formats-many", "Only one of --json, --sarif and --prometheus can be printed.", {
      hint: "Leave all but one out.",
    });
  }
  if (json === true) return jsonLinesPrinter();
  if (sarif === true) return sarifPrinter(VERSION);
  return prometheus === true ? prometheusPrinter() : textPrinter(context.style);
}

function formOf({ style }: VerbContext, { json, sarif, prometheus }: Partial<ScanOptions>): ReportForm {
  const format = json === true ? "json" : sarif === true ? "sarif" : prometheus === true ? "none" : "text";
  return { format, isColoured: style.isOn };
}

/** Incomplete never hides behind findings. */
function exitOf({ incomplete, gone, findings }: ScanSummary): number {
  if (incomplete + gone > 0) return EXIT.incomplete;
  return findings > 0 ? EXIT.no : EXIT.done;
}
