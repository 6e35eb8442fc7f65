import { parseImageConfig } from "../../format/oci/image-config.ts";
import { writingTo } from "../../system/file/report-not-written.ts";
import { removeImage } from "../../engine/image/image.ts";
import { passingName } from "../../engine/left-overs.ts";
import { tagImage } from "../../engine/image/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { writeFolder } from "../../system/file/write-folder.ts";
import { writeStream } from "../../system/file/write-stream.ts";
import type { Original } from "../inspect/inspect-image.ts";
import type { BuiltImage } from "../pack/build-image.ts";
import { imageConfig, type JsonObject } from "../pack/image-config.ts";
import { packImage } from "../pack/pack-image.ts";
import type { SlimRequest } from "../request.ts";
import type { Output } from "./output.ts";
import { ociArchive } from "./oci-layout.ts";
import { makeRecipe } from "./recipe.ts";

interface Passed {
  readonly original: Original;
  readonly built: BuiltImage;
  readonly request: SlimRequest;
}

/** Writes an image that passed in every form that was asked for, and gives it its tags; without one it does not stay in the engine. */
export async function putOut(engine: Engine, passed: Passed): Promise<void> {
  const { request, built } = passed;
  try {
    for (const output of request.outputs) await writingTo(output.path, () => WRITERS[output.format](output.path, passed));
    if (request.isTagged) for (const tag of request.tags) await tagImage(engine, built.id, tag);
  } finally {
    await removeImage(engine, passingName(request.run));
  }
}

const WRITERS: Readonly<Record<Output["format"], (path: string, passed: Passed) => Promise<void>>> = {
  tar: (path, passed) => writeStream(path, packImage(passed.built.layer, settingsOf(passed), passed.request.tags).archive),
  oci: (path, passed) => {
    const { layer, diffId } = passed.built;
    const config = Buffer.from(JSON.stringify(settingsOf(passed)(diffId)));
    return writeStream(path, ociArchive({ layer, diffId, config, tags: passed.request.tags }));
  },
  dockerfile: writeRecipe,
};

function settingsOf({ original, request }: Passed): (diffId: string) => JsonObject {
  return (diffId) => imageConfig(original.inspected, { diffId, from: request.name });
}

async function writeRecipe(path: string, { original, built, request }: Passed): Promise<void> {
  const config = JSON.stringify(settingsOf({ original, built, request })(built.diffId));
  const { dockerfile, context } = await makeRecipe({
    from: request.image,
    files: original.files,
    paths: [...built.kept.keys()].sort(),
    replaced: built.replaced,
    droppedBits: built.droppedBits,
    settings: parseImageConfig(config, "the small image's settings"),
  });
  const entries = [...context].map(([name, bytes]) => ({ path: name, content: { bytes }, mode: 0o644 }));
  await writeFolder(path, [{ path: "Dockerfile", content: { bytes: dockerfile }, mode: 0o644 }, ...entries]);
}
