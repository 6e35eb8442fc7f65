import { cooperShape } from "./schema/cooper-schema.ts";
import { CooperError } from "../../base/errors.ts";
import { suggest } from "../../base/suggest.ts";
import type { Layer, Source, UnitSettings } from "./layer.ts";
import { serviceShape } from "./schema/service-schema.ts";

/** One place that says something about a key. */
export interface Voice {
  readonly source: Source;
  readonly place: string;
  readonly value: unknown;
}

export interface Explanation {
  readonly key: string;
  /** What counts; undefined where nothing says anything. */
  readonly value: unknown;
  /** Who said what, the one that wins first. */
  readonly voices: readonly Voice[];
}

/** Where the value of a key ("ports", "environment.DEBUG", "x-cooper.port_offset") comes from. */
export function explain(key: string, layers: readonly Layer[], settings: UnitSettings): Explanation {
  const parts = key.split(".");
  const [first = "", ...rest] = parts[0] === "x-cooper" ? parts.slice(1) : parts;
  const isOfCooper = Object.hasOwn(cooperShape, first);
  if (!isOfCooper && !Object.hasOwn(serviceShape, first)) throw unknownKey(first);
  const path = [first, ...rest];
  const voices = layers.toReversed().flatMap((layer): readonly Voice[] => {
    const value = valueAt(isOfCooper ? layer.cooper : layer.service, path);
    return value === undefined ? [] : [{ source: layer.source, place: layer.place(isOfCooper ? ["x-cooper", ...path] : path), value }];
  });
  return { key, value: valueAt(isOfCooper ? settings.cooper : settings.service, path), voices };
}

function unknownKey(key: string): CooperError {
  const meant = suggest(key, [...Object.keys(serviceShape), ...Object.keys(cooperShape)]);
  return new CooperError("settings-invalid", `"${key}" is no key of a unit.`, {
    hint: meant === null ? "docs/guide/settings.md lists all keys." : `Did you mean ${meant}?`,
  });
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined),
    value,
  );
}
