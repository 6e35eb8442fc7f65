import { CooperError } from "../../base/errors.ts";
import { EXIT } from "../../base/exit-code.ts";
import type { Session, SessionRecord } from "./session-record.ts";

/** The container of a session; throws `session-without-container`. */
export function ownContainer({ record }: Session): NonNullable<SessionRecord["container"]> {
  if (record.container !== null) return record.container;
  throw new CooperError("session-without-container", `the session ${record.name} has no container yet`, {
    hint: "cooper dev attach CONTAINER, or: cooper dev run IMAGE",
    exit: EXIT.usage,
  });
}
