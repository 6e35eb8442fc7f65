import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { runCooper } from "../support/cli.ts";
import { outputOf } from "../support/host-command.ts";
import { FIRST_ID, startRemappedEngine } from "../support/remapped-engine.ts";

const unit = `services:
  web:
    image: small
    user: www
    command: [/bin/busybox, sleep, "100000"]
    network_mode: none
    stop_signal: SIGKILL
    volumes: [./data:/data]
    secrets: [word]
    x-cooper:
      release: { stay_up: 1s }
      mounts: { /data: { owner: www, group: staff, mode: "0750" } }
      provision: [{ path: /data/own, kind: file, owner: www, mode: "0600", content: { text: hi } }, { path: /data/roots, kind: file }]
secrets: { word: { environment: WORD } }
`;

test("where containers have users of their own, what is made for them is theirs", async () => {
  const engine = await startRemappedEngine();
  try {
    const at = (...parts: readonly string[]): string => path.join(engine.folder, ...parts);
    for (const folder of ["image/bin", "image/etc", "units/web"]) mkdirSync(at(folder), { recursive: true });
    copyFileSync("/bin/busybox", at("image/bin/busybox"));
    writeFileSync(at("image/etc/passwd"), "root:x:0:0::/:\nwww:x:33:34::/:\n");
    writeFileSync(at("image/etc/group"), "staff:x:50:\n");
    writeFileSync(at("units/web/compose.yaml"), unit);
    await outputOf(["sh", "-c", `tar -C ${at("image")} -c . | docker -H ${engine.host} import - small`]);
    const env = {
      DOCKER_HOST: engine.host,
      COOPER_ROOTS: at("units"),
      XDG_CONFIG_HOME: engine.folder,
      COOPER_STATE: at("state"),
      WORD: "sesame",
    };
    const before = await runCooper(["engine", "uid-map", "--check", "--json"], { env });
    expect(before).toMatchObject({ exit: 0, stderr: "" });
    const uid = [{ inside: 0, outside: FIRST_ID, count: 65_536 }];
    expect(JSON.parse(before.stdout)).toMatchObject({ kind: "remap", evidence: "files", uid: [{ outside: FIRST_ID }] });
    const planned = await runCooper(["plan", "web"], { env });
    expect(planned.stdout).toContain(`owner www:staff, mode 0750 (33:50 in the container, ${FIRST_ID + 33}:${FIRST_ID + 50} here)`);
    expect(planned.stdout).not.toContain("sesame");
    expect(await runCooper(["up", "web"], { env })).toMatchObject({ exit: 0 });
    const [data, own, roots] = ["data", "data/own", "data/roots"].map((name) => statSync(at("units/web", name)));
    expect([data?.uid, data?.gid, own?.uid, own?.gid, roots?.uid].map((id) => (id ?? 0) - FIRST_ID)).toEqual([33, 50, 33, 34, 0]);
    const inside = ["docker", "-H", engine.host, "exec", "web", "/bin/busybox"];
    expect(await outputOf([...inside, "cat", "/run/secrets/word", "/data/own"])).toBe("sesamehi");
    const running = await runCooper(["engine", "uid-map", "--check", "--json"], { env });
    expect({ exit: running.exit, ...JSON.parse(running.stdout) }).toMatchObject({
      exit: 0,
      evidence: "kernel",
      container: "web",
      uid,
      gid: uid,
      findings: [],
    });
    const inspected = await outputOf(["docker", "-H", engine.host, "inspect", "web"]);
    const secret = /"Source": "([^"]*cooper-secrets[^"]*)"/u.exec(inspected)?.[1] ?? "";
    expect(readFileSync(secret, "utf8")).toBe("sesame");
    expect(await runCooper(["down", "web"], { env })).toMatchObject({ exit: 0 });
    expect(existsSync(secret)).toBe(false);
    const states = await outputOf(["sh", "-c", `grep -rl sesame ${at("state")} ${at("units")} || echo none`]);
    expect(states + inspected).toMatch(/^none\[/u);
    expect(inspected).not.toContain("sesame");
  } finally {
    await engine.stop();
  }
});
