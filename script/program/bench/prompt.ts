import { spawn } from "@lydell/node-pty";
import type { IPty } from "@lydell/node-pty";
import { performance } from "node:perf_hooks";
import { median } from "./measure.ts";
import type { Figure } from "./measure.ts";

const PROMPT = "<ready> ";
const ROUNDS = 200;

/** A shell in a pseudo-terminal that is measured by the clock: from Enter to the next prompt. */
export class MeasuredShell {
  readonly #pty: IPty;
  #printed = "";
  #wake: (() => void) | null = null;

  constructor(argv: readonly string[], env: Readonly<Record<string, string>>) {
    const [program = "", ...rest] = argv;
    this.#pty = spawn(program, rest, { cols: 120, rows: 40, env: { ...process.env, TERM: "xterm", ...env } });
    this.#pty.onData((data) => {
      this.#printed += data;
      this.#wake?.();
    });
  }

  /** Gives the shell a prompt that is easy to find. */
  async prepare(): Promise<void> {
    await this.#until(/[#$] $/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await this.time(`PS1='<rea''dy> '`);
    await this.time("true");
  }

  /** Milliseconds from Enter to the next prompt. */
  async time(command: string): Promise<number> {
    this.#printed = "";
    this.#pty.write(command);
    await this.#until(new RegExp(`${command.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").slice(-8)}$`));
    this.#printed = "";
    const started = performance.now();
    this.#pty.write("\r");
    await this.#until(new RegExp(`${PROMPT}$`));
    return performance.now() - started;
  }

  async leave(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#pty.onExit(() => resolve()));
    this.#pty.write("exit\r");
    await ended;
  }

  async #until(pattern: RegExp): Promise<void> {
    const text = (): string => this.#printed.replaceAll(/\u001b\[[0-9;?]*[a-zA-Z]/g, "");
    const deadline = Date.now() + 600_000;
    while (!pattern.test(text())) {
      if (Date.now() > deadline) throw new Error(`waited in vain for ${pattern.source} in ${JSON.stringify(this.#printed.slice(-300))}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 1000);
      });
    }
  }
}

export interface Shells {
  readonly plain: readonly string[];
  readonly recorded: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The median time from Enter to the next prompt for `true`, recorded against plain, in turns. */
export async function benchPrompt({ plain, recorded, env }: Shells): Promise<Figure> {
  const shells = [new MeasuredShell(plain, {}), new MeasuredShell(recorded, env)];
  const times: number[][] = [[], []];
  for (const shell of shells) await shell.prepare();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [side, shell] of shells.entries()) times[side]?.push(await shell.time("true"));
  }
  for (const shell of shells) await shell.leave();
  const [without, withIt] = times.map(median);
  const more = (withIt ?? 0) - (without ?? 0);
  const detail = `plain ${(without ?? 0).toFixed(1)} ms, recorded ${(withIt ?? 0).toFixed(1)} ms, median of ${ROUNDS}`;
  return { name: "prompt", value: `+${more.toFixed(1)} ms`, goal: "at most +10 ms", isMet: more <= 10, detail };
}
