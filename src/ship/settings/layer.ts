import type { Where } from "../../base/errors.ts";
import type { YamlPath } from "../../format/yaml/read-yaml.ts";
import type { CooperKeys } from "./schema/cooper-schema.ts";
import type { Mode } from "./modes.ts";
import type { ComposeFile, UnitService } from "./schema/file-schema.ts";
import type { Service } from "./schema/service-schema.ts";

/** Where a setting came from; the later ones win. */
export const SOURCES = ["default", "host file", "unit file", "mode", "environment", "flag"] as const;
export type Source = (typeof SOURCES)[number];

/** What one place says about a unit. */
export interface Layer {
  readonly source: Source;
  readonly service: Service;
  readonly cooper: CooperKeys;
  /** Keys of the service that take the place of what lower layers say instead of adding to it. */
  readonly replaced: ReadonlySet<string>;
  /** Where a key stands: "compose.yaml:4:5", "$COOPER_SET_USER", "--set". */
  readonly place: (key: YamlPath) => string;
}

/** Definitions of networks, volumes and secrets that a unit's file makes. */
export type Definitions = Pick<ComposeFile, "networks" | "volumes" | "secrets">;

/** All that is known about a unit in one mode, with every layer merged. */
export interface UnitSettings {
  readonly name: string;
  /** The unit's folder. */
  readonly folder: string;
  readonly mode: Mode;
  readonly service: Service;
  readonly cooper: Omit<CooperKeys, "modes">;
  readonly definitions: Definitions;
  /** Keys of the service that the mode itself, the environment or a flag says. */
  readonly ownKeys: ReadonlySet<string>;
  /** A file, a variable or a flag names its image; else that is the unit's own name. */
  readonly isImageNamed: boolean;
}

/** Splits a service from what stands under its `x-cooper`. */
export function splitService(whole: UnitService): { readonly service: Service; readonly cooper: CooperKeys } {
  const { "x-cooper": cooper = {}, ...service } = whole;
  return { service, cooper };
}

/** A place as text. */
export function placeText({ file = "", line, column }: Where): string {
  return [file, line, column].filter((part) => part !== undefined).join(":");
}
