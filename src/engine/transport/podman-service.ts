import { setTimeout as delay } from "node:timers/promises";
import { quoteWord } from "../../format/shell/quote.ts";
import { spawnStream } from "../../system/process/process.ts";
import type { Target } from "../endpoint/endpoint.ts";
import { serviceSocket } from "../endpoint/find-endpoint.ts";
import { saysLine, sshWay } from "./ssh-stream.ts";

/** Said when the service is there: what a login prints before it is not of the service. */
const READY = "cooper-podman-serves";
const READY_WITHIN_MS = 60_000;
const GOES_WITHIN_MS = 2_000;

/** Serves Podman's API at a socket of a folder of its own, says so, and goes with its input, or with the service. One that was killed leaves a service that ends for want of questions. */
const SERVE = `d=$1; umask 077; mkdir -m 700 "$d" || exit 1
p= c=; trap 'kill $p $c 2>/dev/null; rm -rf "$d"' EXIT; trap 'exit 1' HUP INT TERM
podman system service --time=600 "unix://$d/socket" </dev/null >/dev/null 2>"$d/said" & p=$!
until [ -S "$d/socket" ]; do kill -0 $p 2>/dev/null || { cat "$d/said" >&2; exit 1; }; sleep 0.05; done
echo ${READY}; exec 3<&0; cat <&3 >/dev/null & c=$!
{ while kill -0 $p && kill -0 $c; do sleep 1; done; kill $c; } >/dev/null 2>&1 & wait $c`;

/** Holds the folder that the way to another machine's service has its end in. */
const HOLD = `d=$1; shift; umask 077; mkdir -m 700 "$d" || exit 1
trap 'rm -rf "$d"' EXIT; trap 'exit 1' HUP INT TERM
"$@"`;

/** Podman's API, served by its command for this process alone: here, or on another machine with its socket forwarded by ssh. */
export class PodmanService {
  readonly #target: Target;
  #running: Promise<string> | null = null;

  constructor(target: Target) {
    this.#target = target;
  }

  /** Path of the socket; the service is started where it does not run. Rejects with what the command says. */
  socket(): Promise<string> {
    this.#running ??= this.#start().catch((error: unknown) => {
      this.#running = null;
      throw error;
    });
    return this.#running;
  }

  async #start(): Promise<string> {
    const folder = this.#target.serviceFolder ?? "";
    // A ^C is for this program, which still needs the service to clean up.
    const started = spawnStream(commandOf(this.#target, folder), { env: this.#target.env, detached: true });
    let complaint = "";
    started.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-2_000)));
    const ended = started.exit.then((code) => {
      this.#running = null;
      throw new Error(complaint.trim() === "" ? `podman's service ended with exit code ${code}` : complaint.trim());
    });
    ended.catch(() => undefined);
    if (await saysLine(started, READY, READY_WITHIN_MS)) return serviceSocket(folder);
    started.stdin.end();
    started.kill();
    // A login there that never ends keeps its ssh.
    await Promise.race([ended, delay(GOES_WITHIN_MS)]);
    throw new Error("podman's service did not say that it is there");
  }
}

function commandOf({ endpoint, sshControl }: Target, folder: string): readonly string[] {
  if (endpoint.kind !== "podman" || endpoint.ssh === null) return ["sh", "-c", SERVE, "sh", folder];
  // Another name: the other machine may be this one.
  const far = `/tmp/${folder.split("/").at(-1) ?? ""}-far`;
  const forward = ["-o", "ExitOnForwardFailure=yes", "-L", `${serviceSocket(folder)}:${serviceSocket(far)}`];
  const there = ["sh", "-c", SERVE, "sh", far].map(quoteWord);
  return ["sh", "-c", HOLD, "sh", folder, ...sshWay(endpoint.ssh, sshControl, forward), ...there];
}
