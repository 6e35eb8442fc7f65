import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { spawnStream } from "../../system/process/process.ts";
import { sshTo } from "../link/ssh-master.ts";

export interface Tunnel {
  /** "ssh://user@host:port" */
  readonly host: string;
  readonly near: number;
  readonly far: { readonly address: string; readonly port: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface OpenTunnel {
  /** Rejects with why ssh ended when it was not closed. */
  readonly ended: Promise<void>;
  close(): void;
}

const READY = "cooper-tunnel-is-open";

/** Opens a port of this machine that leads to an address beyond the machine of ssh; resolves when it can be used. Throws `tunnel-failed`. */
export async function openTunnel({ host, near, far, env }: Tunnel): Promise<OpenTunnel> {
  // The local command comes when the port is open.
  const wishes = ["BatchMode=yes", "ControlPath=none", "ExitOnForwardFailure=yes", "PermitLocalCommand=yes", `LocalCommand=echo ${READY}`];
  const alive = ["ServerAliveInterval=5", "ServerAliveCountMax=3"];
  const options = [...wishes, ...alive].flatMap((wish) => ["-o", wish]);
  const address = far.address.includes(":") ? `[${far.address}]` : far.address;
  const ssh = spawnStream(sshTo(host, ["-N", "-T", ...options, "-L", `127.0.0.1:${near}:${address}:${far.port}`]), { env });
  ssh.stdin.end();
  let complaint = "";
  let isClosed = false;
  ssh.stderr.on("data", (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-2_000)));
  const failed = (exit: number): CooperError => tunnelFailed(host, complaint.trim() || `ssh ended with exit code ${exit}`);
  const ended = ssh.exit.then((exit) => {
    if (!isClosed) throw failed(exit);
  });
  ended.catch(() => undefined);
  await Promise.race([readUntil(ssh.stdout, READY), ended]);
  const close = (): void => {
    isClosed = true;
    ssh.kill();
  };
  return { ended, close };
}

function readUntil(stream: NodeJS.ReadableStream, word: string): Promise<void> {
  let text = "";
  return new Promise((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes(word)) resolve();
    });
  });
}

function tunnelFailed(host: string, complaint: string): CooperError {
  return new CooperError("tunnel-failed", `no way through ${host}: ${complaint}`, {
    hint: "Where the port of this machine is taken, name another one (cooper dev forward 9000:80). The ssh server there must allow forwarding (AllowTcpForwarding).",
    exit: EXIT.engine,
  });
}
