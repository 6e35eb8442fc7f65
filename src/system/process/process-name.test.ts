import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { isOfEndedProcess, processName } from "./process-name.ts";

test("a process that runs is not taken for an ended one", () => {
  expect(processName()).toMatch(/^\.\d+-\d+-[0-9a-f]{12}$/);
  expect(isOfEndedProcess(`slim-ab12${processName()}`)).toBe(false);
});

test("one that has ended is known, also when its number belongs to another now", () => {
  const { pid } = spawnSync("true");
  const [, , , machine = ""] = /^\.(\d+)-(\d+)-(.*)$/.exec(processName()) ?? [];
  expect(isOfEndedProcess(`slim-ab12.${pid}-1-${machine}`)).toBe(true);
  expect(isOfEndedProcess(`slim-ab12.${process.pid}-1-${machine}`)).toBe(true);
});

test.each(["", "slim-ab12", "slim-ab12.1-1-000000000000", "verify-ab12.x"])("of %j nothing is said", (text) => {
  expect(isOfEndedProcess(text)).toBe(false);
});

test("one that has ended is known before its parent has asked after it", async () => {
  // A shell may ask after a child that ends at once: this one ends when nobody is there that would.
  const parent = spawn("sh", ["-c", "cat <&3 >/dev/null & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "inherit", "pipe"] });
  try {
    const [line] = await once(parent.stdout ?? parent, "data");
    const pid = Number(String(line));
    await vi.waitFor(() => expect(readFileSync(`/proc/${parent.pid}/comm`, "utf8")).toBe("sleep\n"), { timeout: 20_000 });
    parent.stdio[3]?.destroy();
    const fields = (): readonly string[] => (readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1] ?? "").split(" ");
    await vi.waitFor(() => expect(fields()[0]).toBe("Z"), { timeout: 20_000 });
    const [, , , machine = ""] = /^\.(\d+)-(\d+)-(.*)$/.exec(processName()) ?? [];
    expect(isOfEndedProcess(`slim-ab12.${pid}-${fields()[19] ?? ""}-${machine}`)).toBe(true);
  } finally {
    parent.kill("SIGKILL");
  }
});
