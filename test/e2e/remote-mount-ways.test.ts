import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { engineBetween } from "../support/engine-between.ts";
import { outputOf } from "../support/host-command.ts";
import { MountedBox, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const box = new MountedBox();
const { desk, folder } = box;
const bin = path.join(desk.folder, "bin");

beforeAll(async () => {
  await box.start({ args: ["--tmpfs", "/full:size=256k"] });
});

afterEach(async () => {
  await desk.cooper(["dev", "unmount", folder]);
});

afterAll(async () => {
  await box.leave();
});

test("an engine that binds no folder of its machine passes the files on by itself", async () => {
  const asked: string[] = [];
  const between = await engineBetween(path.join(desk.folder, "engine.sock"), ({ method, url, body }) => {
    if (method !== "POST" || !url.includes("/containers/create")) return body;
    const isBound = /"Type":"bind"/u.test(body.toString());
    asked.push(isBound ? "bound" : "plain");
    return isBound ? { status: 400, message: "invalid mount config for type bind: bind source path does not exist" } : body;
  });
  try {
    if (!(await box.mount(["--helper"], { DOCKER_HOST: between.host }))) return;
    expect(asked.slice(0, 2)).toEqual(["bound", "plain"]);
    expect(await box.here("head -n 1 etc/os-release; echo one >srv/a; cat srv/a; rm srv/a")).toMatch(/^PRETTY_NAME=.*\none$/u);
    await desk.cooper(["dev", "unmount", folder]);
  } finally {
    between.close();
  }
});

test("an sshfs that contains no links and keeps no cache by these names is told what it knows, and links stay inside", async () => {
  const real = await outputOf(["sh", "-c", "command -v sshfs || true"]);
  mkdirSync(bin, { recursive: true });
  // What sshfs 2 had: other names, and no containment.
  const script = `#!/bin/bash
if [ "$1" = --help ]; then printf '    -o slave\\n    -o cache=BOOL\\n    -o idmap=TYPE\\n'; exit 0; fi
words=()
for word; do case $word in slave,*)
  case $word in *contain*|*dir_cache*) exit 1;; esac
  word=\${word/slave,cache=no/passive,dir_cache=no}
  '${real}' --help 2>&1 | grep -q no_contain_symlinks && word=$word,no_contain_symlinks;;
esac; words+=("$word"); done
exec '${real}' "\${words[@]}"
`;
  writeFileSync(path.join(bin, "sshfs"), script);
  chmodSync(path.join(bin, "sshfs"), 0o755);
  const key = path.join(desk.folder, "private-key");
  writeFileSync(key, "SECRET");
  if (!(await box.mount([], { PATH: `${bin}:${process.env["PATH"] ?? ""}` }))) return;
  await box.container.run("ln", "-sf", key, "/srv/planted");
  const said = await box.here("cat srv/planted etc/debian_version");
  expect(said).not.toContain("SECRET");
  expect(said).toMatch(/^1\d\.\d+\n.*No such file/su);
});

test("a disk of the container that is full is told to who writes, and nothing is lost of what was there", async () => {
  if (!(await box.mount([]))) return;
  expect(await box.here("echo kept >full/kept; head -c 1000000 /dev/zero >big; cp big full/ && echo written")).toMatch(
    /^cp: (?!.*\nwritten)/su,
  );
  await until(async () => (await box.here("cat full/kept")) === "kept", "what was there");
  expect(await box.here("rm full/big && echo more >>full/kept && cat full/kept; rm big")).toBe("kept\nmore");
  expect(await box.container.run("cat", "/full/kept")).toBe("kept\nmore");
});

test("files that are opened one after the other are those of now", async () => {
  if (!(await box.mount([]))) return;
  await box.container.run("sh", "-c", "mkdir /srv/many && cd /srv/many && for i in $(seq 100 299); do echo $i >$i; done");
  const all = await box.here("cd srv/many; for one in *; do read -r text <$one; [ $text = $one ] || echo $one $text; done");
  expect(all).toBe("");
  // Each write is behind the last file that was read, among those that are fetched already.
  const changing = "for one in *; do next=$((one + 3)); [ -e $next ] && echo new-$next >$next; read -r text <$one; echo $text; done";
  const told = (await box.here(`cd srv/many; ${changing}`)).split("\n");
  expect(told).toEqual(Array.from({ length: 200 }, (_, at) => (at < 3 ? String(100 + at) : `new-${100 + at}`)));
  await box.container.run("rm", "-r", "/srv/many");
});

test("the container's own root is bound where that is asked for, with a warning, and no longer than the container runs", async () => {
  const options = ["dev", "mount", "--unsafe-native", box.container.name, folder];
  const { exit, stderr } = await desk.cooper([...options]);
  if (exit !== 0) {
    // Not as another user, not with another storage driver.
    expect(stderr).toContain("native-mount-refused");
    expect((await desk.cooper(["dev", "unmount", folder])).stderr).toContain("not-mounted");
    return;
  }
  expect(stderr).toContain("native-mount-unsafe");
  await box.container.run("sh", "-c", "ln -sf /etc/passwd /srv/planted; echo one >/srv/file");
  expect(await box.here("cat srv/file; echo two >>srv/file; cat srv/planted")).toMatch(/^one\ncat: srv\/planted: Too many levels/u);
  expect(await box.container.run("cat", "/srv/file")).toBe("one\ntwo");
  await outputOf(["docker", "restart", "-t", "0", box.container.name]);
  await until(async () => (await box.here("ls")) === "", "the end of the mount");
  expect(await box.container.run("cat", "/srv/file")).toBe("one\ntwo");
  const isForgotten = async (): Promise<boolean> => (await desk.cooper(["dev", "unmount", folder])).stderr.includes("not-mounted");
  await until(isForgotten, "the end of its process");
});
