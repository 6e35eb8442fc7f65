import { quoteWord } from "../../format/shell/quote.ts";
import { runProcess } from "../../system/process/process.ts";
import { type SshMaster, sshTo } from "./ssh-master.ts";

interface Place {
  /** "ssh://user@host:port", with the engine's socket there as its path where it is not the usual one. */
  readonly host: string;
  readonly master: SshMaster;
  /** Where the socket of this machine is to be. */
  readonly local: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const FOUND = "cooper-engine:";
const FOUND_WITHIN_MS = 20_000;

/** Finds the socket of the engine that the docker command there finds; says nothing where that has none, or this user may not use it. */
const FIND = [
  'engine="${1:-$DOCKER_HOST}"',
  'settings="${DOCKER_CONFIG:-$HOME/.docker}/config.json"',
  'if [ -n "$engine" ]; then :',
  'elif [ -n "$DOCKER_CONTEXT" ] || grep -qs currentContext "$settings"',
  "then engine=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null)",
  "else engine=unix:///var/run/docker.sock; fi",
  "path=${engine#unix://}",
  `[ "$path" = "$engine" ] || { [ -S "$path" ] && [ -w "$path" ] && command -v docker >/dev/null && echo "${FOUND}$path"; }`,
].join("\n");

/**
 * Opens a socket of this machine that leads to the engine's own: one more connection is then one more channel of the same ssh, and no program over
 * there. False where that cannot be had; the docker command there leads to the engine then.
 */
export async function openEngineSocket({ host, master, local, env }: Place): Promise<boolean> {
  const { pathname } = new URL(host);
  const given = pathname === "" || pathname === "/" ? "" : `unix://${decodeURIComponent(pathname)}`;
  const options = ["-T", "-S", master.socket, "-o", "ControlMaster=no", "-o", "BatchMode=yes"];
  const script = ["sh", "-c", FIND, "sh", given].map(quoteWord).join(" ");
  const told = await runProcess([...sshTo(host, options), script], { env, timeoutMs: FOUND_WITHIN_MS }).catch(() => null);
  const line = told?.stdout
    .toString()
    .split("\n")
    .find((one) => one.startsWith(FOUND));
  return line === undefined ? false : await master.forward(local, line.slice(FOUND.length));
}
