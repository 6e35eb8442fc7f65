import path from "node:path";
import { EXIT } from "../../../base/exit-code.ts";
import type { Xray } from "../../../slim/xray/make-xray.ts";
import { toCycloneDx } from "../../../slim/xray/sbom/cyclonedx.ts";
import { toSpdx } from "../../../slim/xray/sbom/spdx.ts";
import { toPage } from "../../../slim/xray/treemap/page.ts";
import { isFileName, xrayFile, xrayImage } from "../../../slim/xray/xray.ts";
import { renderXray } from "../../../terminal/xray-view.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { openChosenEngine } from "../../places.ts";
import { checkReports, writeReport } from "../../write-report.ts";

/** What the words of the command line chose. */
interface XrayOptions extends EngineChoice {
  readonly json?: boolean;
  readonly sbom: readonly (readonly ["cyclonedx" | "spdx", string])[];
  readonly html?: string;
  readonly against?: string;
}

/** `cooper xray`: what is in an image of the engine, or in an archive or OCI layout at a path. */
export async function xray(context: VerbContext, image: string, options: XrayOptions): Promise<number> {
  await checkReports(context, [options.html, ...options.sbom.map(([, file]) => file)]);
  const found = await look(context, image, options);
  for (const [format, file] of options.sbom) {
    await writeReport(context, file, format === "spdx" ? toSpdx(found.report) : toCycloneDx(found.report));
  }
  if (options.html !== undefined) {
    const other = options.against === undefined ? [] : [await look(context, options.against, options)];
    await writeReport(context, options.html, toPage([found, ...other]));
  }
  context.progress.clear();
  const columns = context.stdout.isTTY ? context.stdout.columns || 80 : Number.POSITIVE_INFINITY;
  await context.print(options.json === true ? toJson("cooper.xray/1", found.report) : renderXray(found.report, context.style, columns));
  return found.report.isComplete ? EXIT.done : EXIT.incomplete;
}

async function look(context: VerbContext, image: string, options: XrayOptions): Promise<Xray> {
  context.progress.emit({ kind: "progress", text: `reading ${image}` });
  const file = path.resolve(context.cwd, image);
  if (await isFileName(image, file)) return xrayFile(file, machine(), context.signal);
  return xrayImage(await openChosenEngine(context, options), image, context.signal);
}

/** Docker's word for this machine's architecture. */
function machine(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
