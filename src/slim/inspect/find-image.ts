import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { imageHistory, type ImageInfo, inspectImage } from "../../engine/image.ts";
import { readImageConfig } from "../../engine/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { MADE_BY, type JsonObject } from "../pack/image-config.ts";
import { healthCommand } from "./health-command.ts";

/** The image that is to be made small, before its files are read. */
export interface FoundImage {
  readonly info: ImageInfo;
  /** The engine's own description, member by member. */
  readonly inspected: JsonObject;
  /** The words of its health check; null without one. */
  readonly health: readonly string[] | null;
}

/** Finds an image and looks whether it can be made small here; throws `image-unknown`, `image-other-architecture`, `image-already-slim`. */
export async function findImage(engine: Engine, reference: string): Promise<FoundImage> {
  const info = await inspectImage(engine, reference);
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
  const [last] = await imageHistory(engine, info.id);
  if (last?.createdBy.startsWith(MADE_BY) === true) throw alreadySlim(reference, last.createdBy.slice(MADE_BY.length).trim());
  const raw: unknown = JSON.parse(await readImageConfig(engine, info.id));
  const inspected = Object.fromEntries(Object.entries(raw ?? {}));
  return { info, inspected, health: healthCommand(inspected["Config"]) };
}

function alreadySlim(reference: string, original: string): CooperError {
  return new CooperError("image-already-slim", `The image ${reference} is already slim: it was made by cooper slim from ${original}.`, {
    hint: `Nothing was made. Give the original to make it anew: cooper slim ${original}`,
    exit: EXIT.no,
    where: { image: reference },
  });
}
