import { describe, expect, test } from "vitest";
import { mergeTraces, parseTrace } from "./protocol.ts";

const parse = (text: string): ReturnType<typeof parseTrace> => parseTrace(Buffer.from(text, "latin1"), "transparent");

describe("parseTrace", () => {
  test("tells which programs began in which process", () => {
    const { processes, lost } = parse("E1\t0 /bin/sh\0E7\t1 //bin/with space\0");
    expect(processes).toEqual([
      { pid: 1, parent: 0, program: "/bin/sh" },
      { pid: 7, parent: 1, program: "/bin/with space" },
    ]);
    expect(lost).toBe(0);
  });
  test.each(["E1\t/bin/sh\0", "Ex\t1 /bin/sh\0", "E1\tx /bin/sh\0", "E1\t1 sh\0"])("counts the torn process %j as lost", (text) => {
    expect(parse(text)).toMatchObject({ lost: 1 });
    expect(parse(text).processes).toBeUndefined();
  });
  test("puts the acts on a path together, sorted", () => {
    expect(parse("S7\t/etc/a\0O7\t/etc/a\0X9\t/bin/b\0").touched).toEqual({ "/bin/b": ["executed"], "/etc/a": ["looked-up", "opened"] });
  });
  test.each([
    ["/etc//a", "/etc/a"],
    ["/etc/./a/", "/etc/a"],
    ["/etc/../a", "/etc/../a"],
    ["/", "/"],
    ["/with\ttab", "/with\ttab"],
  ])("reads the path %j as %j", (written, path) => {
    expect(Object.keys(parse(`O1\t${written}\0`).touched)).toEqual([path]);
  });
  test.each([
    ["a record without its end", "O1\t/a\0O1\t/b", 1],
    ["an unknown letter", "Q1\t/a\0", 1],
    ["no tab", "O1/a\0", 1],
    ["a relative path", "O1\ta\0", 1],
    ["what the sensor could not read itself", "#lost\t3\0O1\t/a\0#lost\t1\0", 4],
    ["what somebody else sent", "#forged\t1\0", 1],
    ["nothing", "O1\t/a\0#protocol\t1\0", 0],
  ])("counts %s as lost", (_name, text, lost) => {
    expect(parse(text).lost).toBe(lost);
  });
  test("counts who asked for io_uring, and knows records that are no paths", () => {
    expect(parse("#io_uring\t1\0P7\t1\0#io_uring\t1\0")).toMatchObject({ ioUring: 2, lost: 0 });
  });
});

test("names the system calls that were made", () => {
  const calls = "Y1\tc000003e:257\0Y1\t40000003:5\0Y1\tc00000b7:56\0Y1\tc000003e:0\0Y1\tc000003e:463\0Y1\t1:1\0";
  expect(parse(calls)).toMatchObject({ calls: ["open", "openat", "read", "setxattrat"], lost: 0 });
  expect(parse("O1\t/a\0").calls).toBeUndefined();
});

test("mergeTraces joins runs", () => {
  const merged = mergeTraces([parse("O1\t/a\0E1\t0 /a\0#lost\t1\0"), parse("S1\t/a\0O1\t/b\0E1\t0 /b\0")]);
  expect(merged).toEqual({
    version: 1,
    touched: { "/a": ["looked-up", "opened"], "/b": ["opened"] },
    lost: 1,
    mode: "transparent",
    ioUring: 0,
    processes: [
      { pid: 1, parent: 0, program: "/a" },
      { pid: 1, parent: 0, program: "/b" },
    ],
  });
});
