import { resolve } from "node:path";
import { CooperError } from "../../base/errors.ts";
import { inspectImage } from "../../engine/image/image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Output } from "../../slim/output/output.ts";
import type { SlimRequest, UserExercise } from "../../slim/request.ts";
import { readSavedTrace } from "../../slim/saved-trace.ts";
import { readBytesIfThere } from "../../system/file/files.ts";
import { processName } from "../../system/process/process-name.ts";
import { stateFolder } from "../../system/store/state-folder.ts";
import type { VerbContext } from "../context.ts";
import { readContainerOptions } from "./container-options.ts";
import { readSensor } from "../sensor-program.ts";
import type { SlimOptions } from "./slim-options.ts";
import { checkReports } from "../write-report.ts";
import { waitForPerson } from "../wait-for-person.ts";

interface Asked {
  readonly image: string;
  /** How a person calls it. */
  readonly name: string;
  readonly options: SlimOptions;
}

/** What the command line asks of `cooper slim`. */
export async function makeSlimRequest(context: VerbContext, engine: Engine, { image, name, options }: Asked): Promise<SlimRequest> {
  const { include, exclude, keep, rules } = options;
  await checkReports(context, [options.seccomp, options.saveTrace]);
  return {
    image,
    name,
    ...readOutputs(context, options, options.tag.length > 0 ? options.tag : [defaultTag(name)]),
    seccompFile: options.seccomp === undefined ? null : resolve(context.cwd, options.seccomp),
    proposesReadOnly: options.proposeReadOnly === true,
    artifacts: artifactsFolder(context, name, options),
    exercise: await userExercise(context, options),
    options: { level: keep, include, exclude, missing: [], hasRules: rules },
    asked: { hasShell: options.keepShell === true, tools: options.keepTool, packages: options.keepPackage },
    changes: { set: options.change, unset: options.unset },
    dropsSetuid: options.dropSetuid === true,
    mode: options.sensor,
    isTrusted: options.trustImage === true || (await isBuiltHere(engine, image)),
    traces: await Promise.all(options.trace.map((file) => readSavedTrace(resolve(context.cwd, file)))),
    run: `slim-${context.randomHex(6)}${processName()}`,
    sensor: await readSensor(engine),
    maxRepairs: options.repairs,
    container: await readContainerOptions(context, options),
    signal: context.signal,
  };
}

/** Without a path a form goes into the working folder, under the tag's name. */
function readOutputs(
  context: VerbContext,
  { output }: SlimOptions,
  tags: readonly string[],
): Pick<SlimRequest, "tags" | "isTagged" | "outputs"> {
  const name = (tags[0] ?? "slim").replaceAll(/[/:]/g, "-");
  const outputs: Output[] = [];
  for (const { format, path } of output)
    if (format !== "docker") outputs.push({ format, path: resolve(context.cwd, path === "" ? `${name}.${ENDINGS[format]}` : path) });
  return { tags, outputs, isTagged: output.length === 0 || output.some(({ format }) => format === "docker") };
}

function artifactsFolder(context: VerbContext, image: string, options: SlimOptions): string | null {
  if (options.rmArtifacts === true) return null;
  const name = image.replaceAll(/[^\w.-]/g, "-");
  return options.artifacts === undefined ? `${stateFolder(context.env)}/slim/artifacts/${name}` : resolve(context.cwd, options.artifacts);
}

const ENDINGS = { tar: "tar", oci: "oci.tar", dockerfile: "build" } as const;

async function userExercise(context: VerbContext, options: SlimOptions): Promise<UserExercise> {
  return {
    stdin: options.stdin === undefined ? null : await readInput(resolve(context.cwd, options.stdin)),
    commands: options.exercise,
    inside: options.exec.map(insideWords),
    hasProbes: options.probes,
    wait: waitForPerson(context, options.wait ?? null),
    env: context.env,
    deadlineMs: options.deadline,
    signal: context.signal,
  };
}

async function readInput(file: string): Promise<Uint8Array> {
  const bytes = await readBytesIfThere(file);
  if (bytes !== null) return bytes;
  throw new CooperError("input-missing", `There is no file ${file} for the program's input.`, {
    hint: "Give --stdin a file that is there.",
    where: { file },
  });
}

/** A plain command is run as it is, so that no shell must stay for it. */
function insideWords(text: string): readonly string[] {
  return /^[\w./:@%+=,\s-]+$/.test(text) && text.trim() !== "" ? text.trim().split(/\s+/) : ["/bin/sh", "-c", text];
}

/** "web:1" becomes "web.slim:1"; an id has no name to go by. */
function defaultTag(image: string): string {
  const [name = image, tag] = /^(.+?)(?::([\w.-]+))?$/.exec(image)?.slice(1) ?? [];
  return /^(?:sha256|[0-9a-f]{12,64})$/.test(name) ? "slim" : `${name.split("@")[0]}.slim${tag === undefined ? "" : `:${tag}`}`;
}

/** An image that was pulled from somewhere does not get the sensor's capabilities near it. */
async function isBuiltHere(engine: Engine, image: string): Promise<boolean> {
  const info = await inspectImage(engine, image).catch(() => null);
  return info !== null && info.digests.length === 0;
}
