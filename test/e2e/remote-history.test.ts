import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openPeers } from "../../src/history/peers.ts";
import { openHistoryStore } from "../../src/history/store.ts";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { testEngine } from "../support/engine.ts";
import { canMount, RemoteDesk } from "./remote-support.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const desk = new RemoteDesk();
let box: TestContainer | null = null;

beforeAll(async () => {
  box = await startContainer();
  await desk.told(`cooper dev init one >/dev/null; cooper dev attach -s one ${box.name}`);
});

afterAll(async () => {
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

test("commands, another user's texts, edits and moves of a session, with what is recorded beside it: one history, and a Dockerfile that is equal", async () => {
  await desk.told(
    `dodo sh -c 'useradd -m -s /bin/sh dev; mkdir -p /srv/work'
     mkdir -p project/src; echo main >project/src/main; cp -r project container/srv/work/
     dodo -w /srv/work/project cp src/main out
     dodo -u dev -c 'umask 077; cd; echo "$HOME" >private; export TOOL=$HOME/tool'
     dodo -u dev -w /home/dev sh -c 'echo $TOOL >shared'
     dodo sh -c 'echo $HOME $TOOL >/srv/home'
     mv container/srv/work/project container/srv/work/moved
     cooper exec ${box?.name} sh -c 'echo beside >/srv/beside'`,
  );
  expect(await desk.told("cat container/srv/home")).toBe("/root /home/dev/tool\n");
  expect(await desk.told("stat -c %a container/home/dev/private container/home/dev/shared")).toBe("600\n644\n");
  const byFolder = await desk.told("cooper history . --json");
  expect(await desk.told(`cooper history ${box?.name} --json`)).toBe(byFolder);
  expect(byFolder).toContain("/srv/beside");
  expect(byFolder).toContain("cp src/main out");
  const verdict = await desk.told("cooper verify .");
  expect(verdict).toContain("equivalent: ");
  expect(verdict).not.toContain("✗");
  expect(await desk.told(`cooper replay ${box?.name} -o made >/dev/null; cat made/Dockerfile`)).toContain("/srv/work/moved");
});

test("two sessions that follow each other in one container lose nothing of what each did", async () => {
  await desk.told(
    `cooper dev init two --no-mount >/dev/null; cooper dev attach -s two ${box?.name}
     dodo -s one mkdir /srv/place; dodo -s two sh -c 'echo made >/srv/place/made'; dodo -s one sh -c 'echo gone >/srv/gone'
     dodo -s two rm /srv/gone; dodo -s one chmod 700 /srv/place`,
  );
  const draft = await desk.told(`cooper replay ${box?.name}`);
  const places = ["mkdir /srv/place", "echo made >/srv/place/made", "chmod 700 /srv/place"].map((text) => draft.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(draft).not.toContain("/srv/gone");
});

test("a command waits while another recorder of its container looks at what was changed", async () => {
  const engine = await testEngine();
  const store = openHistoryStore({ env: { XDG_STATE_HOME: desk.state } });
  const looks = openPeers(store.folder(engine.id, box?.id ?? ""), "s999");
  const unmark = looks.mark();
  const running = desk.told("dodo -s two touch /srv/waited");
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await box?.run("sh", "-c", "test -e /srv/waited && echo there; true")).toBe("");
  unmark();
  await running;
  expect(await box?.run("ls", "/srv/waited")).toBe("/srv/waited");
  await desk.told("cooper dev rm two");
});

test("what is left out of a session's history is in no Dockerfile, and the session's folder names it from anywhere", async () => {
  await desk.told(`dodo touch /srv/left-out '#nohist'; dodo touch /srv/kept`);
  const told = await desk.told(`cd /; cooper replay "$XDG_STATE_HOME/cooper/sessions/one"`);
  expect(told).toContain("touch /srv/kept");
  expect(told).not.toContain("left-out");
});

test.each([
  ["in a new container the first commands get just what they changed", "true", []],
  [
    "what was changed before is told apart from what the first command does",
    "echo old >/srv/old; echo old >/srv/kept",
    ["/srv/kept", "/srv/old"],
  ],
])("%s", async (_title, before, outside) => {
  const own = new RemoteDesk();
  const other = await startContainer();
  try {
    await other.run("sh", "-c", before);
    await own.told(
      `cooper dev init --no-mount >/dev/null; cooper dev attach ${other.name}
       dodo sh -c 'echo one >/srv/one; echo new >/srv/old'; dodo sh -c 'rm /srv/one; echo two >/srv/two'`,
    );
    const engine = await testEngine();
    const flushed = await own.told("cooper history . --json");
    expect(flushed).toContain("/srv/two");
    const history = await openHistoryStore({ env: own.env }).load(engine.id, other.id);
    const steps = (history?.sessions ?? []).flatMap((session) => session.steps);
    const told = steps.map(({ typed, effect }) => [typed === "" ? "outside" : "command", effect.changes.map(({ path }) => path)]);
    expect(told).toEqual([
      ...(outside.length === 0 ? [] : [["outside", outside]]),
      ["command", ["/srv/old", "/srv/one"]],
      ["command", ["/srv/one", "/srv/two"]],
    ]);
  } finally {
    await own.leave();
    await removeContainer(other.name);
  }
});

test("what a session exports last is in the image, wherever and whenever; what one command or a removed variable had is not", async () => {
  const own = new RemoteDesk();
  const other = await startContainer();
  try {
    const dockerfile = await own.told(
      `{ cooper dev init own --no-mount && cooper dev attach -s own ${other.name}; } >/dev/null
       dodo -w /opt export STAGE=test; dodo export GONE=1; dodo touch /srv/one; dodo -e ALONE=1 sh -c 'echo $ALONE >/srv/alone'
       dodo perl -e 'open F, ">/srv/had"; print F $ENV{ALONE} // "none"'
       cooper dev stop; dodo touch /srv/two; cooper dev export STAGE=production LATE=1; cooper dev export --unset GONE; dodo touch /srv/three
       cooper replay .`,
    );
    const variables = dockerfile.split("\n").filter((line) => line.startsWith("ENV "));
    expect(variables).toEqual(["ENV LATE=1 STAGE=production"]);
    expect(dockerfile).toMatch(/unset ALONE && \\\n [^]*perl/u);
  } finally {
    await own.leave();
    await removeContainer(other.name);
  }
});

test("what is edited behind the first command is not taken for the command's", async () => {
  const own = new RemoteDesk();
  const other = await startContainer();
  try {
    const outcome = await own.bash(
      `cooper dev init >/dev/null; cooper dev attach ${other.name}; dodo sh -c 'echo a=1 >/etc/tool.conf'
       sed -i s/a=1/a=10/ container/etc/tool.conf; dodo grep -q a=10 /etc/tool.conf && cooper replay .`,
    );
    if (canMount(outcome)) expect(outcome.stdout).toContain("COPY");
  } finally {
    await own.leave();
    await removeContainer(other.name);
  }
});
