import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { PacketCutter, PacketReader, printPacket, SFTP, STATUS } from "../../format/sftp/packet.ts";
import { LinkKeeper } from "./link-keeper.ts";
import type { ServerChannel } from "./model.ts";
import { statusOf } from "./sftp-link.ts";

/** A server that answers each request with "ok" as long as it is awake. */
class FakeServer {
  isAwake = true;
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly #cutter = new PacketCutter();
  #held: Buffer[] = [];

  constructor() {
    this.input.on("data", (chunk: Buffer) => this.#cutter.add(chunk).forEach((packet) => this.#hear(new PacketReader(packet))));
  }

  get channel(): ServerChannel {
    return { input: this.input, output: this.output, close: () => Promise.resolve() };
  }

  wake(): void {
    this.isAwake = true;
    for (const answer of this.#held.splice(0)) this.output.write(answer);
  }

  #hear(packet: PacketReader): void {
    const type = packet.byte();
    const answer = type === SFTP.init ? printPacket(SFTP.version, [3]) : printPacket(SFTP.status, [packet.number(), STATUS.ok, "", ""]);
    if (this.isAwake) this.output.write(answer);
    else this.#held.push(answer);
  }
}

interface Bench {
  readonly keeper: LinkKeeper;
  readonly servers: FakeServer[];
  readonly states: string[];
  isReachable: boolean;
}

async function start(deadlineMs: number): Promise<Bench> {
  const servers: FakeServer[] = [];
  const states: string[] = [];
  const bench: Bench = {
    servers,
    states,
    isReachable: true,
    keeper: new LinkKeeper({
      deadlineMs,
      onState: (state) => states.push(state),
      openServer: () => {
        if (!bench.isReachable) return Promise.reject(new Error("not reachable"));
        servers.push(new FakeServer());
        return Promise.resolve((servers.at(-1) ?? new FakeServer()).channel);
      },
    }),
  };
  await bench.keeper.start();
  return bench;
}

const askStatus = async ({ keeper }: Bench): Promise<number | null> => statusOf(await keeper.ask(SFTP.remove, ["/x"]).answer);

test("a request that meets the end of the connection is sent over the next one", async () => {
  const bench = await start(60_000);
  expect(await askStatus(bench)).toBe(STATUS.ok);
  bench.servers[0]?.output.end();
  await new Promise((resolve) => bench.servers[0]?.output.once("close", resolve));
  expect(await askStatus(bench)).toBe(STATUS.ok);
  expect([bench.servers.length, bench.keeper.generation, bench.states]).toEqual([2, 2, ["broken", "linked"]]);
  await bench.keeper.close();
});

test("nobody waits longer than the deadline, and a late answer still tells what was done", async () => {
  const bench = await start(50);
  bench.isReachable = false;
  const [server] = bench.servers;
  if (server !== undefined) server.isAwake = false;
  const asked = bench.keeper.ask(SFTP.remove, ["/x"]);
  expect(statusOf(await asked.answer)).toBe(STATUS.other);
  expect(await askStatus(bench)).toBe(STATUS.other);
  server?.wake();
  const truth = await asked.truth;
  expect(truth === null ? null : statusOf(truth)).toBe(STATUS.ok);
  expect(await askStatus(bench)).toBe(STATUS.ok);
  expect(bench.states).toEqual(["broken", "linked"]);
  await bench.keeper.close();
});

test("a silent server is replaced", async () => {
  const bench = await start(50);
  const [server] = bench.servers;
  if (server !== undefined) server.isAwake = false;
  expect(await askStatus(bench)).toBe(STATUS.other);
  let status = await askStatus(bench);
  for (let look = 0; look < 600 && status !== STATUS.ok; look++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    status = await askStatus(bench);
  }
  expect([status, bench.servers.length, bench.keeper.generation]).toEqual([STATUS.ok, 2, 2]);
  await bench.keeper.close();
});

test("what was asked when it is closed fails", async () => {
  const bench = await start(60_000);
  const [server] = bench.servers;
  if (server !== undefined) server.isAwake = false;
  const asked = bench.keeper.ask(SFTP.remove, ["/x"]);
  await bench.keeper.close();
  expect(statusOf(await asked.answer)).toBe(STATUS.other);
  expect(await asked.truth).toBeNull();
});
