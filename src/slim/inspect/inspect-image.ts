import { createContainer, exportContainer, removeContainer } from "../../engine/container.ts";
import type { ImageInfo } from "../../engine/image.ts";
import { readImageConfig } from "../../engine/load-image.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Spool } from "../../system/spool.ts";
import { type PackageIndex, readPackages } from "../closure/packages.ts";
import type { JsonObject } from "../pack/image-config.ts";
import { type ImageFiles, readImageFiles } from "./image-files.ts";

/** The image as it came: all its paths, the packages that brought them, its configuration. */
export interface Original {
  readonly info: ImageInfo;
  readonly files: ImageFiles;
  readonly packages: PackageIndex;
  /** The engine's own description, member by member. */
  readonly inspected: JsonObject;
}

/** Reads an image once, as a stream, through a container that never starts. */
export async function inspectImage(engine: Engine, info: ImageInfo, spool: Spool): Promise<Original> {
  const id = await createContainer(engine, {
    image: info.id,
    labels: { "cooper.owner": "slim" },
    network: "none",
    cmd: ["cooper-never-starts"],
  });
  try {
    const files = await readImageFiles(await exportContainer(engine, id), { spool, madeAt: Math.floor(Date.parse(info.createdAt) / 1000) });
    const inspected: unknown = JSON.parse(await readImageConfig(engine, info.id));
    return { info, files, packages: readPackages(files), inspected: Object.fromEntries(Object.entries(inspected ?? {})) };
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}
