import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { spawnStream } from "../../system/process/process.ts";
import { isBrokenOff, ProcessStream, saysLine, sshCommand, sshWords } from "./ssh-stream.ts";

function start(script: string): ProcessStream {
  return new ProcessStream(["sh", "-c", `echo cooper-begins-here; ${script}`], { PATH: process.env["PATH"] });
}

async function textOf(stream: ProcessStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe("ProcessStream", () => {
  test.each([
    ["exit 0", false],
    ["exit 1", false],
    ["exit 255", true],
    ["kill -9 $$", true],
  ])("after its first word and %s: broken off is %s", async (end, expected) => {
    const stream = start(`echo HTTP/1.1; ${end}`);
    await textOf(stream);
    expect(isBrokenOff(stream)).toBe(expected);
  });

  test("what goes in comes out", async () => {
    const stream = start("cat");
    const input = "0123456789".repeat(100_000);
    stream.end(input);
    expect((await textOf(stream)) === input).toBe(true);
  });

  test("it closes when the process ends by itself", async () => {
    const stream = start("echo hello; read line; echo $line");
    let text = "";
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    stream.write("there\n");
    await once(stream, "close");
    expect(text).toBe("hello\nthere\n");
  });

  test.each([
    ["what it said", "echo 'no route' >&2; exit 255", "no route"],
    ["its exit code", "exit 3", "ssh ended with exit code 3"],
  ])("a process that fails before its first word: %s", async (_name, script, message) => {
    await expect(textOf(start(script))).rejects.toThrow(message);
  });

  test("a program that is not there", async () => {
    await expect(textOf(new ProcessStream(["/nowhere/ssh"], {}))).rejects.toMatchObject({ code: "program-not-found" });
  });

  test.each([
    ["what a login prints before", "printf 'Welcome!\\nnews'; sleep 0.1; echo cooper-begins-here; echo engine", "engine\n"],
    ["no greeting: the engine's answer", "printf HTTP/1.1; echo ' 200 OK'", "HTTP/1.1 200 OK\n"],
    ["nothing but a welcome", "echo Welcome; exit 0", ""],
  ])("%s", async (_name, script, expected) => {
    expect(await textOf(new ProcessStream(["sh", "-c", script], { PATH: process.env["PATH"] }))).toBe(expected);
  });

  test("a destroyed one ends its process", async () => {
    const stream = start("echo $$; exec sleep 600");
    const [pid] = await once(stream, "data");
    stream.destroy();
    const isThere = (): boolean => {
      try {
        return process.kill(Number(String(pid)), 0);
      } catch {
        return false;
      }
    };
    await expect.poll(isThere, { timeout: 30_000 }).toBe(false);
  });
});

describe("saysLine", () => {
  test.each([
    ["the line alone", "echo here-it-is; cat", true],
    ["behind what a login prints", "echo Welcome; echo ready; sleep 0.1; printf here-it; echo -is; cat", true],
    ["what a login prints, and the end", "echo ready; exit 0", false],
    ["as the end of a line", "echo so here-it-is", false],
    ["as the beginning of a line", "printf here-it-is; sleep 0.1; echo -not", false],
    ["no program", null, false],
  ])("%s", async (_name, script, expected) => {
    const started = spawnStream(script === null ? ["/nowhere/ssh"] : ["sh", "-c", script], { env: { PATH: process.env["PATH"] } });
    expect(await saysLine(started, "here-it-is", 60_000)).toBe(expected);
    started.stdin.end();
  });

  test("nothing in time", async () => {
    const started = spawnStream(["cat"], { env: { PATH: process.env["PATH"] } });
    expect(await saysLine(started, "here-it-is", 1)).toBe(false);
    started.stdin.end();
  });
});

describe("sshCommand", () => {
  const base = { kind: "ssh", host: "box", port: null, user: null, socket: null } as const;

  test.each([
    ["a host", base, "-T -- box echo cooper-begins-here; exec docker system dial-stdio"],
    [
      "user and port",
      { ...base, user: "me", port: 2222 },
      "-T -l me -p 2222 -- box echo cooper-begins-here; exec docker system dial-stdio",
    ],
    [
      "a socket",
      { ...base, socket: "/run/a b.sock" },
      "-T -- box echo cooper-begins-here; exec docker --host 'unix:///run/a b.sock' system dial-stdio",
    ],
    [
      "a quote",
      { ...base, socket: "/it's" },
      String.raw`-T -- box echo cooper-begins-here; exec docker --host 'unix:///it'\''s' system dial-stdio`,
    ],
  ])("%s", (_name, endpoint, expected) => {
    expect(sshCommand(endpoint).join(" ")).toBe(`ssh -o BatchMode=yes -o ConnectTimeout=30 ${expected}`);
  });
});

test("ssh's words come without the frame around its warning", () => {
  const frame = "@@@@@@@@\r\n@   WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!   @\r\n@@@@@@@@\r\n";
  expect(sshWords(`${frame}The key is another one.\r\nHost key verification failed.\r\n`)).toBe(
    "The key is another one.\nHost key verification failed.",
  );
});
