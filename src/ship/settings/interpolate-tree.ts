import { CooperError } from "../../base/errors.ts";
import { interpolate, type Variables } from "../../format/compose/interpolate.ts";
import { isProblem } from "../../format/compose/problem.ts";
import type { YamlFile, YamlPath } from "../../format/yaml/read-yaml.ts";

/** A file's value with all variables in its texts replaced; throws `variable-unset` with the place. Keys stay as they are. */
export function interpolateFile(file: YamlFile, variables: Variables): unknown {
  return interpolateValue(file.value, [], { file, variables });
}

function interpolateValue(value: unknown, path: YamlPath, reading: { readonly file: YamlFile; readonly variables: Variables }): unknown {
  if (Array.isArray(value)) return value.map((item: unknown, index) => interpolateValue(item, [...path, index], reading));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolateValue(item, [...path, key], reading)]));
  }
  if (typeof value !== "string") return value;
  const done = interpolate(value, reading.variables);
  if (!isProblem(done)) return done;
  throw new CooperError("variable-unset", `${path.join(".")} holds ${done.problem}.`, {
    hint: "Set it in the environment or in the unit's .env file, or give a default: ${NAME:-default}. A $ itself is written $$.",
    where: reading.file.place(path),
  });
}
