import { printYaml } from "../../../format/yaml/print-yaml.ts";
import type { Mount } from "../../../format/compose/mount.ts";
import type { CooperKeys, MountPolicy } from "../schema/cooper-schema.ts";
import type { Layer } from "../layer.ts";
import { mergeServices } from "../merge.ts";
import type { UnitFile } from "../read-unit-file.ts";
import type { Service } from "../schema/service-schema.ts";
import { SERVICE_ROWS } from "./service-rows.ts";

type Parts = Readonly<Record<string, unknown>>;

/** What a kind of mount was called where instances beside production get a policy. */
const MOUNT_KEYS: Readonly<Record<MountPolicy, string>> = {
  empty: "mount_persistent_test_copy",
  tree: "mount_persistent_test_copy_tree",
  copy: "mount_persistent_test_copy_files",
  "share-ro": "mount_persistent_test_ro",
  share: "mount_persistent",
};

/** Where a unit's paths are: its own folder, and the folder of its volumes. */
export interface LegacyPlaces {
  readonly folder: string;
  readonly volumes: string;
}

/** A unit's file as an original settings.yaml (paths below its volumes are relative there), and the keys that have no counterpart there. */
export function toLegacy(file: UnitFile, places: LegacyPlaces): { readonly text: string; readonly left: readonly string[] } {
  const left: string[] = [];
  const prod = { ...convertLayer(file.base, { prefix: "", places, left }), ...convertCooper(file.base.cooper, left) };
  const modes = (["test", "dev"] as const).map((mode) => {
    const layer = file.modes[mode];
    const parts = layer === null ? {} : convertLayer(wholeLayer(file.base, layer), { prefix: `x-cooper.modes.${mode}.`, places, left });
    return Object.fromEntries(Object.entries(parts).map(([key, value]) => [`${mode}_${key}`, value]));
  });
  if (file.modes.prod !== null) left.push("x-cooper.modes.prod");
  return { text: printYaml(Object.assign({}, prod, ...modes)), left: left.toSorted() };
}

/** A key of a mode took the place of the whole key in the original. */
function wholeLayer(base: Layer, mode: Layer): Layer {
  const merged = mergeServices([base, mode]);
  return {
    ...mode,
    cooper: base.cooper,
    service: Object.fromEntries(Object.entries(merged).filter(([key]) => Object.hasOwn(mode.service, key))),
  };
}

interface Conversion {
  readonly prefix: string;
  readonly places: LegacyPlaces;
  readonly left: string[];
}

function convertLayer(layer: Layer, conversion: Conversion): Parts {
  const { prefix, left } = conversion;
  let parts: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(layer.service)) {
    if (key === "volumes") parts = join(parts, convertVolumes(layer, conversion));
    else {
      const row: unknown = Reflect.get(SERVICE_ROWS, key);
      const made: unknown = typeof row === "function" ? Reflect.apply(row, null, [value]) : null;
      if (typeof made === "object" && made !== null) parts = join(parts, made);
      else left.push(prefix + key);
      if (key === "networks") left.push(...aliasesOf(layer.service).map((name) => `${prefix}networks.${name}.aliases`));
    }
  }
  return parts;
}

function aliasesOf({ networks = {} }: Service): readonly string[] {
  const aliased = Object.entries(networks).map(([name, options]) => ({ name, aliases: [], ...options }));
  return aliased.filter(({ aliases }) => (aliases ?? []).length > 0).map(({ name }) => name);
}

function join(left: Readonly<Record<string, unknown>>, right: object): Record<string, unknown> {
  const joined = Object.entries(right).map(([key, value]: [string, unknown]) => {
    const before = left[key];
    return [key, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value];
  });
  return { ...left, ...Object.fromEntries(joined) };
}

function convertVolumes({ service, cooper }: Layer, { prefix, places, left }: Conversion): Parts {
  let parts: Record<string, unknown> = {};
  for (const [index, mount] of (service.volumes ?? []).entries()) {
    const key = mountKey(mount, cooper.mounts?.[mount.target]?.test);
    if (key === null || mount.source === null) left.push(`${prefix}volumes.${index}`);
    else parts = join(parts, { [key]: [{ [placeOf(mount.source, places)]: mount.target }] });
  }
  return parts;
}

function placeOf(source: string, { folder, volumes }: LegacyPlaces): string {
  if (source.startsWith(".")) return `${folder}/${source.replace(/^\.\/?/u, "")}`;
  return source.startsWith(`${volumes}/`) ? source.slice(volumes.length + 1) : source;
}

function mountKey(mount: Mount, policy: MountPolicy | undefined): string | null {
  if (mount.type !== "bind") return null;
  return mount.read_only ? "mount_ro" : policy === undefined ? "mount_rw" : MOUNT_KEYS[policy];
}

function convertCooper(
  { after, autostart, attach, repositories, address, port_offset: offset, mounts, provision, scan }: CooperKeys,
  left: string[],
): Parts {
  const [repo1, repo2, ...more] = repositories ?? [];
  const others = {
    after,
    provision,
    scan,
    "repositories (more than two)": more.length > 0 ? more : undefined,
    "port_offset: auto": offset === "auto" ? offset : undefined,
  };
  left.push(
    ...Object.entries(others)
      .filter(([, value]) => value !== undefined)
      .map(([key]) => `x-cooper.${key}`),
  );
  if (Object.values(mounts ?? {}).some(({ owner, group, mode }) => (owner ?? group ?? mode) !== undefined))
    left.push("x-cooper.mounts (owner, group, mode)");
  const wave =
    autostart === undefined ? {} : { autostart: [autostart.wave, ...(autostart.hosts ?? []).map((host) => `host=${host}`)].join(",") };
  return {
    ...wave,
    ...(attach === true ? { fg: 1 } : {}),
    ...(repo1 === undefined ? {} : { repo1 }),
    ...(repo2 === undefined ? {} : { repo2 }),
    ...(typeof address === "object" ? { ip: address.lookup } : {}),
    ...(typeof offset === "number" ? { test_port_offset: offset } : {}),
  };
}
