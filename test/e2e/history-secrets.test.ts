import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { cooperEnvironment, cooperProgram, runCooper } from "../support/cli.ts";
import { withContainer } from "../support/container.ts";
import { openTerminal } from "../support/terminal.ts";

let home: TempFolder;
beforeEach(async () => {
  home = await makeTempFolder("cooper-secrets-");
});
afterEach(() => home.remove());

/** Typed at the prompt; each holds a secret that ends in "Pa55". */
const COMMANDS: readonly string[] = [
  "echo 'root:root-Pa55' | chpasswd",
  "export DB_PASSWORD='export-Pa55'",
  'echo "DB_PASSWORD=$DB_PASSWORD" > /opt/settings.env',
  'echo "the value is export-Pa55" > /opt/note.txt',
  "printenv DB_PASSWORD",
  "cat > /root/.netrc <<E\nmachine x login me password netrc-Pa55\nE",
  "declare -A LOGIN=([user]=me [password]=array-Pa55)",
  "connect() { mysql -uroot -pfunction-Pa55; }",
  "alias in='sshpass -p alias-Pa55 ssh host'",
  "curl -su me:curl-Pa55 https://127.0.0.1:1/",
  "(exec -a 'x --password=process-Pa55' sleep 600 >/dev/null 2>&1 &)",
  "printf '[db]\\nuser = me\\npassword = printf-Pa55\\n' > /opt/db.ini; cat /opt/db.ini",
  'MYPASS=short-Pa55; echo "root:$MYPASS" | chpasswd',
  `echo ${"long ".repeat(20)} https://me:wrapped-Pa55@host/ > /dev/null`,
];

async function textBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, "latin1")))).join("\n");
}

test("no secret that was typed is kept anywhere", async () => {
  await withContainer({}, async ({ name }) => {
    const env = { XDG_STATE_HOME: home.path };
    const terminal = openTerminal([process.execPath, cooperProgram(), "record", name], { env: cooperEnvironment(env), columns: 90 });
    try {
      await terminal.waitForPrompt();
      for (const command of COMMANDS) {
        terminal.type(command);
        await terminal.waitForPrompt();
      }
      terminal.type("passwd");
      await terminal.waitFor(/New password: /);
      terminal.type("passwd-Pa55");
      await terminal.waitFor(/Retype new password: /);
      terminal.type("passwd-Pa55");
      await terminal.waitForPrompt();
      // bash's own `read -s` asks before it turns the echo off.
      terminal.type("stty -echo; printf 'Ans''wer: '; read -r ANSWER; stty echo; echo");
      await terminal.waitFor(/Answer: /);
      terminal.type("silent-Pa55");
      await terminal.waitForPrompt();
      terminal.type('echo "$ANSWER" > /opt/answer.txt; cat /opt/answer.txt');
      await terminal.waitForPrompt();
      terminal.type('read -rs -p "Wo""rd: " WORD && echo "w=$WORD" > /opt/word.txt; cat /opt/word.txt');
      await terminal.waitFor(/Word: /);
      terminal.type("read-Pa55");
      await terminal.waitForPrompt();
      // Nothing in the line says that the answer is a secret, and the same command writes it down.
      terminal.type(`sh -c 'stty -echo; printf "Sa%s: " y; head -n 1 > /opt/said.txt; stty echo; echo; cat /opt/said.txt'`);
      await terminal.waitFor(/Say: /);
      terminal.type("unseen-Pa55");
      await terminal.waitFor(/unseen-Pa55/);
      await terminal.waitForPrompt();
      terminal.type("cat > /opt/app.env");
      await terminal.waitFor(/app\.env\n/);
      terminal.type("API_TOKEN=typed-Pa55");
      terminal.keys("\u0004");
      await terminal.waitForPrompt();
      terminal.type("mkdir /opt/made; sh -c 'echo DB_PASSWORD=pr''inted-Pa''55 | tee /opt/made/by.env'");
      await terminal.waitForPrompt();
      terminal.type("exit");
      expect(await terminal.waitForExit()).toBe(0);
    } finally {
      terminal.close();
    }
    const again = openTerminal([process.execPath, cooperProgram(), "record", name], { env: cooperEnvironment(env), columns: 90 });
    try {
      await again.waitForPrompt();
      // Another recorder knows what those files hold, and no name stands before it.
      again.type("sed 's/.*=//' /opt/settings.env /opt/app.env /opt/made/by.env /opt/word.txt; awk '{ print $6 }' /root/.netrc");
      await again.waitFor(/netrc-Pa55/);
      await again.waitForPrompt();
      again.type("cat /opt/note.txt /opt/answer.txt /opt/said.txt");
      await again.waitFor(/unseen-Pa55/);
      await again.waitForPrompt();
      again.type("exit");
      expect(await again.waitForExit()).toBe(0);
    } finally {
      again.close();
    }
    const state = await textBelow(home.path);
    expect(state.match(/.{0,80}\w+-Pa55.{0,20}/g)).toBeNull();
    expect(state).toContain("echo 'root:***' | chpasswd");

    for (const args of [
      ["history", name],
      ["history", name, "--json"],
      ["replay", name],
      ["replay", name, "--json"],
    ]) {
      const { stdout, stderr } = await runCooper(args, { env });
      expect(`${stdout}${stderr}`).not.toContain("Pa55");
      expect(stdout).not.toBe("");
    }
    const folder = join(home.path, "build");
    await runCooper(["replay", name, "-o", folder], { env });
    const draft = await textBelow(folder);
    expect(draft).toContain("FROM debian:bookworm");
    expect(draft).not.toContain("Pa55");
  });
});
