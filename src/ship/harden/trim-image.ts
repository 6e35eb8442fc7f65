import { buildImage } from "../../engine/image/build.ts";
import { inspectImage } from "../../engine/image/image.ts";
import { tagImage } from "../../engine/image/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { removeImage } from "../../engine/image/image.ts";
import { makeTempFolder } from "../../system/file/files.ts";
import { writeFolder } from "../../system/file/write-folder.ts";
import { toolsToTrim, trimScript } from "./tools.ts";

/** What is trimmed, and what must stay. */
export interface Trimming {
  readonly image: string;
  /** A tag that nobody else has, for as long as it is built on. */
  readonly reference: string;
  /** Commands that the container gets besides those of its image. */
  readonly commands: readonly string[];
  readonly keep: readonly string[];
  readonly emit: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Makes an image without tools that a service does not need and without set-user-id bits; gives its id. It needs a shell in the image. */
export async function trimImage(engine: Engine, trimming: Trimming): Promise<string> {
  const { image, reference, commands, keep, emit, signal } = trimming;
  const { config } = await inspectImage(engine, image);
  const tools = toolsToTrim([...(config.cmd ?? []), ...(config.entrypoint ?? []), ...commands], keep);
  const run = JSON.stringify(["/bin/sh", "-c", trimScript(tools)]);
  const lines = [`FROM ${reference}`, "USER 0", `RUN ${run}`, `USER ${config.user === "" ? "0" : config.user}`, ""];
  const folder = await makeTempFolder("cooper-trim-");
  try {
    await writeFolder(folder.path, [{ path: "Dockerfile", content: { bytes: lines.join("\n") }, mode: 0o644 }]);
    await tagImage(engine, image, reference);
    return (await buildImage(engine, { folder: folder.path, builder: "classic", network: "none", onOutput: emit, signal })).imageId;
  } finally {
    await removeImage(engine, reference);
    await folder.remove();
  }
}
