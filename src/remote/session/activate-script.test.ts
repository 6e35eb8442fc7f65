import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runProcess } from "../../system/process/process.ts";
import { writeActivation } from "./activate-script.ts";
import { makeSession } from "./make-session.ts";

const root = mkdtempSync(join(tmpdir(), "cooper-activate-"));

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test("in a shell of the session git starts nothing that a repository of the container names to watch its files", async () => {
  const { session } = await makeSession({
    env: { XDG_STATE_HOME: join(root, "state") },
    workFolder: root,
    settings: { run: [], registry: null, distro: null, sshKey: null, built: null, deadlineMs: 5_000 },
    host: undefined,
    context: undefined,
    user: undefined,
    image: undefined,
    buildFolder: undefined,
    name: "own",
    command: "docker",
    isMounted: true,
    clock: () => 0,
    randomHex: (bytes) => "ab".repeat(bytes),
  });
  const script = await writeActivation(session, { own: ["/bin/cooper"], client: null, shell: "sh" });
  const told = `. '${script}'; n=0; while [ $n -lt $GIT_CONFIG_COUNT ]; do eval "echo \\$GIT_CONFIG_KEY_$n=\\$GIT_CONFIG_VALUE_$n"; n=$((n + 1)); done; cooper_deactivate; env`;
  const { exit, stdout } = await runProcess(["sh", "-c", told], { env: { PATH: process.env["PATH"] } });
  expect(exit).toBe(0);
  expect(stdout.toString()).toMatch(/^safe\.directory=\*\n(?:.*\n)*core\.fsmonitor=\n/u);
  expect(stdout.toString()).not.toContain("GIT_CONFIG");
});
