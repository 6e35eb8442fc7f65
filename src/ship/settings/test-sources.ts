import { readYaml } from "../../format/yaml/read-yaml.ts";
import { readAssignments, readEnvironment } from "./assignments.ts";
import type { Mode } from "./modes.ts";
import { readUnitFile } from "./read-unit-file.ts";
import type { UnitSources } from "./resolve.ts";
import { readHostFile } from "./read-host-file.ts";

/** The parts of a unit's settings as texts, for tests. */
export interface TestTexts {
  readonly unit: string;
  readonly host?: string;
  readonly mode?: Mode;
  readonly env?: Readonly<Record<string, string>>;
  readonly set?: readonly (readonly [string, string])[];
}

/** Sources of a unit called `web` made of texts. */
export function testSources({ unit, host, mode = "prod", env = {}, set = [] }: TestTexts): UnitSources {
  return {
    name: "web",
    folder: "/units/web",
    mode,
    hasDockerfile: true,
    host: host === undefined ? null : readHostFile(readYaml(host, "host.yaml"), env).layers,
    unit: readUnitFile(readYaml(unit, "compose.yaml"), env),
    environment: readEnvironment(env),
    flags: readAssignments(set),
  };
}
