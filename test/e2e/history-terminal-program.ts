// Started by history-terminal.test.ts: takes the terminal over, then ends in the way it is told.
import { spawnSync } from "node:child_process";
import { openRealTerminal } from "../../src/system/terminal/terminal.ts";

const terminal = openRealTerminal(process.stdin, process.stdout);
const size = (): string => `${terminal.size().columns}x${terminal.size().rows}`;
const ends: Readonly<Record<string, () => void>> = {
  restore: () => {
    terminal.restore();
    process.stdin.pause();
  },
  exit: () => process.exit(7),
  throw: () => {
    throw new Error("on purpose");
  },
  term: () => void process.kill(process.pid, "SIGTERM"),
  hup: () => void process.kill(process.pid, "SIGHUP"),
};

terminal.enterRawMode();
terminal.enterRawMode();
terminal.onResize(() => process.stdout.write(`size ${size()}\r\n`));
const settings = spawnSync("stty", ["-a"], { stdio: ["inherit", "pipe", "ignore"] }).stdout.toString();
const raw = ["-opost", "-icanon", "-echo", "-isig", "-icrnl"].filter((word) => settings.split(/[\s;]+/).includes(word));
process.stdout.write(`raw ${raw.join(" ")} ${size()}\r\n`);
process.stdout.write("bare\nnewline\r\n");
process.stdin.on("data", (keys: Buffer) => {
  process.stdout.write(`keys ${keys.toString("hex")}\r\n`);
  if (keys.toString() !== "q") return;
  ends[process.argv[2] ?? ""]?.();
});
