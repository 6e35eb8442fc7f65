import {
  inspectContainer,
  listContainers,
  removeContainer,
  renameContainer,
  startContainer,
  stopContainer,
} from "../../engine/container/container.ts";
import { isCooperError } from "../../base/errors.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { forgetSecrets } from "../secrets/forget-secrets.ts";
import type { Begin } from "./replace-journal.ts";

/** Docker's own, where the settings do not say. */
const GRACE_SECONDS = 10;

/** Id of the new container of a replacement; null where it was not made. */
export async function findNew(engine: Engine, { next }: Begin, created: string | null): Promise<string | null> {
  if (created !== null) return created;
  return (await listContainers(engine, { all: true })).find(({ name }) => name === next)?.id ?? null;
}

/** The new container goes, and the very same old one has its name again and runs if it ran before. */
export async function goBack(engine: Engine, begin: Begin, created: string | null): Promise<void> {
  const id = await findNew(engine, begin, created);
  if (id !== null) await removeForGood(engine, id);
  const { old, name } = begin;
  // One that somebody removed meanwhile cannot come back, and is no reason never to come to an end.
  if (old === null || (await ifThere(inspectContainer(engine, old.id))) === null) return;
  await rename(engine, old.id, name);
  if (old.ran) await startContainer(engine, old.id);
}

/** The new container stays: it gets the name and runs, and the old one goes. */
export async function goForward(engine: Engine, begin: Begin, created: string): Promise<void> {
  const { old, previous, name } = begin;
  if (old !== null) await ifThere(rename(engine, old.id, previous));
  await rename(engine, created, name);
  await startContainer(engine, created);
  if (old !== null) await ifThere(stopAndRemove(engine, old.id));
}

/** Ends a container as it asks for, and removes it with its anonymous volumes. */
export async function stopAndRemove(engine: Engine, id: string): Promise<void> {
  await stopGently(engine, id);
  await removeForGood(engine, id);
}

/** Stops a container with the time it asks for. */
export async function stopGently(engine: Engine, id: string): Promise<void> {
  const { config } = await inspectContainer(engine, id);
  await stopContainer(engine, id, { graceSeconds: config.stopTimeout ?? GRACE_SECONDS });
}

/** Removes a container at once, with all that only it needs. */
export async function removeForGood(engine: Engine, id: string): Promise<void> {
  const info = await ifThere(inspectContainer(engine, id));
  await removeContainer(engine, id, { force: true, volumes: true });
  if (info !== null) forgetSecrets(info);
}

/** Gives a container a name that it may have already. */
export async function rename(engine: Engine, id: string, name: string): Promise<void> {
  if ((await inspectContainer(engine, id)).name !== name) await renameContainer(engine, id, name);
}

/** What is asked of a container; null where it is gone. */
export async function ifThere<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isCooperError(error) && error.code === "container-unknown") return null;
    throw error;
  }
}
