import { setTimeout as delay } from "node:timers/promises";
import { exchangeTcp } from "../system/network/tcp.ts";
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
  /** How long it may take to tell the protocol; then it is called tcp. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

interface Protocol {
  readonly name: string;
  readonly send: Uint8Array;
  readonly answer: RegExp;
  /** Bytes of the answer that tell. */
  readonly bytes: number;
}

const TIMEOUT_MS = 1_500;
/** A server that has not answered HTTP by now is asked other things meanwhile. */
const PATIENCE_MS = 700;
const CRAWL = { maxPages: 60, maxDepth: 3 };
const BAD_REQUEST = 400;

/** Greetings of protocols that are not HTTP. Sources: the protocols' own documents (redis RESP, memcached protocol.txt, PostgreSQL SSLRequest). */
const PROTOCOLS: readonly Protocol[] = [
  { name: "redis", send: Buffer.from("PING\r\n"), answer: /^(?:\+PONG|-NOAU|-DENI)/, bytes: 5 },
  { name: "memcached", send: Buffer.from("version\r\n"), answer: /^VERSION/, bytes: 7 },
  { name: "postgres", send: Buffer.from([0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]), answer: /^[SN]/, bytes: 1 },
];

/** Greets a port in the protocol it speaks: HTTP and HTTPS are crawled, a few others asked a harmless question, the rest only connected to. */
export async function greetPort(target: GreetTarget): Promise<Greeting> {
  const stop = new AbortController();
  const signal = AbortSignal.any([target.signal, stop.signal]);
  const web = crawlPort(target, "http", signal);
  const good = web.then((greeting) => (isRefusal(greeting) ? null : greeting));
  const other = Promise.race([good, delay(PATIENCE_MS)]).then((early) => (early ? null : greetOtherwise(target, signal)));
  const late = delay(target.withinMs, null, { signal: stop.signal, ref: false }).catch(() => null);
  try {
    const found = await Promise.race([firstAnswer([good, other]), late]);
    return found ?? (await Promise.race([web, late])) ?? { port: target.port, protocol: "tcp", pages: [] };
  } finally {
    stop.abort();
  }
}

/** A server of HTTPS answers so to plain HTTP. */
function isRefusal(greeting: Greeting | null): boolean {
  return greeting?.pages[0]?.status === BAD_REQUEST;
}

/** The first that is not null; null when all are. */
function firstAnswer(asked: readonly Promise<Greeting | null>[]): Promise<Greeting | null> {
  const found = asked.map(async (one) => (await one) ?? Promise.reject(new Error("no answer")));
  return Promise.any(found).catch(() => null);
}

async function crawlPort(target: GreetTarget, protocol: "http" | "https", signal: AbortSignal): Promise<Greeting | null> {
  const pages = await crawl(`${protocol}://${target.host}:${target.hostPort}`, { ...CRAWL, signal }).catch(() => []);
  return pages.length > 0 ? { port: target.port, protocol, pages } : null;
}

async function greetOtherwise(target: GreetTarget, signal: AbortSignal): Promise<Greeting | null> {
  const { host, hostPort, port } = target;
  for (const protocol of PROTOCOLS) {
    if (signal.aborted) return null;
    const answer = await exchangeTcp({ host, port: hostPort, send: protocol.send, timeoutMs: TIMEOUT_MS, limit: protocol.bytes });
    if (answer !== null && protocol.answer.test(answer.toString("latin1"))) return { port, protocol: protocol.name, pages: [] };
  }
  return crawlPort(target, "https", signal);
}
