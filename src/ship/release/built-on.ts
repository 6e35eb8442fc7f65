import { resolve } from "node:path";
import { readInstructions } from "../../format/dockerfile/instructions.ts";
import { readTextIfThere } from "../../system/file/files.ts";
import type { UnitSettings } from "../settings/layer.ts";
import { imageCandidates } from "../plan/make-plan.ts";

/** A unit, and the images that its Dockerfile names, without their tags; variables in them are not resolved. */
export interface BuiltOn {
  readonly unit: string;
  readonly images: readonly string[];
  readonly bases: readonly string[];
}

/** What the image of a unit is built on. */
export async function builtOn(settings: UnitSettings): Promise<BuiltOn> {
  const own: { readonly context?: string | undefined; readonly dockerfile?: string | undefined } = settings.service.build ?? {};
  const folder = resolve(settings.folder, own.context ?? ".");
  const text = (await readTextIfThere(resolve(folder, own.dockerfile ?? "Dockerfile"))) ?? "";
  return { unit: settings.name, images: imageCandidates(settings).map(withoutTag), bases: basesOf(text) };
}

function basesOf(dockerfile: string): readonly string[] {
  return readInstructions(dockerfile).flatMap(({ name, text }) => {
    const [, ...words] = text.split(/\s+/u).filter((word) => word !== "" && word !== "\\");
    const from = words.find((word) => word.startsWith("--from="))?.slice("--from=".length);
    const image = name === "FROM" ? words.find((word) => !word.startsWith("--")) : name === "COPY" ? from : undefined;
    return image === undefined ? [] : [withoutTag(image)];
  });
}

function withoutTag(image: string): string {
  return image.replace(/@.*$/u, "").replace(/:[^/]*$/u, "");
}

/** The units among `all` whose images this one is built on. */
export function unitsBelow({ unit, bases }: BuiltOn, all: readonly BuiltOn[]): readonly string[] {
  return all.filter((other) => other.unit !== unit && other.images.some((image) => bases.includes(image))).map((other) => other.unit);
}
