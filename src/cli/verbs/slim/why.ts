import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { namedImage } from "../../../slim/named-image.ts";
import { loadReport } from "../../../slim/report.ts";
import { keptPath } from "../../../slim/report-path.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { openChosenEngine } from "../../places.ts";
import { reportFolder } from "./slim.ts";

/** `cooper why`: the reason of one path; 0 when it was kept, 1 when not. */
export async function why(
  context: VerbContext,
  names: readonly [string, string],
  options: EngineChoice & { readonly json?: boolean },
): Promise<number> {
  const [image, path] = names;
  const engine = await openChosenEngine(context, options);
  const report = await loadReport(
    reportFolder(context),
    (
      await namedImage(
        engine,
        image,
        "See `docker image ls`. A slim image that is only in a file must be loaded first: docker load -i FILE",
      )
    ).id,
  );
  if (report === null) {
    throw new CooperError("slim-report-missing", `There is no report of a slim run for ${image}.`, {
      hint: `Make one: cooper slim ${image}`,
      where: { image },
    });
  }
  const real = keptPath(report, path);
  const reason = real === null ? null : (report.kept[real] ?? null);
  if (options.json === true) await context.print(toJson("cooper.why/1", { image, path, isKept: reason !== null, reason }));
  else if (reason === null)
    await context.print(
      `${escapeText(path)} is not in ${escapeText(report.tag)}: nothing touched it, and no rule of the level ${report.level} names it\n`,
    );
  else
    await context.print(
      `${escapeText(real ?? path)} was kept by the rule ${reason.rule} (${reason.level}): ${escapeText(reason.because)}\n`,
    );
  return reason === null ? EXIT.no : EXIT.done;
}
