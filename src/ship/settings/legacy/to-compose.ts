import { printYaml } from "../../../format/yaml/print-yaml.ts";
import type { YamlPath } from "../../../format/yaml/read-yaml.ts";
import { convertService, type ConvertedService } from "./convert-service.ts";
import { textOf, wordsOf, type LegacyFile, type LegacyValues } from "./legacy-file.ts";

type Parts = Readonly<Record<string, unknown>>;

/** What the original added to host ports in a test unless told. */
const TEST_PORT_OFFSET = 10_000;

/** An original settings.yaml as a Compose file with `x-cooper`, and what has no effect any more. */
export interface Converted {
  readonly text: string;
  readonly notes: readonly string[];
}

/** Converts all modes; throws `settings-invalid` for a value that has no counterpart. */
export function toCompose(file: LegacyFile, unit: string): Converted {
  const prod = convertService(file.prod);
  const overlays = (["test", "dev"] as const).map((mode) => ({
    mode,
    ...overlayOf(file[mode], { values: file.prod.values, converted: prod }, mode),
  }));
  const modes = Object.fromEntries(
    overlays.filter(({ service }) => Object.keys(service).length > 0).map(({ mode, service }) => [mode, service]),
  );
  const cooper = {
    ...prod.cooper,
    ...portOffset(file, prod),
    ...(Object.keys(modes).length === 0 ? {} : { modes }),
  };
  const service = { ...prod.service, ...(Object.keys(cooper).length === 0 ? {} : { "x-cooper": cooper }) };
  const networks = [...new Set([...prod.networks, ...overlays.flatMap(({ networks: names }) => names)])];
  const value = {
    services: { [unit]: service },
    ...(networks.length === 0 ? {} : { networks: Object.fromEntries(networks.map((name) => [name, { external: true }])) }),
    "x-cooper": { version: 1 },
  };
  const overrides = overlays.flatMap(({ mode, replaced }) =>
    replaced.map((key): YamlPath => ["services", unit, "x-cooper", "modes", mode, key]),
  );
  return { text: printYaml(value, overrides), notes: notesOf(file.prod) };
}

/** What a mode says otherwise than production. */
function overlayOf(
  legacy: LegacyValues,
  prod: { readonly values: LegacyValues["values"]; readonly converted: ConvertedService },
  mode: "test" | "dev",
): { readonly service: Parts; readonly replaced: readonly string[]; readonly networks: readonly string[] } {
  // Where the data of tests lives is the machine's matter (test_volumes in host.yaml).
  const own = convertService({ ...legacy, values: { ...legacy.values, port_offset: 0, vol_base: prod.values["vol_base"] } });
  const command = mode === "dev" ? debugCommand(legacy) : null;
  const service: Parts = { ...own.service, ...(command === null ? {} : { command }) };
  // Shifted host ports are another matter: `port_offset` says by how much.
  const hasOwnPorts = JSON.stringify(legacy.values["ports"]) !== JSON.stringify(prod.values["ports"]);
  const before = prod.converted.service;
  const changed = Object.entries(service).filter(([key, value]) =>
    key === "ports" ? hasOwnPorts : JSON.stringify(value) !== JSON.stringify(before[key]),
  );
  const volumes = own.testVolumes.length === 0 ? [] : [["volumes", [...asList(service["volumes"]), ...own.testVolumes]] as const];
  const all = Object.fromEntries([...changed, ...volumes]);
  return {
    service: all,
    replaced: Object.keys(all).filter((key) => before[key] !== undefined && typeof all[key] === "object"),
    networks: own.networks,
  };
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The first generation's other command for debugging. */
function debugCommand(legacy: LegacyValues): readonly string[] | null {
  const other = wordsOf(legacy, "debug_alt_cmnd");
  const more = wordsOf(legacy, "debug_extra_init");
  if (other.length === 0 && more.length === 0) return null;
  return [...(other.length > 0 ? other : [...wordsOf(legacy, "cmd"), ...wordsOf(legacy, "extra_init")]), ...more];
}

function portOffset(file: LegacyFile, prod: ConvertedService): Parts {
  if (prod.service["ports"] === undefined) return {};
  const told = textOf(file.test, "port_offset");
  const isOwn = told !== null && file.test.values["port_offset"] !== file.prod.values["port_offset"];
  return { port_offset: isOwn ? Number(told) : TEST_PORT_OFFSET };
}

/** Keys that say something of the machine or of how the original worked. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  build_push_opts: "push with docker push",
  build_push_to: "push with docker push",
  buildx: "docker build chooses its builder",
  d_src_dir: "write roots in host.yaml",
  d_src_dir2: "write roots in host.yaml",
  docker_exec: "the engine is found by DOCKER_HOST and Docker contexts",
  no_rm: "a container is removed with cooper down",
  rm: "a container is removed with cooper down",
  shell: "run a shell with cooper run --shell",
  shift_gids: "the engine's own map of ids is read",
  shift_uids: "the engine's own map of ids is read",
};

function notesOf(legacy: LegacyValues): readonly string[] {
  const there = Object.entries(WITHOUT_EFFECT).filter(([key]) => legacy.values[key] !== undefined && legacy.values[key] !== null);
  const auto =
    textOf(legacy, "puid") === "auto"
      ? ["puid: auto is a number of the original's own machines; write environment if the service needs it"]
      : [];
  return [...there.map(([key, instead]) => `${key}: ${instead}`), ...auto];
}
