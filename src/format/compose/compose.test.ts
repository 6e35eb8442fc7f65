import fc from "fast-check";
import { expect, test } from "vitest";
import { readEnvFile } from "./env-file.ts";
import { interpolate } from "./interpolate.ts";
import { readMount } from "./mount.ts";
import { isProblem } from "./problem.ts";
import { printPort, readPort } from "./port.ts";
import { splitWords } from "./split-words.ts";
import { printDuration, readBytes, readDuration, readMode } from "./units.ts";

const variables = { A: "1", EMPTY: "" };
test.each([
  ["$A-${A}", "1-1"],
  ["$$A", "$A"],
  ["${B:-x}", "x"],
  ["${B-x}${EMPTY-y}${EMPTY:-z}", "xz"],
  ["${A:+yes}${B:+no}${EMPTY+there}", "yesthere"],
  ["${B:-${A}}", "1"],
  ["${B:-a-${C:-b}}", "a-b"],
  ["plain", "plain"],
])("%j becomes %j", (text, value) => {
  expect(interpolate(text, variables)).toBe(value);
});

test.each([["$B"], ["${B}"], ["${B:?say it}"], ["${A"], ["$"], ["a $ b"], ["${1}"], ["${A!}"], ["${EMPTY:?}"]])(
  "%j is a problem",
  (text) => {
    expect(isProblem(interpolate(text, variables))).toBe(true);
  },
);

const tcp = { host_ip: null, protocol: "tcp" };
test.each([
  ["80", [{ ...tcp, target: 80, published: null }]],
  ["8080:80", [{ ...tcp, target: 80, published: 8080 }]],
  ["127.0.0.1:8080:80/udp", [{ target: 80, published: 8080, host_ip: "127.0.0.1", protocol: "udp" }]],
  ["127.0.0.1::80", [{ target: 80, published: null, host_ip: "127.0.0.1", protocol: "tcp" }]],
  ["[::1]:8443:443", [{ target: 443, published: 8443, host_ip: "::1", protocol: "tcp" }]],
  [
    "9000-9001:80-81",
    [
      { ...tcp, target: 80, published: 9000 },
      { ...tcp, target: 81, published: 9001 },
    ],
  ],
])("the port %j is read", (text, ports) => {
  expect(readPort(text)).toEqual(ports);
});

test.each([
  ["0"],
  ["70000:80"],
  ["80:80:80"],
  ["a:80"],
  ["1-2:80"],
  ["80/foo"],
  ["300.0.0.1:1:1"],
  ["2-1"],
  ["[::1]80"],
  [""],
  ["::1:80:80"],
])("%j is no port", (text) => {
  expect(isProblem(readPort(text))).toBe(true);
});

test("a port that is printed is read back", () => {
  const number = fc.integer({ min: 1, max: 65_535 });
  const port = fc.record({
    target: number,
    published: fc.option(number),
    host_ip: fc.constantFrom(null, "10.0.0.1", "::1"),
    protocol: fc.constantFrom("tcp" as const, "udp" as const),
  });
  fc.assert(
    fc.property(port, (value) => {
      expect(readPort(printPort(value))).toEqual([value]);
    }),
  );
});

test.each([
  ["./data:/data", { type: "bind", source: "./data", target: "/data", read_only: false }],
  ["/a:/b:ro", { type: "bind", source: "/a", target: "/b", read_only: true }],
  ["name:/data/:ro,nocopy", { type: "volume", source: "name", target: "/data", nocopy: true }],
  ["/data", { type: "volume", source: null, target: "/data" }],
])("the volume %j is read", (text, mount) => {
  expect(readMount(text)).toMatchObject(mount);
});

test.each([["data"], ["a:b"], ["a:/b:c"], ["a:/b:ro:x"], ["a b:/c"], [":/c"]])("%j is no volume", (text) => {
  expect(isProblem(readMount(text))).toBe(true);
});

test.each([
  ["a b", ["a", "b"]],
  [`sh -c "echo \\"x\\" '$A'" 'a b'c`, ["sh", "-c", `echo "x" '$A'`, "a bc"]],
  [`a\\ b ''`, ["a b", ""]],
  ["", []],
])("%j is split", (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test.each([[`"a`], [`'a`], ["a\\"]])("%j does not end", (text) => {
  expect(isProblem(splitWords(text))).toBe(true);
});

test.each([
  [readDuration("1m30s"), 90_000],
  [readDuration("1.5s"), 1500],
  [isProblem(readDuration("90")), true],
  [isProblem(readDuration("")), true],
  [printDuration(90_000), "90s"],
  [printDuration(120_000), "2m"],
  [printDuration(0.5), "500us"],
  [readBytes("50MiB"), 52_428_800],
  [readBytes("1g"), 1_073_741_824],
  [readBytes("7"), 7],
  [isProblem(readBytes("x")), true],
  [readMode("644"), "0644"],
  [readMode("0644"), "0644"],
  [readMode("2750"), "2750"],
  [isProblem(readMode("9")), true],
])("case %#", (found, wanted) => {
  expect(found).toEqual(wanted);
});

test("a file of variables is read", () => {
  const text = "# c\nA=1\nexport B='x $A' # c\nC=\"y\\n$A\"\nD=z${A} # c\nE=\n";
  expect(readEnvFile(text, {})).toEqual({ A: "1", B: "x $A", C: "y\n1", D: "z1", E: "" });
  expect(readEnvFile("A=1\nno", {})).toMatchObject({ line: 2 });
});
