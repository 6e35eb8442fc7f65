import { isAbsolute, join } from "node:path";
import { readTextIfThere } from "../../system/file/files.ts";
import { machineStateFolder } from "../../system/store/state-folder.ts";
import type { HostSettings } from "../settings/read-host-file.ts";

/** The process that asks: everything that settings may depend on besides files of the unit. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
}

/** What is true for all units of this machine: its file, over which the environment and the flags go. */
export interface Host {
  readonly settings: HostSettings;
  readonly roots: readonly string[];
  readonly volumes: string | null;
  readonly testVolumes: string | null;
  /** Where what is known of units is kept. */
  readonly state: string;
}

/** Reads `$XDG_CONFIG_HOME/cooper/host.yaml` (~/.config); none is fine. COOPER_ROOTS, COOPER_VOLUMES, COOPER_TEST_VOLUMES and COOPER_STATE go over it. */
export async function loadHost(around: Surroundings, flags: { readonly root: readonly string[] }): Promise<Host> {
  const { env, home } = around;
  const config = env["XDG_CONFIG_HOME"] ?? "";
  const file = join(isAbsolute(config) ? config : join(home, ".config"), "cooper", "host.yaml");
  const text = await readTextIfThere(file);
  const settings: HostSettings = text === null ? { machine: {}, layers: null } : await readSettings(text, file, env);
  const { machine } = settings;
  const expand = (path: string): string => (path === "~" || path.startsWith("~/") ? join(home, path.slice(1)) : path);
  const roots = [flags.root, (env["COOPER_ROOTS"] ?? "").split(":").filter(Boolean), machine.roots ?? []].find((list) => list.length > 0);
  const orNull = (path: string | undefined): string | null => (path === undefined || path === "" ? null : expand(path));
  return {
    settings,
    roots: (roots ?? []).map(expand),
    volumes: orNull(env["COOPER_VOLUMES"] ?? machine.volumes),
    testVolumes: orNull(env["COOPER_TEST_VOLUMES"] ?? machine.test_volumes),
    state: orNull(env["COOPER_STATE"] ?? machine.state) ?? machineStateFolder(env),
  };
}

/** What reads settings is loaded only where there is a file. */
async function readSettings(text: string, file: string, env: Surroundings["env"]): Promise<HostSettings> {
  const { readYaml } = await import("../../format/yaml/read-yaml.ts");
  const { readHostFile } = await import("../settings/read-host-file.ts");
  return readHostFile(readYaml(text, file), env);
}
