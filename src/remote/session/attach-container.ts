import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import { findContainer, type ContainerInfo } from "../../engine/container/container.ts";
import type { Engine } from "../../engine/open-engine.ts";
import { type Session, writeSession } from "./session-record.ts";

/** Makes a container that is there the session's own. Throws `container-unknown`, `session-has-container`. */
export async function attachContainer(session: Session, engine: Engine, name: string): Promise<Session> {
  const found = await findContainer(engine, name);
  const { container } = session.record;
  if (container !== null && container.id !== found.id) throw hasContainer(session, container.name);
  return await bindContainer(session, found, container?.isOwn ?? false);
}

/** Writes down which container is the session's. */
export function bindContainer({ folder, record }: Session, { id, name, image }: ContainerInfo, isOwn: boolean): Promise<Session> {
  return writeSession(folder, { ...record, container: { id, name, isOwn }, image: record.image ?? image });
}

function hasContainer({ record }: Session, name: string): CooperError {
  return new CooperError("session-has-container", `the session ${record.name} has the container ${name} already`, {
    hint: `Make another session for another container (cooper dev init NAME), or end this one: cooper dev rm ${record.name}`,
    exit: EXIT.usage,
  });
}
