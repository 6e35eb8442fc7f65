import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { type Emit, ignoreEvents } from "../base/events.ts";
import type { Tree } from "../format/tree/entry.ts";
import {
  CONTENT_LIMITS,
  type ContentLimits,
  type ContentPoint,
  type ContentStore,
  type ContentStoreOptions,
  openContentStore,
} from "../system/store/content-store.ts";
import { writeFileAtomically } from "../system/file/files.ts";
import type { JournalPoint } from "../system/store/journal.ts";
import { makePrivateFolder, stateFolder } from "../system/store/state-folder.ts";
import { readBaseTree, saveBaseTree } from "./base-trees.ts";
import { findOneHistory, type HistoryEntry, listHistories, matchHistories } from "./find-history.ts";
import { guardContents } from "./secrets/guarded-contents.ts";
import { historyFolder, listSessionNumbers, readContainer } from "./history-folder.ts";
import { loadHistory } from "./load-history.ts";
import { maskContainer } from "./secrets/mask-step.ts";
import type { Choices, ContainerRecord, History, Shell } from "./model.ts";
import { openPeers } from "./peers.ts";
import { createSecretVault } from "./secrets/secret-vault.ts";
import { type SessionWriter, startSession } from "./session-writer.ts";

export interface HistoryStoreOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Hears of records that could not be written. */
  readonly emit?: Emit;
  readonly limits?: ContentLimits;
  /** For tests: called at the named points of each record's way to the disk. */
  readonly at?: (point: JournalPoint | ContentPoint, recordNumber: number | null) => void;
}

const LONGEST_LOOK_MS = 15_000;

/** All Histories of this user. */
export interface HistoryStore {
  folder(engineId: string, containerId: string): string;
  contents(engineId: string, containerId: string): ContentStore;
  /** `firstShell` is null where the first shell is told later, by `addShell`. */
  startSession(container: ContainerRecord, firstShell: Shell | null, clock: Clock): Promise<SessionWriter>;
  /** Null when nothing of this container was recorded. */
  load(engineId: string, containerId: string): Promise<History | null>;
  /** All Histories, the oldest first. */
  list(): Promise<readonly HistoryEntry[]>;
  /** Those of that name or id, else those whose id begins so, else those whose name does; also of removed containers. */
  find(nameOrIdPrefix: string): Promise<ContainerRecord[]>;
  /** The only one of these; throws `history-unknown` or `history-ambiguous`. */
  findOne(nameOrIdPrefix: string): Promise<ContainerRecord>;
  saveChoices(engineId: string, containerId: string, choices: Choices): Promise<void>;
  baseTree(imageId: string): Promise<Tree | null>;
  saveBaseTree(imageId: string, tree: Tree): Promise<void>;
}

/** Opens the store under the state folder; nothing is made before something is written. */
export function openHistoryStore(options: HistoryStoreOptions): HistoryStore {
  const root = stateFolder(options.env);
  const bases = join(root, "bases");
  const folder = (engineId: string, containerId: string): string => historyFolder(root, engineId, containerId);
  const contents = (engineId: string, containerId: string): ContentStore =>
    openContentStore(join(folder(engineId, containerId), "contents"), contentOptions(options));
  return {
    folder,
    contents,
    startSession: (container, firstShell, clock) =>
      startSessionIn(folder(container.engineId, container.id), options, {
        container,
        firstShell,
        clock,
        contents: contents(container.engineId, container.id),
      }),
    load: (engineId, containerId) => loadWhole(folder(engineId, containerId)),
    list: () => listHistories(root),
    find: async (text) => matchHistories(await listHistories(root), text).map((entry) => entry.container),
    findOne: async (text) => findOneHistory(await listHistories(root), text).container,
    saveChoices: (engineId, containerId, choices) => saveChoices(folder(engineId, containerId), choices),
    baseTree: (imageId) => readBaseTree(bases, imageId),
    saveBaseTree: (imageId, tree) => saveBaseTree(bases, imageId, tree),
  };
}

function contentOptions({ limits = CONTENT_LIMITS, at }: HistoryStoreOptions): ContentStoreOptions & { readonly limits: ContentLimits } {
  return at === undefined ? { limits } : { limits, at: (point) => at(point, null) };
}

/** What was done last may be about to be written. */
async function loadWhole(folder: string): Promise<History | null> {
  await openPeers(folder, null).done(LONGEST_LOOK_MS);
  return await loadHistory(folder);
}

interface NewSession {
  readonly container: ContainerRecord;
  readonly firstShell: Shell | null;
  readonly clock: Clock;
  readonly contents: ContentStore;
}

async function startSessionIn(folder: string, options: HistoryStoreOptions, start: NewSession): Promise<SessionWriter> {
  await makePrivateFolder(folder);
  const vault = createSecretVault();
  const emit = options.emit ?? ignoreEvents;
  await rememberContainer(folder, maskContainer(start.container, vault), emit);
  return await startSession({
    ...start,
    folder,
    emit,
    vault,
    contents: guardContents(start.contents, vault, contentOptions(options).limits.fileBytes),
    number: ((await listSessionNumbers(folder)).at(-1) ?? 0) + 1,
    ...(options.at === undefined ? {} : { at: options.at }),
  });
}

/** What the container was when its first Session opened; only its name may follow a rename. */
async function rememberContainer(folder: string, container: ContainerRecord, emit: Emit): Promise<void> {
  const known = await readContainer(folder);
  if (known?.name === container.name) return;
  try {
    await writeFileAtomically(
      join(folder, "container.json"),
      JSON.stringify({ ...(known ?? container), name: container.name }, null, 2),
      0o600,
    );
  } catch {
    // Each Session's journal has it too.
    emit({
      kind: "finding",
      finding: { code: "journal-not-written", message: `The file ${join(folder, "container.json")} could not be written.` },
    });
  }
}

async function saveChoices(folder: string, choices: Choices): Promise<void> {
  await makePrivateFolder(folder);
  await writeFileAtomically(join(folder, "choices.json"), `${JSON.stringify(choices, null, 2)}\n`, 0o600);
}
