import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { cooperProgram } from "../support/cli.ts";
import { outputOf } from "../support/host-command.ts";
import { canMount, MountedBox, shellIn, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const box = new MountedBox();
const { desk, folder } = box;

beforeAll(async () => {
  await box.start();
});

afterEach(async () => {
  await desk.cooper(["dev", "unmount", folder]);
});

afterAll(async () => {
  await box.leave();
});

/** The number of the process that keeps the mount. */
async function keeper(): Promise<number> {
  return Number(await outputOf(["sh", "-c", `cat '${desk.state}'/cooper/mounts/*.json | sed 's/.*"pid":\\([0-9]*\\).*/\\1/'`]));
}

const childrenOf = (pid: number): string => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();

/** Nothing for a process that has ended meanwhile. */
function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

/** The keeper's child of this name, as soon as there is one that is not `before`. */
async function childNamed(name: string, before = 0): Promise<number> {
  let found = 0;
  await until(async () => {
    const children = childrenOf(await keeper()).split(" ");
    found = Number(children.find((pid) => pid !== "" && Number(pid) !== before && nameOf(pid).startsWith(name)) ?? 0);
    return found !== 0;
  }, `a ${name}`);
  return found;
}

/** Ends the keeper's child of this name and waits for the next one, and for what it serves. */
async function replaceChild(name: string): Promise<void> {
  const before = await childNamed(name);
  process.kill(before, "SIGKILL");
  await childNamed(name, before);
  await until(async () => (await box.here("cat etc/debian_version")).startsWith("1"), `what another ${name} serves`);
}

test.each([[[]], [["--helper"]]])("%j: what is done in the folder is done in the container, and the other way round", async (options) => {
  if (!(await box.mount(options))) return;
  expect(
    await box.here("head -n 1 etc/os-release; echo one >srv/a; mkdir srv/d; mv srv/a srv/d/b; echo two >>srv/d/b; ln -s /srv/d srv/l"),
  ).toMatch(/^PRETTY_NAME=/u);
  expect(await box.container.run("sh", "-c", "cat /srv/l/b; readlink /srv/l")).toBe("one\ntwo\n/srv/d");
  expect(await box.here("mv etc/skel etc/skel2 && ls -A etc/skel2 && mv etc/skel2 etc/skel")).toBe(".bash_logout\n.bashrc\n.profile");
  await box.container.run("sh", "-c", "rm -r /srv/d /srv/l; head -c 3000000 /dev/urandom >/srv/big; echo new >/srv/new");
  await until(async () => (await box.here("ls srv")) === "big\nnew", "the new listing");
  expect(await box.here("md5sum <srv/big")).toBe(await box.container.run("sh", "-c", "md5sum </srv/big"));
  expect(await box.here("cp srv/big srv/copy && chmod 600 srv/copy && cmp srv/big srv/copy && rm srv/big srv/copy srv/new && ls srv")).toBe(
    "",
  );
  expect(await outputOf(["docker", "ps", "-aq", "--filter", `name=${box.container.name}`])).not.toBe("");
});

test("what is planted in the container reaches no file of this machine, and stops no program", async () => {
  if (!(await box.mount())) return;
  const key = path.join(desk.folder, "private-key");
  writeFileSync(key, "SECRET");
  const up = "../".repeat(30);
  await box.container.run(
    "sh",
    "-c",
    `mkdir -p /srv/p && cd /srv/p && ln -s '${key}' absolute && ln -s '${up}${key}' up && ln -s / root && ln -s 'root/../../../../../../../..${key}' winding
     ln -s '${desk.folder}' folder && ln -s ../../etc/hostname good && ln -s loop loop && mkfifo pipe && mkdir -p '/srv/p/deep' && ln -s '../${up}${key}' deep/up`,
  );
  const said = await box.here(
    "cd srv/p; cat absolute up winding folder/private-key deep/up root/..'/../private-key' pipe loop; ls -d root/etc; cat good",
  );
  expect(said).not.toContain("SECRET");
  expect(said).toContain("root/etc");
  expect(said).toContain("pipe: No such device or address");
  expect(said).toContain((await box.container.run("cat", "/etc/hostname")).trim());
  for (const one of ["absolute", "up", "winding", "deep/up"])
    expect(readlinkSync(path.join(folder, "srv/p", one))).not.toMatch(/^\/|\/\.\.\/[^.]+\/\.\./u);
  await box.container.run("rm", "-r", "/srv/p");
});

test("it heals when the container starts anew, and fails while it is stopped", async () => {
  if (!(await box.mount(["--helper", "--deadline", "2"]))) return;
  const { name } = box.container;
  const tries = "n=0; until cat etc/debian_version 2>/dev/null || [ $n -gt 300 ]; do n=$((n + 1)); sleep 0.2; done";
  expect(await box.here(`exec 5<etc/passwd; docker restart -t 0 ${name} >/dev/null; ${tries}; head -n 1 <&5`)).toMatch(
    /^\d+\.\d+\nroot:x:0/u,
  );
  await outputOf(["docker", "pause", name]);
  const paused = await box.here("ls -d etc/apt");
  await outputOf(["docker", "unpause", name]);
  expect(paused).toBe("etc/apt");
  await outputOf(["docker", "stop", "-t", "0", name]);
  expect(await box.here("ls etc/apt; echo >srv/x")).toContain("Input/output error");
  await outputOf(["docker", "start", name]);
  await until(async () => (await box.here("ls -d etc/apt")) === "etc/apt", "the container's files");
});

test("whichever of its processes is killed, nobody waits for ever and nothing is left", async () => {
  if (!(await box.mount(["--deadline", "2"]))) return;
  await replaceChild("sshfs");
  if (process.getuid?.() === 0) {
    process.kill(await childNamed("sensor"), "SIGSTOP");
    // From outside: who goes into the folder first waits there, and finds another server behind it.
    expect(await shellIn("/", `ls '${folder}/media'`)).toContain("Input/output error");
    await until(async () => (await box.here("ls media")) === "", "another server");
    await replaceChild("sensor");
  }
  process.kill(await keeper(), "SIGKILL");
  await until(async () => !readFileSync("/proc/self/mounts", "utf8").includes(folder), "the end of the mount");
  expect((await desk.cooper(["dev", "unmount"])).stdout).toContain("dead");
  expect(await box.mount()).toBe(true);
  expect((await desk.cooper(["dev", "unmount", folder])).exit).toBe(0);
  expect((await desk.cooper(["dev", "unmount", folder])).stderr).toContain("not-mounted");
});

test("all that is done is told, with the names it has in the end", async () => {
  const told = spawn(process.execPath, [cooperProgram(), "dev", "mount", "--helper", "--foreground", box.container.name, folder], {
    env: { ...process.env, ...desk.env },
  });
  let said = "";
  let stderr = "";
  told.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  told.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  let isOver = false;
  told.once("close", () => (isOver = true));
  const ended = new Promise((resolve) => told.once("exit", resolve));
  try {
    await until(async () => isOver || (await box.here("ls etc")).includes("passwd"), "the mount");
    if (!canMount({ stderr })) return;
    await box.here("cd srv; echo one >a; sed -i s/one/two/ a; mkdir d; mv a d/b; ln d/b d/c; ln -s b d/l; chmod 700 d; rm d/b; rm -r d");
    await until(() => Promise.resolve(said.includes('"path":"/srv/d","kind":"removed"')), "the last event");
  } finally {
    told.kill("SIGTERM");
    await ended;
  }
  const events = said
    .trim()
    .split("\n")
    .map((line): Record<string, unknown> => JSON.parse(line));
  const shown = events.map(({ kind, path: at, to, type }) =>
    [kind, String(at).replace(/sed\w+/u, "SED"), to ?? type ?? ""].join(" ").trim(),
  );
  expect(shown.filter((line) => !line.startsWith("attributes /srv/SED"))).toEqual([
    "created /srv/a file",
    "written /srv/a",
    "created /srv/SED file",
    "written /srv/SED",
    "renamed /srv/SED /srv/a",
    "created /srv/d folder",
    "renamed /srv/a /srv/d/b",
    "linked /srv/d/b /srv/d/c",
    "created /srv/d/l link",
    "attributes /srv/d",
    "removed /srv/d/b file",
    "removed /srv/d/c file",
    "removed /srv/d/l file",
    "removed /srv/d folder",
  ]);
});

test("a second mount at a folder is refused, and the first one can still be unmounted", async () => {
  if (!(await box.mount())) return;
  const second = await desk.cooper(["dev", "mount", box.container.name, folder]);
  expect(second).toMatchObject({ exit: 125, stderr: expect.stringContaining("mount-folder-taken") });
  expect((await desk.cooper(["dev", "unmount"])).stdout).toContain(folder);
  expect(await desk.cooper(["dev", "unmount", folder])).toMatchObject({ exit: 0 });
  expect((await desk.cooper(["dev", "unmount"])).stdout).not.toContain(folder);
});

test("a folder with something in it is not covered, and a stopped container is said", async () => {
  const covering = await desk.cooper(["dev", "mount", box.container.name, desk.folder]);
  if (canMount(covering)) expect(covering.stderr).toContain("mount-folder-taken");
  await outputOf(["docker", "stop", "-t", "0", box.container.name]);
  const stopped = await desk.cooper(["dev", "mount", box.container.name, folder]);
  if (canMount(stopped)) expect(stopped.stderr).toContain("container-not-running");
});
