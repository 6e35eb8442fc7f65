import { type Argument, type Command, Help, type Option } from "commander";

/** A word that may stand where the cursor is, and what it is. */
export interface Candidate {
  readonly word: string;
  readonly about: string;
}

/** What may come next on a command line. */
export interface Wanted {
  readonly words: readonly Candidate[];
  /** Name of the value, as its placeholder or its option says ("session", "file"), where one is wanted; "command" and "argument" are those of the container. */
  readonly value: string | null;
  /** What stands before them in the same word: "--shell=". */
  readonly before: string;
  /** The verb, "dev attach". */
  readonly verb: string;
}

const NOTHING: readonly Candidate[] = [];

/** What the last of the words (perhaps "") may become; the words are those after the program's name. */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const place = new Place(program);
  for (const word of words.slice(0, -1)) place.pass(word);
  return place.wanted(words.at(-1) ?? "");
}

class Place {
  #command: Command;
  readonly #names: string[] = [];
  #option: Option | null = null;
  #given = 0;
  #isPlain = false;

  constructor(program: Command) {
    this.#command = program;
  }

  pass(word: string): void {
    if (this.#option !== null) this.#option = null;
    else if (this.#isPlain) this.#given += 1;
    else if (word === "--") this.#isPlain = true;
    else if (word.startsWith("-") && word !== "-") this.#option = this.#waiting(word);
    else this.#passName(word);
  }

  wanted(word: string): Wanted {
    const place = { before: "", verb: this.#names.join(" ") };
    if (this.#option !== null) return { ...valueOf(this.#option), ...place };
    if (word.startsWith("-") && !this.#isPlain) return { ...place, ...this.#optionAt(word) };
    const below = this.#given === 0 && !this.#isPlain ? visible(this.#command).map(describe) : NOTHING;
    return { words: below.filter((one) => one.word.startsWith(word)), value: this.#argument(), ...place };
  }

  /** The option of this word where its value is the next one. */
  #waiting(word: string): Option | null {
    const option = this.#command.options.find(({ short, long }) => word === short || word === long);
    return option !== undefined && (option.required || option.optional) && !option.isBoolean() ? option : null;
  }

  #passName(word: string): void {
    const below = this.#given === 0 ? this.#command.commands.find((one) => one.name() === word || one.aliases().includes(word)) : undefined;
    if (below !== undefined) {
      this.#command = below;
      this.#names.push(below.name());
      return;
    }
    this.#given += 1;
    // What comes behind is not ours to read.
    if (Reflect.get(this.#command, "_passThroughOptions") === true) this.#isPlain = true;
  }

  #optionAt(word: string): Pick<Wanted, "words" | "value"> & Partial<Pick<Wanted, "before">> {
    const name = /^--[^=]+(?==)/.exec(word)?.[0];
    if (name === undefined) return { words: this.#options(word), value: null };
    const option = this.#waiting(name);
    return option === null ? { words: NOTHING, value: null } : { ...valueOf(option), before: `${name}=` };
  }

  #options(word: string): readonly Candidate[] {
    const all = new Help().visibleOptions(this.#command);
    return all
      .map(({ long, short, description }) => ({ word: long ?? short ?? "", about: description }))
      .filter((one) => one.word.startsWith(word));
  }

  #argument(): string | null {
    const all: readonly Argument[] = this.#command.registeredArguments;
    const last = all.at(-1);
    const argument = all[this.#given] ?? (last?.variadic === true ? last : undefined);
    if (this.#names.join(" ") === "dev exec") return this.#given === 0 ? "command" : "argument";
    return argument?.name() ?? null;
  }
}

function visible(command: Command): readonly Command[] {
  return new Help().visibleCommands(command).filter((one) => one.name() !== "help");
}

function describe(command: Command): Candidate {
  return { word: command.name(), about: command.summary() || command.description() };
}

function valueOf(option: Option): Pick<Wanted, "words" | "value"> {
  if (option.argChoices !== undefined) return { words: option.argChoices.map((word) => ({ word, about: "" })), value: null };
  const value = /[<[]([^>\].]+)/.exec(option.flags)?.[1] ?? "value";
  return { words: NOTHING, value: value === "name" ? option.attributeName() : value };
}
