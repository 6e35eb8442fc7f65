import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { CooperError, messageOf } from "../base/errors.ts";
import type { Emit } from "../base/events.ts";
import { EXIT } from "../base/exit-code.ts";
import type { Finding } from "../base/finding.ts";
import { maskText } from "../format/secret/mask-text.ts";
import { maskKnown } from "../format/secret/stream-masker.ts";
import type { ContentStore } from "../system/store/content-store.ts";
import { errorCode } from "../system/file/files.ts";
import { createJournal, type Journal, type JournalOptions } from "../system/store/journal.ts";
import { type CastRecorder, openCastRecorder } from "./cast-recorder.ts";
import { maskContainer, maskShell, maskStep } from "./secrets/mask-step.ts";
import type { ContainerRecord, Shell, Step } from "./model.ts";
import { openPeers, type Peers } from "./peers.ts";
import type { JournalRecord } from "./records.ts";
import type { SecretVault } from "./secrets/secret-vault.ts";

/** Writes one Session. What cannot be written is told by an event and counted; nothing rejects, so that the shell goes on. */
export interface SessionWriter {
  /** "s1" */
  readonly id: string;
  /** For contents of changed files; takes none that holds a secret. */
  readonly contents: ContentStore;
  readonly castPath: string;
  /** The secret values seen so far. */
  readonly vault: SecretVault;
  /** Who else records this container. */
  readonly peers: Peers;
  nextStepId(): string;
  addShell(shell: Shell): Promise<void>;
  /** A command starts: known even when its recorder is killed before its end. */
  begin(stepId: string, startedAt: number, typed: string): Promise<void>;
  step(step: Step): Promise<void>;
  finding(finding: Finding): Promise<void>;
  end(exit: number | null): Promise<void>;
  openCast(size: { readonly columns: number; readonly rows: number }): Promise<CastRecorder>;
}

export interface SessionParts {
  readonly folder: string;
  readonly container: ContainerRecord;
  readonly firstShell: Shell | null;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly contents: ContentStore;
  readonly vault: SecretVault;
  /** The first number to try; a concurrent recorder may take it. */
  readonly number: number;
  readonly at?: JournalOptions["at"];
}

/** Claims the next free Session number by making its journal, and writes the Session's first records. */
export async function startSession(parts: SessionParts): Promise<SessionWriter> {
  const { id, journal } = await claimSession(parts);
  const writer = new JournalSessionWriter(id, journal, parts);
  const container = maskContainer(parts.container, parts.vault);
  await writer.write({ record: "session", version: 1, id, startedAt: parts.clock(), container });
  if (parts.firstShell !== null) await writer.addShell(parts.firstShell);
  return writer;
}

async function claimSession(parts: SessionParts): Promise<{ id: string; journal: Journal }> {
  for (let number = parts.number; ; number++) {
    const id = `s${number}`;
    const path = join(parts.folder, `${id}.jsonl`);
    try {
      return { id, journal: await createJournal(path, parts.at === undefined ? {} : { at: parts.at }) };
    } catch (error) {
      if (errorCode(error) === "EEXIST") continue;
      throw new CooperError("state-not-writable", `The journal ${path} cannot be made: ${messageOf(error)}`, {
        hint: "Make room or give yourself the right to write there, or set XDG_STATE_HOME to another folder.",
        exit: EXIT.usage,
        cause: error,
      });
    }
  }
}

class JournalSessionWriter implements SessionWriter {
  readonly id: string;
  readonly contents: ContentStore;
  readonly castPath: string;
  readonly vault: SecretVault;
  readonly peers: Peers;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #lastStep = 0;
  #lost = 0;

  constructor(id: string, journal: Journal, parts: SessionParts) {
    this.id = id;
    this.contents = parts.contents;
    this.castPath = join(parts.folder, `${id}.cast`);
    this.vault = parts.vault;
    this.peers = openPeers(parts.folder, id);
    this.#journal = journal;
    this.#clock = parts.clock;
    this.#emit = parts.emit;
  }

  nextStepId(): string {
    this.#lastStep += 1;
    return `${this.id}.${this.#lastStep}`;
  }

  async addShell(shell: Shell): Promise<void> {
    await this.write({ record: "shell", shell: maskShell(shell, this.vault) });
  }

  async begin(stepId: string, startedAt: number, typed: string): Promise<void> {
    this.vault.learnText(typed);
    await this.write({ record: "begin", id: stepId, startedAt, typed: maskText(typed, this.vault.values).text });
  }

  async step(step: Step): Promise<void> {
    await this.write({ record: "step", step: maskStep(step, this.vault) });
  }

  async finding(finding: Finding): Promise<void> {
    const masked = { ...finding, message: maskKnown(finding.message, this.vault.values) };
    await this.write({ record: "finding", finding: masked });
  }

  async end(exit: number | null): Promise<void> {
    await this.write({ record: "end", endedAt: this.#clock(), exit });
    await this.#journal.close();
  }

  async openCast(size: { readonly columns: number; readonly rows: number }): Promise<CastRecorder> {
    const onError = (error: unknown): void =>
      this.#tell("cast-not-written", `The terminal of Session ${this.id} is not written down any more: ${messageOf(error)}`);
    return await openCastRecorder({ path: this.castPath, ...size, clock: this.#clock, vault: this.vault, onError });
  }

  async write(record: JournalRecord): Promise<void> {
    try {
      await this.#journal.append(record);
      if (this.#lost > 0) await this.#writeLoss();
    } catch (error) {
      this.#lost += 1;
      if (this.#lost === 1)
        this.#tell("journal-not-written", `Session ${this.id} could not be written to ${this.#journal.path}: ${messageOf(error)}`);
    }
  }

  async #writeLoss(): Promise<void> {
    const message = `${this.#lost} records of Session ${this.id} were lost because the journal could not be written.`;
    await this.#journal.append({ record: "finding", finding: { code: "journal-not-written", message } } satisfies JournalRecord);
    this.#lost = 0;
  }

  #tell(code: string, message: string): void {
    const hint = "The shell goes on; make room on the disk to have what follows recorded again.";
    this.#emit({ kind: "finding", finding: { code, message, hint, where: { file: this.#journal.path } } });
  }
}
