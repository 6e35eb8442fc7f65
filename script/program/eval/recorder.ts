import { openTerminal } from "../../../test/support/terminal.ts";
import type { TestTerminal } from "../../../test/support/terminal.ts";
import { outputOf, runOnHost } from "../../../test/support/host-command.ts";
import type { CaseStep, SessionOptions } from "./case-file.ts";

const PROMPT_MS = 300_000;

/** How shells and commands of a case are started: through cooper, or plainly. */
export interface Ways {
  readonly shell: (options: SessionOptions) => readonly string[];
  readonly command: (argv: readonly string[]) => readonly string[];
  /** A shell that reads its lines from standard input. */
  readonly lines: () => readonly string[];
}

export interface Recorded {
  readonly container: string;
  readonly ways: Ways;
  readonly env: Readonly<Record<string, string>>;
  /** Options of the sessions that no step opens explicitly. */
  readonly session: SessionOptions;
}

/** The typist of one case: opens recorded shells as the steps need them and does what the steps say. */
export class Typist {
  readonly #recorded: Recorded;
  readonly #open = new Map<string, TestTerminal>();
  #screens = "";

  constructor(recorded: Recorded) {
    this.#recorded = recorded;
  }

  /** All that the recorded shells showed. */
  get screens(): string {
    return this.#screens;
  }

  async play(steps: readonly CaseStep[]): Promise<void> {
    for (const step of steps) await this.#playOne(step);
    for (const name of this.#open.keys()) await this.#leave(name);
  }

  /** Ends what is still open after a failure. */
  close(): void {
    for (const terminal of this.#open.values()) terminal.close();
    this.#open.clear();
  }

  async #playOne(step: CaseStep): Promise<void> {
    const name = step.terminal ?? "1";
    if (step.wait !== undefined) return await new Promise((resolve) => setTimeout(resolve, (step.wait ?? 0) * 1000));
    if (step.host !== undefined) return await this.#onHost(step.host);
    if (step.exec !== undefined) return await this.#exec(step.exec);
    if (step.lines !== undefined) return await this.#recordLines(step.lines);
    if (step.end !== undefined) return await this.#leave(name);
    if (step.ended !== undefined) return await this.#awaitEnd(name);
    if (step.session !== undefined) return void (await this.#start(name, step.session));
    await this.#input(await this.#terminal(name), step);
  }

  async #input(terminal: TestTerminal, step: CaseStep): Promise<void> {
    if (step.type !== undefined) {
      terminal.type(step.type);
      await terminal.waitForPrompt(undefined, { timeoutMs: PROMPT_MS });
    }
    if (step.send !== undefined) terminal.type(step.send);
    if (step.keys !== undefined) terminal.keys(step.keys);
    if (step.expect !== undefined) await terminal.waitFor(new RegExp(step.expect), { timeoutMs: PROMPT_MS });
    if (step.prompt !== undefined) await terminal.waitForPrompt(undefined, { timeoutMs: PROMPT_MS });
  }

  async #terminal(name: string): Promise<TestTerminal> {
    return this.#open.get(name) ?? (await this.#start(name, this.#recorded.session));
  }

  async #start(name: string, session: SessionOptions): Promise<TestTerminal> {
    if (this.#open.has(name)) await this.#leave(name);
    const terminal = openTerminal(this.#recorded.ways.shell(session), { env: this.#recorded.env, columns: 200, rows: 50 });
    this.#open.set(name, terminal);
    await terminal.waitForPrompt(undefined, { timeoutMs: PROMPT_MS });
    return terminal;
  }

  async #leave(name: string): Promise<void> {
    const terminal = this.#open.get(name);
    if (terminal === undefined) return;
    terminal.type("exit");
    await this.#awaitEnd(name);
  }

  async #awaitEnd(name: string): Promise<void> {
    const terminal = this.#open.get(name);
    if (terminal === undefined) return;
    await terminal.waitForExit({ timeoutMs: 60_000 });
    this.#screens += terminal.raw();
    this.#open.delete(name);
  }

  async #onHost(command: string): Promise<void> {
    await outputOf(["sh", "-c", command.replaceAll("{container}", this.#recorded.container)], { env: this.#recorded.env });
  }

  async #exec(argv: readonly string[]): Promise<void> {
    await runOnHost(this.#recorded.ways.command(argv), { env: this.#recorded.env });
  }

  async #recordLines(input: string): Promise<void> {
    await runOnHost(this.#recorded.ways.lines(), { env: this.#recorded.env, input });
  }
}
