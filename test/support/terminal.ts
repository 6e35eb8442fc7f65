import { spawn } from "@lydell/node-pty";
import type { IPty } from "@lydell/node-pty";
import headless from "@xterm/headless";
import type { Terminal as Screen } from "@xterm/headless";
import { screenText, textSince } from "./screen-text.ts";
import type { ScreenPosition } from "./screen-text.ts";

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Also gets everything that the program prints, at once. */
  readonly onOutput?: (data: string) => void;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
}

/** How long nothing may be printed before what is on the screen counts as all there is. */
const QUIET_MS = 150;
/** The same where a job in the background printed something behind the prompt. */
const LONG_QUIET_MS = 2000;
const DEADLINE_MS = 60_000;
const defaultPrompt = /[#$%] $/;

/** A program in a pseudo-terminal, with a screen that reads what it prints as a person would. */
export class TestTerminal {
  readonly #pty: IPty;
  readonly #screen: Screen;
  #mark: ScreenPosition = { row: 0, column: 0 };
  /** How much of the text since the mark earlier waits have matched. */
  #matched = 0;
  #prompt = "";
  #lastOutput = Date.now();
  #pending = 0;
  #exit: number | null = null;
  #raw = "";

  constructor(argv: readonly string[], options: TerminalOptions) {
    const [program = "", ...rest] = argv;
    const columns = options.columns ?? 120;
    const rows = options.rows ?? 40;
    this.#screen = new headless.Terminal({ cols: columns, rows, scrollback: 20_000, allowProposedApi: true });
    const env = { ...process.env, TERM: "xterm-256color", ...options.env };
    this.#pty = spawn(program, rest, { cols: columns, rows, env, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
    this.#pty.onData((data) => {
      options.onOutput?.(data);
      this.#receive(data);
    });
    this.#screen.onData((answer) => this.#answer(answer));
    this.#pty.onExit(({ exitCode, signal }) => {
      this.#exit = signal === undefined || signal === 0 ? exitCode : 128 + signal;
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Types text and Enter. A line end inside is typed as Enter. */
  type(text: string): void {
    this.keys(`${text.replaceAll("\n", "\r")}\r`);
  }

  /** Types exactly these characters. */
  keys(characters: string): void {
    this.#mark = this.#cursor();
    this.#matched = 0;
    this.#pty.write(characters);
  }

  /** Waits until what was printed since the last input (or the last match) matches; returns the matched text. */
  async waitFor(pattern: RegExp, options: WaitOptions = {}): Promise<string> {
    const text = (): string => this.textSinceInput().slice(this.#matched);
    const match = await this.#until(() => pattern.exec(text()), `/${pattern.source}/`, options);
    this.#matched += this.#isFullScreen() ? 0 : match.index + match[0].length;
    return match[0];
  }

  /**
   * Waits until the cursor stands behind a shell's prompt on another line than at the last input, and nothing more is printed. What a job in
   * the background prints may stand behind the prompt, when that looks as the one before.
   */
  async waitForPrompt(pattern: RegExp = defaultPrompt, options: WaitOptions = {}): Promise<void> {
    const isThere = (): boolean => this.#isQuiet() && (this.#isAtPrompt(pattern) || this.#hasPromptAbove());
    await this.#until(() => (isThere() ? true : null), "the next prompt", options);
  }

  /** Waits for the end of the program and returns its exit code (128 + signal when it was killed). */
  async waitForExit(options: WaitOptions = {}): Promise<number> {
    return await this.#until(() => this.#exit, "its end", { ...options, isEndWanted: true });
  }

  /** The lines on the screen now, without trailing blanks. */
  screen(): string {
    return screenText(this.#screen);
  }

  /** Everything printed since the last input, wrapped lines joined, without escape sequences. */
  textSinceInput(): string {
    return textSince(this.#screen, this.#mark);
  }

  /** Every byte that the program printed, as text. */
  raw(): string {
    return this.#raw;
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Closes the terminal as a person closes the window: the program gets a hang-up. */
  close(): void {
    if (this.#exit === null) this.#pty.kill("SIGHUP");
  }

  kill(signal: string): void {
    if (this.#exit === null) this.#pty.kill(signal);
  }

  #receive(data: string): void {
    this.#raw += data;
    this.#lastOutput = Date.now();
    this.#pending += 1;
    this.#screen.write(data, () => {
      this.#pending -= 1;
    });
  }

  #answer(answer: string): void {
    if (this.#exit === null) this.#pty.write(answer);
  }

  #cursor(): ScreenPosition {
    const buffer = this.#screen.buffer.active;
    return { row: buffer.baseY + buffer.cursorY, column: buffer.cursorX };
  }

  #isFullScreen(): boolean {
    return this.#screen.buffer.active.type === "alternate";
  }

  #isQuiet(): boolean {
    return this.#pending === 0 && Date.now() - this.#lastOutput >= QUIET_MS;
  }

  #isAtPrompt(pattern: RegExp): boolean {
    const cursor = this.#cursor();
    const isElsewhere = cursor.row !== this.#mark.row || (this.#mark.row === 0 && this.#mark.column === 0);
    const line = this.#screen.buffer.active.getLine(cursor.row)?.translateToString(false, 0, cursor.column) ?? "";
    const isFound = isElsewhere && pattern.test(line);
    if (isFound) this.#prompt = line;
    return isFound;
  }

  #hasPromptAbove(): boolean {
    if (this.#prompt === "" || Date.now() - this.#lastOutput < LONG_QUIET_MS) return false;
    const [, ...lines] = this.textSinceInput().split("\n");
    return lines.some((line) => line.startsWith(this.#prompt));
  }

  async #until<T>(probe: () => T | null, what: string, options: WaitOptions & { readonly isEndWanted?: boolean }): Promise<T> {
    const deadline = Date.now() + (options.timeoutMs ?? DEADLINE_MS);
    for (;;) {
      const found = this.#pending === 0 ? probe() : null;
      if (found !== null) return found;
      if (this.#exit !== null && options.isEndWanted !== true && this.#isQuiet())
        throw this.#failure(`The program ended with ${this.#exit} before ${what} was seen`);
      if (Date.now() > deadline) throw this.#failure(`Waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  #failure(message: string): Error {
    return new Error(`${message}. The screen:\n${this.screen()}`);
  }
}

/** Starts a program in a pseudo-terminal. */
export function openTerminal(argv: readonly string[], options: TerminalOptions = {}): TestTerminal {
  return new TestTerminal(argv, options);
}
