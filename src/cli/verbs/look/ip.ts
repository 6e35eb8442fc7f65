import { inspectContainer } from "../../../engine/container/container.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import { renderTable } from "../../../terminal/table.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import type { LookOptions } from "../../units/look.ts";
import { chooseContainers, exitOfChosen, forEach, nameOf } from "../../units/look-several.ts";

/** `cooper ip`: the address of running instances; that of the first network that gives one. */
export async function ip(context: VerbContext, words: readonly string[], options: LookOptions): Promise<number> {
  const chosen = await chooseContainers(context, words, { ...options, needs: "running" });
  const { done, hasFailed } = await forEach(context, chosen, async ({ engine, container }) => {
    const { networkSettings } = await inspectContainer(engine.engine, container.id);
    return { ip: networkSettings.ip === "" ? null : networkSettings.ip, networks: networkSettings.networks };
  });
  if (options.json === true) {
    const addresses = done.map(([{ engine, container }, one]) => ({ context: engine.name, name: container.name, ...one }));
    await context.print(toJson("cooper.ip/1", { addresses }));
  } else if (chosen.isOne) await context.print(done.map(([, one]) => `${escapeText(one.ip ?? "-")}\n`).join(""));
  else await context.print(renderTable(done.map(([looked, one]) => [escapeText(nameOf(looked)), escapeText(one.ip ?? "-")])));
  return exitOfChosen(chosen, hasFailed || (chosen.isOne && done.some(([, one]) => one.ip === null)));
}
