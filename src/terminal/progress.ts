import type { Writable } from "node:stream";
import type { CooperEvent, Emit } from "../base/events.ts";
import type { Finding } from "../base/finding.ts";
import { escapeLines, escapeText } from "./escape-text.ts";
import type { Style } from "./style.ts";
import { cutText } from "./table.ts";

interface ProgressOptions {
  readonly stream: Writable;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly style: Style;
}

/** What shows events on standard error: one line that is rewritten on a terminal, plain lines elsewhere. */
export interface Progress {
  readonly emit: Emit;
  /** Removes the line that is being rewritten. */
  readonly clear: () => void;
  /** From now on the output of the programs that are run (a build) is shown line by line. */
  readonly showOutput: () => void;
}

const ERASE_LINE = "\r\u001b[2K";

/** One Finding as text: what, where it is explained, what to do. */
export function renderFinding(finding: Finding, style: Style): string {
  const head = `${style.yellow("!")} ${escapeLines(finding.message)} ${style.dim(`(${finding.code})`)}\n`;
  return finding.hint === undefined ? head : `${head}  ${escapeLines(finding.hint)}\n`;
}

/** Starts showing events. */
export function createProgress(options: ProgressOptions): Progress {
  let isShown = false;
  let isVerbose = false;
  const write = (text: string): void => {
    options.stream.write(text);
  };
  const clear = (): void => {
    if (isShown) {
      write(ERASE_LINE);
      isShown = false;
    }
  };
  const rewrite = (text: string): void => {
    write(ERASE_LINE + options.style.dim(cutText(escapeText(text), options.columns() - 1)));
    isShown = true;
  };
  const writeLines = (text: string): void => {
    clear();
    write(escapeLines(text).replace(/\n?$/u, "\n"));
  };
  const showLast = (text: string): void => {
    const line =
      text
        .trimEnd()
        .split(/[\r\n]/u)
        .at(-1) ?? "";
    if (line !== "") {
      rewrite(line);
    }
  };
  const show = options.isTerminal ? showLast : writeLines;
  const showOutput = (text: string): void => {
    if (isVerbose) writeLines(text);
    else if (options.isTerminal) showLast(text);
  };
  const emit = (event: CooperEvent): void => {
    if (event.kind === "finding") {
      clear();
      write(renderFinding(event.finding, options.style));
    } else {
      (event.kind === "output" ? showOutput : show)(event.text);
    }
  };
  const startShowing = (): void => {
    isVerbose = true;
  };
  return { emit, clear, showOutput: startShowing };
}
