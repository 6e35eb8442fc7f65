import { terminalSetting } from "../../capture/terminal-kind.ts";
import { recordContainer } from "../../record/record.ts";
import { openRealTerminal } from "../../system/terminal.ts";
import { holdEvents } from "../held-events.ts";
import { resolveVariables } from "../argument.ts";
import type { EngineChoice, VerbContext } from "../context.ts";
import { openChosenEngine, openStore } from "../places.ts";
import { readSensor } from "../sensor-program.ts";

export interface RecordOptions extends EngineChoice {
  readonly user?: string;
  readonly workdir?: string;
  readonly shell?: string;
  readonly env: readonly string[];
  readonly start?: boolean;
  readonly replay?: boolean;
  readonly reads?: boolean;
}

/** `cooper record`: a recorded shell; its exit code is the shell's. With `--replay` the Dockerfile of what was recorded. */
export async function record(context: VerbContext, name: string, options: RecordOptions): Promise<number> {
  return options.replay === true ? printReplay(context, name, options) : recordShellOf(context, name, options);
}

async function printReplay(context: VerbContext, name: string, options: RecordOptions): Promise<number> {
  const { replay } = await import("./replay.ts");
  const { host, context: dockerContext } = options;
  const choice = { ...(host === undefined ? {} : { host }), ...(dockerContext === undefined ? {} : { context: dockerContext }) };
  return replay(context, name, { ...choice, builder: "classic", stages: "auto", label: [], secret: [], mayDiffer: [], buildTimeout: 0 });
}

async function recordShellOf(context: VerbContext, name: string, options: RecordOptions): Promise<number> {
  const { stdin, stdout, progress, signal, clock, randomHex } = context;
  const engine = await openChosenEngine(context, options);
  const sensor = options.reads === true ? await readSensor(engine) : undefined;
  const terminal = openRealTerminal(stdin, stdout);
  const isInteractive = stdin.isTTY && stdout.isTTY;
  const quiet = holdEvents(progress);
  try {
    return await recordContainer({
      engine,
      store: openStore(context, quiet.emit),
      name,
      start: options.start === true,
      user: options.user,
      workdir: options.workdir,
      shell: options.shell,
      env: [...(isInteractive ? terminalSetting(context.env["TERM"]) : []), ...resolveVariables(options.env, context.env)],
      input: stdin,
      output: stdout,
      isInteractive,
      clock,
      randomHex,
      sensor,
      signal,
      emit: quiet.emit,
      size: () => terminal.size(),
      onResize: (listener) => terminal.onResize(listener),
      onOpen: () => {
        quiet.hold();
        if (isInteractive) terminal.enterRawMode();
      },
    });
  } finally {
    terminal.restore();
    quiet.release();
  }
}
