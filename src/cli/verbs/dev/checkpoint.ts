import { EXIT } from "../../../base/exit-code.ts";
import { inspectContainer } from "../../../engine/container/container.ts";
import { type Checkpoint, chooseCheckpoint, listCheckpoints, nameCheckpoint, START } from "../../../remote/checkpoint/checkpoints.ts";
import { type CheckpointPlace, makeCheckpoint, removeCheckpoint } from "../../../remote/checkpoint/make-checkpoint.ts";
import { returnTo } from "../../../remote/checkpoint/return-to.ts";
import { holds } from "../../../remote/session/find-session.ts";
import type { Session } from "../../../remote/session/session-record.ts";
import { mountFolder } from "../../../remote/serve/session-mount.ts";
import { ownContainer } from "../../../remote/session/own-container.ts";
import { endSession } from "../../../remote/client/end-session.ts";
import { openSessionEngine } from "../../../remote/session/session-engine.ts";
import { escapeText } from "../../../terminal/escape-text.ts";
import { renderTable } from "../../../terminal/table.ts";
import type { VerbContext } from "../../context.ts";
import { toJson } from "../../json.ts";
import { openStore } from "../../open-store.ts";
import { chosenSession, sayReady, type SessionChoice } from "./session.ts";

interface CheckpointOptions extends SessionChoice {
  readonly list?: boolean;
  readonly remove?: string;
  readonly json?: boolean;
}

/** `cooper dev checkpoint`: a state of the container that `cooper dev undo` returns to. */
export async function devCheckpoint(context: VerbContext, name: string | undefined, options: CheckpointOptions): Promise<number> {
  const session = await chosenSession(context, options);
  const known = await listCheckpoints(session);
  if (options.list === true || (options.json === true && name === undefined)) return await show(context, known, options);
  return await withPlace(context, session, async (place) => {
    if (options.remove !== undefined) {
      await removeCheckpoint(session, place.engine, chooseCheckpoint(known, options.remove));
      return EXIT.done;
    }
    const wanted = nameCheckpoint(known, name);
    context.progress.emit({ kind: "progress", text: `keeping the container's files as checkpoint ${wanted}` });
    await warnOfVolumes(context, place);
    const made = await makeCheckpoint(place, wanted, false);
    context.progress.clear();
    await context.print(`checkpoint ${made.name}: after ${made.steps} steps; return to it: cooper dev undo ${made.name}\n`);
    return EXIT.done;
  });
}

interface UndoOptions extends SessionChoice {
  readonly discard?: boolean;
}

/** `cooper dev undo`: the container, its history and the session's environment are as at a checkpoint. */
export async function devUndo(context: VerbContext, name: string | undefined, options: UndoOptions): Promise<number> {
  const session = await chosenSession(context, options);
  const known = await listCheckpoints(session);
  const target = name === START ? null : chooseCheckpoint(known, name);
  return await withPlace(context, session, async (place) => {
    if (options.discard !== true) await keepUndone(context, place, known);
    context.progress.emit({
      kind: "progress",
      text: `returning to ${target === null ? "the container's image" : `checkpoint ${target.name}`}`,
    });
    await endSession(session, context.env);
    const bound = await returnTo(place, target);
    context.progress.clear();
    await sayReady(context, bound);
    if (holds(mountFolder(session), context.cwd))
      await context.print("the folder that your shell is in was that of the old container: cd .\n");
    return EXIT.done;
  });
}

async function keepUndone(context: VerbContext, place: CheckpointPlace, known: readonly Checkpoint[]): Promise<void> {
  const number = Math.max(0, ...known.map(({ name }) => Number(/^undone-(\d{1,6})$/.exec(name)?.[1] ?? 0))) + 1;
  context.progress.emit({ kind: "progress", text: "keeping what is undone" });
  const { name } = await makeCheckpoint(place, `undone-${number}`, true);
  await context.print(`what is undone is kept: cooper dev undo ${name}\n`);
}

async function withPlace(context: VerbContext, session: Session, use: (place: CheckpointPlace) => Promise<number>): Promise<number> {
  const container = ownContainer(session);
  const engine = await openSessionEngine(session, context);
  const { clock, randomHex } = context;
  return await use({ session, engine, store: openStore(context), clock, randomHex, containerId: container.id });
}

// An image holds no volume.
async function warnOfVolumes({ progress }: VerbContext, { engine, containerId }: CheckpointPlace): Promise<void> {
  const { mounts } = await inspectContainer(engine, containerId);
  if (mounts.length === 0) return;
  const where = mounts.map(({ destination }) => destination).join(", ");
  const message = `what is on volumes and bound folders is not part of a checkpoint: ${where}`;
  progress.emit({ kind: "finding", finding: { code: "checkpoint-without-volumes", message } });
}

async function show(context: VerbContext, known: readonly Checkpoint[], { json }: CheckpointOptions): Promise<number> {
  if (json === true) await context.print(toJson("cooper.dev-checkpoints/1", { checkpoints: known }));
  else {
    const rows = known.map(({ name, createdAt, steps, image }) => [
      name,
      new Date(createdAt).toISOString().slice(0, 19),
      String(steps),
      image,
    ]);
    await context.print(renderTable([["CHECKPOINT", "MADE (UTC)", "STEPS", "IMAGE"], ...rows.map((row) => row.map(escapeText))]));
  }
  return EXIT.done;
}
