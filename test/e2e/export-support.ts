import { outputOf } from "../support/host-command.ts";

/** What a container was asked for. */
export interface Asked {
  readonly config: Record<string, unknown>;
  readonly host: Record<string, unknown>;
  readonly networks: unknown;
  readonly mounts: readonly Record<string, unknown>[];
}

function byName(one: { readonly Name: string }, other: { readonly Name: string }): number {
  return one.Name < other.Name ? -1 : 1;
}

/** It, as the engine tells it, less what the engine itself chooses. */
export async function asked(name: string): Promise<Asked> {
  const [{ Id, Config, HostConfig, NetworkSettings, Mounts }] = JSON.parse(await outputOf(["docker", "inspect", name]));
  const networks = Object.entries<Record<string, unknown>>(NetworkSettings.Networks).map(
    ([network, { IPAMConfig, Aliases, NetworkID }]) => ({
      network,
      NetworkID,
      IPAMConfig,
      aliases: [Aliases].flat().filter((alias) => typeof alias === "string" && !/^[0-9a-f]{12}$/.test(alias)),
    }),
  );
  const mounts = Mounts.map((mount: Record<string, unknown>) => ({
    ...mount,
    ...(/^[0-9a-f]{64}$/.test(String(mount["Name"])) ? { Name: "nameless", Source: "nameless" } : {}),
  }));
  const place = (mount: Record<string, unknown>): string => String(mount["Destination"]);
  return {
    // The engine puts variables in an order of its own, and the docker command the binds and limits that it was told, anew each time.
    config: { ...Config, Env: Config.Env?.toSorted() ?? null, Hostname: Config.Hostname === Id.slice(0, 12) ? "its id" : Config.Hostname },
    host: { ...HostConfig, Binds: HostConfig.Binds?.toSorted() ?? null, Ulimits: HostConfig.Ulimits?.toSorted(byName) ?? null },
    networks,
    mounts: mounts.toSorted((one: Record<string, unknown>, other: Record<string, unknown>) => (place(one) < place(other) ? -1 : 1)),
  };
}

/** The same, less how a mount was written down, and what cooper notes down on what it makes. */
export function unwritten({ config, host, networks, mounts }: Asked): unknown {
  const labels = Object.entries(Object(config["Labels"])).filter(([label]) => !label.startsWith("cooper."));
  return {
    config: { ...config, Labels: Object.fromEntries(labels), Volumes: null },
    host: { ...host, Binds: null, Mounts: null },
    networks,
    mounts: mounts.map((mount) => ({ ...mount, Mode: null })),
  };
}
