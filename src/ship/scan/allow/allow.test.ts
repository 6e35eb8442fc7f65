import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allowRule } from "../../settings/schema/scan-schema.ts";
import { classify, classifyRunning } from "../classify/classify.ts";
import type { ScanFinding } from "../classify/finding.ts";
import { indexRules } from "./allow-index.ts";
import { readRuleFile } from "./rule-file.ts";
import { writeBaseline } from "./baseline.ts";

const added = (path: string, mode = 0o644, size = 10): ScanFinding =>
  classify({
    path,
    kind: "add",
    fields: [],
    before: null,
    after: { type: "file", mode, uid: 33, gid: 0, size, hash: "a".repeat(64) },
    content: mode === 0o755 ? "elf" : "data",
  });
const running = classifyRunning({ rule: "runs-from-layer", path: "/srv/x", pid: 1, hostPid: 2, argv: [], detail: "runs" });

const cases = [
  [{ path: "/srv/**" }, added("/srv/a/b"), true],
  [{ path: "/srv/*.pid" }, added("/srv/x.pid.so"), false],
  [{ path: "/**" }, added("/srv/x", 0o755), false],
  [{ path: "/**", executable: true }, added("/srv/x", 0o755), true],
  [{ path: "/**", rules: ["program-added"] }, added("/srv/x", 0o755), true],
  [{ path: "/**", rules: ["path-added"] }, added("/srv/x", 0o755), false],
  [{ path: "/**", sha256: "a".repeat(64) }, added("/srv/x", 0o755), true],
  [{ path: "/**", sha256: "b".repeat(64) }, added("/srv/x"), false],
  [{ path: "/**", max_size: "9B" }, added("/srv/x"), false],
  [{ path: "/**", max_size: "1kB", owner: 33, mode: "0644", types: ["file"], kinds: ["add"] }, added("/srv/x"), true],
  [{ path: "/**", owner: 0 }, added("/srv/x"), false],
  [{ path: "/**", kinds: ["delete"] }, added("/srv/x"), false],
  [{ path: "/**", expires: "2029-12-31" }, added("/srv/x"), false],
  [{ path: "/**", expires: "2030-01-01" }, added("/srv/x"), true],
  [{ path: "/**", container: "web-*" }, added("/srv/x"), true],
  [{ path: "/**", container: "db" }, added("/srv/x"), false],
  [{ path: "/**", executable: true }, running, false],
  [{ path: "/srv/x", allow_critical: true }, running, true],
] as const;

test.each(cases)("%j", (rule, finding, isAllowed) => {
  const rules = [allowRule.parse({ reason: "test", ...rule })];
  expect(indexRules(rules, "web-1", "2030-01-01")(finding)).toBe(isAllowed ? 0 : null);
});

test("a baseline allows just what it was made of", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cooper-baseline-"));
  try {
    const image = `sha256:${"0".repeat(64)}`;
    const found = [added("/srv/a*b"), added("/srv/p", 0o755), running];
    const file = join(folder, "rules.yaml");
    writeFileSync(file, writeBaseline(image, found, "2030-01-01"));
    const rules = await readRuleFile(file);
    expect(rules.image).toBe(image);
    const allowing = indexRules(rules.allow, "web", "2030-01-01");
    expect([...found, added("/srv/p", 0o755, 11), added("/srv/q")].map((one) => allowing(one) !== null)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
