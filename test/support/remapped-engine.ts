import { type LoneEngine, startLoneEngine } from "./lone-engine.ts";

/** The engine below. */
export type RemappedEngine = LoneEngine;

/** The first user and group of this machine that the containers' are. */
export const FIRST_ID = 300_000;

const BEFORE = `echo daemon:${FIRST_ID}:65536 >$folder/sub
touch /etc/subuid /etc/subgid
mount --bind $folder/sub /etc/subuid
mount --bind $folder/sub /etc/subgid`;

/** Starts a dockerd of the test's own, whose containers' users are others on this machine. */
export function startRemappedEngine(): Promise<RemappedEngine> {
  return startLoneEngine({ flags: ["--userns-remap=daemon"], before: BEFORE });
}
