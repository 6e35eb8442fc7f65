import type { CooperEvent, Emit } from "../base/events.ts";
import type { Finding } from "../base/finding.ts";
import type { Progress } from "../terminal/progress.ts";

/** Events that can be held back while the screen belongs to somebody else. */
export interface HeldEvents {
  readonly emit: Emit;
  readonly hold: () => void;
  /** Shows the Findings that came meanwhile, each once. */
  readonly release: () => void;
}

/** Of Findings of one kind (the contents that a full disk did not take) so many are shown one by one. */
const MOST_OF_A_KIND = 5;

/** Starts passing events on. */
export function holdEvents(progress: Progress): HeldEvents {
  const held = new Map<string, Map<string, Finding>>();
  let isHeld = false;
  const emit = (event: CooperEvent): void => {
    if (!isHeld) progress.emit(event);
    else if (event.kind === "finding") {
      const { code, message } = event.finding;
      held.set(code, (held.get(code) ?? new Map<string, Finding>()).set(message, event.finding));
    }
  };
  const hold = (): void => {
    progress.clear();
    isHeld = true;
  };
  const release = (): void => {
    isHeld = false;
    for (const kind of held.values()) for (const finding of someOf([...kind.values()])) progress.emit({ kind: "finding", finding });
    held.clear();
  };
  return { emit, hold, release };
}

function someOf(findings: readonly Finding[]): readonly Finding[] {
  const [first] = findings;
  if (first === undefined || findings.length <= MOST_OF_A_KIND) return findings;
  const rest = findings.length - MOST_OF_A_KIND + 1;
  const more = { code: first.code, message: `There are ${rest} more of this kind.`, hint: "See them all: cooper history NAME --json" };
  return [...findings.slice(0, MOST_OF_A_KIND - 1), more];
}
