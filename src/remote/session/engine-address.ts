/** A machine behind ssh, "ssh://user@host:port", where the engine of this address is one's; null for an engine of this machine or of the network. */
export function sshAddress(host: string | null): string | null {
  const match = /^(?:podman\+|nerdctl\+)?(ssh:\/\/.*)$/su.exec(host ?? "");
  return match?.[1] ?? null;
}

/** What starts containers on an engine's machine. */
export type EngineCommand = "docker" | "podman" | "nerdctl";

/** The command of the engine at this address. */
export function engineCommand(host: string | null): EngineCommand {
  const scheme = /^(podman|nerdctl)(?:\+ssh)?:\/\//u.exec(host ?? "")?.[1];
  return scheme === "podman" || scheme === "nerdctl" ? scheme : "docker";
}
