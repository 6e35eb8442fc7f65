import { isCooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import type { ScanFinding } from "../../../ship/scan/classify/finding.ts";
import type { ContainerScan, ScanSummary } from "../../../ship/scan/findings/container-scan.ts";
import { countBySeverity } from "../../../ship/scan/findings/order.ts";
import { scan } from "../../../ship/scan/pipeline.ts";
import type { VerbContext } from "../../context.ts";
import { printPieces } from "./scan-print.ts";
import type { ScanPrinter } from "../../../ship/scan/output/printer.ts";
import type { Scanning as EngineScanning } from "./scan-engines.ts";

interface Scanning extends EngineScanning {
  readonly printer: ScanPrinter;
}

interface Known {
  readonly signature: number;
  readonly findings: ReadonlySet<string>;
}

/** `--watch`: a full scan, then again and again one of what changed, until ^C; prints what is new. */
export async function watchContainers(context: VerbContext, scanning: Scanning, everyMs: number): Promise<number> {
  const watch = new Watch(context, scanning);
  await context.print(scanning.printer.begin());
  await watch.turn();
  while (await waited(context.signal, everyMs)) await watch.turn();
  const { findings, bySeverity, summary } = watch;
  const isAllOk = summary?.isAllOk === true && findings === 0;
  if (summary !== null) await context.print(scanning.printer.end({ ...summary, findings, bySeverity, isAllOk }));
  return findings > 0 ? EXIT.no : EXIT.done;
}

/** False when it was ended. */
function waited(signal: AbortSignal, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const end = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve(true);
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}

class Watch {
  findings = 0;
  readonly bySeverity: Record<string, number> = {};
  summary: ScanSummary | null = null;
  readonly #context: VerbContext;
  readonly #scanning: Scanning;
  readonly #known = new Map<string, Known>();

  constructor(context: VerbContext, scanning: Scanning) {
    this.#context = context;
    this.#scanning = scanning;
  }

  async turn(): Promise<void> {
    const { engine, request } = this.#scanning;
    const watching = { ...request, keepsFindings: true, report: { ...request.report, format: "none" as const } };
    try {
      if (this.summary === null) {
        this.summary = await scan(engine, watching, (one) => this.#tell(one, one.signature));
        return;
      }
      const changed: ContainerScan[] = [];
      await scan(engine, { ...watching, isQuick: true }, async (one) => {
        if (one.evidence === "api" || this.#known.get(one.id)?.signature !== one.signature) changed.push(one);
        else await this.#tell({ ...one, findings: one.findings.filter(({ kind }) => kind === "run") }, one.signature);
      });
      // The signature of before: what is written while the contents are read is looked at again.
      for (const { id, signature } of changed) await scan(engine, { ...watching, names: [id] }, (one) => this.#tell(one, signature));
    } catch (error) {
      const isGone = isCooperError(error) && error.code === "container-unknown" && this.summary !== null;
      if (!isGone && !request.signal.aborted) throw error;
    }
  }

  async #tell(one: ContainerScan, signature: number): Promise<void> {
    const known = this.#known.get(one.id);
    const news = one.findings.filter((finding) => known?.findings.has(keyOf(finding)) !== true);
    this.#known.set(one.id, { signature, findings: new Set([...(known?.findings ?? []), ...news.map(keyOf)]) });
    this.findings += news.length;
    for (const { severity } of news) this.bySeverity[severity] = (this.bySeverity[severity] ?? 0) + 1;
    const isFirst = known === undefined;
    if (news.length === 0 && !isFirst) return;
    const { printer, request } = this.#scanning;
    const said = isFirst ? one : { ...one, weak: [], unscanned: [] };
    const written = news.length === 0 ? [] : [request.write(request.report, one, news)];
    const counts = countBySeverity(news.map(({ severity }) => [severity, 1]));
    await printPieces(this.#context, printer.container({ ...said, counts, written }));
  }
}

function keyOf({ path, rule, after, process }: ScanFinding): string {
  return JSON.stringify([path, rule, after?.hash, after?.mode, after?.link, process?.hostPid]);
}
