import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { removeContainer, startContainer, type TestContainer } from "../support/container.ts";
import { TestTerminal } from "../support/terminal.ts";
import { cooperProgram } from "../support/cli.ts";
import { processesOf, RemoteDesk, until } from "./remote-support.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 });

const desk = new RemoteDesk();
let box: TestContainer | null = null;
let script = "";

function container(): TestContainer {
  if (box === null) throw new Error("the container was not started");
  return box;
}

beforeAll(async () => {
  box = await startContainer();
  script = await desk.told(`cooper dev init work && cooper dev attach ${box.name} >/dev/null`);
});

afterAll(async () => {
  await desk.leave();
  if (box !== null) await removeContainer(box.name);
});

const processes = (): Promise<string> => processesOf(box);

test("init tells the script's path alone", () => {
  expect(script.trim()).toBe(path.join(desk.state, "cooper", "sessions", "work", "activate"));
});

test("arguments arrive byte for byte", async () => {
  const { stdout } = await desk.bash(
    `all=$(printf '\\\\%03o' $(seq 1 255)); bytes=$(printf "$all"; printf .)
     dodo printf '%s|' 'two  spaces' "a'b" '"$HOME" \`x\` *' '' -v -- $'new\\nline' 'höß'
     dodo printf %s "$bytes" | cmp - <(printf %s "$bytes") && echo same`,
  );
  expect(stdout).toBe('two  spaces|a\'b|"$HOME" `x` *||-v|--|new\nline|höß|same\n');
});

test("streams are pipes that any bytes pass, and keep apart", async () => {
  const sums = await desk.told(
    `head -c 20000000 /dev/urandom >big; sha256sum <big; dodo cat <big | sha256sum
     dodo sh -c 'echo out; echo err >&2' 2>err; cat err; dodo yes | head -n 1; dodo -n cat; dodo sh -c 'read line; echo "$line"' <<<first`,
  );
  const [first, second, ...rest] = sums.split("\n");
  expect(second).toBe(first);
  expect(rest).toEqual(["out", "err", "y", "first", ""]);
});

test("exit codes are the command's own, and cooper's failures are 125", async () => {
  const codes = await desk.told(
    `for code in 0 1 42 126 137 255; do dodo sh -c "exit $code"; echo $?; done; dodo no-such-program 2>/dev/null; echo $?
     dodo /etc 2>/dev/null; echo $?; dodo sh -c 'kill -9 $$'; echo $?
     dodo 2>/dev/null; echo $?; dodo -x ls 2>/dev/null; echo $?; dodo -w /no/folder true 2>/dev/null; echo $?; dodo -s none true 2>/dev/null; echo $?`,
  );
  expect(codes.trim().split("\n").join(" ")).toBe("0 1 42 126 137 255 127 126 137 125 125 125 125");
});

test("an output that takes no more is told, and a closed stream is no other one", async () => {
  const fast = path.join(path.dirname(script.trim()), "bin", "dodo");
  const told = await desk.told(
    `for program in dodo ${fast}; do
       $program echo lost 2>said >/dev/full; echo $?; grep -ic "written: .*no space left on device" said
       $program sh -c 'cat; echo out' <&-; $program cat <&- >&-; echo $?
     done`,
  );
  expect(told).toBe("125\n1\nout\n0\n".repeat(2));
});

test("environment and folder persist, with values of any bytes", async () => {
  writeFileSync(path.join(desk.folder, "settings"), Buffer.from("# remark\nNODE_OPTIONS=--none\nFROM_FILE=\xff x'y\n", "latin1"));
  const told = await desk.told(
    `dodo export "A=x' ; touch /tmp/pwned
\\$HOME" B=2; dodo sh -c 'printf "%s|%s\\n" "$A" "$B"'; dodo unset B; dodo sh -c 'echo "[$B]"'
     dodo cd /usr/lib; dodo pwd; dodo -w ../bin pwd; dodo -c 'PATH=/opt/own:$PATH; exit 3'; echo $?; dodo sh -c 'echo "\${PATH%%:*}"'
     dodo --env-file settings sh -c 'printf %s "$FROM_FILE"' | od -An -c; dodo -e ONE=1 sh -c 'echo $ONE'; dodo sh -c 'echo "[$ONE]"'
     dodo sh -c 'ls /tmp/pwned 2>/dev/null'; dodo -c 'set; tr "\\0" " " </proc/$$/cmdline; SEEN=here; export SEEN; set -x' >shown
     dodo sh -c 'echo $SEEN'; dodo pwd; grep -q cooper_t= shown && echo seen; dodo cd /; dodo unset A; true`,
  );
  expect(told).toBe(
    "x' ; touch /tmp/pwned\n$HOME|2\n[]\n/usr/lib\n/usr/bin\n3\n/opt/own\n 377       x   '   y\n1\n[]\nhere\n/usr/lib\nseen\n",
  );
});

test("a shell runs another command only when nothing of the last one is left", async () => {
  const shells = async (): Promise<ReadonlySet<string>> => {
    const told = await desk.told(`for n in 1 2 3; do dodo sh -c 'echo $PPID' </dev/null; done`);
    return new Set(told.trim().split("\n"));
  };
  await until(async () => (await shells()).size < 3, "a shell that has run two commands");
  const told = await desk.told(
    `one=$(dodo sh -c '(sleep 1; echo late) & echo $PPID' </dev/null); for n in 1 2 3 4; do dodo sh -c 'sleep 0.4; echo $PPID' </dev/null; done >next
     grep -c -x -e late -e "$one" next || true`,
  );
  expect(told).toBe("0\n");
});

test("an activated folder of programs stays active", async () => {
  const told = await desk.told(
    `dodo sh -c 'mkdir -p /opt/venv/bin; echo "VIRTUAL_ENV=/opt/venv; PATH=/opt/venv/bin:\\$PATH; export VIRTUAL_ENV PATH" >/opt/venv/bin/activate
     printf "#!/bin/sh\\necho own\\n" >/opt/venv/bin/tool; chmod +x /opt/venv/bin/tool'
     dodo source /opt/venv/bin/activate; dodo tool; dodo sh -c 'echo $VIRTUAL_ENV'`,
  );
  expect(told).toBe("own\n/opt/venv\n");
});

test("interrupt, a killed client and a killed session leave nothing running", async () => {
  await desk
    .bash(
      `"\${words[@]}" sleep 3011 & one=$!; until [ -n "$(ls "$XDG_STATE_HOME"/cooper/sessions/work/running 2>/dev/null)" ]; do sleep 0.1; done; kill -INT $one; wait $one; echo $?`,
    )
    .then(({ stdout }) => expect(stdout).toBe("130\n"));
  await desk.bash(
    `"\${words[@]}" sleep 3012 & one=$!; until [ -n "$(ls "$XDG_STATE_HOME"/cooper/sessions/work/running 2>/dev/null)" ]; do sleep 0.1; done; kill -KILL $one; wait $one 2>/dev/null; true`,
  );
  await until(async () => !/sleep 301[12]/.test(await processes()), "the end of what nobody waits for");
  const { stdout } = await desk.bash(
    `dodo sleep 3013 2>/dev/null & one=$!; until [ -n "$(ls "$XDG_STATE_HOME"/cooper/sessions/work/running 2>/dev/null)" ]; do sleep 0.2; done
     kill -KILL $(pgrep -f "dev serve $XDG_STATE_HOME/cooper/sessions/work"); wait $one; echo $?; dodo echo again`,
  );
  expect(stdout).toBe("125\nagain\n");
  await until(async () => !/sleep 3013/.test(await processes()), "the end of what the killed process ran");
});

test("a shell that has sourced the session's script has dodo, and loses it again", async () => {
  const told = await desk.told(
    `unset -f dodo; . "$XDG_STATE_HOME/cooper/sessions/work/activate"; all=$(printf '\\\\%03o' $(seq 1 255)); bytes=$(printf "$all"; printf .)
     dodo printf %s "$bytes" | cmp - <(printf %s "$bytes") && echo same; dodo sh -c 'exit 42' || echo $?; dodo none 2>/dev/null || echo $?
     head -c 3000000 /dev/urandom >pipe; dodo cat <pipe | cmp - pipe && echo piped; dodo yes | head -n 1; dodo -e A=1 sh -c 'echo $A'
     dodo sleep 3014 & one=$!; until [ -n "$(ls "$XDG_STATE_HOME"/cooper/sessions/work/running 2>/dev/null)" ]; do sleep 0.1; done; kill -TERM $one; wait $one || echo $?
     git config --get safe.directory; cooper_deactivate; command -v dodo || echo gone`,
  );
  expect(told).toBe("same\n42\n127\npiped\ny\n1\n143\n*\ngone\n");
});

test("a terminal on both ends is one in the container, of the same size", async () => {
  const terminal = new TestTerminal([process.execPath, cooperProgram(), "dev", "exec", "sh"], {
    cwd: desk.folder,
    env: desk.env,
    columns: 97,
    rows: 31,
  });
  await terminal.waitForPrompt();
  terminal.type("stty size; tty");
  await terminal.waitFor(/31 97\s+\/dev\/pts\/\d+/);
  await terminal.waitForPrompt();
  terminal.type("sleep 3021");
  // Before it is the terminal's own command, ^C is the shell's alone.
  await until(async () => (await processes()).includes("sleep 3021"), "the command");
  terminal.keys("\u0003");
  await terminal.waitForPrompt();
  terminal.type("exit 5");
  expect(await terminal.waitForExit()).toBe(5);
});

test("twenty commands at once keep their outputs and the history whole", async () => {
  const told = await desk.told(
    `for one in $(seq 20); do dodo sh -c "echo $one; echo $one >/var/tmp/par-$one" & done | sort -n; wait; cooper history . --json`,
  );
  const lines = told.split("\n");
  expect(lines.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 1)));
  expect(new Set(told.match(/echo \d+ >\/var\/tmp\/par-\d+/g)).size).toBe(20);
});

test("what was done becomes a Dockerfile, without what is left out", async () => {
  await desk.told(
    `cd container/srv && echo from-here >note && dodo sh -c 'cat note >copied' && dodo sh -c 'echo x >left-out' '#nohist' && dodo export GREETING=hello`,
  );
  const dockerfile = await desk.told("cooper replay .");
  expect(dockerfile).toContain("copied");
  expect(dockerfile).toMatch(/COPY .*note/);
  expect(dockerfile).not.toContain("left-out");
});

// Not by pausing: an engine of version 20.10 stands still for good when a command begins in a container at the moment of its pause.
test("a container that was started anew is noticed", async () => {
  const { name } = container();
  const { stdout } = await desk.bash(`docker restart -t 0 ${name} >/dev/null; dodo echo restarted; cooper dev status >/dev/null; echo $?`);
  expect(stdout).toBe("restarted\n0\n");
});

test("files are copied by name, into the container and out of it", async () => {
  const told = await desk.told(
    `head -c 300000 /dev/urandom >bytes; cooper dev cp bytes :/tmp/copied && cooper dev cp :/tmp/copied back && cmp bytes back && echo same
     cooper dev cp ./none :/tmp/ 2>&1 | head -1`,
  );
  expect(told).toMatch(/^same\ncooper: docker cp ended with exit code 1: .*none/);
});

test("variables with names that no shell has, and what a command does to PATH, keep no command from running", async () => {
  const told = await desk.told(
    `dodo -e 'a.b=x y' env | grep -F a.b; dodo -c 'unset PATH'; dodo export PATH=/usr/bin:/bin; dodo -c 'echo $PATH'; dodo -c 'unset PATH; export PATH=${process.env["PATH"] ?? ""}'
     printf 'A B=3\\n' >wrong; dodo --env-file wrong true 2>&1; echo $?`,
  );
  expect(told).toMatch(/^a\.b=x y\n\/usr\/bin:\/bin\n[^]*variable-malformed[^]*125\n$/u);
});

test("a signal that a command handles is the command's alone", async () => {
  const script = `trap "echo got" USR1; echo ready >/tmp/ready; for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; done; echo end; exit 5`;
  const told = await desk.told(
    `"$XDG_STATE_HOME"/cooper/sessions/*/bin/dodo sh -c '${script}' & command=$!; until dodo test -e /tmp/ready; do sleep 0.1; done; kill -USR1 $command; wait $command; echo $?`,
  );
  expect(told).toBe("got\nend\n5\n");
});
