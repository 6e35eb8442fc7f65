import type { IBuffer, Terminal } from "@xterm/headless";

/** A place in a screen's whole text: row from the first line of the scrollback, column from 0. */
export interface ScreenPosition {
  readonly row: number;
  readonly column: number;
}

function lineOf(buffer: IBuffer, row: number, column: number): { readonly text: string; readonly isWrapped: boolean } {
  const line = buffer.getLine(row);
  const isFilled = buffer.getLine(row + 1)?.isWrapped === true;
  return { text: line?.translateToString(!isFilled, column) ?? "", isWrapped: line?.isWrapped === true };
}

/** The text from a position to the end, wrapped lines joined; a position that a cleared screen took away means all of it. */
export function textSince(terminal: Terminal, from: ScreenPosition): string {
  const buffer = terminal.buffer.active;
  const last = buffer.baseY + buffer.cursorY;
  const start = from.row > last || buffer.type === "alternate" ? { row: buffer.baseY, column: 0 } : from;
  const end = buffer.type === "alternate" ? buffer.baseY + terminal.rows - 1 : last;
  let text = "";
  for (let row = start.row; row <= end; row += 1) {
    const line = lineOf(buffer, row, row === start.row ? start.column : 0);
    const isCursorLine = row === last;
    const printed = isCursorLine ? upToCursor(buffer, line.text, row === start.row ? start.column : 0) : line.text;
    text += row === start.row || line.isWrapped ? printed : `\n${printed}`;
  }
  return text;
}

/** The cursor's line keeps the blanks before the cursor: a prompt ends with one. */
function upToCursor(buffer: IBuffer, text: string, column: number): string {
  return text.padEnd(Math.max(0, buffer.cursorX - column));
}

/** The visible lines, without trailing blanks and lines. */
export function screenText(terminal: Terminal): string {
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: terminal.rows }, (_, row) => buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "");
  return rows.join("\n").trimEnd();
}
