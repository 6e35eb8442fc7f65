import { join } from "node:path";
import * as z from "zod";
import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { listFolder, readTextIfThere, removeTree, writeFileAtomically } from "../../system/file/files.ts";
import { makePrivateFolder } from "../../system/store/state-folder.ts";
import type { Session } from "../session/session-record.ts";

const checkpointSchema = z.object({
  version: z.literal(1),
  name: z.string(),
  /** Name of the image that holds the container's files. */
  image: z.string(),
  createdAt: z.number(),
  /** Steps of the history until then. */
  steps: z.number(),
  /** Made by `undo`, of what it took back. */
  isOfUndo: z.boolean(),
});

/** A state of a session's container that one can return to. */
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;

/** Stands for the container as it was before anything was recorded: no checkpoint may have this name. */
export const START = "start";

function checkpointsFolder({ folder }: Session): string {
  return join(folder, "checkpoints");
}

/** Where a checkpoint keeps what the history and the session's environment were. */
export function checkpointFolder(session: Session, name: string): string {
  return join(checkpointsFolder(session), name);
}

/** All checkpoints of a session, the oldest first. */
export async function listCheckpoints(session: Session): Promise<readonly Checkpoint[]> {
  const names = await listFolder(checkpointsFolder(session));
  const read = await Promise.all(names.map((name) => readCheckpoint(checkpointFolder(session, name))));
  return read.filter((checkpoint) => checkpoint !== null).toSorted((left, right) => left.createdAt - right.createdAt);
}

async function readCheckpoint(folder: string): Promise<Checkpoint | null> {
  const text = await readTextIfThere(join(folder, "checkpoint.json"));
  if (text === null) return null;
  try {
    return checkpointSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Writes a checkpoint down, as the last thing of making it. */
export async function saveCheckpoint(session: Session, checkpoint: Checkpoint): Promise<void> {
  const folder = checkpointFolder(session, checkpoint.name);
  await makePrivateFolder(folder);
  await writeFileAtomically(join(folder, "checkpoint.json"), `${JSON.stringify(checkpoint, null, 2)}\n`, 0o600);
}

/** Forgets a checkpoint; its image is the engine's. */
export async function forgetCheckpoint(session: Session, name: string): Promise<void> {
  await removeTree(checkpointFolder(session, name));
}

/** A name for a new checkpoint: the wanted one, else the next number. Throws `checkpoint-name-malformed`, `checkpoint-exists`. */
export function nameCheckpoint(known: readonly Checkpoint[], wanted: string | undefined): string {
  if (wanted === undefined) return String(Math.max(0, ...known.map(({ name }) => (/^\d{1,6}$/.test(name) ? Number(name) : 0))) + 1);
  if (!NAME.test(wanted) || wanted === START) throw malformed(wanted);
  if (known.some(({ name }) => name === wanted)) throw exists(wanted);
  return wanted;
}

/** The checkpoint of that name, else the last one that a person made. Throws `checkpoint-unknown`, `no-checkpoint`. */
export function chooseCheckpoint(known: readonly Checkpoint[], wanted: string | undefined): Checkpoint {
  const found = wanted === undefined ? known.findLast(({ isOfUndo }) => !isOfUndo) : known.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  if (known.length === 0) throw none();
  const names = known.map(({ name }) => name).join(", ");
  throw new CooperError(
    "checkpoint-unknown",
    wanted === undefined ? "which checkpoint is not told" : `there is no checkpoint "${wanted}"`,
    {
      hint: `There are: ${names}`,
      exit: EXIT.usage,
    },
  );
}

function none(): CooperError {
  return new CooperError("no-checkpoint", "the session has no checkpoint", {
    hint: `Make one before what might have to be undone: cooper dev checkpoint; or go back to the container's image: cooper dev undo ${START}`,
    exit: EXIT.usage,
  });
}

function exists(name: string): CooperError {
  return new CooperError("checkpoint-exists", `there is a checkpoint "${name}" already`, {
    hint: `Take another name, or remove it: cooper dev checkpoint --remove ${name}`,
    exit: EXIT.usage,
  });
}

function malformed(name: string): CooperError {
  return new CooperError("checkpoint-name-malformed", `a checkpoint cannot be named ${JSON.stringify(name)}`, {
    hint: `Use letters, digits, dots, dashes and underscores, at most 40, with a letter or a digit first, and not the word ${START}.`,
    exit: EXIT.usage,
  });
}
