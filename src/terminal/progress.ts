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
  const shown = new EventLines(options);
  return {
    emit: (event) => shown.show(event),
    clear: () => shown.clear(),
    showOutput: () => {
      shown.isVerbose = true;
    },
  };
}

class EventLines {
  isVerbose = false;
  readonly #options: ProgressOptions;
  #isShown = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  show(event: CooperEvent): void {
    const { isTerminal, stream, style } = this.#options;
    if (event.kind === "finding") {
      this.clear();
      stream.write(renderFinding(event.finding, style));
    } else if (event.kind === "note" || (event.kind === "output" ? this.isVerbose : !isTerminal)) {
      this.clear();
      stream.write(escapeLines(event.text).replace(/\n?$/u, "\n"));
    } else if (isTerminal) {
      this.#rewrite(
        event.text
          .trimEnd()
          .split(/[\r\n]/u)
          .at(-1) ?? "",
      );
    }
  }

  clear(): void {
    if (this.#isShown) this.#options.stream.write(ERASE_LINE);
    this.#isShown = false;
  }

  #rewrite(text: string): void {
    const { stream, style, columns } = this.#options;
    if (text === "") return;
    stream.write(ERASE_LINE + style.dim(cutText(escapeText(text), columns() - 1)));
    this.#isShown = true;
  }
}
