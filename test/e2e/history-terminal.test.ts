import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTempFolder, type TempFolder } from "../../src/system/file/files.ts";
import { openTerminal } from "../support/terminal.ts";

let program: TempFolder;
beforeAll(async () => {
  program = await makeTempFolder("cooper-terminal-");
  const options = { bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error" } as const;
  const entryPoints = [fileURLToPath(new URL("./history-terminal-program.ts", import.meta.url))];
  await build({ ...options, entryPoints, outfile: join(program.path, "program.mjs") });
});
afterAll(() => program.remove());

const ENDS: readonly (readonly [string, number])[] = [
  ["restore", 0],
  ["exit", 7],
  ["throw", 1],
  ["term", 143],
  ["hup", 129],
];

test.each(ENDS)("the terminal is as before after %s", async (end, code) => {
  let shown = "";
  const script = 'stty -g; "$@" 2>/dev/null; echo "code $?"; stty -g; echo over';
  const argv = ["sh", "-c", script, "sh", process.execPath, join(program.path, "program.mjs"), end];
  const terminal = openTerminal(argv, { columns: 100, rows: 30, onOutput: (data) => (shown += data) });
  try {
    await terminal.waitFor(/raw -opost -icanon -echo -isig -icrnl 100x30/);
    await terminal.waitFor(/newline/);
    // A full-screen program's "\n" is not to become "\r\n".
    expect(shown).toContain("bare\nnewline\r\n");
    terminal.keys("\x03");
    await terminal.waitFor(/keys 03/);
    terminal.keys("q");
    await terminal.waitFor(/over/);
    expect(await terminal.waitForExit()).toBe(0);
    const settings = shown.split(/\r?\n/).filter((line) => /^[0-9a-f]+:/.test(line));
    expect(settings).toHaveLength(2);
    expect(settings[1]).toBe(settings[0]);
    expect(shown).toContain(`code ${code}`);
  } finally {
    terminal.close();
  }
});
