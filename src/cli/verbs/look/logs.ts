import { textWidth } from "../../../terminal/table.ts";
import { logLines, type LogLine } from "../../../ship/look/log-lines.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import type { VerbContext } from "../../context.ts";
import { toJsonLine } from "../../json.ts";
import type { LookOptions } from "../../units/look.ts";
import { chooseContainers, exitOfChosen, forEach, type Looked, nameOf } from "../../units/look-several.ts";

interface LogsOptions extends LookOptions {
  readonly follow?: boolean;
  readonly tail?: number;
  /** Milliseconds back from now. */
  readonly since?: number;
  readonly timestamps?: boolean;
  readonly raw?: boolean;
}

/** `cooper logs`: what instances wrote, each line escaped; with a name before it where there are several. */
export async function logs(context: VerbContext, words: readonly string[], options: LogsOptions): Promise<number> {
  const chosen = await chooseContainers(context, words, { ...options, needs: "container" });
  const { tail, since, follow, timestamps } = options;
  const request = {
    tail,
    since: since === undefined ? undefined : Math.floor((context.clock() - since) / 1000),
    follow,
    timestamps,
    signal: context.signal,
  };
  const width = Math.max(...chosen.chosen.map((one) => textWidth(escapeText(nameOf(one)))));
  const { hasFailed } = await forEach(context, chosen, async (one) => {
    const prefix = chosen.isOne ? "" : context.style.cyan(`${escapeText(nameOf(one)).padEnd(width)} | `);
    for await (const line of logLines(one.engine.engine, one.container.id, request)) await put(context, { one, line, prefix, options });
  });
  context.signal.throwIfAborted();
  return exitOfChosen(chosen, hasFailed);
}

interface Put {
  readonly one: Looked;
  readonly line: LogLine;
  readonly prefix: string;
  readonly options: LogsOptions;
}

async function put(context: VerbContext, { one, line, prefix, options }: Put): Promise<void> {
  const { stream, text } = line;
  if (options.json === true) {
    await context.print(toJsonLine("cooper.log/1", { context: one.engine.name, name: one.container.name, stream, text }));
    return;
  }
  const shown = `${prefix}${options.raw === true ? text : escapeTabs(text)}\n`;
  if (stream === "stdout") await context.print(shown);
  else context.stderr.write(shown);
}

/** Tabs move the cursor, but hide nothing. */
function escapeTabs(text: string): string {
  return text.split("\t").map(escapeText).join("\t");
}
