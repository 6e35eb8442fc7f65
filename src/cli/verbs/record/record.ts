import { resolveVariables } from "../../words/argument.ts";
import type { EngineChoice, VerbContext } from "../../context.ts";
import { openChosenEngine } from "../../places.ts";
import { recordAtTerminal } from "../../record-at-terminal.ts";
import { readSensor } from "../../sensor-program.ts";

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
  const engine = await openChosenEngine(context, options);
  const sensor = options.reads === true ? await readSensor(engine) : undefined;
  const { user, workdir, shell } = options;
  const env = resolveVariables(options.env, context.env);
  return recordAtTerminal(context, { engine, name, start: options.start === true, user, workdir, shell, env, sensor });
}
