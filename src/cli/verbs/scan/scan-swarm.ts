import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { addSummaries } from "../../../ship/scan/findings/summary.ts";
import type { ScanSummary } from "../../../ship/scan/findings/container-scan.ts";
import type { ScanPrinter } from "../../../ship/scan/output/printer.ts";
import { safeText } from "../../../ship/scan/output/path-text.ts";
import { type NodeResult, scanSwarm } from "../../../ship/scan/swarm/run-on-swarm.ts";
import type { VerbContext } from "../../context.ts";
import { allUnitRules } from "../../units/unit-rules.ts";
import type { ScanOptions } from "./scan-request.ts";
import { printPieces } from "./scan-print.ts";
import type { Scanning as EngineScanning } from "./scan-engines.ts";

/** The manager of a Swarm, and what is asked of its nodes. */
export interface SwarmScanning extends EngineScanning {
  readonly printer: ScanPrinter;
}

interface SwarmWords extends Pick<ScanOptions, "root" | "units"> {
  readonly image: string;
  readonly socket: string;
}

/** `--swarm IMAGE`: every node of a Swarm scans itself, the manager prints. */
export async function scanOnSwarm(context: VerbContext, { engine, request, printer }: SwarmScanning, words: SwarmWords): Promise<number> {
  const run = `cooper-scan-${context.randomHex(6)}`;
  const units = await allUnitRules(context, words);
  const { image, socket } = words;
  const results = await scanSwarm(engine, { scan: request, units, image, socket, key: context.randomHex(32), run });
  const summaries = results.flatMap(summaryOf);
  const isWhole = results.every(({ missing }) => missing === null);
  const total = addSummaries(summaries, isWhole);
  if (isWhole && request.names.length > 0 && total.containers === 0) throw unknown(request.names);
  await printPieces(context, report(printer, results));
  for (const result of results) say(context, result);
  await printPieces(context, [printer.end(total)]);
  if (!isWhole || total.incomplete + total.gone > 0) return EXIT.incomplete;
  return total.findings > 0 ? EXIT.no : EXIT.done;
}

function summaryOf({ messages }: NodeResult): readonly ScanSummary[] {
  return messages.flatMap((message) => (message.kind === "summary" ? [message.summary] : []));
}

function* report(printer: ScanPrinter, results: readonly NodeResult[]): Generator<string> {
  yield printer.begin();
  for (const { messages } of results) {
    for (const message of messages) {
      if (message.kind === "findings") yield printer.findings(message.written);
      if (message.kind === "container") yield* printer.container(message.scan);
    }
  }
  for (const result of results) for (const summary of summaryOf(result)) yield printer.engine(result.name, summary);
}

function say(context: VerbContext, { name, missing, refused }: NodeResult): void {
  const finding = (code: string, message: string): void => context.progress.emit({ kind: "finding", finding: { code, message } });
  if (missing !== null) finding("node-missing", `Nothing is known of node ${safeText(name)}: ${safeText(missing)}.`);
  if (refused > 0)
    finding(
      "line-refused",
      `${refused} lines that node ${safeText(name)} gave were not sealed with the key of this run; they do not count.`,
    );
}

function unknown(names: readonly string[]): CooperError {
  return new CooperError("container-unknown", `There is no container ${JSON.stringify(names[0] ?? "")} on any node.`, {
    hint: "See `docker ps` on the nodes.",
  });
}
