import { isSecretName } from "../../format/secret/secret-name.ts";
import { isSecretValue } from "../../format/secret/secret-value.ts";
import { printDuration } from "../../format/compose/units.ts";
import { printPort } from "../../format/compose/port.ts";
import type { UnitSettings } from "./layer.ts";

const MASK = "***";

/** Settings as a Compose file's value, as a person may see it: secret-looking values of variables are masked. */
export function shownSettings(settings: UnitSettings): object {
  const { service, cooper, definitions, name } = settings;
  const written = Object.entries(service).flatMap(([key, value]): readonly (readonly [string, unknown])[] =>
    value === undefined ? [] : [[key, shownValue(key, value)]],
  );
  const own = Object.keys(cooper).length === 0 ? {} : { "x-cooper": cooper };
  const defined = Object.entries(definitions).filter(([, value]) => value !== undefined);
  return { services: { [name]: { ...Object.fromEntries(written), ...own } }, ...Object.fromEntries(defined) };
}

/** The value of one key as a person may see it. */
export function shownValue(key: string, value: unknown): unknown {
  const [first = "", ...rest] = key.split(".");
  const name = rest.at(-1);
  if ((first === "environment" || first === "args") && name !== undefined)
    return typeof value === "string" ? maskVariable(name, value) : value;
  if (first === "environment") return mapValues(value, (one, text) => (typeof text === "string" ? maskVariable(one, text) : text));
  if (first === "build") return mapValues(value, (one, inner) => (one === "args" ? shownValue("environment", inner) : inner));
  if (first === "ports" && Array.isArray(value)) return value.map(printPort);
  if (first === "stop_grace_period" && typeof value === "number") return printDuration(value);
  if (first === "volumes" && Array.isArray(value))
    return value.map((mount: object) => Object.fromEntries(Object.entries(mount).filter(([one, inner]) => isTelling(one, inner))));
  if (first === "healthcheck")
    return mapValues(value, (_, inner) => (typeof inner === "number" && inner >= 1000 ? printDuration(inner) : inner));
  return value;
}

function isTelling(key: string, value: unknown): boolean {
  return value !== null && value !== false && !(key === "create_host_path" && value === true);
}

function mapValues(value: unknown, change: (key: string, value: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]: [string, unknown]) => [key, change(key, inner)]));
}

function maskVariable(name: string, value: string): string {
  return value !== "" && (isSecretName(name) || isSecretValue(value)) ? MASK : value;
}
