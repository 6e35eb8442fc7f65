import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { behindGreeting, sshWords, withGreeting } from "../../engine/transport/ssh-stream.ts";
import { quoteWord } from "../../format/shell/quote.ts";
import { runProcess } from "../../system/process/process.ts";
import type { Session } from "../session/session-record.ts";
import { engineCommand, sshAddress } from "../session/engine-address.ts";
import { sshTo } from "./ssh-master.ts";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The words that run the docker command, or podman, on the machine of the session's engine. */
export function dockerThere({ record }: Session, words: readonly string[]): readonly string[] {
  const { host, context } = record.engine;
  const ssh = sshAddress(host);
  const command = engineCommand(host);
  if (ssh === null) {
    const isNamed = host !== null && command === "docker";
    const choice = context !== null ? ["--context", context] : isNamed ? ["--host", host] : [];
    return [command, ...choice, ...words];
  }
  const shared = ["-T", "-S", `${record.socket}.ssh`, "-o", "ControlMaster=no", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20"];
  return [...sshTo(ssh, shared), withGreeting([command, ...words].map(quoteWord).join(" "))];
}

/** Runs the docker command where the session's engine is; gives its output. Throws `docker-failed` with its words. */
export async function runDocker(session: Session, { env, signal }: Surroundings, words: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await runProcess(dockerThere(session, words), { env, signal });
  if (exit === 0) return behindGreeting(stdout.toString());
  const said = sshWords(stderr.toString());
  const command = engineCommand(session.record.engine.host);
  throw new CooperError("docker-failed", `${command} ${words[0] ?? ""} ended with exit code ${exit}: ${said}`, {
    hint: dockerHint(said, command),
    exit: EXIT.engine,
  });
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^ssh: |Permission denied \(|Host key verification failed|Connection (?:closed|reset|refused|timed out)/m,
    "These are ssh's words. `ssh HOST docker version` must answer without a question; cooper dev doctor tells more.",
  ],
  [/permission denied/i, "The user there may not use the engine: add it to the group docker, and log in anew."],
  [/no space left on device/i, "The disk of the engine's machine is full: `docker system df` there tells of what."],
  [
    /unable to find image|no such image|pull access denied|manifest (?:unknown|for)/i,
    "An image that this machine has is sent by: cooper dev push IMAGE",
  ],
  [
    /container name .* is already in use|the name .* is already in use/i,
    "Choose another --name, or have that container in the session: cooper dev attach NAME",
  ],
  [
    /port is already allocated|address already in use/i,
    "Choose another port of the engine's machine, or none: cooper dev forward reaches the container's without it.",
  ],
  [/unknown (?:shorthand )?flag/i, "Words before the image are docker's own; cooper's are in: cooper dev run --help"],
];

/** What to do about the docker command's words. */
export function dockerHint(said: string, command = "docker"): string {
  if (new RegExp(`${command}: (?:command )?not found`, "i").test(said))
    return `The ${command} command must be installed there, and found in the PATH of a command over ssh.`;
  return HINTS.find(([pattern]) => pattern.test(said))?.[1] ?? "See its words.";
}
