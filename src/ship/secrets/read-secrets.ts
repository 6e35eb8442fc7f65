import { resolve } from "node:path";
import { CooperError, isCooperError, messageOf } from "../../base/errors.ts";
import { readBytesIfThere } from "../../system/file/files.ts";
import { runProcess } from "../../system/process/process.ts";
import type { Plan, PlanStep } from "../plan/model.ts";
import type { Place } from "../provision/place.ts";
import type { UnitSettings } from "../settings/layer.ts";

/** A secret with its value: never printed, never written but for the container. */
export interface SecretValue {
  /** Absolute path in the container. */
  readonly target: string;
  readonly bytes: Uint8Array;
  /** Who may read it, as the settings say; null: the user that the container runs as. */
  readonly owner: string | null;
  readonly group: string | null;
  readonly mode: string | null;
}

type GiveSecret = Extract<PlanStep, { readonly act: "give-secret" }>;
type Source = NonNullable<UnitSettings["definitions"]["secrets"]>[string];

const COMMAND_WITHIN_MS = 60_000;

/** Reads all secrets of a plan; throws `secret-missing` for the first that is not there or is empty. */
export async function readSecrets(plan: Plan, place: Place): Promise<readonly SecretValue[]> {
  const steps = plan.steps.filter((step) => step.act === "give-secret");
  const values: SecretValue[] = [];
  // One after the other: a person is asked one question at a time.
  for (const step of steps) values.push(await readSecret(step, place));
  return values;
}

async function readSecret(step: GiveSecret, place: Place): Promise<SecretValue> {
  const { definitions, service, name } = place.settings;
  const bytes = await valueOf(step, definitions.secrets?.[step.name] ?? {}, place);
  if (bytes.length === 0) throw missing(name, step.name, "it is empty");
  const own = service.secrets?.find((one) => one.source === step.name && targetOf(one) === step.target);
  const rules = own !== undefined && "uid" in own ? own : undefined;
  return { target: step.target, bytes, owner: rules?.uid ?? null, group: rules?.gid ?? null, mode: rules?.mode ?? null };
}

function targetOf(secret: { readonly source: string; readonly target?: string | undefined }): string {
  const target = secret.target ?? secret.source;
  return target.startsWith("/") ? target : `/run/secrets/${target}`;
}

async function valueOf(step: GiveSecret, source: Source, place: Place): Promise<Uint8Array> {
  const { settings, around, ask } = place;
  const fail = (why: string, cause?: unknown): CooperError => missing(settings.name, step.name, why, cause);
  const own = source["x-cooper"];
  if (own !== undefined && "command" in own) return commandValue(own.command, place, fail);
  if (own !== undefined) {
    const answer = await ask(own.prompt);
    if (answer === null) throw fail("nobody can be asked here (no terminal)");
    return Buffer.from(answer);
  }
  if (source.file !== undefined) {
    const file = resolve(settings.folder, source.file.replace(/^~(?=\/)/u, around.home));
    const bytes = await readBytesIfThere(file).catch((cause: unknown) => {
      throw fail(`${file} cannot be read (${messageOf(cause)})`, cause);
    });
    if (bytes === null) throw fail(`there is no file ${file}`);
    return bytes;
  }
  const value = around.env[source.environment ?? ""];
  if (value === undefined) throw fail(`${source.environment ?? ""} is not set`);
  return Buffer.from(value);
}

/** What a command prints, without the end of its last line. What it says went wrong is not repeated: it may tell the secret. */
async function commandValue(
  command: readonly string[],
  { settings, around }: Place,
  fail: (why: string) => CooperError,
): Promise<Uint8Array> {
  try {
    const { stdout, exit } = await runProcess(command, {
      cwd: settings.folder,
      env: around.env,
      timeoutMs: COMMAND_WITHIN_MS,
      ownsGroup: true,
    });
    if (exit !== 0) throw fail(`${command[0] ?? ""} ended with ${exit}`);
    return stdout.at(-1) === 10 ? stdout.subarray(0, -1) : stdout;
  } catch (cause) {
    if (isCooperError(cause) && cause.code === "secret-missing") throw cause;
    throw fail(isCooperError(cause) ? `${command[0] ?? ""} could not be run (${cause.code})` : messageOf(cause));
  }
}

// oxlint-disable-next-line max-params -- the unit, its secret, why, and what caused it
function missing(unit: string, name: string, why: string, cause?: unknown): CooperError {
  return new CooperError("secret-missing", `${unit} needs the secret ${name}: ${why}.`, {
    hint: "Nothing was done. Give it, and run it again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
