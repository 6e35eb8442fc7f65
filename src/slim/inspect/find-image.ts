import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { imageHistory, type ImageInfo, type ImageLayer } from "../../engine/image/image.ts";
import { readImageConfig } from "../../engine/image/load-image.ts";
import type { ContainerSpec } from "../../engine/container/container-spec.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { parseImageConfig } from "../../format/oci/image-config.ts";
import { namedImage } from "../named-image.ts";
import { changeConfig, type ImageChanges } from "../pack/image-changes.ts";
import { MADE_BY, type JsonObject } from "../pack/image-config.ts";
import { healthCommand } from "./health-command.ts";

/** The image that is to be made small, before its files are read. */
export interface FoundImage {
  /** With the settings that the small image will have. */
  readonly info: ImageInfo;
  /** The engine's own description, member by member; its `Config` is the small image's. */
  readonly inspected: JsonObject;
  /** What a container of the original must be told to have those settings. */
  readonly changed: Partial<ContainerSpec>;
  /** How it was made, the newest layer first. */
  readonly history: readonly ImageLayer[];
  /** The words of its health check; null without one. */
  readonly health: readonly string[] | null;
}

/** Finds an image and looks whether it can be made small here; throws `image-unknown`, `image-other-architecture`, `image-already-slim`. */
export async function findImage(engine: Engine, reference: string, changes: ImageChanges): Promise<FoundImage> {
  const info = await namedImage(engine, reference, "See `docker image ls`. An image in a file must be loaded first: docker load -i FILE");
  const { architecture } = info.config;
  if (architecture !== "" && engine.architecture !== "" && architecture !== engine.architecture) {
    throw new CooperError(
      "image-other-architecture",
      `The image ${reference} is for ${architecture}, the engine runs ${engine.architecture}.`,
      {
        hint: "An image is exercised where it runs: use an engine of that architecture (--host), or the image built for this one.",
        where: { image: reference },
      },
    );
  }
  const history = await imageHistory(engine, info.id);
  const last = history[0];
  if (last?.createdBy.startsWith(MADE_BY) === true) throw alreadySlim(reference, last.createdBy.slice(MADE_BY.length).trim());
  const raw: unknown = JSON.parse(await readImageConfig(engine, info.id));
  return { ...withChanges(info, Object.fromEntries(Object.entries(raw ?? {})), changes), history };
}

function withChanges(info: ImageInfo, inspected: JsonObject, changes: ImageChanges): Omit<FoundImage, "history"> {
  const Config = changeConfig(Object.fromEntries(Object.entries(inspected["Config"] ?? {})), changes);
  const file = parseImageConfig(JSON.stringify({ config: Config, rootfs: {} }), "the changed settings");
  const { entrypoint, cmd, env, user, workdir, exposed, volumes } = file;
  const stopSignal = typeof Config["StopSignal"] === "string" && Config["StopSignal"] !== "" ? Config["StopSignal"] : null;
  const config = { ...info.config, entrypoint, cmd, env, user, workdir, exposed, volumes, stopSignal };
  const isChanged = changes.set.length + changes.unset.length > 0;
  return {
    info: { ...info, config },
    inspected: { ...inspected, Config },
    health: healthCommand(Config),
    changed: isChanged ? { entrypoint: entrypoint ?? [], cmd: cmd ?? [], env: withRemovals(info.config.env, env), user, workdir } : {},
  };
}

/** A variable without a value takes the image's own away. */
function withRemovals(before: readonly string[], after: readonly string[]): readonly string[] {
  const names = new Set(after.map((pair) => pair.split("=")[0]));
  return [...after, ...before.map((pair) => pair.split("=")[0] ?? "").filter((name) => !names.has(name))];
}

function alreadySlim(reference: string, original: string): CooperError {
  return new CooperError("image-already-slim", `The image ${reference} is already slim: it was made by cooper slim from ${original}.`, {
    hint: `Nothing was made. Give the original to make it anew: cooper slim ${original}`,
    exit: EXIT.no,
    where: { image: reference },
  });
}
