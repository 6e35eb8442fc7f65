import { PassThrough } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { PacketCutter, PacketReader, printPacket, SFTP, STATUS } from "../../format/sftp/packet.ts";
import { LinkKeeper } from "./link-keeper.ts";
import { OpenFile } from "./open-file.ts";

/** A server with one file, which tells of each piece what is there when it is asked. */
class FileServer {
  content = "aabbccddee";
  /** Where pieces were asked for. */
  readonly asked: number[] = [];
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly #cutter = new PacketCutter();

  constructor() {
    this.input.on("data", (chunk: Buffer) => {
      for (const packet of this.#cutter.add(chunk)) this.output.write(this.#answer(new PacketReader(packet)));
    });
  }

  #answer(packet: PacketReader): Buffer {
    const type = packet.byte();
    if (type === SFTP.init) return printPacket(SFTP.version, [3]);
    const id = packet.number();
    if (type === SFTP.open) return printPacket(SFTP.handle, [id, "one"]);
    if (type !== SFTP.read) return printPacket(SFTP.status, [id, STATUS.failure, "", ""]);
    packet.string();
    const at = packet.long();
    this.asked.push(at);
    const piece = this.content.slice(at, at + packet.number());
    return piece === "" ? printPacket(SFTP.status, [id, STATUS.end, "", ""]) : printPacket(SFTP.data, [id, piece]);
  }
}

interface Desk {
  readonly server: FileServer;
  readonly file: OpenFile;
  time: number;
  /** The piece of two bytes there; null: the end. */
  readonly read: (offset: number) => Promise<string | null>;
}

async function desk(): Promise<Desk> {
  const server = new FileServer();
  const channel = { input: server.input, output: server.output, close: () => Promise.resolve() };
  const keeper = new LinkKeeper({ deadlineMs: 60_000, onState: () => undefined, openServer: () => Promise.resolve(channel) });
  await keeper.start();
  onTestFinished(() => keeper.close());
  const file = new OpenFile(keeper, { path: "/file", isWritable: false, now: () => here.time });
  const here: Desk = {
    server,
    file,
    time: 0,
    read: async (offset) => {
      const told = await file.read(offset, 2, false);
      // What was asked for beforehand comes within this turn: all is in this process.
      await new Promise((resolve) => setImmediate(resolve));
      if (!("body" in told)) return told.toString();
      return told.type === SFTP.data ? told.body.string().toString() : null;
    },
  };
  return here;
}

test("who reads on gets what was asked for beforehand", async () => {
  const { server, read } = await desk();
  expect([await read(0), await read(2)]).toEqual(["aa", "bb"]);
  expect(server.asked.slice(0, 4)).toEqual([0, 2, 4, 6]);
  const before = server.asked.filter((at) => at === 4).length;
  expect([await read(4), await read(6)]).toEqual(["cc", "dd"]);
  expect([before, server.asked.filter((at) => at === 4).length]).toEqual([1, 1]);
});

test("a piece that was asked for beforehand counts for a second", async () => {
  const here = await desk();
  await here.read(0);
  await here.read(2);
  here.server.content = "AABBCCDDEE";
  here.time = 999;
  expect(await here.read(4)).toBe("cc");
  here.time = 1_000;
  expect(await here.read(6)).toBe("DD");
});

test("for who reads slowly little is asked for beforehand", async () => {
  const here = await desk();
  here.server.content = "x".repeat(100);
  for (let offset = 0; offset < 40; offset += 2) {
    await here.read(offset);
    here.time += 1_000;
  }
  expect(here.server.asked.length).toBeLessThan(60);
});

test("an end that was met beforehand is asked for again: the file may have grown", async () => {
  const here = await desk();
  for (const offset of [0, 2, 4]) await here.read(offset);
  expect(here.server.asked).toContain(10);
  here.server.content += "ff";
  expect([await here.read(6), await here.read(8), await here.read(10), await here.read(12)]).toEqual(["dd", "ee", "ff", null]);
});

test("content that is held counts until then", async () => {
  const here = await desk();
  here.file.hold(Buffer.from("held"), 500);
  here.time = 499;
  expect(await here.read(0)).toBe("he");
  here.time = 500;
  expect(await here.read(0)).toBe("aa");
});
