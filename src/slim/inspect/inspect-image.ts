import { createContainer, exportContainer, removeContainer } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import type { Spool } from "../../system/store/spool.ts";
import { type PackageIndex, readPackages } from "../closure/packages.ts";
import type { FoundImage } from "./find-image.ts";
import { type ImageFiles, readImageFiles } from "./image-files.ts";

/** The image as it came: its settings, all its paths, the packages that brought them. */
export interface Original extends FoundImage {
  readonly files: ImageFiles;
  readonly packages: PackageIndex;
}

/** Reads an image once, as a stream, through a container that never starts. */
export async function inspectImage(
  engine: Engine,
  found: FoundImage,
  { spool, run, signal }: { readonly spool: Spool; readonly run: string; readonly signal: AbortSignal },
): Promise<Original> {
  const id = await createContainer(engine, {
    image: found.info.id,
    labels: { "cooper.owner": run },
    network: "none",
    entrypoint: ["cooper-never-starts"],
  });
  try {
    const madeAt = Math.floor(Date.parse(found.info.createdAt) / 1000);
    const files = await readImageFiles(await exportContainer(engine, id, { signal }), { spool, madeAt });
    return { ...found, files, packages: readPackages(files) };
  } finally {
    await removeContainer(engine, id, { force: true, volumes: true });
  }
}
