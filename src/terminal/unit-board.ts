import type { Emit } from "../base/events.ts";
import type { Writable } from "node:stream";
import { escapeText } from "./escape-text.ts";
import { renderFinding } from "./progress.ts";
import type { Style } from "./style.ts";
import { cutText, textWidth } from "./table.ts";

export type RowState = "waiting" | "working" | "done" | "failed" | "skipped";

interface BoardOptions {
  readonly stream: Writable;
  readonly isTerminal: boolean;
  readonly size: () => { readonly columns: number; readonly rows: number };
  readonly style: Style;
  readonly names: readonly string[];
}

/** Work on several units as it goes on: a table that is rewritten on a terminal, a line for each change elsewhere. */
export interface UnitBoard {
  readonly setState: (name: string, state: RowState) => void;
  /** What hears the events of one unit's work. */
  readonly emitOf: (name: string) => Emit;
  /** Takes the table away. */
  readonly close: () => void;
}

/** Starts showing work on several units. */
export function createBoard(options: BoardOptions): UnitBoard {
  const board = new Board(options);
  return {
    setState: (name, state) => board.setState(name, state),
    emitOf: (name) => (event) => board.show(name, event),
    close: () => board.clear(),
  };
}

interface Row {
  state: RowState;
  note: string;
}

const SIGNS: Readonly<Record<RowState, string>> = { waiting: "·", working: "…", done: "✓", failed: "✗", skipped: "-" };

class Board {
  readonly #options: BoardOptions;
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #nameWidth: number;
  #shown = 0;

  constructor(options: BoardOptions) {
    this.#options = options;
    this.#rows = new Map(options.names.map((name) => [name, { state: "waiting", note: "" }]));
    this.#nameWidth = Math.max(0, ...options.names.map((name) => textWidth(escapeText(name))));
  }

  setState(name: string, state: RowState): void {
    const row = this.#rows.get(name);
    if (row === undefined) return;
    row.state = state;
    row.note = "";
    if (this.#options.isTerminal) this.#draw();
    else if (state !== "done") this.#options.stream.write(`${escapeText(name)}: ${state}\n`);
  }

  show(name: string, event: Parameters<Emit>[0]): void {
    const { isTerminal, stream, style } = this.#options;
    if (event.kind === "finding") {
      this.clear();
      const { message } = event.finding;
      stream.write(renderFinding({ ...event.finding, message: message.includes(name) ? message : `${name}: ${message}` }, style));
    } else if (event.kind === "progress") {
      const text =
        event.text
          .trimEnd()
          .split(/[\r\n]/u)
          .at(-1) ?? "";
      const row = this.#rows.get(name);
      if (row !== undefined) row.note = text;
      if (!isTerminal) stream.write(`${escapeText(name)}: ${escapeText(text)}\n`);
    }
    if (isTerminal) this.#draw();
  }

  clear(): void {
    if (this.#shown > 0) this.#options.stream.write(`\r\u001b[${this.#shown}A\u001b[J`);
    this.#shown = 0;
  }

  #draw(): void {
    const { columns, rows } = this.#options.size();
    const lines = this.#lines(Math.max(1, rows - 2)).map((line) => `${line}\n`);
    const text = lines.map((line) => cutText(line.trimEnd(), Math.max(10, columns - 1))).map((line) => `${line}\n`);
    this.clear();
    this.#options.stream.write(text.join(""));
    this.#shown = text.length;
  }

  /** Where not all have room, those that are worked on come first. */
  #lines(room: number): readonly string[] {
    const all = [...this.#rows];
    if (all.length <= room) return all.map(([name, row]) => this.#line(name, row));
    const order: readonly RowState[] = ["working", "failed", "waiting", "skipped", "done"];
    const sorted = all.toSorted(([, left], [, right]) => order.indexOf(left.state) - order.indexOf(right.state));
    const kept = sorted.slice(0, room - 1).map(([name, row]) => this.#line(name, row));
    return [...kept, `  and ${all.length - kept.length} more`];
  }

  #line(name: string, { state, note }: Row): string {
    const shown = escapeText(name);
    return `${SIGNS[state]} ${shown}${" ".repeat(this.#nameWidth - textWidth(shown))}  ${state}${note === "" ? "" : `  ${escapeText(note)}`}`;
  }
}
