import { CooperError } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import { EXIT } from "../base/exit-code.ts";
import type { DraftOptions } from "../draft/model.ts";
import { buildImage } from "../engine/image/build.ts";
import { imageHistory, inspectImage } from "../engine/image/image.ts";
import type { Engine } from "../engine/open-engine.ts";
import { makeTempFolder } from "../system/file/files.ts";
import { type DraftFiles, writeDraftFolder } from "./draft-folder.ts";

/** How a Draft is built and tried out. */
export interface BuildChoice {
  readonly options: DraftOptions;
  /** Network of the build and of the container that is tried out; null: the recorded container's own, else the engine's default. */
  readonly network: string | null;
  readonly timeoutMs: number;
  /** Value of the label `cooper.owner` on all that is made for this run. */
  readonly owner: string;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/** An image, and the host names that its instructions may have seen while they ran. */
export interface BuiltDraft {
  readonly imageId: string;
  readonly hostNames: readonly string[];
}

const BUILDKIT_HOST_NAME = "buildkitsandbox";
/** The classic builder runs each instruction in a container whose host name is its short id. */
const RUNNING_IN = /Running in ([0-9a-f]{12})\b/gu;

/** Builds a Draft from a temporary folder. Throws `build-failed`, `build-timeout`. */
export async function buildDraft(engine: Engine, files: DraftFiles, choice: BuildChoice): Promise<BuiltDraft> {
  const temp = await makeTempFolder("cooper-draft-");
  const output: string[] = [];
  const timeout = AbortSignal.timeout(choice.timeoutMs);
  try {
    await writeDraftFolder(temp.path, files, true);
    const { imageId } = await buildImage(engine, {
      folder: temp.path,
      builder: choice.options.builder,
      labels: { "cooper.owner": choice.owner },
      secrets: choice.options.secrets,
      signal: AbortSignal.any([choice.signal, timeout]),
      onOutput: (text) => {
        output.push(text);
        choice.emit({ kind: "output", text });
      },
      ...(choice.network === null ? {} : { network: choice.network }),
    });
    const running = [...output.join("").matchAll(RUNNING_IN)].map((match) => match[1] ?? "");
    return { imageId, hostNames: [...running, ...(await cachedHostNames(engine, imageId)), BUILDKIT_HOST_NAME] };
  } catch (error) {
    throw timeout.aborted && !choice.signal.aborted ? timedOut(choice.timeoutMs) : error;
  } finally {
    await temp.remove();
  }
}

/** The same of the layers that came from the builder's cache, where the engine still knows. */
async function cachedHostNames(engine: Engine, imageId: string): Promise<readonly string[]> {
  const layers = await imageHistory(engine, imageId);
  const ids = layers.map((layer) => layer.id).filter((id) => id !== null);
  const images = await Promise.all(ids.map((id) => inspectImage(engine, id)));
  return images.map((image) => image.buildHostName).filter((name) => name !== null);
}

function timedOut(timeoutMs: number): CooperError {
  return new CooperError("build-timeout", `the build took longer than ${Math.round(timeoutMs / 1000)} seconds`, {
    hint: "See what it waits for with --verbose, or give it more time with --build-timeout SECONDS.",
    exit: EXIT.deadline,
  });
}
