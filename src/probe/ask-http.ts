import type { ContainerInfo } from "../engine/container/container.ts";
import { runInContainer } from "../engine/stream/exec.ts";
import type { Engine } from "../engine/open-engine.ts";
import { exchangeTcp, isInOwnNetwork } from "../system/network/tcp.ts";
import { within } from "../base/within.ts";

/** Ways to talk to a port from inside, where the host cannot reach it: each copies stdin to the port and what comes back to stdout. */
const SPEAKERS: readonly (readonly string[])[] = [
  ["bash", "-c", 'exec 3<>"/dev/tcp/127.0.0.1/$1" && cat >&3 && exec cat <&3', "bash", "PORT"],
  [
    "python3",
    "-c",
    "import socket,sys\ns=socket.create_connection(('127.0.0.1',int(sys.argv[1])),5)\ns.sendall(sys.stdin.buffer.read())\nwhile True:\n  b=s.recv(65536)\n  if not b: break\n  sys.stdout.buffer.write(b)",
    "PORT",
  ],
  [
    "perl",
    "-MIO::Socket::INET",
    "-e",
    '$s=IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or exit 1; local $/; print $s scalar <STDIN>; $s->flush; print scalar <$s>',
    "PORT",
  ],
  ["nc", "-w", "5", "127.0.0.1", "PORT"],
  ["busybox", "nc", "-w", "5", "127.0.0.1", "PORT"],
];
const NOT_RUN: readonly number[] = [126, 127];
const ANSWER_MS = 10_000;
const ANSWER_BYTES = 1024 ** 2;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

interface HttpQuestion {
  readonly port: number;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** Reads an HTTP/1 answer; null where it is none. */
export function readHttpAnswer(bytes: Buffer): HttpAnswer | null {
  const text = bytes.toString("utf8");
  const status = /^HTTP\/1\.[01] (\d{3})\b/u.exec(text)?.[1];
  const at = text.search(/\r?\n\r?\n/u);
  if (status === undefined) return null;
  return { status: Number(status), body: at < 0 ? "" : text.slice(at).replace(/^(\r?\n){2}/u, "") };
}

/** Asks a web server in a running container, from outside where its address can be reached, else from inside; null where it does not answer. */
export async function askHttp(engine: Engine, container: ContainerInfo, question: HttpQuestion): Promise<HttpAnswer | null> {
  const request = `GET ${question.path} HTTP/1.0\r\nHost: localhost\r\nUser-Agent: cooper\r\nConnection: close\r\n\r\n`;
  const address = container.networkSettings.ip;
  if (engine.isLocal && isInOwnNetwork(address)) {
    const bytes = await exchangeTcp({ host: address, port: question.port, send: request, timeoutMs: ANSWER_MS, limit: ANSWER_BYTES });
    const answer = bytes === null ? null : readHttpAnswer(bytes);
    if (answer !== null) return answer;
  }
  return askFromInside(engine, container.id, { ...question, request });
}

async function askFromInside(
  engine: Engine,
  id: string,
  question: HttpQuestion & { readonly request: string },
): Promise<HttpAnswer | null> {
  for (const speaker of SPEAKERS) {
    const argv = speaker.map((word) => (word === "PORT" ? String(question.port) : word));
    const signal = within(ANSWER_MS, question.signal);
    const result = await runInContainer(engine, id, argv, { input: question.request, signal }).catch(() => null);
    question.signal.throwIfAborted();
    if (result !== null && !NOT_RUN.includes(result.exit)) return readHttpAnswer(result.stdout);
  }
  return null;
}
