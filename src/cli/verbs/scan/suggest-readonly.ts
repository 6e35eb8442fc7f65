import { EXIT } from "../../../base/exit-code.ts";
import { scan } from "../../../ship/scan/pipeline.ts";
import type { ContainerScan } from "../../../ship/scan/findings/container-scan.ts";
import { suggestionText, suggestReadOnly } from "../../../ship/scan/suggest/suggest-readonly.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { openChosenEngine } from "../../places.ts";
import { requestOf } from "./scan-request.ts";

interface SuggestOptions extends EngineChoice {
  readonly json?: boolean;
}

/** `cooper scan suggest-readonly`. */
export async function suggest(context: VerbContext, name: string, options: SuggestOptions): Promise<number> {
  const engine = await openChosenEngine(context, options);
  const scans: ContainerScan[] = [];
  await scan(engine, { ...(await requestOf(context, [name], {})), isQuick: true, keepsFindings: true }, (one) => {
    scans.push(one);
    return Promise.resolve();
  });
  context.progress.clear();
  for (const one of scans) {
    const found = suggestReadOnly(one);
    const { name: container, image } = one;
    const json = { container, image, readOnly: true, ...found };
    await context.print(options.json === true ? toJson("cooper.suggest-readonly/1", json) : suggestionText(one, found));
  }
  return scans.some(({ incomplete }) => incomplete.length > 0) ? EXIT.incomplete : EXIT.done;
}
