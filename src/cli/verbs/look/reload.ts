import { signalContainer } from "../../../engine/container/signal-container.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import type { LookOptions } from "../../units/look.ts";
import { chooseContainers, exitOfChosen, forEach, nameOf } from "../../units/look-several.ts";

interface ReloadOptions extends LookOptions {
  readonly signal: string;
}

/** `cooper reload`: a signal (HUP) to the first process of instances, without a program in the container. */
export async function reload(context: VerbContext, words: readonly string[], options: ReloadOptions): Promise<number> {
  const chosen = await chooseContainers(context, words, { ...options, needs: "running" });
  const { done, hasFailed } = await forEach(context, chosen, ({ engine, container }) =>
    signalContainer(engine.engine, container.id, options.signal),
  );
  if (options.json === true) {
    const reloaded = done.map(([{ engine, container }]) => ({ context: engine.name, name: container.name }));
    await context.print(toJson("cooper.reload/1", { signal: options.signal, reloaded }));
  } else await context.print(done.map(([one]) => `${escapeText(nameOf(one))}: sent ${options.signal}\n`).join(""));
  return exitOfChosen(chosen, hasFailed);
}
