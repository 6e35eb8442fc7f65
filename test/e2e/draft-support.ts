import { writeDraft } from "../../src/draft/assemble/write-draft.ts";
import type { BuildStage, DraftInput, Fate, SelectedStep, Service } from "../../src/draft/model.ts";
import { readTimeline } from "../../src/draft/timeline/read-timeline.ts";
import { buildImage } from "../../src/engine/image/build.ts";
import { removeImage } from "../../src/engine/image/image.ts";
import { writeDraftFolder } from "../../src/record/draft-folder.ts";
import { makeTempFolder } from "../../src/system/file/files.ts";
import { testEngine } from "../support/engine.ts";
import { outputOf } from "../support/host-command.ts";

const NO_SERVICE: Service = {
  cmd: null,
  why: "",
  steps: [],
  user: null,
  workdir: null,
  expose: [],
  stopSignal: null,
  proposals: [],
};

export interface BuiltRows {
  readonly dockerfile: string;
  /** What the engine tells of the image's layers. */
  readonly layers: string;
  /** What a shell script prints in a container of the built image. */
  readonly output: string;
}

/** Builds the Draft of a History whose Steps have these fates with the builder of its options, and asks the image what it is like. */
export async function buildSelected(
  input: DraftInput,
  selected: { readonly fateOf: (id: string) => Fate; readonly stage?: BuildStage; readonly script: string },
): Promise<BuiltRows> {
  const { builder, secrets } = input.options;
  const timeline = readTimeline(input.history, input.base);
  const steps = timeline.steps.map((timed): SelectedStep => {
    const carried = timed.step.effect.changes.map(({ path, after }) => ({ path, entry: after }));
    const fate = selected.fateOf(timed.step.id);
    return { timed, fate, why: "it is part of the test", carried, preseed: [], text: null, together: null };
  });
  const selection = { steps, findings: [], unmounted: [], secretPaths: [], stage: selected.stage ?? null };
  const draft = writeDraft(input, { timeline, selection, service: NO_SERVICE });
  const readContent = (hash: string): Buffer | null => {
    const text = input.readText(hash);
    return text === null ? null : Buffer.from(text);
  };
  const temp = await makeTempFolder("cooper-draft-");
  const engine = await testEngine();
  try {
    await writeDraftFolder(temp.path, { draft, acceptance: "", readContent }, true);
    const { imageId } = await buildImage(engine, { folder: temp.path, builder, secrets, network: "none" });
    try {
      const argv = ["docker", "run", "--rm", "--network", "none", imageId, "bash", "-c", selected.script];
      const layers = await outputOf(["docker", "history", "--no-trunc", imageId]);
      return { dockerfile: draft.dockerfile, layers, output: await outputOf(argv) };
    } finally {
      await removeImage(engine, imageId);
    }
  } finally {
    await temp.remove();
  }
}
