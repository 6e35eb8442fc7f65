import type { Mode } from "./modes.ts";
import type { Layer, Source, UnitSettings } from "./layer.ts";
import { mergeCooper, mergeServices } from "./merge.ts";
import type { UnitFile } from "./read-unit-file.ts";

/** All that is read for a unit, each part still by itself. */
export interface UnitSources {
  readonly name: string;
  readonly folder: string;
  readonly mode: Mode;
  /** The unit has a Dockerfile: its image is built here. */
  readonly hasDockerfile: boolean;
  readonly host: Pick<UnitFile, "base" | "modes"> | null;
  readonly unit: UnitFile;
  readonly environment: readonly Layer[];
  readonly flags: readonly Layer[];
}

/** The layers of a unit in one mode, the lowest first. */
export function layersOfUnit(sources: UnitSources): readonly Layer[] {
  const { host, unit, mode } = sources;
  const layers = [
    defaultLayer(sources),
    host === null ? null : { ...host.base, source: "host file" as const },
    unit.base,
    host?.modes[mode] ?? null,
    unit.modes[mode],
    ...sources.environment,
    ...sources.flags,
  ];
  return layers.filter((layer) => layer !== null);
}

function defaultLayer({ name, hasDockerfile }: UnitSources): Layer {
  return {
    source: "default",
    service: { image: name, ...(hasDockerfile ? { build: { context: "." } } : {}) },
    cooper: {},
    replaced: new Set(),
    place: () => "default",
  };
}

const OWN: ReadonlySet<string> = new Set<Source>(["mode", "environment", "flag"]);

/** The settings of a unit: every layer merged, the image with the tag of its mode. */
export function resolveSettings(sources: UnitSources): UnitSettings {
  const layers = layersOfUnit(sources);
  const service = mergeServices(layers);
  const { modes: _, ...cooper } = mergeCooper(layers);
  const image = withTag(service.image ?? sources.name, sources.mode, service.build !== undefined);
  return {
    name: sources.name,
    folder: sources.folder,
    mode: sources.mode,
    service: { ...service, image },
    cooper,
    definitions: sources.unit.definitions,
    isImageNamed: layers.some((layer) => layer.source !== "default" && layer.service.image !== undefined),
    ownKeys: new Set(layers.filter(({ source }) => OWN.has(source)).flatMap((layer) => Object.keys(layer.service))),
  };
}

/** What is built here is `live` in production and `latest` elsewhere; a tag or digest that was given stays. */
function withTag(image: string, mode: Mode, isBuilt: boolean): string {
  if (image.includes("@") || /:[^/]*$/u.test(image)) return image;
  return `${image}:${isBuilt && mode === "prod" ? "live" : "latest"}`;
}
