import { existsSync, mkdirSync, type FSWatcher, symlinkSync, watch } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { outputOf, runOnHost } from "../support/host-command.ts";
import { RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const desk = new RemoteDesk();
// Also the place itself is one that scripts stumble over.
const work = path.join(desk.folder, "a work\nfolder");
const folder = path.join(work, "container");
let box: TestContainer | null = null;
let hasFiles = false;

beforeAll(async () => {
  box = await startContainer();
  mkdirSync(work);
  symlinkSync(work, path.join(desk.folder, "way"));
  hasFiles = await desk.attach(`cd way && cooper dev init work && cooper dev attach -s work ${box.name}`);
});

afterAll(async () => {
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

/** What a shell prints that has sourced the session's script, in a folder below the work folder; stderr behind it. */
async function shell(where: string, script: string): Promise<string> {
  const activate = path.join(desk.state, "cooper/sessions/work/activate");
  const { stdout, stderr } = await runOnHost(["sh", "-c", `. '${activate}'; cd "$1" && ${script}`, "sh", path.join(desk.folder, where)], {
    env: desk.env,
    timeoutMs: 120_000,
  });
  return (stdout + stderr).trim();
}

async function inBox(script: string): Promise<string> {
  return (await box?.run("sh", "-c", script)) ?? "";
}

test("a command's folder is the one of the mount, whatever way led there, and else the one of before", async () => {
  if (!hasFiles) return;
  const name = "odd 'name' %x";
  await shell("way", `dodo mkdir -p "/srv/${name}/in" && dodo cd /usr/lib`);
  expect(await shell(`way/container/srv/${name}/in`, "dodo pwd")).toBe(`/srv/${name}/in`);
  expect(await shell("way", "ln -s container/srv short && cd short && dodo pwd; cd ..; rm short")).toBe("/srv");
  expect(await shell("way/container", "dodo pwd")).toBe("/");
  expect(
    await shell("way", "dodo pwd; cd /; dodo pwd; mkdir /tmp/$$ && cd /tmp/$$ && rmdir /tmp/$$ && dodo pwd 2>/dev/null; echo $?"),
  ).toBe("/usr/lib\n/usr/lib\n/usr/lib\n0");
  expect(
    await shell(
      "way",
      "mkdir container/srv/here && cd container/srv/here && dodo rmdir ../here; dodo pwd 2>&1 | grep -o 'no folder /srv/here'",
    ),
  ).toBe("no folder /srv/here");
  await shell("way", "dodo cd /");
});

test("what a command does is seen here at once, and what is done here by the next command", async () => {
  if (!hasFiles) return;
  const each =
    "dodo touch made-$n; test -e made-$n && echo there; dodo rm made-$n; test -e made-$n || echo gone; echo $n >own; dodo cat own";
  expect(await shell("way/container/srv", `for n in 1 2 3; do ls >/dev/null; ${each}; done; rm own`)).toBe(
    "there\ngone\n1\nthere\ngone\n2\nthere\ngone\n3",
  );
});

test("what an editor, a script and the container do with a file is one history", async () => {
  if (!hasFiles) return;
  await shell("way", "dodo mkdir /opt/edit");
  await shell(
    "way/container/opt/edit",
    `echo one >made; echo two >sed; sed -i s/two/three/ sed; echo old >saved; mv saved saved~ && echo new >saved && rm saved~; echo x >left; echo x >removed
     mkdir folder && echo in >folder/file; mv folder moved; echo x >mode; chmod 750 mode; dodo sh -c 'echo theirs >written; mv left renamed; rm removed'`,
  );
  const written = await desk.told("cd way && cooper replay . -o ../out >/dev/null; cd ../out && cat Dockerfile && find . -type f | sort");
  expect(written).toContain("echo theirs >written; mv left renamed; rm removed");
  for (const name of ["made", "sed", "saved", "moved/file", "mode"]) expect(written).toContain(`opt/edit/${name}`);
  expect(written).not.toMatch(/saved~|folder\/file/u);
  const seen = await inBox("cd /opt/edit; head made sed saved renamed moved/file written; stat -c %a mode; ls");
  expect(seen).toMatch(/three.*new.*theirs.*750\nmade\nmode\nmoved\nrenamed\nsaved\nsed\nwritten$/su);
});

test("git works on a repository of the container, whoever owns it", async () => {
  if (!hasFiles) return;
  await inBox("mkdir -p /srv/repo && chown 4321:4321 /srv/repo");
  const made =
    "git init -q . && for n in $(seq 60); do echo $n >file-$n; done && git add . && git -c user.name=a -c user.email=a@b commit -qm first";
  expect(
    await shell(
      "way/container/srv/repo",
      `${made} && git status --short && echo clean; dodo sh -c 'echo more >>file-7'; git status --short`,
    ),
  ).toBe("clean\n M file-7");
  await inBox("rm -r /srv/repo");
});

test("what a command changes in the container is an event for who watches the files here", async () => {
  if (!hasFiles) return;
  await desk.told(
    "dodo sh -c 'cd /srv; rm -rf made inner; echo old >changed; echo old >removed; mkdir inner; touch -d 2001-02-03 changed'",
  );
  const heard = new Set<string>();
  const watchers: FSWatcher[] = ["srv", "srv/inner"].map((name) =>
    watch(path.join(folder, name), (_kind, what) => heard.add(`${name}/${what ?? ""}`)),
  );
  try {
    await shell("way", "dodo sh -c 'cd /srv; echo x >>changed; touch -d 2002-03-04 changed; rm removed; mkdir made; echo deep >inner/new'");
    await until(
      () => Promise.resolve(["srv/changed", "srv/made", "srv/inner/new"].every((name) => heard.has(name))),
      `the events (so far: ${[...heard].join(", ")})`,
    );
  } finally {
    for (const one of watchers) one.close();
  }
  // Nothing of it reaches the history, nor the container, where a look would see who asks.
  const history = await desk.told(`cooper history ${box?.name}`);
  expect(history).toMatch(/rm removed(?!.*outside)/su);
  expect(await box?.run("stat", "-c", "%y", "/srv/changed")).toMatch(/^2002-03-04/u);
});

test("a session whose process found the container stopped has its files once it runs", async () => {
  if (!hasFiles) return;
  await outputOf(["docker", "stop", "-t", "0", box?.name ?? ""]);
  const { stdout } = await desk.bash("cooper dev stop -s work; dodo -s work true; echo $?; cooper dev start -s work");
  expect(stdout).toMatch(/^125\n.*\nits files: /su);
  expect(existsSync(path.join(folder, "etc/hostname"))).toBe(true);
});
