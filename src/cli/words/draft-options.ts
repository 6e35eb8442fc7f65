import { resolve } from "node:path";
import { CooperError } from "../../base/errors.ts";
import type { Builder, DraftOptions } from "../../draft/model.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { pathExists } from "../../system/file/files.ts";
import type { EngineChoice, VerbContext } from "../context.ts";

/** The options that `replay` and `verify` share, as commander gives them. */
export interface DraftChoice extends EngineChoice {
  readonly builder: Builder;
  readonly stages: "auto" | "never";
  readonly pin?: boolean;
  readonly label: readonly (readonly [string, string])[];
  readonly maintainer?: string;
  readonly secret: readonly (readonly [string, string])[];
  /** Patterns of paths that cannot be equal. */
  readonly mayDiffer: readonly string[];
  readonly network?: string;
  readonly buildTimeout: number;
  readonly verbose?: boolean;
  readonly json?: boolean;
}

async function readSecrets(context: VerbContext, choice: DraftChoice): Promise<Readonly<Record<string, string>>> {
  if (choice.secret.length > 0 && choice.builder === "classic") {
    throw new CooperError("secret-needs-buildkit", "the classic builder has no secret mounts", { hint: "Build with --builder buildkit." });
  }
  const secrets = choice.secret.map(([name, file]): [string, string] => [name, resolve(context.cwd, file)]);
  for (const [name, file] of secrets) {
    if (!(await pathExists(file)))
      throw new CooperError("secret-file-missing", `there is no file ${file} for the secret ${name}`, {
        where: { file },
        hint: "Give --secret NAME=file:PATH with a path that is there.",
      });
  }
  return Object.fromEntries(secrets);
}

/** The first engines whose own BuildKit reads here-documents without being told to. */
const FIRST_WITH_HERE_DOCUMENTS = 23;
const FIRST_PODMAN_WITH_HERE_DOCUMENTS = 5;

/** Without an engine, a Dockerfile for the engines of today. */
function readsHereDocuments(engine: Engine | null): boolean {
  if (engine === null) return true;
  const major = Number.parseInt(engine.serverVersion, 10);
  return !(major < (engine.isPodman ? FIRST_PODMAN_WITH_HERE_DOCUMENTS : FIRST_WITH_HERE_DOCUMENTS));
}

/** The Draft's options from those of the command line, for this engine's builder. */
export async function readDraftOptions(context: VerbContext, choice: DraftChoice, engine: Engine | null): Promise<DraftOptions> {
  return {
    builder: choice.builder,
    hereDocuments: readsHereDocuments(engine),
    stages: choice.stages,
    pin: choice.pin === true,
    labels: Object.fromEntries(choice.label),
    maintainer: choice.maintainer ?? null,
    secrets: await readSecrets(context, choice),
    repairs: [],
  };
}
