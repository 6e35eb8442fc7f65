/** A word of a command line with its quotes, as a range of the text. */
export interface ShellWord {
  readonly start: number;
  readonly end: number;
  /** As it stands there. */
  readonly raw: string;
  /** Without its quotes and backslashes. */
  readonly value: string;
}

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A simple command. Not the whole grammar: only what tells which text goes to which program. */
export interface ShellCommand {
  readonly words: ShellWord[];
  /** Here-strings and bodies of here-documents. */
  readonly inputs: TextRange[];
  /** Targets of output redirections. */
  readonly outputs: ShellWord[];
  /** Index of the command that reads its output. */
  pipedTo: number | null;
}

const SPACE = /[ \t\r]/;
const WORD_END = /[ \t\r\n;&|<>()`]/;

/** Splits a shell text into its commands; never throws, takes anything. */
export function readShellCommands(text: string): readonly ShellCommand[] {
  return new CommandReader(text).read();
}

class CommandReader {
  readonly #text: string;
  readonly #commands: ShellCommand[] = [newCommand()];
  /** Where the open groups began, and the last closed one. */
  readonly #groups: number[] = [];
  #closed: number | null = null;
  #documents: { delimiter: string; tabs: boolean; command: ShellCommand }[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly ShellCommand[] {
    while (this.#at < this.#text.length) this.#step();
    return this.#commands;
  }

  #step(): void {
    const character = this.#text.charAt(this.#at);
    if (SPACE.test(character)) this.#at += 1;
    else if (this.#text.startsWith("\\\n", this.#at)) this.#at += 2;
    else if (character === "#") this.#skipComment();
    else if (character === "\n") this.#endLine();
    else if (character === "<" || character === ">" || this.#text.startsWith("&>", this.#at)) this.#redirect();
    else if (";&|()`".includes(character)) this.#operator(character);
    else this.#word();
  }

  get #command(): ShellCommand {
    const last = this.#commands.at(-1);
    if (last === undefined) throw new Error("There is always a command.");
    return last;
  }

  #skipComment(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end === -1 ? this.#text.length : end;
  }

  #operator(character: string): void {
    const isPipe = character === "|" && this.#text.charAt(this.#at + 1) !== "|";
    const length = /^(?:\|\||&&|\|&|;;)/.test(this.#text.slice(this.#at, this.#at + 2)) ? 2 : 1;
    this.#at += length;
    if (isPipe) this.#pipe();
    if (character === "(") this.#groups.push(this.#commands.length);
    const closed = character === ")" ? (this.#groups.pop() ?? null) : null;
    this.#commands.push(newCommand());
    this.#closed = closed;
  }

  #pipe(): void {
    const from = this.#command.words.length === 0 && this.#closed !== null ? this.#closed : this.#commands.length - 1;
    for (const command of this.#commands.slice(from)) command.pipedTo ??= this.#commands.length;
  }

  #endLine(): void {
    this.#at += 1;
    for (const document of this.#documents) this.#readDocument(document);
    this.#documents = [];
    // A pipe at the end of a line goes on behind it.
    if (this.#command.words.length > 0) this.#commands.push(newCommand());
  }

  #readDocument({ delimiter, tabs, command }: { delimiter: string; tabs: boolean; command: ShellCommand }): void {
    const start = this.#at;
    while (this.#at < this.#text.length) {
      const newline = this.#text.indexOf("\n", this.#at);
      const end = newline === -1 ? this.#text.length : newline;
      const line = this.#text.slice(this.#at, end);
      const isLast = (tabs ? line.replace(/^\t+/, "") : line) === delimiter;
      if (isLast) command.inputs.push({ start, end: this.#at });
      this.#at = Math.min(end + 1, this.#text.length);
      if (isLast) return;
    }
    command.inputs.push({ start, end: this.#text.length });
  }

  #redirect(): void {
    const operator = /^(?:<<<|<<-?|<>|<[&(]?|&?>[>|&(]?)/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0] ?? "<";
    const { words } = this.#command;
    const before = words.at(-1);
    if (before !== undefined && before.end === this.#at && /^\d+$/.test(before.raw)) words.pop();
    this.#at += operator.length;
    if (operator.endsWith("(")) {
      this.#at -= 1;
      return;
    }
    while (SPACE.test(this.#text.charAt(this.#at))) this.#at += 1;
    const word = this.#takeWord();
    if (operator === "<<<") this.#command.inputs.push(word);
    else if (operator.startsWith("<<")) this.#documents.push({ delimiter: word.value, tabs: operator === "<<-", command: this.#command });
    else if (operator.includes(">")) this.#command.outputs.push(word);
  }

  #word(): void {
    this.#command.words.push(this.#takeWord());
  }

  #takeWord(): ShellWord {
    const start = this.#at;
    let value = "";
    while (this.#at < this.#text.length && !WORD_END.test(this.#text.charAt(this.#at))) value += this.#takePart();
    return { start, end: this.#at, raw: this.#text.slice(start, this.#at), value };
  }

  #takePart(): string {
    const rest = this.#text.charAt(this.#at);
    if (rest === "'") return this.#takeQuoted(this.#at + 1, false);
    if (rest === '"') return this.#takeQuoted(this.#at + 1, true);
    if (rest === "$" && this.#text.charAt(this.#at + 1) === "'") return this.#takeQuoted(this.#at + 2, true);
    if (rest === "\\") {
      this.#at += 2;
      return this.#text.charAt(this.#at - 1).replace("\n", "");
    }
    this.#at += 1;
    return rest;
  }

  #takeQuoted(from: number, hasEscapes: boolean): string {
    const quote = this.#text.charAt(from - 1);
    let end = from;
    while (end < this.#text.length && this.#text.charAt(end) !== quote) end += hasEscapes && this.#text.charAt(end) === "\\" ? 2 : 1;
    end = Math.min(end, this.#text.length);
    this.#at = Math.min(end + 1, this.#text.length);
    const inner = this.#text.slice(from, end);
    return hasEscapes ? inner.replace(/\\(["\\$`'])/g, "$1") : inner;
  }
}

function newCommand(): ShellCommand {
  return { words: [], inputs: [], outputs: [], pipedTo: null };
}
