import { exchangeTcp } from "../system/tcp.ts";
import { crawl, type CrawledPage } from "./crawl.ts";

/** What a port answered: the protocol it spoke and what was asked of it. */
export interface Greeting {
  readonly port: number;
  readonly protocol: string;
  readonly pages: readonly CrawledPage[];
}

interface GreetTarget {
  /** The port in the container, and where it is reached. */
  readonly port: number;
  readonly host: string;
  readonly hostPort: number;
  readonly signal: AbortSignal;
}

interface Protocol {
  readonly name: string;
  readonly send: Uint8Array;
  readonly answer: RegExp;
  /** Bytes of the answer that tell. */
  readonly bytes: number;
}

const TIMEOUT_MS = 3_000;
const CRAWL = { maxPages: 60, maxDepth: 3 };

/** Greetings of protocols that are not HTTP. Sources: the protocols' own documents (redis RESP, memcached protocol.txt, PostgreSQL SSLRequest). */
const PROTOCOLS: readonly Protocol[] = [
  { name: "redis", send: Buffer.from("PING\r\n"), answer: /^(?:\+PONG|-NOAU|-DENI)/, bytes: 5 },
  { name: "memcached", send: Buffer.from("version\r\n"), answer: /^VERSION/, bytes: 7 },
  { name: "postgres", send: Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]), answer: /^[SN]/, bytes: 1 },
];

/** Greets a port in the protocol it speaks: HTTP and HTTPS are crawled, a few others asked a harmless question, the rest only connected to. */
export async function greetPort(target: GreetTarget): Promise<Greeting> {
  const { host, hostPort, port, signal } = target;
  for (const scheme of ["http", "https"]) {
    const pages = await crawl(`${scheme}://${host}:${hostPort}`, { ...CRAWL, signal });
    if (pages.length > 0) return { port, protocol: scheme, pages };
  }
  for (const protocol of PROTOCOLS) {
    signal.throwIfAborted();
    const answer = await exchangeTcp({ host, port: hostPort, send: protocol.send, timeoutMs: TIMEOUT_MS, limit: protocol.bytes });
    if (answer !== null && protocol.answer.test(answer.toString("latin1"))) return { port, protocol: protocol.name, pages: [] };
  }
  return { port, protocol: "tcp", pages: [] };
}
