import { readYaml } from "../../format/yaml/read-yaml.ts";
import { printYaml } from "../../format/yaml/print-yaml.ts";
import { serviceShape } from "../settings/schema/service-schema.ts";
import { readUnitFile } from "../settings/read-unit-file.ts";
import { toLegacy } from "../settings/legacy/to-legacy.ts";
import { composeService, dollars, rangesOf, topLevel } from "./as-compose.ts";
import type { Definition } from "./definition.ts";
import type { Exported } from "./exported.ts";

/** Every path stays as it is: none is below this. */
const NOWHERE = "\0";

type Parts = Readonly<Record<string, unknown>>;

/** A settings.yaml of docker-infrastructure that says the same. */
export function asSettings(definition: Definition): Exported {
  // No settings file can say that the engine may choose a port of a range.
  const ports = definition.ports.filter(({ published }) => !published.includes("-"));
  const { service, left } = composeService({ ...definition, ports });
  const known = Object.entries(service).filter(([key]) => Object.hasOwn(serviceShape, key));
  const unknown = Object.keys(service).filter((key) => !Object.hasOwn(serviceShape, key));
  const labels = definition.mounts.some(({ label }) => label !== null) ? ["volumes: z"] : [];
  const text = printYaml(dollars({ services: { [definition.name]: withoutLabels(Object.fromEntries(known)) }, ...topLevel(definition) }));
  const made = toLegacy(readUnitFile(readYaml(text, "export"), {}), { folder: "", volumes: NOWHERE });
  return {
    text: made.text,
    left: [...left, ...rangesOf(definition), ...unknown, ...labels, ...made.left.map((key) => volumeName(key, definition))],
  };
}

/** "volumes.1" by what it is. */
function volumeName(key: string, { mounts }: Definition): string {
  const index = /^volumes\.(\d+)$/u.exec(key)?.[1];
  return index === undefined ? key : `volumes: ${mounts[Number(index)]?.target ?? index}`;
}

/** SELinux's labels of mounts have no counterpart. */
function withoutLabels(service: Parts): Parts {
  const volumes = service["volumes"];
  if (!Array.isArray(volumes)) return service;
  return {
    ...service,
    volumes: volumes.map((volume: object) =>
      Object.fromEntries(
        Object.entries(volume).map(([key, value]: [string, unknown]) => [
          key,
          key === "bind" && typeof value === "object" && value !== null
            ? Object.fromEntries(Object.entries(value).filter(([inner]) => inner !== "selinux"))
            : value,
        ]),
      ),
    ),
  };
}
