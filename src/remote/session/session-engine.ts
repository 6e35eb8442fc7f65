import { type Engine, openEngine } from "../../engine/open-engine.ts";
import type { Session } from "./session-record.ts";

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The engine that a session's container is on. */
export function openSessionEngine({ record }: Session, { env, home }: Surroundings, sshControl?: string): Promise<Engine> {
  const { host, context } = record.engine;
  return openEngine({
    env,
    home,
    ...(host === null ? {} : { host }),
    ...(context === null ? {} : { context }),
    ...(sshControl === undefined ? {} : { sshControl }),
  });
}
