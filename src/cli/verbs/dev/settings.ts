import { readUserSettings, type UserSettings } from "../../../remote/settings/user-settings.ts";
import type { SessionSettings } from "../../../remote/session/session-record.ts";
import type { VerbContext } from "../../context.ts";
import type { InitOptions } from "./session.ts";

/** What `cooper dev init` was told, else what the person has settled. */
export interface SettledInit {
  readonly options: InitOptions;
  readonly settings: SessionSettings;
}

/** The options of the command line before those of the preset before the general ones of the settings file. */
export async function settledInit(context: VerbContext, options: InitOptions): Promise<SettledInit> {
  const settled = await readUserSettings(context, options.preset);
  const { run = [], registry = null, distro = null, ssh_key: sshKey = null, deadline = 5 } = settled;
  const told = {
    registry: options.registry ?? registry,
    distro: options.distro ?? distro,
    deadlineMs: options.deadline ?? deadline * 1_000,
  };
  const settings = { run, sshKey, built: null, ...told };
  return {
    options: { ...placesOf(settled), ...options, ...engineOf(options, settled), mount: options.mount && settled.mount !== false },
    settings,
  };
}

function placesOf({ image, user, build_dir: buildDir }: UserSettings): Partial<InitOptions> {
  return {
    ...(image === undefined ? {} : { image }),
    ...(user === undefined ? {} : { user }),
    ...(buildDir === undefined ? {} : { buildDir }),
  };
}

// One word about the engine says all about it.
function engineOf(options: InitOptions, { host, context, docker }: UserSettings): Partial<InitOptions> {
  const isTold = options.local === true || options.host !== undefined || options.remote !== undefined || options.context !== undefined;
  return {
    ...(isTold || host === undefined ? {} : { host }),
    ...(isTold || context === undefined ? {} : { context }),
    ...(docker !== undefined && options.docker === "docker" ? { docker } : {}),
  };
}
