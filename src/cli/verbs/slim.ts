import { EXIT } from "../../base/exit-code.ts";
import { slimImage } from "../../slim/pipeline.ts";
import { reportOf, saveReport, type SlimReport } from "../../slim/report.ts";
import { writeFileAtomically } from "../../system/files.ts";
import { openSpool } from "../../system/spool.ts";
import { stateFolder } from "../../system/state-folder.ts";
import { renderSlim } from "../../terminal/slim-view.ts";
import type { VerbContext } from "../context.ts";
import { toJson } from "../json.ts";
import { openChosenEngine } from "../places.ts";
import type { SlimOptions } from "../slim-options.ts";
import { makeSlimRequest } from "../slim-request.ts";

/** `cooper slim`: a small image that passed the exercise; 0 when one did, 1 when none. */
export async function slim(context: VerbContext, image: string, options: SlimOptions): Promise<number> {
  const engine = await openChosenEngine(context, options);
  const request = await makeSlimRequest(context, engine, { image, options });
  const spool = openSpool(context.env["TMPDIR"] ?? "/var/tmp");
  try {
    const result = await slimImage(engine, request, { spool, emit: context.progress.emit });
    const report = reportOf(result, { image, tag: request.tag, level: options.keep });
    await saveReport(reportFolder(context), report);
    if (options.saveTrace !== undefined) await writeFileAtomically(options.saveTrace, `${JSON.stringify(result.trace, null, 1)}\n`);
    context.progress.clear();
    await context.print(options.json === true ? toJson("cooper.slim/1", summary(report)) : renderSlim(report, context.style));
    return EXIT.done;
  } finally {
    spool.close();
  }
}

/** Where the reports of slim images are. */
export function reportFolder(context: VerbContext): string {
  return `${stateFolder(context.env)}/slim`;
}

function summary(report: SlimReport): object {
  const { kept, ...rest } = report;
  return { ...rest, keptPaths: Object.keys(kept).length };
}
