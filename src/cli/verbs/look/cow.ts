import { CooperError } from "../../../base/errors.ts";
import { EXIT } from "../../../base/exit-code.ts";
import { inspectContainer } from "../../../engine/container/container.ts";
import { locate } from "../../../ship/scan/locate/locate.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import { renderTable } from "../../../terminal/table.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import type { LookOptions } from "../../units/look.ts";
import { chooseContainers, exitOfChosen, forEach, nameOf } from "../../units/look-several.ts";

/** `cooper cow`: the folder of this machine in which an instance's own layer is; 4 where that cannot be told. */
export async function cow(context: VerbContext, words: readonly string[], options: LookOptions): Promise<number> {
  const chosen = await chooseContainers(context, words, { ...options, needs: "container" });
  const { done, hasFailed } = await forEach(context, chosen, async ({ engine, container }) => {
    const place = locate(engine.engine, await inspectContainer(engine.engine, container.id));
    if (place.evidence === "layer") return place.folders.upper;
    throw new CooperError("layer-not-located", `Where the layer of ${container.name} is cannot be told: ${place.why}.`, {
      hint: "docker diff shows what it holds.",
      exit: EXIT.incomplete,
    });
  });
  if (options.json === true) {
    const layers = done.map(([{ engine, container }, upper]) => ({ context: engine.name, name: container.name, upper }));
    await context.print(toJson("cooper.cow/1", { layers }));
  } else if (chosen.isOne) await context.print(done.map(([, upper]) => `${escapeText(upper)}\n`).join(""));
  else await context.print(renderTable(done.map(([looked, upper]) => [escapeText(nameOf(looked)), escapeText(upper)])));
  return hasFailed && chosen.look.failed.length === 0 ? EXIT.incomplete : exitOfChosen(chosen, hasFailed);
}
