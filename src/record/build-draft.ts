import { CooperError } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import { EXIT } from "../base/exit-code.ts";
import type { DraftOptions } from "../draft/model.ts";
import { buildImage } from "../engine/build.ts";
import type { Engine } from "../engine/open-engine.ts";
import { makeTempFolder } from "../system/files.ts";
import { type DraftFiles, writeDraftFolder } from "./draft-folder.ts";

/** How a Draft is built and tried out. */
export interface BuildChoice {
  readonly options: DraftOptions;
  /** Network of the build and of the container that is tried out; the engine's default when null. */
  readonly network: string | null;
  readonly timeoutMs: number;
  /** Value of the label `cooper.owner` on all that is made for this run. */
  readonly owner: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/** Builds a Draft from a temporary folder; gives the image's id. Throws `build-failed`, `build-timeout`. */
export async function buildDraft(engine: Engine, files: DraftFiles, choice: BuildChoice): Promise<string> {
  const temp = await makeTempFolder("cooper-draft-");
  const timeout = AbortSignal.timeout(choice.timeoutMs);
  try {
    await writeDraftFolder(temp.path, files, true);
    const { imageId } = await buildImage(engine, {
      folder: temp.path,
      builder: choice.options.builder,
      labels: { "cooper.owner": choice.owner },
      secrets: choice.options.secrets,
      env: choice.env,
      signal: AbortSignal.any([choice.signal, timeout]),
      onOutput: (text) => choice.emit({ kind: "output", text }),
      ...(choice.network === null ? {} : { network: choice.network }),
    });
    return imageId;
  } catch (error) {
    throw timeout.aborted && !choice.signal.aborted ? timedOut(choice.timeoutMs) : error;
  } finally {
    await temp.remove();
  }
}

function timedOut(timeoutMs: number): CooperError {
  return new CooperError("build-timeout", `the build took longer than ${Math.round(timeoutMs / 1000)} seconds`, {
    hint: "See what it waits for with --verbose, or give it more time with --build-timeout SECONDS.",
    exit: EXIT.deadline,
  });
}
