import type { Effect, Session, Shell, Step } from "./model.ts";
import type { JournalRecord } from "./records.ts";

/** An Effect of nothing. */
export const NO_EFFECT: Effect = { changes: [], uncertain: false, reads: null, packages: [], debconf: [], processes: [], ended: [] };

type Begin = Extract<JournalRecord, { record: "begin" }>;

/** The Session that a journal tells of; a command that began and of which no end was written becomes a Step without an exit status. */
export function readSession(id: string, records: readonly JournalRecord[]): Session {
  const reader = new SessionReader();
  for (const record of records) reader.take(record);
  return reader.session(id);
}

class SessionReader {
  readonly #shells = new Map<string, Shell>();
  readonly #steps = new Map<string, Step>();
  /** What began, with the shell it began in. */
  readonly #begun = new Map<string, { begin: Begin; shell: string }>();
  /** Where each shell is now. */
  readonly #places = new Map<string, { cwd: string; umask: string }>();
  #startedAt: number | null = null;
  #endedAt: number | null = null;
  #currentShell = "";

  take(record: JournalRecord): void {
    switch (record.record) {
      case "session":
        this.#startedAt = record.startedAt;
        return;
      case "shell":
        this.#shells.set(record.shell.key, record.shell);
        this.#places.set(record.shell.key, { cwd: record.shell.state.cwd, umask: record.shell.state.umask });
        this.#currentShell = record.shell.key;
        return;
      case "begin":
        // A look that takes long lets a short Step be written before the note that it began.
        if (!this.#steps.has(record.id)) this.#begun.set(record.id, { begin: record, shell: this.#currentShell });
        return;
      case "step":
        this.#takeStep(record.step);
        return;
      case "end":
        this.#endedAt = record.endedAt;
        return;
      case "finding":
    }
  }

  #takeStep(step: Step): void {
    this.#steps.set(step.id, step);
    this.#begun.delete(step.id);
    const place = this.#places.get(step.shell);
    if (place === undefined) return;
    place.cwd = step.change.cwd ?? place.cwd;
    place.umask = step.change.umask ?? place.umask;
    this.#currentShell = step.shell;
  }

  session(id: string): Session {
    const unended = [...this.#begun.values()].flatMap(({ begin, shell }) => this.#unendedStep(begin, shell));
    const steps = [...this.#steps.values(), ...unended].toSorted((a, b) => a.startedAt - b.startedAt || compareIds(a.id, b.id));
    return {
      id,
      startedAt: this.#startedAt ?? steps[0]?.startedAt ?? 0,
      endedAt: this.#endedAt,
      shells: Object.fromEntries(this.#shells),
      steps,
    };
  }

  #unendedStep(begin: Begin, shellKey: string): Step[] {
    const shell = this.#shells.get(shellKey);
    const now = this.#places.get(shellKey);
    if (shell === undefined || now === undefined) return [];
    const { id, startedAt, typed } = begin;
    const place = { shell: shellKey, ...now, identity: shell.identity };
    const end = { endedAt: this.#lastTime(startedAt), exit: null, interrupted: false, background: false, opened: this.#openedBy(shellKey) };
    return [
      {
        id,
        kind: "command",
        typed,
        ran: typed,
        argv: null,
        ...place,
        startedAt,
        ...end,
        change: {},
        effect: NO_EFFECT,
        secrets: [],
        findings: [],
      },
    ];
  }

  /** Shells started from this one that no ended Step opened: the command that runs there opened them. */
  #openedBy(shellKey: string): string[] {
    const opened = new Set([...this.#steps.values()].flatMap((step) => step.opened));
    return [...this.#shells.values()].filter((shell) => shell.parent === shellKey && !opened.has(shell.key)).map((shell) => shell.key);
  }

  #lastTime(startedAt: number): number {
    return [...this.#steps.values()].reduce((last, step) => Math.max(last, step.endedAt), startedAt);
  }
}

/** "s1.2" before "s1.10". */
function compareIds(a: string, b: string): number {
  return numberOf(a) - numberOf(b);
}

function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf(".") + 1).replace(/\D/g, ""));
}
