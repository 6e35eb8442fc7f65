import { EXIT } from "../../base/exit-code.ts";
import { inspectImage } from "../../engine/image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { KeepLevel } from "../../slim/closure/closure.ts";
import { slimImage } from "../../slim/pipeline.ts";
import { reportOf, saveReport, type SlimReport } from "../../slim/report.ts";
import type { SlimRequest } from "../../slim/request.ts";
import { readSavedTrace } from "../../slim/saved-trace.ts";
import { writeFileAtomically } from "../../system/files.ts";
import { openSpool } from "../../system/spool.ts";
import { stateFolder } from "../../system/state-folder.ts";
import { renderSlim } from "../../terminal/slim-view.ts";
import type { SensorMode } from "../../trace/sensor-mode.ts";
import { resolveVariables } from "../argument.ts";
import type { EngineChoice, VerbContext } from "../context.ts";
import { toJson } from "../json.ts";
import { openChosenEngine } from "../places.ts";
import { readSensor } from "../sensor-program.ts";

interface SlimOptions extends EngineChoice {
  readonly exercise?: string;
  readonly keep: KeepLevel;
  readonly tag?: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly trace: readonly string[];
  readonly saveTrace?: string;
  readonly env: readonly string[];
  readonly user?: string;
  readonly cmd: readonly string[];
  readonly network?: string;
  readonly volume: readonly string[];
  readonly sensor: "auto" | SensorMode;
  readonly trustImage?: boolean;
  readonly deadline: number;
  readonly repairs: number;
  readonly rules: boolean;
  readonly json?: boolean;
}

/** `cooper slim`: a small image that passed the exercise; 0 when one did, 1 when none. */
export async function slim(context: VerbContext, image: string, options: SlimOptions): Promise<number> {
  const engine = await openChosenEngine(context, options);
  const request = await makeRequest(context, engine, { image, options });
  const spool = openSpool(context.env["TMPDIR"] ?? "/var/tmp");
  try {
    const info = await inspectImage(engine, image);
    const result = await slimImage(engine, request, { spool, emit: context.progress.emit });
    const report = reportOf(result, { image, imageId: info.id, tag: request.tag, level: options.keep });
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

interface Asked {
  readonly image: string;
  readonly options: SlimOptions;
}

async function makeRequest(context: VerbContext, engine: Engine, { image, options }: Asked): Promise<SlimRequest> {
  const { include, exclude, keep, rules, cmd, network, user, volume } = options;
  const traces = await Promise.all(options.trace.map(readSavedTrace));
  const env = resolveVariables(options.env, context.env);
  return {
    image,
    tag: options.tag ?? defaultTag(image),
    exercise: {
      commands: options.exercise === undefined ? [] : [options.exercise],
      inside: [],
      hasProbes: true,
      wait: null,
      env: context.env,
      deadlineMs: options.deadline,
      signal: context.signal,
    },
    signal: context.signal,
    options: { level: keep, include, exclude, missing: [], hasRules: rules },
    mode: options.sensor,
    isTrusted: options.trustImage === true || (await isBuiltHere(engine, image)),
    traces,
    run: `slim-${context.randomHex(6)}`,
    sensor: await readSensor(engine),
    maxRepairs: options.repairs,
    container: {
      ...(env.length > 0 ? { env } : {}),
      ...(cmd.length > 0 ? { cmd } : {}),
      ...(network === undefined ? {} : { network }),
      ...(user === undefined ? {} : { user }),
      ...(volume.length > 0 ? { binds: volume } : {}),
    },
  };
}

/** "web:1" becomes "web.slim:1"; an id has no name to go by. */
function defaultTag(image: string): string {
  const [name = image, tag] = /^(.+?)(?::([\w.-]+))?$/.exec(image)?.slice(1) ?? [];
  return /^(?:sha256|[0-9a-f]{12,64})$/.test(name) ? "slim" : `${name.split("@")[0]}.slim${tag === undefined ? "" : `:${tag}`}`;
}

/** An image that was pulled from somewhere does not get the sensor's capabilities near it. */
async function isBuiltHere(engine: Engine, image: string): Promise<boolean> {
  return (await inspectImage(engine, image)).digests.length === 0;
}
