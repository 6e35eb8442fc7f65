import type { Variables } from "../../../format/compose/interpolate.ts";
import { readYaml } from "../../../format/yaml/read-yaml.ts";
import { readUnitFile, type UnitFile } from "../read-unit-file.ts";
import { parseLegacy } from "./legacy-file.ts";
import { toCompose } from "./to-compose.ts";

/** Reads an original settings.yaml as the Compose file that `cooper convert` makes of it. */
export function readLegacyFile(source: {
  readonly text: string;
  readonly path: string;
  readonly name: string;
  readonly variables: Variables;
}): UnitFile {
  const { text, path, name, variables } = source;
  const made = readYaml(toCompose(parseLegacy(text, path, name), name).text, path);
  // Lines of the text in between would lead astray.
  const whole = { file: path };
  return readUnitFile({ ...made, place: () => whole, keyPlace: () => whole }, variables);
}
